/* SPDX-License-Identifier: BSD-2-Clause */
/* fork, wait for the word, exec; and what execvp would find. */
#include "user/cli/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int check_file(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EACCES;
	return access(path, X_OK) ? -errno : 0;
}

int command_find_file(const char *name, char *path, size_t size)
{
	const char *search = getenv("PATH"), *end;
	int result = -ENOENT, one;

	if (strchr(name, '/')) {
		if ((size_t)snprintf(path, size, "%s", name) >= size)
			return -ENAMETOOLONG;
		return check_file(path);
	}
	for (search = search ? search : "/usr/local/bin:/usr/bin:/bin"; search;
	     search = *end ? end + 1 : NULL) {
		end = strchrnul(search, ':');
		if ((size_t)snprintf(path, size, "%.*s%s%s", (int)(end - search), search,
				     end == search ? "" : "/", name) >= size)
			continue;
		one = check_file(path);
		if (!one)
			return 0;
		if (one == -EACCES)
			result = -EACCES;
	}
	return result;
}

static const int taken_signals[] = { SIGINT, SIGQUIT, SIGPIPE };
#define TAKEN (sizeof(taken_signals) / sizeof(taken_signals[0]))

static struct {
	sigset_t mask;
	struct sigaction actions[TAKEN];
	struct rlimit memlock;		/* raised before Linux 5.11 */
} found;

void spawn_save_settings(void)
{
	getrlimit(RLIMIT_MEMLOCK, &found.memlock);
	sigprocmask(SIG_SETMASK, NULL, &found.mask);
	for (size_t i = 0; i < TAKEN; i++)
		sigaction(taken_signals[i], NULL, &found.actions[i]);
}

/* As they were before Seamark took them. */
static void restore_settings(void)
{
	setrlimit(RLIMIT_MEMLOCK, &found.memlock);
	for (size_t i = 0; i < TAKEN; i++)
		sigaction(taken_signals[i], &found.actions[i], NULL);
	sigprocmask(SIG_SETMASK, &found.mask, NULL);
}

static void child(char *const argv[], int go, int error)
{
	ssize_t got;
	char byte;
	int number;

	while ((got = read(go, &byte, 1)) < 0 && errno == EINTR)
		;
	if (got != 1)
		_exit(125);
	restore_settings();
	execvp(argv[0], argv);
	number = errno;
	got = write(error, &number, sizeof(number));
	_exit(got == sizeof(number) && number == ENOENT ? 127 : 126);
}

int spawn_waiting(char *const argv[], struct spawned *out)
{
	int go[2], error[2], result;

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(error, O_CLOEXEC)) {
		result = -errno;
		close(go[0]);
		close(go[1]);
		return result;
	}
	out->pid = fork();
	result = -errno;
	if (out->pid == 0) {
		close(go[1]);
		close(error[0]);
		child(argv, go[0], error[1]);
	}
	close(go[0]);
	close(error[1]);
	out->go_fd = go[1];
	out->error_fd = error[0];
	if (out->pid > 0)
		return 0;
	close(out->go_fd);
	close(out->error_fd);
	return result;
}

int spawn_go(struct spawned *spawned)
{
	int number = 0, status;
	ssize_t got = write(spawned->go_fd, "g", 1);

	close(spawned->go_fd);
	if (got == 1)
		while ((got = read(spawned->error_fd, &number, sizeof(number))) < 0 &&
		       errno == EINTR)
			;
	close(spawned->error_fd);
	if (got != sizeof(number))
		return 0;
	waitpid(spawned->pid, &status, 0);
	return -number;
}
