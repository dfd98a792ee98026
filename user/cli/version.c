/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark version: which Seamark this is, and for which machine it was built. */
#include "user/model/version.h"

#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/encode/json.h"

#define OUTPUT_LIMIT 4096

#if defined(__x86_64__)
#define ARCHITECTURE "x86_64"
#elif defined(__aarch64__)
#define ARCHITECTURE "aarch64"
#endif

static void write_json(struct buffer *out)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_string(&json, "version", SEAMARK_VERSION);
	json_string(&json, "architecture", ARCHITECTURE);
	json_close(&json, '}');
	buffer_byte(out, '\n');
}

int cli_version(int argc, char **argv)
{
	struct settings settings;
	struct buffer text;
	int code;

	if (!options_parse_all(FOR_VERSION, argc, argv, &settings, &code))
		return code;
	buffer_init(&text, OUTPUT_LIMIT);
	if (settings.json)
		write_json(&text);
	else
		buffer_printf(&text, "seamark %s\n", SEAMARK_VERSION);
	code = output_print(&text) ? EXIT_OK : EXIT_FAILED;
	buffer_free(&text);
	settings_free(&settings);
	return code;
}
