/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key does to what is seen: no terminal is asked. */
#ifndef SEAMARK_TOP_KEYS_H
#define SEAMARK_TOP_KEYS_H

#include "user/encode/top.h"

enum top_key {
	TOP_KEY_NONE,
	TOP_KEY_TEXT,		/* a character */
	TOP_KEY_UP,
	TOP_KEY_DOWN,
	TOP_KEY_PAGE_UP,
	TOP_KEY_PAGE_DOWN,
	TOP_KEY_HOME,
	TOP_KEY_END,
	TOP_KEY_LEFT,
	TOP_KEY_RIGHT,
	TOP_KEY_ENTER,
	TOP_KEY_ESCAPE,
	TOP_KEY_ERASE,		/* the character before */
};

/* text: of TOP_KEY_TEXT, one character as UTF-8. False: the key ends it. */
bool top_take_key(struct top_view *view, const struct top_rows *rows, enum top_key key,
		  const char *text);

#endif
