/* SPDX-License-Identifier: BSD-2-Clause */
/* A full disk or a closed descriptor is no success: scripts go by the exit code. */
#include "user/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/observe.h"

void output_hold(void)
{
	/* Whoever reads or writes it gets an error; children have it closed, as it was. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/", O_PATH | O_CLOEXEC) != fd)
			_exit(EXIT_FAILED);
}

int output_failed(int error)
{
	static bool said;

	if (!said && error != EPIPE)
		cli_error("the output could not be written: %s", strerror(error));
	said = true;
	return error == EPIPE ? EXIT_OK : EXIT_FAILED;
}

bool output_print(const struct buffer *text)
{
	if (text->failed) {
		cli_error("the output is too large for the memory that Seamark allows itself");
		return false;
	}
	return observe_write(STDOUT_FILENO, text) || output_failed(errno) == EXIT_OK;
}

int output_end(int code)
{
	int error = fflush(stdout) ? errno : ferror(stdout) ? EIO : 0;

	return error && output_failed(error) != EXIT_OK && code == EXIT_OK ? EXIT_FAILED : code;
}
