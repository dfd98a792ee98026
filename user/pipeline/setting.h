/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an option is: its row in the table that command line, configuration file, --help, manual,
 * shell completion and reference are made of.
 */
#ifndef SEAMARK_SETTING_H
#define SEAMARK_SETTING_H

#include <stdbool.h>
#include <stddef.h>

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
	FOR_TOP = 1 << 10,
	FOR_VERSION = 1 << 11,
	FOR_FILE = 1 << 12,	/* the agent's configuration file */
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
	/* What beyond the type must hold of a list's item; false, and a sentence in why. */
	bool (*check)(const char *text, char *why, size_t size);
	unsigned long minimum, maximum;	/* of a list: maximum items */
	size_t offset;		/* of the field */
	unsigned int takers;
	enum setting_type type;
	bool live;		/* a reload of the file changes it; else a restart does */
};

/* The whole table; order of --help. */
extern const struct setting settings_table[];
extern const size_t settings_count;

#endif
