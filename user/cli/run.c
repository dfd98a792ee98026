/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark run: a command under observation from before its first instruction to its end. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/spawn.h"
#include "user/encode/diagnoses.h"
#include "user/encode/table.h"

#define DIAGNOSIS_BYTES	(64u << 20)

struct run {
	struct settings settings;
	int diagnosis_fd;
	char **command;
};

static bool parse(int argc, char **argv, struct run *run, int *code)
{
	if (!options_parse(FOR_RUN, argc, argv, &run->settings, code))
		return false;
	run->command = argv + optind;
	if (*run->command)
		return true;
	cli_error("run needs a command: seamark run -- COMMAND [ARGUMENTS...]");
	settings_free(&run->settings);
	*code = EXIT_USAGE;
	return false;
}

static void print_row(void *context, const struct fact *fact)
{
	const struct run *run = context;
	struct buffer row;

	if (run->settings.quiet)
		return;
	buffer_init(&row, 4096);
	encode_fact_row(&row, fact, cli_colour(STDERR_FILENO));
	fwrite(row.data, 1, row.size, stderr);
	buffer_free(&row);
}

/* Probes go in before the start where COMMAND itself is the Go program. */
static void prepare(struct live *live, const char *path)
{
	char head[4] = "";
	char whole[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (pread(fd, head, sizeof(head), 0) == sizeof(head) && !memcmp(head, "\177ELF", 4) &&
	    realpath(path, whole))
		live_prepare(live, fd, whole);
	close(fd);
}

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* The terminal sends these to the command as well; Seamark stays to tell the end. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Hands signals on to the command. */
static void forward(int signals, pid_t pid)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			kill(pid, (int)info.ssi_signo);
}

/* Drains until the command ends; returns its wait status. */
static int watch(struct observation *observation, pid_t pid, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = live_fd(observation->live), .events = POLLIN },
	};
	int status = 0;

	for (;;) {
		poll(fds, 2, DRAIN_MS);
		live_drain(observation->live);
		forward(signals, pid);
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
	}
}

static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int not_started(const char *name, int error)
{
	cli_error("%s can't be started: %s", name, strerror(-error));
	return error == -ENOENT ? EXIT_RUN_NOT_FOUND : EXIT_RUN_NOT_EXECUTABLE;
}

static int observe_command(struct observation *observation, struct run *run, const char *path)
{
	int signals = block_signals(), result, status;
	struct spawned spawned;

	result = spawn_waiting(run->command, &spawned);
	if (result) {
		cli_error("no process can be made: %s", strerror(-result));
		return EXIT_RUN_FAILED;
	}
	prepare(observation->live, path);
	live_follow(observation->live, spawned.pid);
	observe_scan(observation);
	result = spawn_go(&spawned);
	if (result)
		return not_started(run->command[0], result);
	status = watch(observation, spawned.pid, signals);
	close(signals);
	observe_finish(observation);
	observe_print_diagnosis(observation, STDERR_FILENO);
	return exit_code(status);
}

/* Before the command starts: what can't be written is said while nothing is lost. */
static int open_diagnosis(struct run *run)
{
	if (!run->settings.diagnosis)
		return EXIT_OK;
	run->diagnosis_fd = strcmp(run->settings.diagnosis, "-")
		? open(run->settings.diagnosis, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
		: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (run->diagnosis_fd >= 0)
		return EXIT_OK;
	cli_error("%s can't be written: %s; name another file with --diagnosis",
		  run->settings.diagnosis, strerror(errno));
	return EXIT_RUN_FAILED;
}

static void write_diagnosis(struct run *run, const struct observation *observation)
{
	struct buffer text;

	if (!run->settings.diagnosis)
		return;
	buffer_init(&text, DIAGNOSIS_BYTES);
	encode_diagnoses(&text, observation->diagnosis,
			 observation->options.settings->language);
	if (!observe_write(run->diagnosis_fd, &text) || close(run->diagnosis_fd))
		cli_error("%s is not complete: it could not be written to the end",
			  run->settings.diagnosis);
	buffer_free(&text);
}

static int observe(struct run *run)
{
	const struct observe_options options = {
		.settings = &run->settings, .groups_max = DIAGNOSIS_GROUPS, .follow_only = true,
	};
	struct observation observation;
	char path[4096];
	int code, result;

	result = command_find_file(run->command[0], path, sizeof(path));
	if (result)
		return not_started(run->command[0], result);
	/* Before anything is blocked: the command gets what Seamark was given. */
	spawn_save_settings();
	code = observe_open(&options, true, &observation);
	if (code != EXIT_OK)
		return code == EXIT_FAILED ? EXIT_RUN_FAILED : code;
	pipeline_add_sink(observation.pipeline, &(struct sink){ run, print_row, NULL });
	code = open_diagnosis(run);
	if (code == EXIT_OK) {
		code = observe_command(&observation, run, path);
		write_diagnosis(run, &observation);
	}
	observe_close(&observation);
	return code;
}

int cli_run(int argc, char **argv)
{
	struct run run;
	int code;

	if (!parse(argc, argv, &run, &code))
		return code;
	code = observe(&run);
	settings_free(&run.settings);
	return code;
}
