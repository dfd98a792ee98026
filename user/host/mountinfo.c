/* SPDX-License-Identifier: BSD-2-Clause */
/* "36 35 98:0 /root /point options optional... - type source options" (proc(5)) */
#include "user/host/mountinfo.h"

#include <stdio.h>
#include <string.h>

#define PIECE_SIZE 640	/* of a line's front, and of what is behind the dash */

/* Options of overlays are longer than all that is looked at: each piece is read by itself. */
static void copy(char into[PIECE_SIZE], const char *from, size_t length)
{
	if (length >= PIECE_SIZE)
		length = PIECE_SIZE - 1;
	memcpy(into, from, length);
	into[length] = '\0';
}

static bool parse(const char *line, size_t length, struct mount *out)
{
	const char *dash = memmem(line, length, " - ", 3);
	char front[PIECE_SIZE], back[PIECE_SIZE];
	unsigned int high, low;

	if (!dash)
		return false;
	copy(front, line, (size_t)(dash - line));
	copy(back, dash + 3, length - (size_t)(dash + 3 - line));
	memset(out, 0, sizeof(*out));
	if (sscanf(front, "%ld %*s %u:%u %255s %255s", &out->id, &high, &low, out->root,
		   out->point) != 5)
		return false;
	out->device = high << 20 | low;
	return sscanf(back, "%31s %*s %255s", out->type, out->options) >= 1;
}

bool mountinfo_next(const char **text, struct mount *out)
{
	bool found = false;

	while (*text && **text && !found) {
		size_t length = strcspn(*text, "\n");

		found = parse(*text, length, out);
		*text += length + ((*text)[length] == '\n');
	}
	return found;
}
