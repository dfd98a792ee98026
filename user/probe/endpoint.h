/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of records as attributes and text; what all acts have in common. */
#ifndef SEAMARK_PROBE_ENDPOINT_H
#define SEAMARK_PROBE_ENDPOINT_H

#include <stddef.h>

#include "include/aggregate.h"
#include "user/model/fact.h"
#include "user/model/metric.h"

#define ENDPOINT_TEXT 160

/* "10.0.0.7", "fe80::1"; empty when not known. IPv4 mapped into IPv6 is written as IPv4. */
void endpoint_address(const struct event_endpoint *endpoint, char out[ENDPOINT_TEXT]);
/* "10.0.0.7:443", "[fe80::1]:443"; empty when not known. */
void endpoint_text(const struct event_endpoint *endpoint, char out[ENDPOINT_TEXT]);
/* A unix path; an abstract name behind '@'. Empty for an unnamed socket. */
void endpoint_path(const char *path, size_t length, char out[ENDPOINT_TEXT]);

/* Sets address and port under the two keys, as far as known. */
void endpoint_attributes(struct attributes *attributes, const struct event_endpoint *endpoint,
			 enum attribute_key address, enum attribute_key port);
/* network.transport and network.type. */
void endpoint_transport(struct attributes *attributes, const struct event_endpoint *endpoint,
			uint16_t socket_type);

/* Clears *out and fills what header and act say: kind, times, outcome, errno, process. */
void fact_begin(struct fact *out, const struct event_header *header, const struct event_act *act,
		uint64_t wall_offset_ns);

/* outcome and error_type of a kernel series; returns how many labels. */
size_t outcome_labels(const struct series_key *key, struct label *labels);
/* The same two for people, in a list of one's own; and a list of only them. */
#define OUTCOME_LABEL_HELP						\
	{ "outcome", "how it ended", "结果", outcome_terms },		\
	{ "error_type", NULL, NULL, NULL }
extern const struct metric_label outcome_label_help[];

#endif
