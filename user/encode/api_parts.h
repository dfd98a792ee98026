/* SPDX-License-Identifier: BSD-2-Clause */
/* What several answers of the API have in common. */
#ifndef SEAMARK_ENCODE_API_PARTS_H
#define SEAMARK_ENCODE_API_PARTS_H

#include "user/encode/json.h"
#include "user/model/attribute.h"
#include "user/model/durations.h"
#include "user/model/metric.h"

/* Longer durations have no upper bound; they are given as this: in JSON 2^64 - 1 is no number. */
#define API_LONGEST_NS	slot_upper_ns[SLOT_OVERFLOW - 1]

/* Whom a container id names: the series of seamark_container_info, by id. */
struct api_containers {
	const struct series **sorted;
	size_t count;
};

/* Without memory nobody is named. */
void api_containers_init(struct api_containers *containers, const struct metrics *metrics);
void api_containers_free(struct api_containers *containers);
/* The members "container" and, if it has one, "pod". */
void api_container(struct json *json, const struct api_containers *containers, const char *id);
/* The same of a fact. */
void api_container_of(struct json *json, const struct attributes *attributes);

/* The member, if the text is known. */
void api_text(struct json *json, const char *key, const char *text);
/* The upper bound below which share of them lie, if there are any. */
void api_quantile(struct json *json, const char *key, const struct durations *durations,
		  double share);
/* An upper bound of include/slots.h, as JSON may have it. */
uint64_t api_bound_ns(uint64_t bound_ns);
/* NULL: there is no such family. */
const struct series *api_family(const struct metrics *metrics, const char *name);
/* NULL: it has no such label. */
const char *api_label(const struct series *series, const char *name);

#endif
