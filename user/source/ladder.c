/* SPDX-License-Identifier: BSD-2-Clause */
/* How each rung is asked for: by the smallest thing that only a kernel which has it accepts. */
#include "user/source/ladder.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <unistd.h>

#include "user/source/internal.h"

static int load_empty(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = ATTACH_UPROBE_MULTI);
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_KPROBE, "uprobe_multi", "GPL", instructions, 2,
			     &options);
}

/*
 * A link with a path that can't be is refused as a bad file where the link type exists, and as an
 * invalid argument where it does not.
 */
static bool has_uprobe_multi(void)
{
	LIBBPF_OPTS(bpf_link_create_opts, options);
	unsigned long offset = 0;
	int program = load_empty(), link, error;

	if (program < 0)
		return false;
	options.uprobe_multi.path = "/";
	options.uprobe_multi.offsets = &offset;
	options.uprobe_multi.cnt = 1;
	link = bpf_link_create(program, -1, ATTACH_UPROBE_MULTI, &options);
	error = errno;
	if (link >= 0)
		close(link);
	close(program);
	return link < 0 && error == EBADF;
}

static bool has_helper(enum bpf_func_id helper)
{
	return libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, helper, NULL) == 1;
}

/* The helper came with the perf links that carry the cookie (7adfc6c9b315, Linux 5.15). */
static bool has_attach_cookie(void)
{
	return has_helper(BPF_FUNC_get_attach_cookie);
}

/* BPF's own allocator (7c8199e24fa0, Linux 6.1), without which a growing map warns in the log. */
static bool has_map_allocator(const struct kernel_types *types)
{
	struct btf *kernel;
	bool has;

	if (types)
		return kernel_types_number(types, ROLE_TYPE, LADDER_TYPE) > 0;
	kernel = btf__load_vmlinux_btf();
	has = kernel && btf__find_by_name_kind(kernel, LADDER_TYPE, BTF_KIND_STRUCT) > 0;
	btf__free(kernel);
	return has;
}

/*
 * A gift of the JIT: that of x86_64 has it from Linux 5.10 on, that of arm64 from 6.0 on, the
 * interpreter never.
 */
int ladder_try_mixed_calls(void)
{
	int table = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "table", 4, 4, 1, NULL), program;
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6,
		  .src_reg = BPF_REG_1 },
		{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = 7 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_6 },
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = BPF_REG_2,
		  .src_reg = BPF_PSEUDO_MAP_FD, .imm = table },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
		/* The function. */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	if (table < 0)
		return table;
	program = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "mixed", "GPL", instructions,
				sizeof(instructions) / sizeof(instructions[0]), NULL);
	close(table);
	if (program < 0)
		return program;
	close(program);
	return 0;
}

#ifdef __aarch64__
#define QUIET_CALL "__arm64_sys_listen"
#else
#define QUIET_CALL "__x64_sys_listen"
#endif

static int try_function(int type_id, enum bpf_attach_type where)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = where,
		    .attach_btf_id = (uint32_t)type_id);
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "function", "GPL", instructions, 2,
				    &options), link;

	if (program < 0)
		return program;
	link = bpf_raw_tracepoint_open(NULL, program);
	close(program);
	if (link < 0)
		return link;
	close(link);
	return 0;
}

/* By attaching: what an aarch64 kernel before 6.4 loads is refused only then. */
int ladder_try_functions(void)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	int type_id = kernel ? btf__find_by_name_kind(kernel, QUIET_CALL, BTF_KIND_FUNC) : -errno;
	int result = type_id < 0 ? type_id : try_function(type_id, BPF_TRACE_FENTRY);

	btf__free(kernel);
	return result ?: try_function(type_id, BPF_TRACE_FEXIT);
}

void ladder_ask(struct ladder *out, const struct kernel_types *types)
{
	out->uprobe_multi = has_uprobe_multi();
	out->attach_cookie = out->uprobe_multi || has_attach_cookie();
	out->map_allocator = out->uprobe_multi || has_map_allocator(types);
	out->mixed_calls = !ladder_try_mixed_calls();
}

/* 0, or a negative errno. */
static int try_map(enum bpf_map_type type, uint32_t key_size, uint32_t value_size, uint32_t entries)
{
	int map = bpf_map_create(type, "map", key_size, value_size, entries, NULL);

	if (map >= 0)
		close(map);
	return map < 0 ? map : 0;
}

/*
 * A kernel that does not know a type of map calls it invalid. Where bpf(2) itself is refused, or
 * has no memory left, whoever loads first says why.
 */
const char *ladder_missing(void)
{
	uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE);

	if (try_map(BPF_MAP_TYPE_ARRAY, 4, 4, 1) ||
	    try_map(BPF_MAP_TYPE_RINGBUF, 0, 0, page) != -EINVAL)
		return NULL;
	return "BPF ring buffers";
}
