/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark list: what an agent would observe of each Go process, and why not; loads nothing. */
#include <errno.h>
#include <getopt.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/encode/listing.h"
#include "user/host/runtime_files.h"
#include "user/pipeline/census.h"

#define OUTPUT_LIMIT (256u << 20)

static const struct option_help help[] = {
	{ "--all", "also processes that are none of Go's, or can't be looked at" },
	{ "--json", "one JSON object" },
	{ "--runtime-root DIR", "look there, too, for names of containers; up to 8 times" },
	{ "--lang en|zh", "language (default: the environment's)" },
	{ "--help", "this text" },
	{ NULL, NULL },
};

struct list_options {
	bool all;
	bool as_json;
	const char *roots[RUNTIME_ROOTS_MAX];
	size_t root_count;
	enum language language;
};

static bool print(const struct list_options *options, const struct listing *listing)
{
	const struct report_style style = { cli_colour(STDOUT_FILENO), options->language,
					    cli_width(STDOUT_FILENO) };
	struct buffer text;
	bool written;

	buffer_init(&text, OUTPUT_LIMIT);
	if (options->as_json)
		encode_listing_json(&text, listing, options->all, options->language);
	else
		encode_listing(&text, listing, options->all, &style);
	written = observe_write(STDOUT_FILENO, &text);
	buffer_free(&text);
	return written;
}

static int list(const struct list_options *options)
{
	struct census *census;
	char error[512];
	bool whole;
	int result = census_take(options->roots, options->root_count, &census, error,
				 sizeof(error));

	if (result) {
		cli_error("processes can't be listed: %s", error);
		return result == -ENOSYS ? EXIT_NO_RIGHTS : EXIT_FAILED;
	}
	whole = print(options, census_listing(census)) && census_is_whole(census);
	census_free(census);
	return whole ? EXIT_OK : EXIT_FAILED;
}

/* An exit code; EXIT_OK: go on. */
static int take_option(struct list_options *options, int option)
{
	switch (option) {
	case 'a':
		options->all = true;
		return EXIT_OK;
	case 'j':
		options->as_json = true;
		return EXIT_OK;
	case 'R':
		if (options->root_count == RUNTIME_ROOTS_MAX) {
			cli_error("--runtime-root may be given %d times", RUNTIME_ROOTS_MAX);
			return EXIT_USAGE;
		}
		options->roots[options->root_count++] = optarg;
		return EXIT_OK;
	case 'l':
		return cli_language(optarg, &options->language) ? EXIT_OK : EXIT_USAGE;
	default:
		return EXIT_USAGE;
	}
}

int cli_list(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ "runtime-root", required_argument, NULL, 'R' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct list_options chosen = { .all = false };
	int option, code;

	cli_language(NULL, &chosen.language);
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("list"), help);
			return EXIT_OK;
		}
		code = take_option(&chosen, option);
		if (code)
			return code;
	}
	if (optind != argc) {
		cli_error("list takes no argument '%s'", argv[optind]);
		return EXIT_USAGE;
	}
	return list(&chosen);
}
