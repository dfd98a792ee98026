/* SPDX-License-Identifier: BSD-2-Clause */
/* Splits host and port at the last colon; the first address that can be bound is taken. */
#include "user/export/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST_SIZE	256
#define BACKLOG		32
#define PORT_MAX	65535

static bool split(const char *address, char host[HOST_SIZE], const char **port)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? (size_t)(colon - address) : 0;

	if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	if (length >= 2 && address[0] == '[' && address[length - 1] == ']') {
		address++;
		length -= 2;
	} else if (memchr(address, ':', length)) {
		return false;
	}
	if (length >= HOST_SIZE)
		return false;
	memcpy(host, address, length);
	host[length] = '\0';
	*port = colon + 1;
	return strtoul(*port, NULL, 10) <= PORT_MAX;
}

static int open_one(const struct addrinfo *info)
{
	int yes = 1, error;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (!bind(fd, info->ai_addr, info->ai_addrlen) && !listen(fd, BACKLOG))
		return fd;
	error = -errno;
	close(fd);
	return error;
}

static void name_of(int fd, char name[LISTEN_NAME_SIZE])
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char host[64] = "?", port[8] = "?";

	if (!getsockname(fd, (struct sockaddr *)&address, &length))
		getnameinfo((struct sockaddr *)&address, length, host, sizeof(host), port,
			    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(name, LISTEN_NAME_SIZE, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

int listen_check(const char *address, char *error, size_t error_size)
{
	char host[HOST_SIZE];
	const char *port;

	if (split(address, host, &port))
		return 0;
	snprintf(error, error_size, "'%s' is no address to listen on: write HOST:PORT, "
		 "[IPV6]:PORT or :PORT, the port up to %d", address, PORT_MAX);
	return -EINVAL;
}

int listen_open(const char *address, char name[LISTEN_NAME_SIZE], char *error, size_t error_size)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *infos = NULL;
	char host[HOST_SIZE];
	const char *port;
	int fd = -EADDRNOTAVAIL, code;
	bool is_local;

	if (listen_check(address, error, error_size))
		return -EINVAL;
	split(address, host, &port);
	/* Without a file of hosts, too, as in an empty root. */
	is_local = !strcmp(host, "localhost");
	hints.ai_flags = is_local ? 0 : AI_PASSIVE;
	code = getaddrinfo(host[0] && !is_local ? host : NULL, port, &hints, &infos);
	if (code) {
		snprintf(error, error_size, "'%s' can't be listened on: %s", address,
			 gai_strerror(code));
		return -EINVAL;
	}
	for (const struct addrinfo *info = infos; info && fd < 0; info = info->ai_next)
		fd = open_one(info);
	freeaddrinfo(infos);
	if (fd < 0)
		snprintf(error, error_size, "'%s' can't be listened on: %s; choose another with "
			 "--listen (--listen 127.0.0.1:0 takes any free port)", address,
			 strerror(-fd));
	else
		name_of(fd, name);
	return fd;
}
