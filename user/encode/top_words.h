/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of seamark top, in both languages. */
#ifndef SEAMARK_ENCODE_TOP_WORDS_H
#define SEAMARK_ENCODE_TOP_WORDS_H

#include "user/model/term.h"
#include "user/verdict/verdict.h"

enum top_word {
	TOP_WORD_CONTAINER_OR_UNIT,
	TOP_WORD_CONTAINER,
	TOP_WORD_PROGRAM,
	TOP_WORD_FAILS,
	TOP_WORD_PER_SECOND,
	TOP_WORD_FAILS_PER_SECOND,
	TOP_WORD_CALLS,
	TOP_WORD_TIME,
	TOP_WORD_COSTLIEST,
	TOP_WORD_WHY,
	TOP_WORD_ALL,
	TOP_WORD_PROGRAMS,
	TOP_WORD_ONE_PROGRAM,
	TOP_WORD_NO_PROGRAM,
	TOP_WORD_OF_PROGRAMS,
	TOP_WORD_LAST,
	TOP_WORD_BY,
	TOP_WORD_REVERSED,
	TOP_WORD_NAME,
	TOP_WORD_PAUSED,
	TOP_WORD_FILTER,
	TOP_WORD_HOST,
	TOP_WORD_QUIET,
	TOP_WORD_QUIET_WHY,
	TOP_WORD_NO_MATCH,
	TOP_WORD_OK,
	TOP_WORD_ERROR,
	TOP_WORD_CANCELLED,
	TOP_WORD_CALL,
	TOP_WORD_SHARE,
	TOP_WORD_WAITS,
	TOP_WORD_NO_ACTS,
	TOP_WORD_FAILURES,
	TOP_WORD_SINCE,
	TOP_WORD_NONE,
	TOP_WORD_BEYOND,
	TOP_WORD_IMAGE,
	TOP_WORD_POD,
	TOP_WORD_UNIT,
	TOP_WORD_ID,
	TOP_WORD_LINES,
	TOP_WORD_HELP,
	TOP_WORD_MAX,
};

const char *top_word(enum top_word word, enum language language);
const char *top_term(const struct term *term, enum language language);

/* name: the key. Those of the foot come first to last as they matter; ended by a NULL name. */
extern const struct term top_keys_of_table[], top_keys_of_typing[], top_keys_of_detail[];
/* The pages of help: keys, and what the columns mean. */
extern const struct term top_help_keys[], top_help_columns[];

#endif
