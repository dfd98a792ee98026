/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line, read by the table of options; and --help, made of the same table. */
#ifndef SEAMARK_OPTIONS_H
#define SEAMARK_OPTIONS_H

#include "user/cli/cli.h"
#include "user/pipeline/settings.h"

/* Who takes a command's options, by its name; 0: the table has none of them. */
unsigned int options_takers(const char *command);
/*
 * The options of a command (argv[0]), and under them the file that --config names. True: optind is
 * the first argument, and out is to be freed. False: there is nothing more to do but to exit with
 * *code; the help was printed, or what is wrong said, and nothing is to be freed.
 */
bool options_parse(unsigned int takers, int argc, char **argv, struct settings *out, int *code);
/* The same without arguments behind the options. */
bool options_parse_all(unsigned int takers, int argc, char **argv, struct settings *out, int *code);
/*
 * What old was given on the command line, over its file as it is now. False, and a sentence naming
 * file and line: out is not to be freed.
 */
bool options_read_again(const struct settings *old, struct settings *out, char *why, size_t size);

#endif
