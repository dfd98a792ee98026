/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the command and hands over. */
#include <string.h>

#include "user/cli/cli.h"

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cli_help(1, argv) ?: (argc < 2 ? EXIT_USAGE : EXIT_OK);
	if (!strcmp(argv[1], "--version"))
		return cli_version(1, argv);
	command = command_find(argv[1]);
	if (!command) {
		cli_error("there is no command '%s'; 'seamark help' lists them", argv[1]);
		return EXIT_USAGE;
	}
	return command->run(argc - 1, argv + 1);
}
