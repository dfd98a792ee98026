/* SPDX-License-Identifier: BSD-2-Clause */
/* One datagram a message. The protocol is small and promised to stay; libsystemd is not needed. */
#include "user/host/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a path, and of a name that is in no file system: "@" stands for its leading NUL. */
static int set_address(struct notify *notify, const char *name)
{
	size_t length = strlen(name);

	if (name[0] != '/' && name[0] != '@')
		return -EAFNOSUPPORT;
	if (length >= sizeof(notify->address.sun_path))
		return -ENAMETOOLONG;
	notify->address.sun_family = AF_UNIX;
	memcpy(notify->address.sun_path, name, length);
	notify->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (name[0] == '@')
		notify->address.sun_path[0] = '\0';
	else
		notify->length++;
	return 0;
}

/* A time that is given to another process is not waited for here. */
static uint64_t half_of_patience_ns(void)
{
	const char *pid = getenv("WATCHDOG_PID"), *time = getenv("WATCHDOG_USEC");
	char *end;
	uint64_t us;

	if (!time || time[0] < '0' || time[0] > '9')
		return 0;
	if (pid && strtol(pid, NULL, 10) != getpid())
		return 0;
	us = strtoull(time, &end, 10);
	return *end || us > UINT64_MAX / 1000 ? 0 : us * 1000 / 2;
}

int notify_open(struct notify *out, char *error, size_t size)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int result;

	memset(out, 0, sizeof(*out));
	out->socket = -1;
	if (!name || !*name)
		return 0;
	result = set_address(out, name);
	if (!result) {
		out->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		result = out->socket < 0 ? -errno : 0;
	}
	if (result) {
		snprintf(error, size, "the service manager can't be told anything at "
			 "NOTIFY_SOCKET=%s: %s", name, strerror(-result));
		return result;
	}
	out->every_ns = half_of_patience_ns();
	return 0;
}

static int say(const struct notify *notify, const char *text, int flags)
{
	if (notify->socket < 0)
		return 0;
	if (sendto(notify->socket, text, strlen(text), flags | MSG_NOSIGNAL,
		   (const struct sockaddr *)&notify->address, notify->length) < 0)
		return -errno;
	return 0;
}

int notify_ready(const struct notify *notify, const char *status)
{
	char text[512];

	snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", status);
	return say(notify, text, 0);
}

int notify_reloading(const struct notify *notify, uint64_t now_ns)
{
	char text[64];

	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, now_ns / 1000);
	return say(notify, text, 0);
}

int notify_stopping(const struct notify *notify)
{
	return say(notify, "STOPPING=1", 0);
}

void notify_alive(struct notify *notify, uint64_t now_ns)
{
	if (!notify->every_ns || (notify->last_ns && now_ns - notify->last_ns < notify->every_ns))
		return;
	/* A manager that is busy must not hold up what it watches; the next turn tries again. */
	if (!say(notify, "WATCHDOG=1", MSG_DONTWAIT))
		notify->last_ns = now_ns;
}

void notify_close(struct notify *notify)
{
	if (notify->socket >= 0)
		close(notify->socket);
	notify->socket = -1;
}
