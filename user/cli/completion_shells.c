/* SPDX-License-Identifier: BSD-2-Clause */
/* The scripts themselves, each as its shell wants it. */
#include <string.h>

#include "user/cli/completion.h"
#include "user/pipeline/settings_write.h"

#define WORDS_LIMIT	4096

#define EACH_OPTION(row, wanted)							\
	for (const struct setting *row = settings_table;				\
	     row < settings_table + settings_count; row++)				\
		if (row->takers & (wanted))

static void write_choices(struct buffer *out, const struct setting *row)
{
	struct buffer words;

	buffer_init(&words, WORDS_LIMIT);
	completion_choices(&words, row);
	buffer_append(out, words.data, words.size);
	buffer_free(&words);
}

static void write_words(struct buffer *out, const struct command *command)
{
	struct buffer words;

	buffer_init(&words, WORDS_LIMIT);
	completion_words(&words, command);
	buffer_append(out, words.data, words.size);
	buffer_free(&words);
}

/* For single quotes: a backslash before what is special there, and quote instead of a quote. */
static void write_quoted(struct buffer *out, const char *text, const char *special,
			 const char *quote)
{
	for (; *text; text++) {
		if (*text == '\'') {
			buffer_string(out, quote);
			continue;
		}
		if (strchr(special, *text))
			buffer_byte(out, '\\');
		buffer_byte(out, (uint8_t)*text);
	}
}

static void write_help(struct buffer *out, const struct setting *row, const char *special,
		       const char *quote)
{
	struct buffer help;

	buffer_init(&help, WORDS_LIMIT);
	settings_write_help(&help, row);
	if (help.size)
		write_quoted(out, help.data, special, quote);
	buffer_free(&help);
}

static const char bash_head[] =
	"# Completion of seamark for bash: made by 'seamark completion bash'.\n"
	"_seamark()\n"
	"{\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tlocal command=${COMP_WORDS[1]} options='' words='' files='' i\n"
	"\tCOMPREPLY=()\n"
	"\t# --lang=zh comes as three words.\n"
	"\tif [ \"$word\" = = ]; then word=''; fi\n"
	"\tif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
	"\t# What stands behind 'run --' is another command's.\n"
	"\tfor ((i = 2; i < COMP_CWORD; i++)); do\n"
	"\t\tif [ \"$command ${COMP_WORDS[i]}\" = 'run --' ]; then before='command'; fi\n"
	"\tdone\n";
static const char bash_tail[] =
	"\tesac\n"
	"\tcase $word in\n"
	"\t-*) words=\"$options $words\" ;;\n"
	"\t*) if [ -z \"$words$files\" ]; then words=$options; fi ;;\n"
	"\tesac\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\"\n"
	"\t\tif [ -n \"$files\" ]; then compgen -f -- \"$word\"; fi\n"
	"\t\tif [ \"$files\" = commands ]; then compgen -c -- \"$word\"; fi)\n"
	"\tif [ -n \"$files\" ]; then compopt -o filenames 2>/dev/null; fi\n"
	"\treturn 0\n"
	"}\n"
	"complete -F _seamark seamark\n";

/* What stands behind an option that takes a value. */
static void bash_values(struct buffer *out, const struct command *command)
{
	EACH_OPTION(row, completion_takers(command)) {
		if (!row->argument)
			continue;
		buffer_printf(out, "\t'%s --%s') ", command->name, row->name);
		if (row->choices) {
			buffer_string(out, "words='");
			write_choices(out, row);
			buffer_string(out, "' ;;\n");
		} else {
			buffer_string(out, completion_takes_file(row) ? "files=yes ;;\n"
								       : "return 0 ;;\n");
		}
	}
}

/* "check FILE | print": behind check there is a file. */
static void bash_word_before_file(struct buffer *out, const struct command *command)
{
	const char *end = strstr(command->arguments, " FILE"), *word = end;

	if (!end || completion_argument_of(command) != COMPLETION_WORDS)
		return;
	while (word > command->arguments && word[-1] != ' ')
		word--;
	buffer_printf(out, "\t'%s %.*s') files=yes ;;\n", command->name, (int)(end - word), word);
}

static void bash_command(struct buffer *out, const struct command *command)
{
	enum completion_argument argument = completion_argument_of(command);

	bash_values(out, command);
	bash_word_before_file(out, command);
	buffer_printf(out, "\t'%s '*) options='", command->name);
	EACH_OPTION(row, completion_takers(command))
		buffer_printf(out, "--%s ", row->name);
	buffer_byte(out, '\'');
	if (argument == COMPLETION_WORDS) {
		buffer_string(out, " words='");
		write_words(out, command);
		buffer_byte(out, '\'');
	} else if (argument != COMPLETION_NOTHING) {
		buffer_string(out, argument == COMPLETION_FILE ? " files=yes" : " files=commands");
	}
	buffer_string(out, " ;;\n");
}

void completion_bash(struct buffer *out)
{
	const struct command *command;

	buffer_string(out, bash_head);
	buffer_string(out, "\tif [ \"$COMP_CWORD\" -eq 1 ]; then command=''; fi\n"
			   "\tcase \"$command $before\" in\n\t' '*) words='--help --version");
	for (size_t i = 0; (command = completion_command(i)); i++)
		buffer_printf(out, " %s", command->name);
	buffer_string(out, "' ;;\n\t'run command') files=commands ;;\n");
	for (size_t i = 0; (command = completion_command(i)); i++)
		bash_command(out, command);
	buffer_string(out, bash_tail);
}

static void zsh_option(struct buffer *out, const struct setting *row)
{
	buffer_printf(out, " \\\n\t\t\t'%s--%s%s[", row->type == SETTING_LIST ? "*" : "", row->name,
		      row->argument ? "=" : "");
	write_help(out, row, "[]:\\", "'\\''");
	buffer_byte(out, ']');
	if (row->choices) {
		buffer_printf(out, ":%s:(", row->argument);
		write_choices(out, row);
		buffer_byte(out, ')');
	} else if (row->argument) {
		buffer_printf(out, ":%s:%s", row->argument,
			      completion_takes_file(row) ? "_files" : " ");
	}
	buffer_byte(out, '\'');
}

static void zsh_command(struct buffer *out, const struct command *command)
{
	buffer_printf(out, "\t%s)\n\t\t_arguments -S", command->name);
	EACH_OPTION(row, completion_takers(command))
		zsh_option(out, row);
	switch (completion_argument_of(command)) {
	case COMPLETION_WORDS:
		buffer_string(out, " \\\n\t\t\t'1:word:(");
		write_words(out, command);
		buffer_string(out, ")' \\\n\t\t\t'*:file:_files'");
		break;
	case COMPLETION_FILE:
		buffer_string(out, " \\\n\t\t\t'1:file:_files'");
		break;
	case COMPLETION_COMMAND:
		buffer_string(out, " \\\n\t\t\t'(-)1:command:_command_names -e' \\\n"
				   "\t\t\t'*::argument:_normal'");
		break;
	default:
		break;
	}
	buffer_string(out, "\n\t\t;;\n");
}

void completion_zsh(struct buffer *out)
{
	const struct command *command;

	buffer_string(out, "#compdef seamark\n"
			   "# Completion of seamark for zsh: made by 'seamark completion zsh'.\n"
			   "_seamark()\n{\n\tlocal command\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; (command = completion_command(i)); i++) {
		buffer_printf(out, "\t\t'%s:", command->name);
		write_quoted(out, command->help, "", "'\\''");
		buffer_string(out, "'\n");
	}
	buffer_string(out, "\t)\n\tif (( CURRENT == 2 )); then\n"
			   "\t\t_describe command commands\n\t\treturn\n\tfi\n"
			   "\tcommand=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n"
			   "\tcase $command in\n");
	for (size_t i = 0; (command = completion_command(i)); i++)
		zsh_command(out, command);
	buffer_string(out, "\tesac\n}\n_seamark \"$@\"\n");
}

static void fish_option(struct buffer *out, const struct command *command,
			const struct setting *row)
{
	buffer_printf(out, "complete -c seamark -n '__fish_seen_subcommand_from %s' -l %s",
		      command->name, row->name);
	if (row->choices) {
		buffer_string(out, " -x -a '");
		write_choices(out, row);
		buffer_byte(out, '\'');
	} else if (row->argument) {
		buffer_string(out, completion_takes_file(row) ? " -r -F" : " -x");
	}
	buffer_string(out, " -d '");
	write_help(out, row, "\\", "\\'");
	buffer_string(out, "'\n");
}

static void fish_argument(struct buffer *out, const struct command *command)
{
	enum completion_argument argument = completion_argument_of(command);

	if (argument == COMPLETION_NOTHING)
		return;
	buffer_printf(out, "complete -c seamark -n '__fish_seen_subcommand_from %s' ",
		      command->name);
	if (argument == COMPLETION_FILE) {
		buffer_string(out, "-F\n");
	} else if (argument == COMPLETION_COMMAND) {
		buffer_string(out, "-a '(__fish_complete_subcommand)'\n");
	} else {
		buffer_string(out, "-a '");
		write_words(out, command);
		buffer_string(out, strstr(command->arguments, " FILE") ? "' -F\n" : "'\n");
	}
}

void completion_fish(struct buffer *out)
{
	const struct command *command;

	buffer_string(out, "# Completion of seamark for fish: made by 'seamark completion fish'.\n"
			   "complete -c seamark -f\n");
	for (size_t i = 0; (command = completion_command(i)); i++) {
		buffer_printf(out, "complete -c seamark -n __fish_use_subcommand -a %s -d '",
			      command->name);
		write_quoted(out, command->help, "\\", "\\'");
		buffer_string(out, "'\n");
	}
	for (size_t i = 0; (command = completion_command(i)); i++) {
		EACH_OPTION(row, completion_takers(command))
			fish_option(out, command, row);
		fish_argument(out, command);
	}
}
