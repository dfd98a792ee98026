/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of a test's own, made before its group and removed behind it. */
#ifndef SEAMARK_TESTS_FOLDER_H
#define SEAMARK_TESTS_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

static char folder[] = "/tmp/seamark-unit.XXXXXX";

static int folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int folder_remove(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

#endif
