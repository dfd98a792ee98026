/* SPDX-License-Identifier: BSD-2-Clause */
/* perf_event_open(2) for probes: dynamic types, told by sysfs. */
#include "user/source/perf_event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int perf_event_type(const char *kind)
{
	char path[80];
	int type = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", kind);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	if (fscanf(file, "%d", &type) != 1 || type < 0)
		type = -ENODEV;
	fclose(file);
	return type;
}

int perf_event_open(int type, const char *where, uint64_t offset)
{
	struct perf_event_attr attributes = {
		.type = (uint32_t)type,
		.size = sizeof(attributes),
		.config1 = (uintptr_t)where,	/* also called uprobe_path, kprobe_func */
		.config2 = offset,
	};
	/* Wherever they run: the CPU tells only where the event itself is. */
	int fd = (int)syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int perf_event_run(int event, int program)
{
	if (ioctl(event, PERF_EVENT_IOC_SET_BPF, program) ||
	    ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	return 0;
}
