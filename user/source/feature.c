/* SPDX-License-Identifier: BSD-2-Clause */
/* The tries: maps, programs written out by hand, and what they attach to. */
#include "user/source/feature.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "user/source/internal.h"
#include "user/source/own_site.h"
#include "user/source/perf_event.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CALLS		23
#define LICENCE		"Dual BSD/GPL"
#define NAME		"seamark_try"

/* A place where nearly nobody comes by; the second is there where the kernel tests nothing. */
static const char *const quiet_functions[] = { "bpf_fentry_test1", "kernel_power_off" };
#define QUIET_HOOK	"bpf_lsm_sb_umount"
#define QUIET_EVENT	"sched_process_exec"

struct tries {
	struct feature_answer *answers;
	struct btf *types;		/* NULL: the kernel tells none */
	int counter;			/* a map of one word; negative: none */
	struct own_site site;
};

static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static void got(struct tries *tries, enum feature feature)
{
	tries->answers[feature] = (struct feature_answer){ 0, STAGE_FIND };
}

/* error: negative. */
static void refused(struct tries *tries, enum feature feature, enum feature_stage stage, int error)
{
	tries->answers[feature] = (struct feature_answer){ -error, stage };
}

static void close_all(int one, int other)
{
	if (one >= 0)
		close(one);
	if (other >= 0)
		close(other);
}

static int load(enum bpf_prog_type type, enum bpf_attach_type expected, uint32_t type_id,
		const struct bpf_insn *instructions, size_t count)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = expected,
		    .attach_btf_id = type_id);

	return bpf_prog_load(type, NAME, LICENCE, instructions, count, &options);
}

/* result: negative errno, or not. */
static void loaded(struct tries *tries, enum feature feature, int result)
{
	if (result < 0)
		refused(tries, feature, STAGE_LOAD, result);
	else
		got(tries, feature);
}

static void try_map(struct tries *tries, enum feature feature, enum bpf_map_type type,
		    uint32_t key_size, uint32_t value_size, uint32_t entries)
{
	int fd = bpf_map_create(type, NAME, key_size, value_size, entries, NULL);

	loaded(tries, feature, fd);
	close_all(fd, -1);
}

static void try_loading(struct tries *tries, enum feature feature,
			const struct bpf_insn *instructions, size_t count)
{
	int program = load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, instructions, count);

	loaded(tries, feature, program);
	close_all(program, -1);
}

static void try_atomics(struct tries *tries)
{
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1 },
		{ .code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .src_reg = BPF_REG_1,
		  .off = -8 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_10,
		  .src_reg = BPF_REG_1, .off = -8, .imm = BPF_ADD | BPF_FETCH },
		nothing[0], nothing[1],
	};

	try_loading(tries, FEATURE_FETCHING_ATOMICS, instructions, COUNT(instructions));
}

/* Loaded only: a word from address 0 into the stack. */
static void try_reading(struct tries *tries)
{
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_read_kernel },
		nothing[0], nothing[1],
	};

	try_loading(tries, FEATURE_READ_KERNEL, instructions, COUNT(instructions));
}

/* event NULL: the program says by itself where it belongs. */
static void try_tracing(struct tries *tries, enum feature feature, int program, const char *event)
{
	int link;

	if (program < 0) {
		refused(tries, feature, STAGE_LOAD, program);
		return;
	}
	link = bpf_raw_tracepoint_open(event, program);
	if (link < 0)
		refused(tries, feature, STAGE_ATTACH, link);
	else
		got(tries, feature);
	close_all(link, program);
}

/* Of a type of the kernel; negative errno. */
static int type_of(const struct tries *tries, const char *name, uint32_t kind)
{
	return tries->types ? btf__find_by_name_kind(tries->types, name, kind) : -ENOENT;
}

static void try_typed(struct tries *tries, enum feature feature, int type_id,
		      enum bpf_prog_type type, enum bpf_attach_type expected)
{
	if (type_id < 0)
		refused(tries, feature, STAGE_FIND, type_id);
	else
		try_tracing(tries, feature, load(type, expected, (uint32_t)type_id, nothing,
						 COUNT(nothing)), NULL);
}

static int quiet_function(const struct tries *tries, const char **name)
{
	int type_id = -ENOENT;

	for (size_t i = 0; i < COUNT(quiet_functions) && type_id < 0; i++) {
		*name = quiet_functions[i];
		type_id = type_of(tries, *name, BTF_KIND_FUNC);
	}
	return type_id;
}

static void try_iterator(struct tries *tries, enum feature feature, const char *name)
{
	int type_id = type_of(tries, name, BTF_KIND_FUNC), program, link, reader;

	if (type_id < 0) {
		refused(tries, feature, STAGE_FIND, type_id);
		return;
	}
	program = load(BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, (uint32_t)type_id, nothing,
		       COUNT(nothing));
	if (program < 0) {
		refused(tries, feature, STAGE_LOAD, program);
		return;
	}
	link = bpf_link_create(program, 0, BPF_TRACE_ITER, NULL);
	reader = link < 0 ? link : bpf_iter_create(link);
	if (reader < 0)
		refused(tries, feature, STAGE_ATTACH, reader);
	else
		got(tries, feature);
	close_all(reader, link);
	close_all(program, -1);
}

/* Counts who comes by. */
static int load_counting(const struct tries *tries, enum bpf_attach_type expected)
{
	const struct bpf_insn instructions[] = {
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = tries->counter },
		{ .code = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_2, .imm = BPF_ADD },
		nothing[0], nothing[1],
	};

	if (tries->counter < 0)
		return tries->counter;
	return load(BPF_PROG_TYPE_KPROBE, expected, 0, instructions, COUNT(instructions));
}

/* A link; negative errno. */
static int attach_multi(const struct tries *tries, int program)
{
	LIBBPF_OPTS(bpf_link_create_opts, options);
	unsigned long offset = tries->site.file_offset;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", tries->site.fd);
	options.uprobe_multi.path = path;
	options.uprobe_multi.offsets = &offset;
	options.uprobe_multi.cnt = 1;
	return bpf_link_create(program, -1, ATTACH_UPROBE_MULTI, &options);
}

static void count_arrivals(struct tries *tries, enum feature feature,
			   struct feature_arrivals *arrivals)
{
	uint64_t before = 0, after = 0;
	uint32_t zero = 0;

	bpf_map_lookup_elem(tries->counter, &zero, &before);
	for (unsigned int i = 0; i < CALLS; i++)
		own_site_call();
	bpf_map_lookup_elem(tries->counter, &zero, &after);
	arrivals->calls = CALLS;
	arrivals->arrived = (unsigned int)(after - before);
	if (arrivals->arrived == CALLS)
		got(tries, feature);
	else
		refused(tries, feature, STAGE_ARRIVE, -ENODATA);
}

static void try_uprobe_multi(struct tries *tries, struct feature_arrivals *arrivals)
{
	int program = load_counting(tries, ATTACH_UPROBE_MULTI), link = -1;

	if (program < 0) {
		refused(tries, FEATURE_UPROBE_MULTI, STAGE_LOAD, program);
		return;
	}
	link = attach_multi(tries, program);
	if (link < 0)
		refused(tries, FEATURE_UPROBE_MULTI, STAGE_ATTACH, link);
	else
		count_arrivals(tries, FEATURE_UPROBE_MULTI, arrivals);
	close_all(link, program);
}

/* One event shows both: with a cookie, and where there are none, without. */
static void try_event(struct tries *tries, int program, int event,
		      struct feature_arrivals *arrivals)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .perf_event.bpf_cookie = 1);
	int link = bpf_link_create(program, event, BPF_PERF_EVENT, &options), result = 0;

	if (link < 0) {
		refused(tries, FEATURE_ATTACH_COOKIE, STAGE_ATTACH, link);
		result = perf_event_run(event, program);
	} else {
		got(tries, FEATURE_ATTACH_COOKIE);
		result = ioctl(event, PERF_EVENT_IOC_ENABLE, 0) ? -errno : 0;
	}
	if (result)
		refused(tries, FEATURE_UPROBE, STAGE_ATTACH, result);
	else
		count_arrivals(tries, FEATURE_UPROBE, arrivals);
	close_all(link, -1);
}

static void try_uprobe(struct tries *tries, struct feature_arrivals *arrivals)
{
	int type = perf_event_type("uprobe"), program = load_counting(tries, 0), event;
	enum feature_stage stage = program < 0 ? STAGE_LOAD : type < 0 ? STAGE_FIND : STAGE_ATTACH;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", tries->site.fd);
	event = program < 0 ? program : type < 0 ? type
			    : perf_event_open(type, path, tries->site.file_offset);
	if (event < 0) {
		refused(tries, FEATURE_UPROBE, stage, event);
		refused(tries, FEATURE_ATTACH_COOKIE, stage, event);
	} else {
		try_event(tries, program, event, arrivals);
	}
	close_all(event, program);
}

static void try_uprobes(struct tries *tries, struct feature_arrivals *arrivals)
{
	struct feature_arrivals of_events = { 0, 0 };
	int result = own_site_open(&tries->site);

	if (result) {
		refused(tries, FEATURE_UPROBE, STAGE_FIND, result);
		refused(tries, FEATURE_ATTACH_COOKIE, STAGE_FIND, result);
		refused(tries, FEATURE_UPROBE_MULTI, STAGE_FIND, result);
		return;
	}
	tries->counter = bpf_map_create(BPF_MAP_TYPE_ARRAY, NAME, 4, 8, 1, NULL);
	try_uprobe_multi(tries, arrivals);
	try_uprobe(tries, &of_events);
	if (!arrivals->calls)
		*arrivals = of_events;
	close_all(tries->counter, tries->site.fd);
}

static void try_kprobe(struct tries *tries, const char *function)
{
	int type = perf_event_type("kprobe"), program, event, result;

	if (type < 0) {
		refused(tries, FEATURE_KPROBE, STAGE_FIND, type);
		return;
	}
	program = load(BPF_PROG_TYPE_KPROBE, 0, 0, nothing, COUNT(nothing));
	if (program < 0) {
		refused(tries, FEATURE_KPROBE, STAGE_LOAD, program);
		return;
	}
	event = perf_event_open(type, function, 0);
	result = event < 0 ? event : perf_event_run(event, program);
	if (result)
		refused(tries, FEATURE_KPROBE, STAGE_ATTACH, result);
	else
		got(tries, FEATURE_KPROBE);
	close_all(event, program);
}

void features_try(struct feature_answer answers[FEATURE_MAX], struct feature_arrivals *arrivals)
{
	struct tries tries = { .answers = answers, .counter = -1 };
	const char *function = quiet_functions[0];
	uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE);
	int quiet;

	*arrivals = (struct feature_arrivals){ 0, 0 };
	tries.types = btf__load_vmlinux_btf();
	quiet = quiet_function(&tries, &function);
	try_map(&tries, FEATURE_BPF, BPF_MAP_TYPE_ARRAY, 4, 8, 1);
	try_map(&tries, FEATURE_RING_BUFFER, BPF_MAP_TYPE_RINGBUF, 0, 0, page);
	try_atomics(&tries);
	try_reading(&tries);
	loaded(&tries, FEATURE_MIXED_CALLS, ladder_try_mixed_calls());
	try_tracing(&tries, FEATURE_RAW_TP, load(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, 0, nothing,
						 COUNT(nothing)), QUIET_EVENT);
	try_typed(&tries, FEATURE_TP_BTF, type_of(&tries, "btf_trace_" QUIET_EVENT,
						  BTF_KIND_TYPEDEF),
		  BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP);
	try_iterator(&tries, FEATURE_ITER_TASK, "bpf_iter_task");
	try_iterator(&tries, FEATURE_ITER_TASK_FILE, "bpf_iter_task_file");
	try_uprobes(&tries, arrivals);
	try_kprobe(&tries, function);
	try_typed(&tries, FEATURE_FENTRY, quiet, BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY);
	try_typed(&tries, FEATURE_FEXIT, quiet, BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT);
	try_typed(&tries, FEATURE_LSM, type_of(&tries, QUIET_HOOK, BTF_KIND_FUNC),
		  BPF_PROG_TYPE_LSM, BPF_LSM_MAC);
	btf__free(tries.types);
}

void feature_libbpf(char *running, char *compiled, size_t size)
{
	snprintf(running, size, "%u.%u", libbpf_major_version(), libbpf_minor_version());
	snprintf(compiled, size, "%u.%u", LIBBPF_MAJOR_VERSION, LIBBPF_MINOR_VERSION);
}
