/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every option of every command, in one table: command line, configuration file, --help, manual,
 * shell completion and reference are made of it. A new option is a row in settings_table.c and a
 * field here.
 */
#ifndef SEAMARK_SETTINGS_H
#define SEAMARK_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "user/host/runtime_files.h"
#include "user/verdict/verdict.h"

#define SETTINGS_MAX		64
#define SETTING_TEXT_MAX	4096	/* bytes of one value, PATH_MAX */

/* The type of the field in struct settings is beside each. */
enum setting_type {
	SETTING_FLAG,		/* bool */
	SETTING_NUMBER,		/* unsigned long, from minimum to maximum */
	SETTING_POWER,		/* the same, and a power of two */
	SETTING_CHOICE,		/* unsigned int: the value of one of choices */
	SETTING_TEXT,		/* const char *; NULL: not given */
	SETTING_URL,		/* the same; in a file http or https, and without a password */
	SETTING_LIST,		/* struct setting_list */
	SETTING_HELP,		/* none: prints the options */
};

/* Who takes the option. */
enum setting_taker {
	FOR_RUN = 1 << 0,
	FOR_AGENT = 1 << 1,
	FOR_TRACE = 1 << 2,
	FOR_REPLAY = 1 << 3,
	FOR_INSPECT = 1 << 4,
	FOR_DOCTOR = 1 << 5,
	FOR_CONFIG = 1 << 6,
	FOR_LIST = 1 << 7,
	FOR_EXPLAIN = 1 << 8,
	FOR_COMPLETION = 1 << 9,
	FOR_FILE = 1 << 10,	/* the agent's configuration file */
	FOR_TOP = 1 << 11,
	FOR_OBSERVERS = FOR_RUN | FOR_AGENT | FOR_TRACE | FOR_TOP | FOR_REPLAY,
};

struct setting_choice {
	const char *name;	/* NULL: behind the last */
	unsigned int value;
	bool begins;		/* what only begins so counts, too: zh_CN, as in LANG */
};

struct setting {
	const char *name;	/* --NAME, and the key in the file */
	const char *argument;	/* what --help calls the value: "FILE"; NULL: a flag */
	const char *help;	/* a clause, without the default */
	const char *chinese;	/* the same for README.zh-CN.md; NULL: none, where no file has it */
	const char *note;	/* beside the default: "0: for good"; NULL: none */
	const char *standard;	/* the default, as it would be given; NULL: none */
	const char *example;	/* where there is no default; of the file's only */
	const char *secret;	/* of a URL: what takes the password that it may not hold */
	const char *unit;	/* "ms"; NULL: none */
	const struct setting_choice *choices;
	unsigned long minimum, maximum;
	size_t offset;		/* of the field */
	unsigned int takers;
	enum setting_type type;
	bool live;		/* a reload of the file changes it; else a restart does */
};

/* The whole table; order of --help. */
extern const struct setting settings_table[];
extern const size_t settings_count;

struct setting_list {
	const char *items[RUNTIME_ROOTS_MAX];
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
	bool quiet;
	const char *diagnosis;
	bool json;
	bool all, once;
	bool reference;
	bool metrics;
	bool failed;
	unsigned int event;		/* enum event_kind; EVENT_NONE: all */
	const char *container, *program;
	unsigned long interval_s;
	unsigned long pid;		/* 0: all */
	const char *facts;
	const char *record;
	unsigned int journal;		/* enum journal_share */
	bool all_programs;
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
