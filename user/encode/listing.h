/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes with what is observed of each and why the rest is not: a table for eyes, or JSON. */
#ifndef SEAMARK_ENCODE_LISTING_H
#define SEAMARK_ENCODE_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/encode/report.h"
#include "user/model/buffer.h"
#include "user/model/cgroup_path.h"
#include "user/model/record.h"
#include "user/model/term.h"

/* What a list may lack, beside what an executable's own reasons are. */
enum listing_reason {
	LISTING_CLIENT_ONLY,
	LISTING_SERVER_ONLY,
	LISTING_OTHERS,			/* of a process */
	LISTING_CLOSED,
	LISTING_REFUSED,
	LISTING_UNREADABLE,
	LISTING_HIDDEN,			/* of the whole list */
	LISTING_INSIDE,
	LISTING_UNNAMED,
	LISTING_REASONS,
};
/* By that number; ended by a NULL name. */
extern const struct term listing_reasons[];

/* What was read of an executable. */
struct listed_program {
	enum program_kind kind;
	char version[32];		/* of Go; empty: not told */
	struct term reason;		/* why no handshake is observed; NULL name: they are */
	bool client, server;		/* which side's are */
};

struct listed_process {
	uint32_t pid;
	char program[64];
	char path[512];				/* empty: not known */
	const struct listed_program *runs;	/* NULL: it could not be looked at */
	struct term unread;			/* then why */
	struct cgroup_identity place;
	const struct record_container *names;	/* NULL: none are known */
};

#define LISTING_NOTES 4

struct listing {
	struct listed_process *processes;
	size_t count;
	/* What the whole list lacks: by name, and in words. */
	struct term notes[LISTING_NOTES];
	size_t note_count;
};

/* By container or unit, then program, then pid. */
void listing_sort(struct listing *listing);
/* A program that is none of Go's, as most of a host's are: left out unless all are asked for. */
bool listing_is_beside(const struct listed_process *process);

/* all: also processes that are none of Go's, and each that could not be looked at. */
void encode_listing(struct buffer *out, const struct listing *listing, bool all,
		    const struct report_style *style);
void encode_listing_json(struct buffer *out, const struct listing *listing, bool all,
			 enum language language);

#endif
