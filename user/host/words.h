/* SPDX-License-Identifier: BSD-2-Clause */
/* What annotations and labels of a container mean, whoever wrote them down. */
#ifndef SEAMARK_HOST_WORDS_H
#define SEAMARK_HOST_WORDS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "user/model/record.h"

/* A member that is a text; NULL when there is none. Lives as long as the object. */
const char *words_text(const cJSON *object, const char *key);
/* Copies value where nothing stands yet. value may be NULL. */
void words_put(char *into, size_t size, const char *value);
/* A reference to an image, as its name and tag, likewise. */
void words_image(struct record_container *names, const char *reference);
/* What words say: {"key": "value"}, or ["key=value"] as runc keeps annotations. */
void words_take(const cJSON *words, struct record_container *names);
/* Of these only what a service is called: of labels that are anybody's to choose. */
void words_take_services(const cJSON *words, struct record_container *names);
/*
 * More values than the document of a container or a pod would have, as a tree in memory? An upper
 * bound: what stands in texts is counted, too.
 */
bool words_too_many(const char *bytes, size_t size);

#endif
