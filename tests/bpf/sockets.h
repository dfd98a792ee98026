/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets that a test binds and connects on loopback. */
#ifndef SEAMARK_TESTS_SOCKETS_H
#define SEAMARK_TESTS_SOCKETS_H

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int bound_socket(int type, struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	*address = loopback(0);
	assert_int_equal(bind(fd, (struct sockaddr *)address, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)address, &length), 0);
	return fd;
}

static int listening_socket(int backlog, struct sockaddr_in *address)
{
	int fd = bound_socket(SOCK_STREAM, address);

	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

static int connect_to(uint16_t port, int type)
{
	struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	connect(fd, (struct sockaddr *)&address, sizeof(address));
	return fd;
}

static void wait_connected(int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLOUT };

	assert_int_equal(poll(&one, 1, 10000), 1);
}

/* Who closes a socket before the other end has answered gives up: a slow machine is that late. */
static void close_connected(int fd)
{
	wait_connected(fd);
	close(fd);
}

#endif
