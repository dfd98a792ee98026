/* SPDX-License-Identifier: BSD-2-Clause */
/* The values of all options. A new option is a row in settings_table.c and a field here. */
#ifndef SEAMARK_SETTINGS_H
#define SEAMARK_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "user/pipeline/setting.h"
#include "user/verdict/verdict.h"

#define SETTING_ITEMS_MAX 32

struct setting_list {
	const char *items[SETTING_ITEMS_MAX];
	size_t count;
};

/* Where a value is from; else the line of the file. */
#define SETTING_STANDARD	0
#define SETTING_GIVEN		(-1)	/* on the command line, which wins over the file */

struct setting_text;

struct settings {
	const char *config;
	const char *listen;
	const char *otlp;
	const char *spool;
	unsigned long spool_mib;
	bool quiet;
	const char *diagnosis;
	bool json;
	bool all;
	bool once;
	bool reference;
	bool metrics;
	bool failed;
	unsigned int event;		/* enum event_kind; EVENT_NONE: all */
	const char *container;
	const char *program;
	unsigned long interval_s;
	unsigned long pid;		/* 0: all */
	const char *facts;
	const char *record;
	unsigned int journal;		/* enum journal_share */
	bool all_programs;
	unsigned int syscalls;		/* enum syscalls_mode */
	unsigned long hot_calls;	/* a second; 0: none */
	unsigned long slow_ms;
	unsigned long series;
	unsigned int language;		/* enum language */
	unsigned long history_mib;
	unsigned long ring_kib;
	bool plain_uprobes;
	bool stub_uprobes;
	bool direct_calls;
	bool no_expedite;
	unsigned long keep_s;
	bool no_lease;
	struct setting_list runtime_roots;
	struct setting_list rules;	/* of sampling */
	const char *pods;		/* NULL: Kubernetes is not asked */
	const char *pods_token;
	const char *pods_ca;
	bool pods_unverified;

	enum language of_environment;	/* the language where none is given */
	int from[SETTINGS_MAX];		/* by row */
	struct setting_text *texts;	/* owned; what the fields point to */
};

/* All defaults. To be freed; not to be copied. */
void settings_init(struct settings *settings, enum language of_environment);
void settings_free(struct settings *settings);

/* The row that one of takers knows by that name; NULL: none. */
const struct setting *settings_find(const char *name, unsigned int takers);
/*
 * Sets one value, or adds to a list: anew when it was from elsewhere. from: SETTING_GIVEN or a
 * line. False, and a sentence in why, when the text is none of the row's.
 */
bool settings_take(struct settings *settings, const struct setting *row, const char *text,
		   int from, char *why, size_t size);
int settings_from(const struct settings *settings, const struct setting *row);
/* A list of the file with nothing in it. */
void settings_take_none(struct settings *settings, const struct setting *row, int from);

bool settings_same(const struct settings *one, const struct settings *other,
		   const struct setting *row);
/* Of a row that has a value, or is a list. False: out of memory. */
bool settings_copy(struct settings *to, const struct settings *from, const struct setting *row);
/* A value as it would be given; index: of a list. NULL: there is none. room: for numbers. */
const char *settings_text(const struct settings *settings, const struct setting *row, size_t index,
			  char *room, size_t size);

#endif
