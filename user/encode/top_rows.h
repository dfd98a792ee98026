/* SPDX-License-Identifier: BSD-2-Clause */
/* Which rows of an activity are shown, together or apart, and in which order. */
#ifndef SEAMARK_ENCODE_TOP_ROWS_H
#define SEAMARK_ENCODE_TOP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/encode/where.h"
#include "user/model/activity.h"
#include "user/model/names.h"
#include "user/model/term.h"

#define TOP_KINDS	3
#define TOP_FILTER_SIZE	64

/* What a kind of act has columns of; each appears from a level of width on. */
enum top_measure {
	TOP_RATE,
	TOP_FAILED,
	TOP_P50,
	TOP_P99,
	TOP_MEASURES,
};

/* A group of columns. Another kind is a row of the table. */
struct top_kind {
	struct term title;		/* name: where there is little room */
	unsigned int kinds;		/* bits of enum activity_kind */
	unsigned char level[TOP_MEASURES];
};
extern const struct top_kind top_kinds[TOP_KINDS];

/* By which the rows are ordered: what fails, a kind's rate, calls, or the name. */
#define TOP_BY_FAILED	0
#define TOP_BY_KIND	1		/* and those of the other kinds */
#define TOP_BY_CALLS	(TOP_BY_KIND + TOP_KINDS)
#define TOP_BY_NAME	(TOP_BY_CALLS + 1)
#define TOP_ORDERS	(TOP_BY_NAME + 1)

struct top_choice {
	const char *container;		/* name, or the beginning of the id; NULL: all */
	const char *program;		/* NULL: all */
	char filter[TOP_FILTER_SIZE];	/* is in one of the names; empty: all */
	unsigned int order;		/* TOP_BY_FAILED.. */
	bool reverse;
	bool by_container;		/* the programs of a container are one row */
};

struct top_row {
	const struct activity_row *row;
	size_t programs;		/* that it stands for */
	const char *program;		/* of the only one; lives as long as the activity */
	uint64_t failed;		/* over all kinds */
	uint64_t calls;			/* that don't wait, */
	uint64_t calls_ns;		/* and their time */
};

struct top_rows {
	const struct activity *shown;	/* what the rows are of, and their total */
	struct activity *own;		/* where that is not the whole activity */
	struct top_row *items;
	struct top_row total;
	size_t count;
	size_t hidden;			/* rows that the choice leaves out */
	size_t room;
};

/* rows: all zero bytes, or filled before. The activity must outlive them. False: out of memory. */
bool top_rows_fill(struct top_rows *rows, const struct activity *activity,
		   const struct names *names, const struct top_choice *choice);
void top_rows_free(struct top_rows *rows);

void top_row_where(const struct top_row *row, const struct names *names, char out[WHERE_SIZE]);
/* Acts of a kind; failed: only those. */
uint64_t top_row_acts(const struct activity_row *row, size_t kind, bool failed);
/* Nanoseconds, of those that went well; 0: there are none. */
uint64_t top_row_quantile(const struct activity_row *row, size_t kind, double share);
/* The call that took most time without waiting; NULL: there is none. */
const struct activity_call *top_row_costliest(const struct activity_row *row);

#endif
