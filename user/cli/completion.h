/* SPDX-License-Identifier: BSD-2-Clause */
/* What a shell needs to know to complete a word of seamark's, asked of the tables. */
#ifndef SEAMARK_COMPLETION_H
#define SEAMARK_COMPLETION_H

#include "user/cli/cli.h"
#include "user/model/buffer.h"
#include "user/pipeline/settings.h"

/* What may stand as a command's argument. */
enum completion_argument {
	COMPLETION_NOTHING,
	COMPLETION_FILE,
	COMPLETION_COMMAND,	/* of the shell's, with its own arguments */
	COMPLETION_WORDS,	/* of completion_words() */
};

/* Commands that people start, in their order; NULL behind the last. */
const struct command *completion_command(size_t index);
/* Who takes the options of a command, as the table has it; 0: it has none there. */
unsigned int completion_takers(const struct command *command);
enum completion_argument completion_argument_of(const struct command *command);
/* "bash zsh fish", appended. */
void completion_words(struct buffer *out, const struct command *command);
/* What an option's value may be: "en zh", appended; nothing where it is no choice. */
void completion_choices(struct buffer *out, const struct setting *row);
/* Whether an option's value is a file or folder. */
bool completion_takes_file(const struct setting *row);

/* The scripts. */
void completion_bash(struct buffer *out);
void completion_zsh(struct buffer *out);
void completion_fish(struct buffer *out);

#endif
