/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a configuration file: refused with a place inside the file, or taken, and then what is
 * written of it reads back as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "user/pipeline/settings_read.h"
#include "user/pipeline/settings_write.h"

/* Claims what the parser promised; a broken promise is a crash. */
#define PROMISED(condition)	do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_problem(const struct settings_problem *problem, const uint8_t *data, size_t size)
{
	unsigned int lines = 1;
	char out[1024];

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r' || data[i] == 0x85 || data[i] == 0xa8 ||
			 data[i] == 0xa9;
	PROMISED(problem->text[0] && memchr(problem->text, '\0', sizeof(problem->text)));
	PROMISED(problem->line <= lines && problem->column <= size + 1);
	PROMISED(!problem->line == !problem->column);
	settings_problem_print(problem, "file", out, sizeof(out));
	for (const char *one = out; *one; one++)
		PROMISED((unsigned char)*one >= 0x20);
}

static void check_values(const struct settings *settings)
{
	PROMISED(settings->slow_ms >= 1 && settings->slow_ms <= 3600000);
	PROMISED(settings->ring_kib && !(settings->ring_kib & (settings->ring_kib - 1)));
	PROMISED(settings->runtime_roots.count <= SETTING_ITEMS_MAX);
	PROMISED(settings->rules.count <= SETTING_ITEMS_MAX);
	PROMISED(settings->language <= LANGUAGE_CHINESE);
	PROMISED(!settings->otlp || !strchr(settings->otlp + 8, '@') ||
		 strcspn(settings->otlp + 8, "/?#") < strcspn(settings->otlp + 8, "@"));
}

static void check_again(const struct settings *settings)
{
	struct settings_problem problem;
	struct settings again;
	struct buffer out;

	buffer_init(&out, 1 << 20);
	settings_write(&out, settings);
	settings_init(&again, LANGUAGE_ENGLISH);
	PROMISED(!out.failed && !settings_read(&again, out.data, out.size, &problem));
	for (size_t i = 0; i < settings_count; i++)
		if (settings_table[i].takers & FOR_FILE)
			PROMISED(settings_same(settings, &again, &settings_table[i]));
	settings_free(&again);
	buffer_reset(&out);
	settings_write_json(&out, settings);
	PROMISED(!out.failed);
	buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings_problem problem;
	struct settings settings;

	settings_init(&settings, LANGUAGE_ENGLISH);
	if (settings_read(&settings, (const char *)data, size, &problem)) {
		check_problem(&problem, data, size);
	} else {
		check_values(&settings);
		check_again(&settings);
	}
	settings_free(&settings);
	return 0;
}
