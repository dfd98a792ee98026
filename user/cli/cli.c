/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of commands, and what they have in common on the command line. */
#include "user/cli/cli.h"

#include <ctype.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/cli/progress.h"
#include "user/encode/report.h"
#include "user/host/parser.h"
#include "user/model/spelling.h"

#define WIDTH_MIN	40	/* columns; narrower, words stand alone */

const struct command commands[] = {
	{ "run", "[OPTIONS] -- COMMAND [ARGUMENTS...]",
	  "start a command under observation and say at its end what failed and why", cli_run },
	{ "agent", "[OPTIONS]", "watch the whole host: web page, metrics, OTLP, journal, facts",
	  cli_agent },
	{ "trace", "[OPTIONS]", "print facts as they happen", cli_trace },
	{ "top", "[OPTIONS]", "what programs and containers do now, what fails and why, live",
	  cli_top },
	{ "list", "[OPTIONS]", "each Go process of this host, what is observed of it, and why not",
	  cli_list },
	{ "explain", "[OPTIONS] [NAME]",
	  "what a metric, a cause, an error or another name means, in words", cli_explain },
	{ "inspect", "[--json] FILE", "what Seamark knows of a Go executable", cli_inspect },
	{ "doctor", "[--json]", "what this host allows, which probes work and how, what to change",
	  cli_doctor },
	{ "replay", "[OPTIONS] FILE", "run a recording through the user half, without a kernel",
	  cli_replay },
	{ "config", "check FILE | print | defaults | reference [OPTIONS]",
	  "the agent's configuration file: checked, as it is in force, commented", cli_config },
	{ "completion", "bash|zsh|fish", "print what makes a shell complete seamark's words",
	  cli_completion },
	{ "version", "[--json]", "print the version", cli_version },
	{ "help", "[COMMAND]", "this help, or a command's", cli_help },
	{ "parse", "", NULL, cli_parse },
	{ NULL, NULL, NULL, NULL },
};

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (!strcmp(command->name, name))
			return command;
	return NULL;
}

void cli_error(const char *format, ...)
{
	va_list arguments;

	progress_give_way();
	fputs("seamark: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void cli_unknown_command(const char *name)
{
	const struct command *near = NULL;
	size_t best = strlen(name) / 3 + 2;

	for (const struct command *command = commands; command->name; command++) {
		size_t distance = command->help ? spelling_distance(name, command->name) : best;

		if (distance < best) {
			best = distance;
			near = command;
		}
	}
	cli_error("there is no command '%s'%s%s%s; 'seamark help' lists them", name,
		  near ? "; is " : "", near ? near->name : "", near ? " meant?" : "");
}

void cli_print_help(const struct command *command, const struct option_help *options)
{
	printf("Usage: seamark %s %s\n\n%c%s.\n", command->name, command->arguments,
	       toupper((unsigned char)command->help[0]), command->help + 1);
	if (options && options->option)
		printf("\nOptions:\n");
	for (; options && options->option; options++)
		printf("  %-20s %s\n", options->option, options->help);
}

static const char *language_of_environment(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = getenv(variables[i]);

		if (value && *value)
			return value;
	}
	return "en";
}

enum language cli_language(void)
{
	return strncmp(language_of_environment(), "zh", 2) ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE;
}

bool cli_colour(int fd)
{
	const char *no_colour = getenv("NO_COLOR");

	return isatty(fd) && !(no_colour && *no_colour);
}

size_t cli_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col || size.ws_col > REPORT_WIDTH)
		return REPORT_WIDTH;
	return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
}

int cli_stop_signals(void)
{
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	signal(SIGPIPE, SIG_IGN);
	/* Unless somebody waits for it: reload.c. */
	if (!sigismember(&before, SIGHUP))
		signal(SIGHUP, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* What Seamark starts to have executables parsed; of no use to people. */
int cli_parse(int argc, char **argv)
{
	struct stat status;

	(void)argv;
	if (argc == 1 && !fstat(3, &status) && S_ISSOCK(status.st_mode))
		return parser_child();
	cli_error("parse is for Seamark's own use; 'seamark help' lists the commands");
	return EXIT_USAGE;
}

/* Those without options have no help of their own. */
static int help_of(const char *name)
{
	const struct command *command = command_find(name);
	char word[64], help[] = "--help";
	char *words[] = { word, help, NULL };

	if (!command || !command->help) {
		cli_unknown_command(name);
		return EXIT_USAGE;
	}
	snprintf(word, sizeof(word), "%s", name);
	if (command->run != cli_help)
		return command->run(2, words);
	cli_print_help(command, NULL);
	return EXIT_OK;
}

int cli_help(int argc, char **argv)
{
	const struct command *command;

	if (argc > 2) {
		cli_error("help takes one command, and no '%s' behind it", argv[2]);
		return EXIT_USAGE;
	}
	if (argc > 1)
		return help_of(strcmp(argv[1], "--help") ? argv[1] : argv[0]);
	printf("Seamark says why a Go program's bind, connect or TLS handshake failed, and where\n"
	       "its time goes, without touching the program.\n\nUsage: seamark COMMAND ...\n\n");
	for (command = commands; command->name; command++)
		if (command->help)
			printf("  %-8s %s\n", command->name, command->help);
	printf("\n'seamark COMMAND --help' tells a command's options. Exit codes: 0 done,\n"
	       "1 failed, 2 wrong usage, 3 file refused (inspect), 4 a right or kernel feature\n"
	       "is missing; doctor: 0 fit, 1 fit with losses, 4 not fit; list: 1 a right\n"
	       "is missing to look at all processes; run exits as its\n"
	       "command did, with 125 when Seamark itself failed, 126 and 127 when the command\n"
	       "can't be executed or found.\n");
	return EXIT_OK;
}
