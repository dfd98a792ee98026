/* SPDX-License-Identifier: BSD-2-Clause */
/* One name in a control group's path, not terminated, and what can be asked of it. */
#ifndef SEAMARK_CGROUP_SEGMENT_H
#define SEAMARK_CGROUP_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

struct segment {
	const char *text;
	size_t length;		/* bytes */
};

bool segment_is(struct segment segment, const char *text);
bool segment_starts(struct segment segment, const char *prefix);
bool segment_ends(struct segment segment, const char *suffix);
bool segment_holds(struct segment segment, const char *text);
/* Without the suffix, if it has it. */
struct segment segment_cut(struct segment segment, const char *suffix);
/* Without its first bytes: at most all. */
struct segment segment_skip(struct segment segment, size_t length);
/* Exactly as many lower-case hexadecimal digits. */
bool segment_is_hex(struct segment segment, size_t length);
/* Not empty, and made of nothing but ASCII letters, digits and these. */
bool segment_is_word(struct segment segment, const char *others);
/* Copies it whole, or leaves into empty when it doesn't fit. */
void segment_copy(struct segment segment, char *into, size_t size);
/* As segment_copy(), with systemd's escapes undone: "\x2d" is "-". */
void segment_unescape(struct segment segment, char *into, size_t size);

#endif
