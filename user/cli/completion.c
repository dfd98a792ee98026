/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark completion: what the tables say of the words of each command, for three shells. */
#include "user/cli/completion.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/options.h"
#include "user/cli/output.h"

#define OUTPUT_LIMIT (1u << 20)

static const struct shell {
	const char *name;
	void (*write)(struct buffer *out);
} shells[] = {
	{ "bash", completion_bash }, { "zsh", completion_zsh }, { "fish", completion_fish },
};

#define SHELLS (sizeof(shells) / sizeof(shells[0]))

const struct command *completion_command(size_t index)
{
	for (const struct command *command = commands; command->name; command++)
		if (command->help && !index--)
			return command;
	return NULL;
}

unsigned int completion_takers(const struct command *command)
{
	return options_takers(command->name);
}

/* The words of a command's usage tell: "FILE", "COMMAND [ARGUMENTS...]", "bash|zsh|fish". */
enum completion_argument completion_argument_of(const struct command *command)
{
	if (strstr(command->arguments, "-- COMMAND"))
		return COMPLETION_COMMAND;
	if (!strcmp(command->name, "help") || strchr(command->arguments, '|'))
		return COMPLETION_WORDS;
	return strstr(command->arguments, "FILE") ? COMPLETION_FILE : COMPLETION_NOTHING;
}

static void add_word(struct buffer *out, const char *word, size_t length)
{
	if (out->size)
		buffer_byte(out, ' ');
	buffer_append(out, word, length);
}

/* First words of the alternatives: "check FILE | print" are check and print. */
static void add_alternatives(struct buffer *out, const char *arguments)
{
	while (*arguments) {
		arguments += strspn(arguments, " |");
		add_word(out, arguments, strcspn(arguments, " |["));
		arguments += strcspn(arguments, "|");
	}
}

void completion_words(struct buffer *out, const struct command *command)
{
	const struct command *one;

	if (strcmp(command->name, "help")) {
		add_alternatives(out, command->arguments);
		return;
	}
	for (size_t i = 0; (one = completion_command(i)); i++)
		add_word(out, one->name, strlen(one->name));
}

void completion_choices(struct buffer *out, const struct setting *row)
{
	for (const struct setting_choice *one = row->choices; one && one->name; one++)
		add_word(out, one->name, strlen(one->name));
}

bool completion_takes_file(const struct setting *row)
{
	return row->argument && (!strcmp(row->argument, "FILE") || !strcmp(row->argument, "DIR"));
}

static int print(const struct shell *shell)
{
	struct buffer out;
	bool written;

	buffer_init(&out, OUTPUT_LIMIT);
	shell->write(&out);
	written = output_print(&out);
	buffer_free(&out);
	return written ? EXIT_OK : EXIT_FAILED;
}

int cli_completion(int argc, char **argv)
{
	struct settings settings;
	const char *name;
	int code;

	if (!options_parse(FOR_COMPLETION, argc, argv, &settings, &code))
		return code;
	settings_free(&settings);
	name = optind + 1 == argc ? argv[optind] : "";
	for (size_t i = 0; i < SHELLS; i++)
		if (!strcmp(shells[i].name, name))
			return print(&shells[i]);
	cli_error("completion takes one of bash, zsh and fish");
	return EXIT_USAGE;
}
