/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls: how long each takes, how many fail, and the slow ones one by one. */
#include "user/model/syscall_name.h"

#include <errno.h>
#include <stdio.h>

#include "bpf/syscall.skel.h"
#include "user/probe/endpoint.h"
#include "user/probe/list.h"

static const struct metric_label duration_label_help[] = {
	{ "syscall_name", NULL, NULL, NULL },
	{ "syscall_waits", "true where waiting is the purpose of the call: epoll_pwait, futex, ...",
	  "以等待为目的的调用为 true：epoll_pwait、futex 等", NULL },
	{ NULL, NULL, NULL, NULL },
};
static const struct metric_label error_label_help[] = {
	{ "syscall_name", NULL, NULL, NULL },
	{ "error_type", NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL },
};
static const struct metric_family duration = {
	.name = "seamark_syscall_duration_seconds",
	.otlp_name = "seamark.syscall.duration",
	.unit = "seconds",
	.otlp_unit = "s",
	.help = "Time in system calls; syscall_waits marks calls whose purpose is to wait.",
	.chinese = "系统调用的耗时；syscall_waits 标出以等待为目的的调用。",
	.type = METRIC_HISTOGRAM,
	.by_program = true,
	.labels = duration_label_help,
};
static const struct metric_family errors = {
	.name = "seamark_syscall_errors",
	.otlp_name = "seamark.syscall.errors",
	.unit = "",
	.otlp_unit = "{error}",
	.help = "System calls that failed, by call and errno.",
	.chinese = "失败的系统调用，按调用和 errno。",
	.type = METRIC_COUNTER,
	.by_program = true,
	.labels = error_label_help,
};

static const struct metric_family sampled = {
	.name = "seamark_syscalls_sampled",
	.otlp_name = "seamark.syscalls.sampled",
	.unit = "",
	.otlp_unit = "1",
	.help = "1: one in 16 of the program's system calls is timed and stands for those that "
		"follow it; the counts are exact.",
	.chinese = "为 1 时，该程序的系统调用每 16 次只为一次计时，并代表其后的调用；计数仍然准确。",
	.type = METRIC_GAUGE,
	.by_program = true,
};

static const void *object(size_t *size)
{
	return syscall_bpf__elf_bytes(size);
}

static int decode(const struct event_header *record, uint64_t wall_offset_ns, struct fact *out)
{
	const struct event_syscall_slow *event = (const struct event_syscall_slow *)record;
	const char *name;

	if (record->size != sizeof(*event))
		return -EINVAL;
	fact_begin(out, record, &event->act, wall_offset_ns);
	out->series = (struct series_key){ .context = event->act.context,
					   .kind = EVENT_SYSCALL_SLOW, .version = event->number };
	name = syscall_name(SYSCALL_ARCH_NATIVE, event->number);
	attributes_set_text(&out->attributes, ATTRIBUTE_SYSCALL_NAME, name);
	attributes_set_integer(&out->attributes, ATTRIBUTE_SYSCALL_RESULT, event->result);
	snprintf(out->name, sizeof(out->name), "syscall %s", name);
	return 0;
}

static const struct metric_family *family(const struct series_key *key)
{
	(void)key;
	return &duration;
}

/* In a key of this kind, version is the number of the call. */
static size_t labels(const struct series_key *key, struct label out[PROBE_LABELS_MAX])
{
	size_t count = 0;

	out[count++] = (struct label){ "syscall_name", "syscall.name",
				       syscall_name(SYSCALL_ARCH_NATIVE, key->version) };
	if (syscall_waits(SYSCALL_ARCH_NATIVE, key->version))
		out[count++] = (struct label){ "syscall_waits", "syscall.waits", "true" };
	return count;
}

static const enum event_kind kinds[] = { EVENT_SYSCALL_SLOW, EVENT_NONE };
static const struct metric_family *const metrics[] = { &duration, &errors, &sampled, NULL };

const struct probe probe_syscall = {
	.name = "syscall",
	.help = "Latency of every system call of Go processes.",
	.chinese = "Go 进程每个系统调用的耗时。",
	.object = object,
	.kinds = kinds,
	.sees_every_call = true,
	.metrics = metrics,
	.decode = decode,
	.family = family,
	.labels = labels,
};
