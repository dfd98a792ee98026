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
#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/host/executable.h"
#include "user/host/parser.h"
#include "user/model/printable.h"

#define OUTPUT_LIMIT (4u << 20)

static int failed(const char *path, const char *why)
{
	cli_error("%s can't be inspected: %s", path, why);
	return EXIT_FAILED;
}

static int print(const char *path, const struct gobin_report *report, bool as_json)
{
	struct buffer text;
	bool written = true;

	buffer_init(&text, OUTPUT_LIMIT);
	if (as_json)
		inspection_json(&text, path, report);
	else
		inspection_text(&text, path, report);
	if (report->refusal && !as_json)
		fwrite(text.data, 1, text.size, stderr);
	else
		written = output_print(&text);
	buffer_free(&text);
	return report->refusal ? EXIT_REFUSED : written ? EXIT_OK : EXIT_FAILED;
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

static int inspect(const char *path, bool as_json)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), code;

	if (fd < 0)
		return failed(path, strerror(errno));
	code = inspect_fd(path, fd, as_json);
	close(fd);
	return code;
}

int cli_inspect(int argc, char **argv)
{
	struct settings settings;
	int code;

	if (!options_parse(FOR_INSPECT, argc, argv, &settings, &code))
		return code;
	if (optind + 1 == argc) {
		code = inspect(argv[optind], settings.json);
	} else {
		cli_error("inspect needs one file");
		code = EXIT_USAGE;
	}
	settings_free(&settings);
	return code;
}
