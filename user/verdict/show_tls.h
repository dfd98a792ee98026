/* SPDX-License-Identifier: BSD-2-Clause */
/* Evidence of a handshake, as several rules show it. */
#ifndef SEAMARK_VERDICT_SHOW_TLS_H
#define SEAMARK_VERDICT_SHOW_TLS_H

#include "user/verdict/scene.h"

/* Both ends, and "other", "other_zh" for texts. */
void show_handshake(struct scene *scene);
/* What the failing certificate says of itself, if it was read. */
void show_certificate(struct scene *scene);
/* The versions that tls.Config allows, and those that the other end offered, where known. */
void show_versions(struct scene *scene);
/* The same for cipher suites. */
void show_suites(struct scene *scene);
/* The first bytes of a peer that speaks no TLS, and "speaks", what that is. */
void show_first_bytes(struct scene *scene);
/* How far the handshake came on its socket. */
void show_progress(struct scene *scene);

#endif
