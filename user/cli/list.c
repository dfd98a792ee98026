/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark list: what an agent would observe of each Go process, and why not; loads nothing. */
#include <errno.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/cli/progress.h"
#include "user/encode/listing.h"
#include "user/pipeline/census.h"

#define OUTPUT_LIMIT (256u << 20)

static bool print(const struct settings *settings, const struct listing *listing)
{
	const struct report_style style = { cli_colour(STDOUT_FILENO), settings->language,
					    cli_width(STDOUT_FILENO) };
	struct buffer text;
	bool written;

	buffer_init(&text, OUTPUT_LIMIT);
	if (settings->json)
		encode_listing_json(&text, listing, settings->all, settings->language);
	else
		encode_listing(&text, listing, settings->all, &style);
	written = output_print(&text);
	buffer_free(&text);
	return written;
}

static int list(const struct settings *settings)
{
	struct census *census;
	char error[512];
	bool whole;
	int result;

	progress_begin("looking at what runs on this host");
	result = census_take(settings->runtime_roots.items, settings->runtime_roots.count,
			     &census, error, sizeof(error));
	progress_end();
	if (result) {
		cli_error("processes can't be listed: %s", error);
		return result == -ENOSYS ? EXIT_NO_RIGHTS : EXIT_FAILED;
	}
	whole = print(settings, census_listing(census)) && census_is_whole(census);
	census_free(census);
	return whole ? EXIT_OK : EXIT_FAILED;
}

int cli_list(int argc, char **argv)
{
	struct settings settings;
	int code;

	if (!options_parse_all(FOR_LIST, argc, argv, &settings, &code))
		return code;
	code = list(&settings);
	settings_free(&settings);
	return code;
}
