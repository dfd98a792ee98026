/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark inspect: what can be read of one executable, without running it and without rights. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/cli.h"
#include "user/cli/inspection.h"
#include "user/host/executable.h"
#include "user/host/parser.h"
#include "user/model/printable.h"

#define OUTPUT_LIMIT (4u << 20)

static const struct option_help help[] = {
	{ "--json", "one JSON object instead of text" },
	{ "--help", "this text" },
	{ NULL, NULL },
};

static int failed(const char *path, const char *why)
{
	cli_error("%s can't be inspected: %s", path, why);
	return EXIT_FAILED;
}

static int print(const char *path, const struct gobin_report *report, bool as_json)
{
	struct buffer text;

	buffer_init(&text, OUTPUT_LIMIT);
	if (as_json)
		inspection_json(&text, path, report);
	else
		inspection_text(&text, path, report);
	fwrite(text.data, 1, text.size, report->refusal && !as_json ? stderr : stdout);
	buffer_free(&text);
	return report->refusal ? EXIT_REFUSED : EXIT_OK;
}

/* The texts are the file's. */
static void make_printable(struct gobin_report *report)
{
	printable_keep(report->path, sizeof(report->path));
	for (uint32_t i = 0; i < report->setting_count; i++) {
		printable_keep(report->settings[i].key, sizeof(report->settings[i].key));
		printable_keep(report->settings[i].value, sizeof(report->settings[i].value));
	}
}

static int inspect_fd(const char *path, int fd, bool as_json)
{
	struct executable_identity identity;
	static struct gobin_report report;
	struct parser *parser;
	int result = executable_identify(fd, &identity);

	if (result)
		return failed(path, result == -EINVAL ? "it is no regular file"
						      : strerror(-result));
	result = parser_open(&parser);
	if (result) {
		cli_error("executables can't be parsed apart from Seamark: %s; it needs seccomp "
			  "filters in the kernel, and /proc", strerror(-result));
		return EXIT_FAILED;
	}
	result = parser_parse(parser, fd, identity.size, &report);
	parser_close(parser);
	if (result)
		return failed(path, parser_failure_text(result));
	make_printable(&report);
	return print(path, &report, as_json);
}

int cli_inspect(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool as_json = false;
	int option, fd, code;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("inspect"), help);
			return EXIT_OK;
		}
		if (option != 'j')
			return EXIT_USAGE;
		as_json = true;
	}
	if (optind + 1 != argc) {
		cli_error("inspect needs one file");
		return EXIT_USAGE;
	}
	fd = open(argv[optind], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return failed(argv[optind], strerror(errno));
	code = inspect_fd(argv[optind], fd, as_json);
	close(fd);
	return code;
}
