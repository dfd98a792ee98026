/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the command and hands over. */
#include <string.h>

#include "user/cli/cli.h"
#include "user/cli/output.h"

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cli_help(1, argv) ?: (argc < 2 ? EXIT_USAGE : EXIT_OK);
	if (!strcmp(argv[1], "--version"))
		return cli_version(argc - 1, argv + 1);
	command = command_find(argv[1]);
	if (command)
		return command->run(argc - 1, argv + 1);
	cli_unknown_command(argv[1]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	output_hold();
	return output_end(run(argc, argv));
}
