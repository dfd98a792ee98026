/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executables are foreign bytes: they are parsed by a child of Seamark's without rights, one at a
 * time, and what it says is checked here. A child that a file kills, or that takes too long, costs
 * that file and nothing else.
 */
#ifndef SEAMARK_PARSER_H
#define SEAMARK_PARSER_H

#include <stddef.h>
#include <stdint.h>

#include "user/gobin/report.h"
#include "user/model/term.h"

struct parser;

struct parser_accounts {
	uint64_t answered;
	uint64_t died;			/* the child ended without an answer */
	uint64_t late;			/* ended by us, for it took too long */
	uint64_t rejected;		/* its answer did not pass the check */
};

/* Starts the child and waits until it is confined. Negative errno: it can't be. */
int parser_open(struct parser **out);
void parser_close(struct parser *parser);
void parser_accounts(const struct parser *parser, struct parser_accounts *out);

/* Readable when there is an answer; another after each answer. */
int parser_fd(const struct parser *parser);
/* Asks about the file of size bytes behind fd, which stays the caller's. -EBUSY: one is asked. */
int parser_ask(struct parser *parser, int fd, uint64_t size);

/*
 * 0: *out is the answer, checked against the bytes behind fd, the one asked about. -EAGAIN: not
 * yet. Else the file can't be known: -ENODATA (it shrank), -EIO and such of reading it, -ETIME,
 * -ECHILD, -EBADMSG.
 */
int parser_answer(struct parser *parser, int fd, struct gobin_report *out);
/* When nothing is asked: takes note of a child that ended, for the descriptor stays readable. */
void parser_tend(struct parser *parser);
/* Both in one, for where nothing else waits. */
int parser_parse(struct parser *parser, int fd, uint64_t size, struct gobin_report *out);

/* "parser_died": stable, for metrics; and a sentence; of what parser_answer() returns. */
const char *parser_failure_name(int result);
const char *parser_failure_text(int result);
/* All of them; NULL beyond the last. */
const struct term *parser_failure_at(size_t index);

/* What the child runs, with the socket to its parent on descriptor 3. An exit code. */
int parser_child(void);

#endif
