/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file: one YAML mapping, keys are options of the agent, values are scalars and
 * lists of them. What else YAML has (anchors, tags, documents behind the first) is refused.
 */
#ifndef SEAMARK_SETTINGS_READ_H
#define SEAMARK_SETTINGS_READ_H

#include <stddef.h>

#include "user/pipeline/settings.h"

#define SETTINGS_FILE_MAX	(1u << 20)	/* bytes */

/* line and column count from 1, in characters; 0: of the file as a whole. */
struct settings_problem {
	unsigned int line;
	unsigned int column;
	char text[768];
};

/*
 * Sets what the file says, except what the command line said already: that is only checked. On
 * failure a negative errno and the first problem, and settings are good for nothing but to be
 * freed.
 */
int settings_read(struct settings *settings, const char *bytes, size_t size,
		  struct settings_problem *problem);
int settings_read_file(struct settings *settings, const char *path,
		       struct settings_problem *problem);
/* "FILE:3:10: ..." */
void settings_problem_print(const struct settings_problem *problem, const char *path, char *out,
			    size_t size);

#endif
