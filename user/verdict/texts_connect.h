/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of connect. */
#ifndef SEAMARK_VERDICT_TEXTS_CONNECT_H
#define SEAMARK_VERDICT_TEXTS_CONNECT_H

#include "user/verdict/text.h"

extern const struct text text_refused;
extern const struct text text_refused_path;
extern const struct text text_unanswered;
extern const struct text text_program_deadline;
extern const struct text text_no_route;
extern const struct text text_reset;
extern const struct text text_blocked;
extern const struct text fix_start_listener;
extern const struct text fix_listen_outside;
extern const struct text fix_look_at_filters;
extern const struct text fix_longer_deadline;
extern const struct text fix_look_at_routes;
extern const struct text fix_look_at_peer;
extern const struct text fix_allow_policy;
extern const struct text fix_mount_socket;

#endif
