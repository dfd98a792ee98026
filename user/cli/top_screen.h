/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal: painted by ncurses, asked for keys, and given back as it was. What goes to stderr
 * meanwhile waits until then, where that is the same terminal.
 */
#ifndef SEAMARK_TOP_SCREEN_H
#define SEAMARK_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "user/cli/top_keys.h"
#include "user/encode/sheet.h"

#define KEY_TEXT	8	/* bytes: a character of UTF-8 */

struct screen;

/* NULL: it can't be opened, and is as it was. */
struct screen *screen_open(void);
/* Takes NULL. What was said on stderr is said now. */
void screen_close(struct screen *screen);

/* Readable when a signal came that screen_signal() has to hear of; until then they are held. */
int screen_signal_fd(const struct screen *screen);
/* False: one of them ends it. Stops the process, and starts anew, where one says so. */
bool screen_signal(struct screen *screen);

void screen_size(size_t *width, size_t *height);
/* Leaves the sheet out where the terminal takes nothing now: painting never waits. */
void screen_paint(const struct sheet *sheet);
/* The next key that is there; TOP_KEY_NONE: there is none. text: of a character. */
enum top_key screen_key(char text[KEY_TEXT]);
/* The last line that was said on stderr; NULL: none. Lives until the next call. */
const char *screen_said(struct screen *screen);

#endif
