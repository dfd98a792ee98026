/* SPDX-License-Identifier: BSD-2-Clause */
/* What each type of option takes, holds and gives back; the rows themselves are the table's. */
#include "user/pipeline/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/printable.h"

#define SHOWN_MAX	128	/* bytes of a wrong value that a sentence shows */
#define WORDS_MAX	3	/* choices: fewer are all named in "takes en or zh" */

struct setting_text {
	struct setting_text *next;
	char text[];
};

static void *field_of(const struct settings *settings, const struct setting *row)
{
	return (char *)settings + row->offset;
}

static size_t index_of(const struct setting *row)
{
	return (size_t)(row - settings_table);
}

void settings_init(struct settings *settings, enum language of_environment)
{
	char why[64];

	memset(settings, 0, sizeof(*settings));
	settings->of_environment = of_environment;
	settings->language = of_environment;
	for (size_t i = 0; i < settings_count; i++)
		if (settings_table[i].standard)
			settings_take(settings, &settings_table[i], settings_table[i].standard,
				      SETTING_STANDARD, why, sizeof(why));
}

void settings_free(struct settings *settings)
{
	while (settings->texts) {
		struct setting_text *next = settings->texts->next;

		free(settings->texts);
		settings->texts = next;
	}
	memset(settings, 0, sizeof(*settings));
}

const struct setting *settings_find(const char *name, unsigned int takers)
{
	for (size_t i = 0; i < settings_count; i++)
		if (settings_table[i].takers & takers && !strcmp(settings_table[i].name, name))
			return &settings_table[i];
	return NULL;
}

int settings_from(const struct settings *settings, const struct setting *row)
{
	return settings->from[index_of(row)];
}

/* The same text again costs nothing: a file that is read over and over holds no more than once. */
static const char *keep(struct settings *settings, const char *text)
{
	size_t size = strlen(text) + 1;
	struct setting_text *kept;

	for (kept = settings->texts; kept; kept = kept->next)
		if (!strcmp(kept->text, text))
			return kept->text;
	kept = malloc(sizeof(*kept) + size);
	if (!kept)
		return NULL;
	memcpy(kept->text, text, size);
	kept->next = settings->texts;
	settings->texts = kept;
	return kept->text;
}

/* What one value is to be set to, and where a refusal goes. */
struct taking {
	struct settings *settings;
	const struct setting *row;
	const char *text;
	const char *dashes;	/* before the name: "--" on the command line */
	char shown[SHOWN_MAX];
	bool anew;		/* a list begins */
	char *why;
	size_t size;
};

static bool refuse(const struct taking *taking, const char *wanted)
{
	snprintf(taking->why, taking->size, "%s%s takes %s, not '%s'", taking->dashes,
		 taking->row->name, wanted, taking->shown);
	return false;
}

static bool take_flag(const struct taking *taking)
{
	bool value = !strcmp(taking->text, "true");

	if (!value && strcmp(taking->text, "false"))
		return refuse(taking, "true or false");
	*(bool *)field_of(taking->settings, taking->row) = value;
	return true;
}

static bool take_number(const struct taking *taking)
{
	const struct setting *row = taking->row;
	size_t digits = strspn(taking->text, "0123456789");
	unsigned long value;
	char wanted[96];

	errno = 0;
	value = strtoul(taking->text, NULL, 10);
	if (errno || !digits || taking->text[digits] || value < row->minimum ||
	    value > row->maximum) {
		snprintf(wanted, sizeof(wanted), "a whole number from %lu to %lu", row->minimum,
			 row->maximum);
		return refuse(taking, wanted);
	}
	if (row->type == SETTING_POWER && value & (value - 1))
		return refuse(taking, "a power of two");
	*(unsigned long *)field_of(taking->settings, row) = value;
	return true;
}

static bool refuse_choice(const struct taking *taking)
{
	const struct setting *row = taking->row;
	char words[256] = "";
	size_t count = 0, used = 0;

	while (row->choices[count].name)
		count++;
	for (size_t i = 0; i < count && used < sizeof(words); i++)
		used += (size_t)snprintf(words + used, sizeof(words) - used, "%s%s",
					 !i ? "" : count < WORDS_MAX ? " or " : ", ",
					 row->choices[i].name);
	if (count < WORDS_MAX)
		return refuse(taking, words);
	snprintf(taking->why, taking->size, "there is no %s '%s'; there are %s", row->name,
		 taking->shown, words);
	return false;
}

static bool take_choice(const struct taking *taking)
{
	for (const struct setting_choice *one = taking->row->choices; one->name; one++)
		if (one->begins ? !strncmp(taking->text, one->name, strlen(one->name))
				: !strcmp(taking->text, one->name)) {
			*(unsigned int *)field_of(taking->settings, taking->row) = one->value;
			return true;
		}
	return refuse_choice(taking);
}

static bool take_text(const struct taking *taking)
{
	const char *kept = keep(taking->settings, taking->text);

	if (!kept)
		snprintf(taking->why, taking->size, "out of memory");
	else
		*(const char **)field_of(taking->settings, taking->row) = kept;
	return kept;
}

static bool take_item(const struct taking *taking)
{
	struct setting_list *list = field_of(taking->settings, taking->row);
	char wrong[256];
	const char *kept;

	if (taking->anew)
		list->count = 0;
	if (list->count == taking->row->maximum) {
		snprintf(taking->why, taking->size, "%s%s can be given %lu times", taking->dashes,
			 taking->row->name, taking->row->maximum);
		return false;
	}
	if (taking->row->check && !taking->row->check(taking->text, wrong, sizeof(wrong))) {
		snprintf(taking->why, taking->size, "%s%s: %s", taking->dashes, taking->row->name,
			 wrong);
		return false;
	}
	kept = keep(taking->settings, taking->text);
	if (!kept)
		snprintf(taking->why, taking->size, "out of memory");
	else
		list->items[list->count++] = kept;
	return kept;
}

static bool take_nothing(const struct taking *taking)
{
	return refuse(taking, "no value");
}

bool settings_take(struct settings *settings, const struct setting *row, const char *text,
		   int from, char *why, size_t size)
{
	static bool (*const take[])(const struct taking *taking) = {
		[SETTING_FLAG] = take_flag,	[SETTING_NUMBER] = take_number,
		[SETTING_POWER] = take_number,	[SETTING_CHOICE] = take_choice,
		[SETTING_TEXT] = take_text,	[SETTING_URL] = take_text,
		[SETTING_LIST] = take_item,	[SETTING_HELP] = take_nothing,
	};
	struct taking taking = {
		.settings = settings, .row = row, .text = text, .why = why, .size = size,
		.dashes = from == SETTING_GIVEN ? "--" : "",
		.anew = settings_from(settings, row) != from,
	};

	snprintf(taking.shown, sizeof(taking.shown), "%s", text);
	printable_keep(taking.shown, sizeof(taking.shown));
	if (!take[row->type](&taking))
		return false;
	settings->from[index_of(row)] = from;
	return true;
}

void settings_take_none(struct settings *settings, const struct setting *row, int from)
{
	((struct setting_list *)field_of(settings, row))->count = 0;
	settings->from[index_of(row)] = from;
}

const char *settings_text(const struct settings *settings, const struct setting *row, size_t index,
			  char *room, size_t size)
{
	const void *field = field_of(settings, row);
	const struct setting_list *list = field;

	if (row->type == SETTING_LIST)
		return index < list->count ? list->items[index] : NULL;
	if (index || row->type == SETTING_HELP)
		return NULL;
	switch (row->type) {
	case SETTING_FLAG:
		return *(const bool *)field ? "true" : "false";
	case SETTING_NUMBER:
	case SETTING_POWER:
		snprintf(room, size, "%lu", *(const unsigned long *)field);
		return room;
	case SETTING_CHOICE:
		for (const struct setting_choice *one = row->choices; one->name; one++)
			if (one->value == *(const unsigned int *)field)
				return one->name;
		return NULL;
	default:
		return *(const char *const *)field;
	}
}

bool settings_same(const struct settings *one, const struct settings *other,
		   const struct setting *row)
{
	char rooms[2][32];

	for (size_t i = 0;; i++) {
		const char *first = settings_text(one, row, i, rooms[0], sizeof(rooms[0]));
		const char *second = settings_text(other, row, i, rooms[1], sizeof(rooms[1]));

		if (!first || !second)
			return first == second;
		if (strcmp(first, second))
			return false;
	}
}

bool settings_copy(struct settings *to, const struct settings *from, const struct setting *row)
{
	char room[32], why[64];
	const char *text;

	if (row->type == SETTING_LIST)
		settings_take_none(to, row, settings_from(from, row));
	for (size_t i = 0; (text = settings_text(from, row, i, room, sizeof(room))); i++)
		if (!settings_take(to, row, text, settings_from(from, row), why, sizeof(why)))
			return false;
	return true;
}
