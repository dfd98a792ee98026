/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Begun handshakes that will never return: the process exited, or the goroutine ended inside. The
 * kernel sees neither; here both are found, by a look at the goroutine in the process's memory.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "user/source/internal.h"

#define VALUE_MAX	512	/* bytes of the BPF side's struct handshake */
#define YOUNG_NS	(1000ULL * 1000000)

/* runtime.g's atomicstatus stands before its goid in all measured releases, 1.19 to 1.27. */
#define STATUS_BEFORE_ID 8
#define STATUS_SCAN	0x1000	/* a bit beside the status: its stack is being looked at */
#define STATUS_DEAD	6

/* Same layout as in bpf/tls.bpf.c. */
struct handshake_key {
	__u64 g;
	__u32 tgid;
	__u32 nested;
};

/* The values' layout, asked of the object that made them. */
struct begun_layout {
	int32_t start_ns, goroutine_id, program, sk;
};

struct begun {
	uint64_t start_ns, goroutine_id, sk;
	uint32_t program;
};

/* Byte offset of a member; -1: there is none. */
static int32_t member_offset(const struct btf *btf, const char *type_name, const char *name)
{
	int32_t id = btf__find_by_name_kind(btf, type_name, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;

	for (__u16 i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), name))
			return (int32_t)btf_member_bit_offset(type, i) / 8;
	return -1;
}

static bool layout_of(const struct btf *btf, struct begun_layout *out)
{
	int32_t act = btf ? member_offset(btf, "handshake", "act") : -1;

	if (act < 0)
		return false;
	out->start_ns = member_offset(btf, "act", "start_ns");
	out->goroutine_id = member_offset(btf, "act", "goroutine_id");
	out->program = member_offset(btf, "act", "program");
	out->sk = member_offset(btf, "handshake", "sk");
	if (out->start_ns < 0 || out->goroutine_id < 0 || out->program < 0 || out->sk < 0)
		return false;
	out->start_ns += act;
	out->goroutine_id += act;
	out->program += act;
	return true;
}

/* The maps and the layout of what they hold, for one pass over them. */
struct pass {
	int begun;		/* the maps */
	int shaking;
	int layouts;
	struct begun_layout layout;
	uint64_t now_ns;
	pid_t exited;		/* 0: sweep */
};

/* False when nothing has begun, or its layout is not what this file can read. */
static bool pass_begin(const struct source *source, struct pass *out)
{
	struct bpf_object *object = source_object(source, "tls");
	struct bpf_map *map = object ? bpf_object__find_map_by_name(object, "handshakes") : NULL;
	struct handshake_key key;

	if (!map || bpf_map__value_size(map) > VALUE_MAX || bpf_map__key_size(map) != sizeof(key))
		return false;
	out->begun = bpf_map__fd(map);
	out->shaking = source_map(source, "tls", "shaking");
	out->layouts = shared_map_fd(&source->shared, "go_layouts");
	return !bpf_map_get_next_key(out->begun, NULL, &key) &&
	       layout_of(bpf_object__btf(object), &out->layout);
}

static bool read_begun(const struct pass *pass, const struct handshake_key *key, struct begun *out)
{
	uint8_t value[VALUE_MAX] = { 0 };

	if (bpf_map_lookup_elem(pass->begun, key, value))
		return false;
	memcpy(&out->start_ns, value + pass->layout.start_ns, sizeof(out->start_ns));
	memcpy(&out->goroutine_id, value + pass->layout.goroutine_id, sizeof(out->goroutine_id));
	memcpy(&out->program, value + pass->layout.program, sizeof(out->program));
	memcpy(&out->sk, value + pass->layout.sk, sizeof(out->sk));
	return true;
}

/* Another goroutine has its place, or none: then it never returns. What can't be read stays. */
static bool goroutine_ended(const struct pass *pass, const struct handshake_key *key,
			    const struct begun *begun)
{
	struct { uint32_t status, lock; uint64_t id; } seen;
	struct iovec here = { &seen, sizeof(seen) }, there;
	struct go_layout layout;

	if (!begun->goroutine_id || pass->layouts < 0 ||
	    bpf_map_lookup_elem(pass->layouts, &begun->program, &layout) || layout.g_goid <= 0)
		return false;
	there.iov_base = (void *)(uintptr_t)(key->g + (uint64_t)layout.g_goid - STATUS_BEFORE_ID);
	there.iov_len = sizeof(seen);
	if (process_vm_readv((pid_t)key->tgid, &here, 1, &there, 1, 0) != sizeof(seen))
		return false;
	return seen.id != begun->goroutine_id || (seen.status & ~STATUS_SCAN) == STATUS_DEAD;
}

static bool is_over(const struct pass *pass, const struct handshake_key *key,
		    const struct begun *begun)
{
	if (pass->exited)
		return key->tgid == (__u32)pass->exited;
	if (begun->start_ns + YOUNG_NS > pass->now_ns)
		return false;
	/* Its exit was lost, with the ring full. */
	if (kill((pid_t)key->tgid, 0) && errno == ESRCH)
		return true;
	return goroutine_ended(pass, key, begun);
}

/*
 * One that began in the same g since the look stays; should it begin right here, it is deleted, and
 * counted as one without a start when it returns.
 */
static bool delete(const struct pass *pass, const struct handshake_key *key,
		   const struct begun *begun)
{
	struct begun still;

	if (!read_begun(pass, key, &still) || still.start_ns != begun->start_ns ||
	    bpf_map_delete_elem(pass->begun, key))
		return false;
	if (begun->sk && pass->shaking >= 0)
		bpf_map_delete_elem(pass->shaking, &begun->sk);
	return true;
}

static uint64_t drop(const struct pass *pass)
{
	struct handshake_key key, previous;
	struct begun begun;
	uint64_t dropped = 0;
	int more = !bpf_map_get_next_key(pass->begun, NULL, &key);

	while (more) {
		previous = key;
		more = !bpf_map_get_next_key(pass->begun, &previous, &key);
		if (pass->exited && previous.tgid != (__u32)pass->exited)
			continue;
		if (read_begun(pass, &previous, &begun) && is_over(pass, &previous, &begun) &&
		    delete(pass, &previous, &begun))
			dropped++;
	}
	return dropped;
}

uint64_t source_drop_handshakes(struct source *source, pid_t tgid)
{
	struct pass pass = { .exited = tgid };

	return pass_begin(source, &pass) ? drop(&pass) : 0;
}

uint64_t source_sweep_handshakes(struct source *source, uint64_t now_ns)
{
	struct pass pass = { .now_ns = now_ns };

	return pass_begin(source, &pass) ? drop(&pass) : 0;
}
