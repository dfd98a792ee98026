/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract of a probe: what it observes, in which BPF object, and how its records become facts
 * and series. A probe is a table; adding one is one file in bpf/, one in user/probe/, one line in
 * the list there.
 */
#ifndef SEAMARK_PROBE_H
#define SEAMARK_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/aggregate.h"
#include "include/event.h"
#include "user/model/fact.h"
#include "user/model/metric.h"

/* A system call that the probe wants to see: its number and the two programs. */
struct probe_call {
	uint32_t number;
	const char *enter;	/* program name in the object */
	const char *leave;
};

/* Labels of one probe's series, beyond those of container and program. */
#define PROBE_LABELS_MAX 6

struct probe {
	const char *name;
	const char *help;			/* one sentence */
	const char *chinese;			/* the same */
	/* The compiled BPF object; static memory. */
	const void *(*object)(size_t *size);
	/* Kinds of record that it sends, ended by EVENT_NONE. */
	const enum event_kind *kinds;
	/* Ended by an entry whose enter is NULL; NULL: none. */
	const struct probe_call *calls;
	/* Ended by NULL. */
	const struct metric_family *const *metrics;
	/* At the door of every system call, which costs each of them something. */
	bool sees_every_call;
	/* Programs that must be attached for the probe to be of use; the rest is best effort. */
	bool required;
	/*
	 * Turns a record into a fact: kind, outcome, times, error, the kind's own attributes and
	 * detail, the span's name. record is header.size bytes long. Wall-clock offset is added
	 * by the caller, as are resource, ids and verdict. 0, or -EINVAL for a record that is
	 * too short or contradicts itself: *out is then undefined.
	 */
	int (*decode)(const struct event_header *record, uint64_t wall_offset_ns,
		      struct fact *out);
	/* The family that a kernel series of this kind belongs to; NULL: none. */
	const struct metric_family *(*family)(const struct series_key *key);
	/* Fills labels for a kernel series and returns their number. Values: static strings. */
	size_t (*labels)(const struct series_key *key, struct label labels[PROBE_LABELS_MAX]);
};

/* All probes, in the order of loading; ended by NULL. Defined in user/probe/list.c. */
extern const struct probe *const probes[];

#endif
