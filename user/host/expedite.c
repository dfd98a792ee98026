/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /sys/kernel/rcu_expedited, set for the moment of an attach and set back. A host that has it on
 * already, or does not let us write, is left as it is.
 */
#include "user/host/expedite.h"

#include <fcntl.h>
#include <unistd.h>

#define SETTING "/sys/kernel/rcu_expedited"

static bool write_setting(char value)
{
	int fd = open(SETTING, O_WRONLY | O_CLOEXEC);
	bool good;

	if (fd < 0)
		return false;
	good = write(fd, &value, 1) == 1;
	close(fd);
	return good;
}

static bool is_off(void)
{
	int fd = open(SETTING, O_RDONLY | O_CLOEXEC);
	char value = 0;
	bool off;

	if (fd < 0)
		return false;
	off = read(fd, &value, 1) == 1 && value == '0';
	close(fd);
	return off;
}

bool expedite_begin(void)
{
	return is_off() && write_setting('1');
}

void expedite_end(void)
{
	write_setting('0');
}
