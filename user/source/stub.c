/* SPDX-License-Identifier: BSD-2-Clause */
/* The stubs' instructions, and uprobes as perf events that take them: libbpf attaches no such. */
#include "user/source/stub.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

#include "user/source/internal.h"
#include "user/source/perf_event.h"

#define MOVE(to, from)	{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from) }
#define SET(to, value)	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value) }
#define ADD(to, value)	{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (to), .imm = (value) }
#define WIDE(to, source, low, high) \
	{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = (to), .src_reg = (source), \
	  .imm = (__s32)(low) }, \
	{ .imm = (__s32)(high) }
#define CALL(helper)	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_##helper }
#define EXIT()		{ .code = BPF_JMP | BPF_EXIT }

static int load_stub(int cookies, int targets, enum stub_target target, uint64_t cookie)
{
	const struct bpf_insn instructions[] = {
		MOVE(BPF_REG_6, BPF_REG_1),
		/* Where this CPU's cookie is: element 0. */
		{ .code = BPF_ST | BPF_W | BPF_MEM, .dst_reg = BPF_REG_10, .off = -4, .imm = 0 },
		MOVE(BPF_REG_2, BPF_REG_10),
		ADD(BPF_REG_2, -4),
		WIDE(BPF_REG_1, BPF_PSEUDO_MAP_FD, cookies, 0),
		CALL(map_lookup_elem),
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = BPF_REG_0, .imm = 0, .off = 8 },
		WIDE(BPF_REG_1, 0, cookie, cookie >> 32),
		{ .code = BPF_STX | BPF_DW | BPF_MEM, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_1 },
		MOVE(BPF_REG_1, BPF_REG_6),
		WIDE(BPF_REG_2, BPF_PSEUDO_MAP_FD, targets, 0),
		SET(BPF_REG_3, target),
		CALL(tail_call),
		SET(BPF_REG_0, 0),
		EXIT(),
	};
	size_t count = sizeof(instructions) / sizeof(instructions[0]);
	int program = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "site", "Dual BSD/GPL", instructions,
				    count, NULL);

	return program < 0 ? -errno : program;
}

static int put_target(const struct source *source, int targets, __u32 target, const char *name)
{
	struct bpf_object *object = source_object(source, "tls");
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	int fd = program ? bpf_program__fd(program) : -1;

	return bpf_map_update_elem(targets, &target, &fd, BPF_ANY) ? -errno : 0;
}

int stubs_prepare(const struct source *source)
{
	int targets = source_map(source, "tls", "stub_targets");
	int result;

	if (targets < 0)
		return 0;
	result = put_target(source, targets, STUB_ENTER, HANDSHAKE_ENTER);
	return result ?: put_target(source, targets, STUB_RETURN, HANDSHAKE_RETURN);
}

int stub_attach(const struct source *source, enum stub_target target, const char *path,
		const struct source_site *site)
{
	int cookies = source_map(source, "tls", "stub_cookie");
	int targets = source_map(source, "tls", "stub_targets");
	int type = perf_event_type("uprobe"), stub, event, result = 0;

	if (cookies < 0 || targets < 0)
		return -ENOENT;
	if (type < 0)
		return type;
	stub = load_stub(cookies, targets, target, site->cookie);
	if (stub < 0)
		return stub;
	event = perf_event_open(type, path, site->file_offset);
	if (event >= 0)
		result = perf_event_run(event, stub);
	if (result)
		close(event);
	/* The event has it. */
	close(stub);
	return result ?: event;
}
