/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of its own: libc's names depend on libc and locale. */
#include "user/model/errno_name.h"

#include <stddef.h>

#include "user/model/errno_table.inc"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	const char *text;
} table[] = {
#define X(number, name, text) [number] = { name, text },
	ERRNOS(X)
#undef X
};

const char *errno_name(int number)
{
	return number > 0 && (size_t)number < COUNT(table) ? table[number].name : NULL;
}

const char *errno_text(int number)
{
	return number > 0 && (size_t)number < COUNT(table) ? table[number].text : NULL;
}
