/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parent's side: one question at a time, a time limit, and a new child for one that died, had
 * to be ended, or has used up a third of its processor time.
 */
#include "user/host/parser.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/gobin/gobin.h"
#include "user/host/clock.h"
#include "user/host/executable.h"
#include "user/host/parser_wire.h"

#define WALL_NS		(5ULL * 1000000000)
#define START_NS	(10ULL * 1000000000)	/* on a host that is short of everything */
#define RENEW_CPU_NS	1000000000ULL
#define RESTART_NS	1000000000ULL
#define ENDED_MAX	8

struct parser {
	pid_t pid;			/* 0: none runs */
	int socket;
	bool confined;			/* it said so */
	uint64_t asked;			/* number of the question under way; 0: none */
	uint64_t last;
	uint64_t size;
	uint64_t deadline_ns;
	uint64_t started_ns;
	pid_t ended[ENDED_MAX];		/* killed, not yet gone: a read may hold them */
	struct parser_accounts accounts;
	struct parser_reply reply;
};

static void reap(struct parser *parser)
{
	for (size_t i = 0; i < ENDED_MAX; i++)
		if (parser->ended[i] && waitpid(parser->ended[i], NULL, WNOHANG))
			parser->ended[i] = 0;
}

static void end_child(struct parser *parser)
{
	if (!parser->pid)
		return;
	close(parser->socket);
	kill(parser->pid, SIGKILL);
	reap(parser);
	if (waitpid(parser->pid, NULL, WNOHANG) == 0)
		for (size_t i = 0; i < ENDED_MAX; i++)
			if (!parser->ended[i]) {
				parser->ended[i] = parser->pid;
				break;
			}
	parser->pid = 0;
	parser->socket = -1;
	parser->confined = false;
	parser->asked = 0;
}

/* Nothing of ours goes along: a new image, no descriptor but the socket, signals as at login. */
static int spawn(int socket, pid_t *pid)
{
	char name[] = "seamark", command[] = "parse", *arguments[] = { name, command, NULL };
	char *no_environment[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int result;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes)) {
		posix_spawn_file_actions_destroy(&actions);
		return -ENOMEM;
	}
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	result = posix_spawn_file_actions_adddup2(&actions, socket, PARSER_SOCKET);
	/* Neither read nor written; a root without /dev has no /dev/null. */
	for (int fd = 0; fd < PARSER_SOCKET && !result; fd++)
		result = posix_spawn_file_actions_addopen(&actions, fd, "/proc/self/exe", O_PATH,
							  0);
	if (!result)
		result = posix_spawn_file_actions_addclosefrom_np(&actions, PARSER_SOCKET + 1);
	if (!result)
		result = posix_spawn(pid, "/proc/self/exe", &actions, &attributes, arguments,
				     no_environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -result;
}

static int start_child(struct parser *parser)
{
	int pair[2], result, room = 1 << 20;

	reap(parser);
	parser->started_ns = host_monotonic_ns();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	/* An answer is one packet; as far as the host's limit goes. */
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	/* Not the number that it gets in the child: dup2 onto itself keeps close-on-exec. */
	if (pair[1] == PARSER_SOCKET) {
		int other = fcntl(pair[1], F_DUPFD_CLOEXEC, PARSER_SOCKET + 1);

		close(pair[1]);
		pair[1] = other;
	}
	result = spawn(pair[1], &parser->pid);
	close(pair[1]);
	if (result) {
		close(pair[0]);
		parser->pid = 0;
		return result;
	}
	parser->socket = pair[0];
	return 0;
}

/* One packet: 0, -EAGAIN, -ECHILD, -EBADMSG. */
static int receive(struct parser *parser)
{
	ssize_t got = recv(parser->socket, &parser->reply, sizeof(parser->reply), MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return -EAGAIN;
	if (got <= 0)
		return -ECHILD;
	if ((size_t)got < offsetof(struct parser_reply, report.types_used) ||
	    parser->reply.report.type_count > GOBIN_TYPES_MAX ||
	    (size_t)got != parser_reply_size(&parser->reply))
		return -EBADMSG;
	if (parser->reply.number == PARSER_HELLO) {
		parser->confined = parser->reply.result == 0;
		return parser->confined ? -EAGAIN : -ECHILD;
	}
	return parser->confined && parser->reply.number == parser->asked ? 0 : -EBADMSG;
}

static void wait_readable(const struct parser *parser, uint64_t deadline_ns)
{
	struct pollfd one = { .fd = parser->socket, .events = POLLIN };
	uint64_t now_ns = host_monotonic_ns();

	if (now_ns < deadline_ns)
		poll(&one, 1, (int)((deadline_ns - now_ns) / 1000000 + 1));
}

int parser_open(struct parser **out)
{
	struct parser *parser = calloc(1, sizeof(*parser));
	uint64_t deadline_ns = host_monotonic_ns() + START_NS;
	int result;

	if (!parser)
		return -ENOMEM;
	parser->socket = -1;
	result = start_child(parser);
	while (!result && !parser->confined) {
		wait_readable(parser, deadline_ns);
		result = receive(parser);
		if (result == -EAGAIN)
			result = host_monotonic_ns() < deadline_ns ? 0 : -ETIME;
		else if (parser->reply.number == PARSER_HELLO && parser->reply.result)
			result = parser->reply.result;
	}
	if (result) {
		parser_close(parser);
		return result;
	}
	*out = parser;
	return 0;
}

void parser_close(struct parser *parser)
{
	if (!parser)
		return;
	end_child(parser);
	free(parser);
}

void parser_accounts(const struct parser *parser, struct parser_accounts *out)
{
	*out = parser->accounts;
}

int parser_fd(const struct parser *parser)
{
	return parser->socket;
}

static int send_question(const struct parser *parser, int fd, uint64_t size)
{
	struct parser_question question = { parser->last, size };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { &question, sizeof(question) };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	memset(&control, 0, sizeof(control));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(parser->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof(question))
		return -errno;
	return 0;
}

int parser_ask(struct parser *parser, int fd, uint64_t size)
{
	int result = 0;

	if (parser->asked)
		return -EBUSY;
	if (!parser->pid)
		result = start_child(parser);
	if (result)
		return result;
	parser->last++;
	result = send_question(parser, fd, size);
	if (result) {
		/* It died while it had nothing to do. */
		end_child(parser);
		result = start_child(parser);
		if (!result)
			result = send_question(parser, fd, size);
	}
	if (result)
		return result;
	parser->asked = parser->last;
	parser->size = size;
	parser->deadline_ns = host_monotonic_ns() + WALL_NS;
	return 0;
}

static int check(struct parser *parser, int fd, struct gobin_report *out)
{
	struct gobin_reader reader;
	const char *why;

	if (parser->reply.result)
		return parser->reply.result < 0 ? parser->reply.result : -EBADMSG;
	executable_reader(fd, parser->size, &reader);
	*out = parser->reply.report;
	return gobin_check(&reader, out, &why);
}

int parser_answer(struct parser *parser, int fd, struct gobin_report *out)
{
	int result = parser->asked ? receive(parser) : -EINVAL;

	if (result == -EAGAIN && host_monotonic_ns() >= parser->deadline_ns)
		result = -ETIME;
	if (result == -EAGAIN || result == -EINVAL)
		return result;
	if (!result) {
		parser->asked = 0;
		result = check(parser, fd, out);
	}
	parser->accounts.answered += result != -ECHILD && result != -ETIME && result != -EBADMSG;
	parser->accounts.died += result == -ECHILD;
	parser->accounts.late += result == -ETIME;
	parser->accounts.rejected += result == -EBADMSG;
	/* What has once said a wrong thing is not asked again; nor what is about to run out. */
	if (result == -ECHILD || result == -ETIME || result == -EBADMSG ||
	    parser->reply.cpu_ns > RENEW_CPU_NS) {
		end_child(parser);
		start_child(parser);
	}
	return result;
}

int parser_parse(struct parser *parser, int fd, uint64_t size, struct gobin_report *out)
{
	int result = parser_ask(parser, fd, size);

	while (!result) {
		result = parser_answer(parser, fd, out);
		if (result != -EAGAIN)
			return result;
		wait_readable(parser, parser->deadline_ns);
		result = 0;
	}
	return result;
}

void parser_tend(struct parser *parser)
{
	int result = parser->pid && !parser->asked ? receive(parser) : -EAGAIN;
	uint64_t now_ns = host_monotonic_ns();

	reap(parser);
	if (result != -EAGAIN)
		end_child(parser);
	/* Ready before the next question, but not over and over where it can't be. */
	if (!parser->pid && now_ns - parser->started_ns > RESTART_NS)
		start_child(parser);
}

static const struct {
	int result;
	struct term term;
} failures[] = {
	{ -ECHILD, { "parser_died", "the process that read it died of it", "读取它的进程因此而死" } },
	{ -ETIME, { "parser_late", "reading it took longer than five seconds",
		    "读取它超过五秒" } },
	{ -EBADMSG, { "parser_rejected", "what was read of it did not stand the second look",
		      "读出的内容没有通过复核" } },
	{ -ENOMEM, { "too_large", "its function table takes more memory than parsing may have",
		     "其函数表所需内存超过解析的限额" } },
	{ 0, { "unreadable", "the file can't be read", "无法读取文件" } },
};

static const struct term *failure_of(int result)
{
	size_t i = 0;

	while (failures[i].result && failures[i].result != result)
		i++;
	return &failures[i].term;
}

const char *parser_failure_name(int result)
{
	return failure_of(result)->name;
}

const char *parser_failure_text(int result)
{
	return failure_of(result)->english;
}

const struct term *parser_failure_at(size_t index)
{
	return index < sizeof(failures) / sizeof(failures[0]) ? &failures[index].term : NULL;
}
