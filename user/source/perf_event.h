/* SPDX-License-Identifier: BSD-2-Clause */
/* Probes as perf events, where a link would ask for more than a kernel has. */
#ifndef SEAMARK_SOURCE_PERF_EVENT_H
#define SEAMARK_SOURCE_PERF_EVENT_H

#include <stdint.h>

/* The number of a kind of probe, "uprobe" or "kprobe"; negative errno: the kernel has none. */
int perf_event_type(const char *kind);
/*
 * A descriptor of an event of that type, for all processes; it ends with it. where: a path, or a
 * function's name. Negative errno.
 */
int perf_event_open(int type, const char *where, uint64_t offset);
/* Runs the program at each, which the event then holds. 0 or negative errno. */
int perf_event_run(int event, int program);

#endif
