/* SPDX-License-Identifier: BSD-2-Clause */
/* References to images: "registry:5000/shop/web:1.2@sha256:..." */
#ifndef SEAMARK_IMAGE_H
#define SEAMARK_IMAGE_H

#include <stddef.h>

/*
 * Name and tag of a reference, each left empty where the reference has none: bare digests and ids
 * name nothing. Nothing is cut off: what is longer than its room stays empty.
 */
void image_split(const char *reference, char *name, size_t name_size, char *tag, size_t tag_size);

#endif
