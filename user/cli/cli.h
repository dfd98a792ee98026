/* SPDX-License-Identifier: BSD-2-Clause */
/* One file a subcommand, one table for dispatch and help. */
#ifndef SEAMARK_CLI_H
#define SEAMARK_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "user/verdict/verdict.h"

/* Exit codes, the same for every command; seamark run hands through its command's beside these. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,		/* what was asked for did not work */
	EXIT_USAGE = 2,			/* the command line is wrong */
	EXIT_REFUSED = 3,		/* inspect: the file can't be observed */
	EXIT_NO_RIGHTS = 4,		/* a capability or kernel feature is missing */
	EXIT_RUN_FAILED = 125,		/* run: Seamark itself failed */
	EXIT_RUN_NOT_EXECUTABLE = 126,	/* run: the command can't be executed */
	EXIT_RUN_NOT_FOUND = 127,	/* run: the command was not found */
};

struct command {
	const char *name;
	const char *arguments;	/* "[--facts FILE] -- COMMAND..." */
	const char *help;	/* one sentence; NULL: Seamark's own, not listed */
	int (*run)(int argc, char **argv);	/* argv[0] is the command's name */
};

/* Ended by a NULL name. */
extern const struct command commands[];
const struct command *command_find(const char *name);

int cli_run(int argc, char **argv);
int cli_agent(int argc, char **argv);
int cli_trace(int argc, char **argv);
int cli_top(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_inspect(int argc, char **argv);
int cli_doctor(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_config(int argc, char **argv);
int cli_completion(int argc, char **argv);
int cli_parse(int argc, char **argv);
int cli_version(int argc, char **argv);
int cli_help(int argc, char **argv);

/* "seamark: " and the sentence, to stderr. */
void cli_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* There is none of that name; what may have been meant. */
void cli_unknown_command(const char *name);
/* A line of a command's help. */
struct option_help {
	const char *option;	/* "--facts FILE" */
	const char *help;
};
/* options: ended by a NULL option. */
void cli_print_help(const struct command *command, const struct option_help *options);
/* Readable once SIGINT or SIGTERM came; a closed pipe or terminal does not end Seamark. */
int cli_stop_signals(void);
/* Of LC_ALL, LC_MESSAGES, LANG; --lang stands above it. */
enum language cli_language(void);
/* Colours only for a terminal, and never with NO_COLOR. */
bool cli_colour(int fd);
/* Columns for text on fd: the terminal's, within what is pleasant to read; else the default. */
size_t cli_width(int fd);

#endif
