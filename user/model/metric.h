/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Families and their series, under a ceiling: what does not fit goes to the family's overflow
 * series, so that a family's sum is always whole.
 */
#ifndef SEAMARK_METRIC_H
#define SEAMARK_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/durations.h"
#include "user/model/span.h"
#include "user/model/term.h"

enum metric_type {
	METRIC_COUNTER,		/* grows only */
	METRIC_GAUGE,
	METRIC_HISTOGRAM,	/* of durations */
	METRIC_INFO,		/* always 1; labels carry the content */
};

/* What the series of a family are told apart by, for people. Static; in lists a NULL name ends. */
struct metric_label {
	const char *name;		/* "fate" */
	const char *english;		/* NULL: that of the attribute whose label it is */
	const char *chinese;
	const struct term *values;	/* NULL: open, or the vocabulary of another table */
};

/* Static. name is the Prometheus family name without _total or _info: "seamark_syscall_errors". */
struct metric_family {
	const char *name;
	const char *otlp_name;	/* "seamark.syscall.errors" */
	const char *unit;	/* "seconds", "bytes", "" */
	const char *otlp_unit;	/* UCUM: "s", "By", "{error}" */
	const char *help;	/* one sentence, no newline */
	const char *chinese;	/* the same, for seamark explain */
	enum metric_type type;
	bool by_program;	/* has the labels of container and program as well */
	const struct metric_label *labels;	/* NULL: none of its own */
};

/* Of the series that holds what is beyond the ceiling. */
extern const struct metric_label metric_overflow_label;

#define LABELS_MAX 16

/* name: "container_id" in Prometheus; otlp_name: "container.id". Static strings. */
struct label {
	const char *name;
	const char *otlp_name;
	const char *value;	/* printable UTF-8; not empty */
};

/* One of the acts that a histogram counts, of which there is a span. */
struct exemplar {
	uint64_t duration_ns;
	uint64_t time_unix_ns;		/* when it ended */
	struct span_context span;
};

#define EXEMPLARS_MAX 4

/* What a receiver of differences was told of a series: see metrics_mark_sent(). */
struct series_told {
	struct reading {
		uint64_t value;
		struct durations durations;
	} sent, taken;
	bool is_sent;			/* since it was taken last */
};

struct series {
	const struct metric_family *family;
	const struct label *labels;		/* values owned by the series */
	uint8_t label_count;
	bool overflow;				/* holds what was beyond the ceiling */
	uint64_t value;				/* counter, gauge; info: 1 */
	struct durations *durations;		/* METRIC_HISTOGRAM only */
	struct exemplar *exemplars;		/* of these; NULL: none yet */
	uint8_t exemplar_count;
	struct series_told *told;		/* NULL: nothing yet */
	uint64_t created_unix_ns;
	struct series *next;			/* of the same family */
};

struct metrics;

/* ceiling: series over all families, overflow series not counted. NULL when out of memory. */
struct metrics *metrics_new(size_t ceiling);
void metrics_free(struct metrics *metrics);
/* For series to come: what is there stays, also beyond a lower one. */
void metrics_set_ceiling(struct metrics *metrics, size_t ceiling);
/* Families appear in the outputs in the order of being added; adding twice does nothing. */
int metrics_add_family(struct metrics *metrics, const struct metric_family *family);
/*
 * The series with exactly these labels, made if need be; the family's overflow series beyond the
 * ceiling. Labels with an empty or NULL value are left out. NULL only when out of memory or when
 * the family was not added.
 */
struct series *metrics_series(struct metrics *metrics, const struct metric_family *family,
			      const struct label *labels, size_t count, uint64_t now_unix_ns);
/*
 * Keeps it as an exemplar of the series: in the place of one of the same bucket (powers of two),
 * else of the oldest, so that what is seldom stays longest. Nothing without memory for it.
 */
void series_exemplify(struct series *series, const struct exemplar *exemplar);
/* The latest of these slots, first <= slot < end, when acts are counted there; NULL: none. */
const struct exemplar *series_exemplar(const struct series *series, uint32_t first, uint32_t end);
/* Takes all series of the family away: what they told of is told anew. */
void metrics_clear_family(struct metrics *metrics, const struct metric_family *family);
/* Takes all series with that label away: what it names is no more. */
void metrics_drop(struct metrics *metrics, const struct label *label);
/*
 * For a receiver that wants differences: all series go out as they are now. 0, or -ENOMEM, and then
 * nothing may be sent. What is not taken is told again with the next.
 */
int metrics_mark_sent(struct metrics *metrics);
/* It has what was marked last: series_untold() counts from there. Once for each mark. */
void metrics_mark_taken(struct metrics *metrics);
/* What the receiver does not have yet; false: nothing. histogram: NULL of a counter. */
bool series_untold(const struct series *series, uint64_t *value, struct histogram *histogram);
size_t metrics_family_count(const struct metrics *metrics);
const struct metric_family *metrics_family(const struct metrics *metrics, size_t index);
/* First series of the family at index, then ->next. NULL when it has none. */
const struct series *metrics_first(const struct metrics *metrics, size_t index);
/*
 * Over all series, family by family. One that is told of by metrics_walk_begin() may take its time:
 * what is dropped meanwhile is no longer come by. All zero bytes: the begin.
 */
struct metrics_walk {
	const struct series *next;
	size_t family;
	struct metrics_walk *other;
};
const struct series *metrics_walk_next(const struct metrics *metrics, struct metrics_walk *walk);
void metrics_walk_begin(struct metrics *metrics, struct metrics_walk *walk);
void metrics_walk_end(struct metrics *metrics, struct metrics_walk *walk);
bool metrics_is_walked(const struct metrics *metrics);
size_t metrics_series_count(const struct metrics *metrics);
size_t metrics_ceiling(const struct metrics *metrics);
uint64_t metrics_overflowed(const struct metrics *metrics);	/* label sets sent to overflow */

#endif
