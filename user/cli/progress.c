/* SPDX-License-Identifier: BSD-2-Clause */
/* A child counts the seconds: what takes them needs no steps to be told by, and is not held up. */
#include "user/cli/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_MS	1000
#define CLEAR		"\r\033[K"

static pid_t counting;
static int ending = -1;		/* the child ends by a byte here, or when all of it is closed */

static void put(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return;
}

static void count(const char *doing, int end)
{
	struct pollfd wait = { .fd = end, .events = POLLIN };
	unsigned int seconds = 0;
	char line[128];

	signal(SIGINT, SIG_IGN);
	while (!poll(&wait, 1, SECOND_MS)) {
		snprintf(line, sizeof(line), CLEAR "seamark: %s (%u s)", doing, ++seconds);
		put(line);
	}
	if (seconds)
		put(CLEAR);
	_exit(0);
}

void progress_begin(const char *doing)
{
	int ends[2];

	if (!isatty(STDERR_FILENO) || ending >= 0 || pipe2(ends, O_CLOEXEC))
		return;
	counting = fork();
	if (!counting) {
		close(ends[1]);
		count(doing, ends[0]);
	}
	close(ends[0]);
	ending = ends[1];
}

void progress_end(void)
{
	if (ending < 0)
		return;
	if (counting > 0 && write(ending, "", 1) == 1)
		waitpid(counting, NULL, 0);
	close(ending);
	ending = -1;
}

void progress_give_way(void)
{
	if (ending >= 0)
		put(CLEAR);
}
