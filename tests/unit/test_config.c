/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of options, and files read by it: what is wrong is told with its place. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/model/fact.h"
#include "user/pipeline/settings_hint.h"
#include "user/pipeline/settings_read.h"
#include "user/pipeline/settings_write.h"

static const struct setting *row_of(const char *name)
{
	const struct setting *row = settings_find(name, FOR_FILE);

	assert_non_null(row);
	return row;
}

static int read_text(struct settings *settings, const char *text, struct settings_problem *problem)
{
	settings_init(settings, LANGUAGE_ENGLISH);
	return settings_read(settings, text, strlen(text), problem);
}

static void good_files_are_taken(void **state)
{
	static const char text[] =
		"# all of it\nlisten: none\notlp: https://collector:4318\nfacts: \"-\"\n"
		"all-programs: true\nslow-ms: 3600000\nseries: 1\nlang: zh\nring-kib: 8192\n"
		"keep-probes: 0\nruntime-root:\n  - /a\n  - '/b c'\n";
	struct settings_problem problem;
	struct settings settings;

	(void)state;
	assert_int_equal(read_text(&settings, text, &problem), 0);
	assert_string_equal(settings.listen, "none");
	assert_string_equal(settings.otlp, "https://collector:4318");
	assert_string_equal(settings.facts, "-");
	assert_true(settings.all_programs);
	assert_int_equal(settings.slow_ms, 3600000);
	assert_int_equal(settings.series, 1);
	assert_int_equal(settings.language, LANGUAGE_CHINESE);
	assert_int_equal(settings.ring_kib, 8192);
	assert_int_equal(settings.keep_s, 0);
	assert_int_equal(settings.runtime_roots.count, 2);
	assert_string_equal(settings.runtime_roots.items[1], "/b c");
	assert_int_equal(settings_from(&settings, row_of("slow-ms")), 6);
	assert_int_equal(settings_from(&settings, row_of("no-lease")), SETTING_STANDARD);
	assert_null(settings.record);
	settings_free(&settings);
}

/* Files that say nothing, each in its way; and other spellings of one value. */
static void what_yaml_allows_is_allowed(void **state)
{
	static const char *const nothing[] = { "\n", "# only this\n", "---\n", "---\n...\n", "{}\n" };
	static const char *const seven[] = {
		"slow-ms: 7\n", "slow-ms: 7\r\n", "{slow-ms: 7}\n", "---\nslow-ms: 7\n...\n",
		"\"slow-ms\": 7\n", "? slow-ms\n: 7\n", "%YAML 1.1\n---\nslow-ms: 7 # quick\n",
		"\xef\xbb\xbfslow-ms: 7\n", "runtime-root: []\nslow-ms: 7\n", "slow-ms: 0007\n",
	};
	struct settings_problem problem;
	struct settings settings;

	(void)state;
	for (size_t i = 0; i < COUNT(nothing); i++) {
		assert_int_equal(read_text(&settings, nothing[i], &problem), 0);
		assert_int_equal(settings.slow_ms, 100);
		settings_free(&settings);
	}
	for (size_t i = 0; i < COUNT(seven); i++) {
		assert_int_equal(read_text(&settings, seven[i], &problem), 0);
		assert_int_equal(settings.slow_ms, 7);
		settings_free(&settings);
	}
	assert_int_equal(read_text(&settings, "runtime-root: /a\n", &problem), 0);
	assert_int_equal(settings.runtime_roots.count, 1);
	settings_free(&settings);
}

static const struct wrong {
	const char *text;
	unsigned int line, column;
	const char *says;
} wrongs[] = {
	{ "", 0, 0, "it is empty" },
	{ "slow-ms: 10", 0, 0, "no end: half written" },
	{ "a: 1\n", 1, 1, "there is no option 'a'; 'seamark config defaults'" },
	{ "\nSlow_MS: 1\n", 2, 1, "is slow-ms meant?" },
	{ "serie: 1\n", 1, 1, "is series meant?" },
	{ "quiet: true\n", 1, 1, "quiet is an option of the command line only" },
	{ "config: x\n", 1, 1, "config is an option of the command line only" },
	{ "slow-ms: 1\nlang: en\nslow-ms: 2\n", 3, 1, "slow-ms is given twice; first in line 1" },
	{ "slow-ms: 0\n", 1, 10, "slow-ms takes a whole number from 1 to 3600000, not '0'" },
	{ "slow-ms: 3600001\n", 1, 10, "not '3600001'" },
	{ "slow-ms: 99999999999999999999\n", 1, 10, "from 1 to 3600000" },
	{ "slow-ms: -1\n", 1, 10, "not '-1'" },
	{ "slow-ms: 1.5\n", 1, 10, "not '1.5'" },
	{ "slow-ms: 0x10\n", 1, 10, "not '0x10'" },
	{ "slow-ms: 5 series: 6\n", 1, 10, "not '5 series'" },
	{ "slow-ms: \"5\"\n", 1, 10, "slow-ms takes no text" },
	{ "slow-ms:\n", 1, 9, "slow-ms has no value" },
	{ "facts: ''\n", 1, 8, "facts has no value" },
	{ "slow-ms: [1]\n", 1, 10, "slow-ms takes one value, not a list" },
	{ "slow-ms: {a: 1}\n", 1, 10, "not a mapping" },
	{ "runtime-root: {a: 1}\n", 1, 15, "takes a list, not a mapping" },
	{ "runtime-root: [a, [b]]\n", 1, 19, "nothing deeper" },
	{ "runtime-root: [a, b, c, d, e, f, g, h, i]\n", 1, 40, "can be given 8 times" },
	{ "runtime-root: [1]\n", 1, 16, "takes text" },
	{ "ring-kib: 5\n", 1, 11, "ring-kib takes a power of two, not '5'" },
	{ "no-lease: yes\n", 1, 11, "no-lease takes true or false, not 'yes'" },
	{ "lang: fr\n", 1, 7, "lang takes en or zh, not 'fr'" },
	{ "facts: true\n", 1, 8, "put it in quotes" },
	{ "facts: ~\n", 1, 8, "put it in quotes" },
	{ "facts: 12\n", 1, 8, "put it in quotes" },
	{ "facts: \"a\\0b\"\n", 1, 8, "NUL character" },
	{ "facts: |\n  a\n", 1, 8, "takes one line" },
	{ "facts: \"a\\nb\"\n", 1, 8, "takes one line" },
	{ "facts: \"a\\Lb\"\n", 1, 8, "takes one line" },
	{ "otlp: collector:4318\n", 1, 7, "otlp takes http://HOST:PORT" },
	{ "otlp: 'http://#1@'\n", 1, 7, "otlp takes http://HOST:PORT" },
	{ "otlp: https:///v1\n", 1, 7, "otlp takes http://HOST:PORT" },
	{ "otlp: http://me:secret@c:4318\n", 1, 7, "this file; OTEL_EXPORTER_OTLP_HEADERS takes one" },
	{ "facts: &a x\n", 1, 8, "anchors and aliases" },
	{ "&a facts: x\n", 1, 1, "anchors and aliases" },
	{ "facts: *a\n", 1, 8, "anchors and aliases" },
	{ "slow-ms: !!int 5\n", 1, 10, "tags are not taken" },
	{ "slow-ms: 1\n---\nslow-ms: 2\n", 2, 1, "a second document begins here" },
	{ "- slow-ms: 1\n", 1, 1, "options are needed here" },
	{ "slow-ms\n", 1, 1, "options are needed here" },
	{ "? [a]\n: 1\n", 1, 3, "the name of an option" },
	{ "slow-ms: 1\n\tseries: 2\n", 2, 1, "tab" },
	{ "lang: en\nfacts: \"x\n", 3, 1, "unexpected end of stream" },
	{ "lang: en\nfacts: @x\n", 2, 8, "quote a value that begins so" },
	{ "lang: en\nfacts: \xff\n", 2, 8, "this is no UTF-8 (byte 0xff)" },
	{ "facts: \xc3\xa9\xc3\n", 1, 9, "this is no UTF-8 (byte 0xc3)" },
	{ "facts: a\x1b[2J\n", 1, 9, "control character" },
	{ "lang: en\nfacts: a\xc2\x9b\n", 2, 9, "control character" },
};

static void what_is_wrong_is_told_with_its_place(void **state)
{
	struct settings_problem problem;
	struct settings settings;

	(void)state;
	for (size_t i = 0; i < COUNT(wrongs); i++) {
		const struct wrong *wrong = &wrongs[i];

		assert_int_equal(read_text(&settings, wrong->text, &problem), -EINVAL);
		if (problem.line != wrong->line || problem.column != wrong->column ||
		    !strstr(problem.text, wrong->says))
			fail_msg("%s: %u:%u: %s", wrong->text, problem.line, problem.column,
				 problem.text);
		assert_null(strstr(problem.text, "secret@"));
		settings_free(&settings);
	}
}

static void nul_bytes_and_other_encodings_are_refused(void **state)
{
	static const char zero[] = "facts: a\0b\n", wide[] = "\xff\xfes\0l\0\n\0";
	struct settings_problem problem;
	struct settings settings;

	(void)state;
	settings_init(&settings, LANGUAGE_ENGLISH);
	assert_int_equal(settings_read(&settings, zero, sizeof(zero) - 1, &problem), -EINVAL);
	assert_int_equal(problem.column, 9);
	assert_non_null(strstr(problem.text, "NUL byte"));
	assert_int_equal(settings_read(&settings, wide, sizeof(wide) - 1, &problem), -EINVAL);
	assert_non_null(strstr(problem.text, "no UTF-8"));
	settings_free(&settings);
}

static void read_repeated(const char *head, char one, size_t count, const char *tail, int wanted)
{
	size_t at = strlen(head), size = at + count + strlen(tail);
	struct settings_problem problem;
	struct settings settings;
	char *text = malloc(size + 1);

	memcpy(text, head, at);
	memset(text + at, one, count);
	strcpy(text + at + count, tail);
	settings_init(&settings, LANGUAGE_ENGLISH);
	assert_int_equal(settings_read(&settings, text, size, &problem), wanted);
	settings_free(&settings);
	free(text);
}

static void files_are_bounded(void **state)
{
	(void)state;
	read_repeated("#", 'x', SETTINGS_FILE_MAX - 2, "\n", 0);
	read_repeated("#", 'x', SETTINGS_FILE_MAX - 1, "\n", -EINVAL);
	read_repeated("facts: ", 'x', SETTING_TEXT_MAX - 1, "\n", 0);
	read_repeated("facts: ", 'x', SETTING_TEXT_MAX, "\n", -EINVAL);
	read_repeated("slow-ms: ", '[', SETTINGS_FILE_MAX - 10, "\n", -EINVAL);
	read_repeated("", '[', SETTINGS_FILE_MAX - 1, "\n", -EINVAL);
	read_repeated("", '{', SETTINGS_FILE_MAX - 1, "\n", -EINVAL);
	read_repeated("", 'x', 100000, ": 1\n", -EINVAL);
}

/* What stands on the command line stays; the file's word for it is only checked. */
static void the_command_line_wins(void **state)
{
	struct settings_problem problem;
	struct settings settings;
	char why[256];

	(void)state;
	settings_init(&settings, LANGUAGE_CHINESE);
	assert_int_equal(settings.language, LANGUAGE_CHINESE);
	assert_true(settings_take(&settings, row_of("slow-ms"), "5", SETTING_GIVEN, why, 256));
	assert_true(settings_take(&settings, row_of("runtime-root"), "/a", SETTING_GIVEN, why, 256));
	assert_true(settings_take(&settings, row_of("runtime-root"), "/b", SETTING_GIVEN, why, 256));
	assert_false(settings_take(&settings, row_of("series"), "0", SETTING_GIVEN, why, 256));
	assert_string_equal(why, "--series takes a whole number from 1 to 10000000, not '0'");
	assert_int_equal(settings_read(&settings, "slow-ms: 6\nruntime-root: [/c]\nseries: 9\n", 40,
				       &problem), 0);
	assert_int_equal(settings.slow_ms, 5);
	assert_int_equal(settings.series, 9);
	assert_int_equal(settings.runtime_roots.count, 2);
	assert_int_equal(settings_read(&settings, "slow-ms: x\n", 11, &problem), -EINVAL);
	settings_free(&settings);
}

/* One sentence is worth nothing if it can forge a line of a log. */
static void foreign_words_are_made_printable(void **state)
{
	struct settings_problem problem;
	struct settings settings;
	char out[512];

	(void)state;
	assert_int_equal(read_text(&settings, "\"a\\n\\e[2J\": 1\n", &problem), -EINVAL);
	assert_non_null(strstr(problem.text, "a\\x0a\\x1b[2J"));
	settings_problem_print(&problem, "a\nb", out, sizeof(out));
	assert_null(strchr(out, '\n'));
	settings_free(&settings);
}

static void everything_is_the_same(const struct settings *one, const struct settings *other)
{
	for (size_t i = 0; i < settings_count; i++)
		if (settings_table[i].takers & FOR_FILE &&
		    !settings_same(one, other, &settings_table[i]))
			fail_msg("%s differs", settings_table[i].name);
}

static void what_is_written_reads_back(void **state)
{
	static const char *const awkward[] = {
		"/plain", "none", "true", "12", "a: b", "# no comment", "with \"quotes\" and \\",
		"\xe4\xb8\xad\xe6\x96\x87", "- x", "*", "x ", "[", "@",
	};
	struct settings settings, again;
	struct settings_problem problem;
	struct buffer out;
	char why[256];

	(void)state;
	for (size_t i = 0; i < COUNT(awkward); i++) {
		settings_init(&settings, LANGUAGE_ENGLISH);
		assert_true(settings_take(&settings, row_of("runtime-root"), awkward[i], 1, why, 256));
		assert_true(settings_take(&settings, row_of("facts"), awkward[i], 1, why, 256));
		assert_true(settings_take(&settings, row_of("keep-probes"), "3", 1, why, 256));
		buffer_init(&out, 1 << 16);
		settings_write(&out, &settings);
		settings_init(&again, LANGUAGE_ENGLISH);
		assert_int_equal(settings_read(&again, out.data, out.size, &problem), 0);
		everything_is_the_same(&settings, &again);
		buffer_free(&out);
		settings_free(&settings);
		settings_free(&again);
	}
}

/* As it is, the commented file says nothing; without the '#' it says the defaults. */
static void the_commented_file_holds_the_defaults(void **state)
{
	struct settings defaults, read;
	struct settings_problem problem;
	struct buffer out;

	(void)state;
	settings_init(&defaults, LANGUAGE_ENGLISH);
	buffer_init(&out, 1 << 16);
	settings_write_defaults(&out);
	assert_int_equal(read_text(&read, out.data, &problem), 0);
	everything_is_the_same(&defaults, &read);
	settings_free(&read);
	for (char *at = out.data; (at = strstr(at, "\n#")); at++)
		if (at[2] != ' ' && at[2] != '\n')
			at[1] = ' ';
	/* " key: value" in every line: an indented mapping. */
	assert_int_equal(read_text(&read, out.data, &problem), 0);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];

		if (!(row->takers & FOR_FILE))
			continue;
		assert_true(settings_from(&read, row) > 0);
		assert_true(row->example || settings_same(&defaults, &read, row));
	}
	settings_free(&read);
	settings_free(&defaults);
	buffer_free(&out);
}

/* What the rest relies on in every row. */
static void the_table_holds_what_it_promises(void **state)
{
	struct settings settings;
	char why[256];

	(void)state;
	settings_init(&settings, LANGUAGE_ENGLISH);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];

		assert_true(row->takers && row->help && *row->name);
		assert_int_equal(!row->argument,
				 row->type == SETTING_FLAG || row->type == SETTING_HELP);
		assert_int_equal(!!row->choices, row->type == SETTING_CHOICE);
		for (size_t j = 0; j < i; j++)
			assert_true(strcmp(row->name, settings_table[j].name) ||
				    !(row->takers & settings_table[j].takers));
		if (row->standard)
			assert_true(settings_take(&settings, row, row->standard, 1, why, 256));
		if (row->type == SETTING_NUMBER || row->type == SETTING_POWER)
			assert_true(row->minimum < row->maximum);
		if (!(row->takers & FOR_FILE))
			continue;
		assert_non_null(row->chinese);
		assert_true(row->standard || row->type == SETTING_FLAG || row->example);
		assert_int_equal(!!row->secret, row->type == SETTING_URL);
		/* A copy of nothing would leave what was there; of a list it is the empty one. */
		assert_true(!row->live || row->type <= SETTING_CHOICE ||
			    row->type == SETTING_LIST);
	}
	settings_free(&settings);
}

static void events_are_called_as_in_facts(void **state)
{
	const struct setting *row = settings_find("event", FOR_TRACE);
	size_t count = 0, kinds = 0;

	(void)state;
	for (const struct setting_choice *one = row->choices; one->name; one++, count++)
		assert_string_equal(one->name, event_kind_name(one->value));
	for (int kind = EVENT_NONE; kind < EVENT_MAX; kind++)
		kinds += event_kind_name(kind) != NULL;
	assert_int_equal(count, kinds);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void files_are_read(void **state)
{
	char folder[] = "/tmp/seamark-config.XXXXXX", path[64];
	struct settings_problem problem;
	struct settings settings;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a", folder);
	settings_init(&settings, LANGUAGE_ENGLISH);
	assert_int_equal(settings_read_file(&settings, path, &problem), -ENOENT);
	assert_int_equal(settings_read_file(&settings, folder, &problem), -EINVAL);
	write_file(path, "slow-ms: 9\n");
	assert_int_equal(settings_read_file(&settings, path, &problem), 0);
	assert_int_equal(settings.slow_ms, 9);
	write_file(path, "");
	assert_int_equal(settings_read_file(&settings, path, &problem), -EINVAL);
	assert_int_equal(truncate(path, SETTINGS_FILE_MAX + 1), 0);
	assert_int_equal(settings_read_file(&settings, path, &problem), -EFBIG);
	unlink(path);
	rmdir(folder);
	settings_free(&settings);
}

static void values_are_compared_and_copied(void **state)
{
	struct settings old, fresh;
	struct settings_problem problem;

	(void)state;
	settings_init(&old, LANGUAGE_ENGLISH);
	assert_int_equal(read_text(&fresh, "slow-ms: 5\nlang: zh\nruntime-root: [/a, /b]\nfacts: x\n",
				   &problem), 0);
	assert_false(settings_same(&old, &fresh, row_of("slow-ms")));
	assert_false(settings_same(&old, &fresh, row_of("runtime-root")));
	assert_false(settings_same(&old, &fresh, row_of("facts")));
	assert_true(settings_same(&old, &fresh, row_of("series")));
	for (size_t i = 0; i < settings_count; i++)
		if (settings_table[i].takers & FOR_FILE)
			assert_true(settings_copy(&old, &fresh, &settings_table[i]));
	everything_is_the_same(&old, &fresh);
	settings_free(&fresh);
	assert_string_equal(old.runtime_roots.items[1], "/b");
	assert_int_equal(settings_from(&old, row_of("lang")), 2);
	settings_free(&old);
}

static void near_names_are_found(void **state)
{
	(void)state;
	assert_string_equal(settings_nearest("all_program", FOR_FILE)->name, "all-programs");
	assert_string_equal(settings_nearest("oltp", FOR_FILE)->name, "otlp");
	assert_null(settings_nearest("", FOR_FILE));
	assert_null(settings_nearest("zzzz", FOR_FILE));
	assert_null(settings_nearest("a-name-of-more-than-thirty-two-letters", FOR_FILE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_files_are_taken),
		cmocka_unit_test(what_yaml_allows_is_allowed),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(nul_bytes_and_other_encodings_are_refused),
		cmocka_unit_test(files_are_bounded),
		cmocka_unit_test(the_command_line_wins),
		cmocka_unit_test(foreign_words_are_made_printable),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_commented_file_holds_the_defaults),
		cmocka_unit_test(the_table_holds_what_it_promises),
		cmocka_unit_test(events_are_called_as_in_facts),
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(values_are_compared_and_copied),
		cmocka_unit_test(near_names_are_found),
	};

	return RUN(tests);
}
