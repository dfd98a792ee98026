/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark run: a command under observation from before its first instruction to its end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/spawn.h"
#include "user/encode/diagnoses.h"
#include "user/encode/table.h"

#define DIAGNOSIS_BYTES	(64u << 20)

struct run {
	struct observe_options observe;
	const char *diagnosis;		/* file; NULL: none */
	int diagnosis_fd;
	bool quiet;
	char **command;
};

static const struct option_help help[] = {
	{ "--quiet", "no line for each fact, only the diagnosis at the end" },
	{ "--diagnosis FILE", "write it as JSON to FILE ('-': stdout), like /api/v1/diagnoses" },
	OBSERVE_HELP,
	{ NULL, NULL },
};

static bool parse(int argc, char **argv, struct run *run, int *code)
{
	static const struct option options[] = {
		OBSERVE_OPTIONS, { "quiet", no_argument, NULL, 'q' },
		{ "diagnosis", required_argument, NULL, 'D' }, { NULL, 0, NULL, 0 },
	};
	int option;

	observe_defaults(&run->observe);
	run->observe.follow_only = true;
	run->observe.groups_max = DIAGNOSIS_GROUPS;
	optind = 1;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("run"), help);
			*code = EXIT_OK;
			return false;
		}
		if (option == 'q')
			run->quiet = true;
		else if (option == 'D')
			run->diagnosis = optarg;
		else if (!observe_option(&run->observe, option, optarg, code))
			return false;
	}
	run->command = argv + optind;
	if (*run->command)
		return true;
	cli_error("run needs a command: seamark run -- COMMAND [ARGUMENTS...]");
	*code = EXIT_USAGE;
	return false;
}

static void print_row(void *context, const struct fact *fact)
{
	const struct run *run = context;
	struct buffer row;

	if (run->quiet)
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
	live_scan(observation->live);
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
	if (!run->diagnosis)
		return EXIT_OK;
	run->diagnosis_fd = strcmp(run->diagnosis, "-")
		? open(run->diagnosis, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
		: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (run->diagnosis_fd >= 0)
		return EXIT_OK;
	cli_error("%s can't be written: %s; name another file with --diagnosis", run->diagnosis,
		  strerror(errno));
	return EXIT_RUN_FAILED;
}

static void write_diagnosis(struct run *run, const struct observation *observation)
{
	struct buffer text;

	if (!run->diagnosis)
		return;
	buffer_init(&text, DIAGNOSIS_BYTES);
	encode_diagnoses(&text, observation->diagnosis);
	if (!observe_write(run->diagnosis_fd, &text) || close(run->diagnosis_fd))
		cli_error("%s is not complete: it could not be written to the end",
			  run->diagnosis);
	buffer_free(&text);
}

int cli_run(int argc, char **argv)
{
	struct run run = { .quiet = false };
	struct observation observation;
	char path[4096];
	int code = EXIT_USAGE, result;

	if (!parse(argc, argv, &run, &code))
		return code;
	result = command_find_file(run.command[0], path, sizeof(path));
	if (result)
		return not_started(run.command[0], result);
	/* Before anything is blocked: the command gets what Seamark was given. */
	spawn_save_settings();
	code = observe_open(&run.observe, true, &observation);
	if (code != EXIT_OK)
		return code == EXIT_NO_RIGHTS ? code : EXIT_RUN_FAILED;
	pipeline_add_sink(observation.pipeline, &(struct sink){ &run, print_row, NULL });
	code = open_diagnosis(&run);
	if (code == EXIT_OK) {
		code = observe_command(&observation, &run, path);
		write_diagnosis(&run, &observation);
	}
	observe_close(&observation);
	return code;
}
