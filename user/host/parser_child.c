/* SPDX-License-Identifier: BSD-2-Clause */
/* The child: reads with pread only, holds one file at a time, and ends when its parent does. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "user/gobin/gobin.h"
#include "user/host/executable.h"
#include "user/host/parser.h"
#include "user/host/parser_wire.h"
#include "user/host/sandbox.h"

#define URGENT	(-10)	/* niceness */

/* The file's descriptor, or -1. */
static int take_descriptor(struct msghdr *message)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	int fd;

	if (!control || control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS ||
	    control->cmsg_len != CMSG_LEN(sizeof(fd)))
		return -1;
	memcpy(&fd, CMSG_DATA(control), sizeof(fd));
	return fd;
}

/* False when the parent is gone. */
static bool next_question(struct parser_question *out, int *fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = { out, sizeof(*out) };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	ssize_t got;

	do
		got = recvmsg(PARSER_SOCKET, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got != sizeof(*out))
		return false;
	*fd = take_descriptor(&message);
	return true;
}

static bool send_reply(struct parser_reply *reply)
{
	struct iovec part = { reply, parser_reply_size(reply) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct timespec used;
	ssize_t sent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	reply->cpu_ns = (uint64_t)used.tv_sec * 1000000000ULL + (uint64_t)used.tv_nsec;
	sent = sendmsg(PARSER_SOCKET, &message, MSG_NOSIGNAL);
	if (sent < 0 && errno == EMSGSIZE) {
		/* The host's limit of a packet: rather without names than not at all. */
		reply->report.type_count = 0;
		part.iov_len = parser_reply_size(reply);
		sent = sendmsg(PARSER_SOCKET, &message, MSG_NOSIGNAL);
	}
	return sent == (ssize_t)part.iov_len;
}

static void parse(const struct parser_question *question, int fd, struct parser_reply *reply)
{
	struct gobin_reader reader;

	memset(reply, 0, offsetof(struct parser_reply, report.types_used));
	reply->number = question->number;
	reply->result = -EBADF;
	if (fd < 0)
		return;
	executable_reader(fd, question->size, &reader);
	reply->result = gobin_analyse(&reader, &reply->report);
	close(fd);
}

int parser_child(void)
{
	static struct parser_reply reply;
	struct parser_question question;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* Seamark waits for it, and programs live for milliseconds; without it is but slower. */
	setpriority(PRIO_PROCESS, 0, URGENT);
	reply.number = PARSER_HELLO;
	reply.result = sandbox_enter();
	if (!send_reply(&reply) || reply.result)
		return EXIT_FAILURE;
	while (next_question(&question, &fd)) {
		parse(&question, fd, &reply);
		if (!send_reply(&reply))
			break;
	}
	return EXIT_SUCCESS;
}
