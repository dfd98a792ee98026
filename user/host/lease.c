/* SPDX-License-Identifier: BSD-2-Clause */
/* fcntl(2) F_SETLEASE, with a signal that names the descriptor, to one thread that reads it. */
#include "user/host/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Not the first two, which programs like to take. */
static int lease_signal(void)
{
	return SIGRTMIN + 5;
}

int lease_open(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, lease_signal());
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int lease_take(int fd)
{
	const struct f_owner_ex owner = { F_OWNER_TID, gettid() };

	/* To this thread alone: in any other the signal would be deadly. */
	if (fcntl(fd, F_SETSIG, lease_signal()) || fcntl(fd, F_SETOWN_EX, &owner) ||
	    fcntl(fd, F_SETLEASE, F_RDLCK))
		return -errno;
	return 0;
}

void lease_drop(int fd)
{
	fcntl(fd, F_SETLEASE, F_UNLCK);
}

int lease_wanted(int leases)
{
	struct signalfd_siginfo info;

	while (read(leases, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == (uint32_t)lease_signal())
			return info.ssi_fd;
	return -1;
}
