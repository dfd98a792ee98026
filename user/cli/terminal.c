/* SPDX-License-Identifier: BSD-2-Clause */
/* Apart from the screen, for term.h takes plain words for itself. */
#include "user/cli/terminal.h"

#include <curses.h>
#include <sys/ioctl.h>
#include <term.h>

bool terminal_can_paint(int fd)
{
	int error;
	bool can;

	if (setupterm(NULL, fd, &error))
		return false;
	can = cursor_address && clear_screen;
	del_curterm(cur_term);
	return can;
}

size_t terminal_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}
