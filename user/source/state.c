/* SPDX-License-Identifier: BSD-2-Clause */
/* How each probe fares, read off the programs that it loaded. */
#include <stdio.h>
#include <string.h>

#include "user/source/internal.h"

static const char *means_of_tracing(enum bpf_attach_type type)
{
	switch (type) {
	case BPF_TRACE_ITER:
		return "iterator";
	case BPF_TRACE_FENTRY:
		return "fentry";
	case BPF_TRACE_FEXIT:
		return "fexit";
	default:
		return "tp_btf";
	}
}

static const char *means_of(const struct bpf_program *program, bool behind_door)
{
	switch (bpf_program__type(program)) {
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		return behind_door ? "tail_call" : "raw_tp";
	case BPF_PROG_TYPE_KPROBE:
		return bpf_program__expected_attach_type(program) ? "uprobe_multi" : "uprobe";
	case BPF_PROG_TYPE_TRACING:
		return means_of_tracing(bpf_program__expected_attach_type(program));
	case BPF_PROG_TYPE_CGROUP_SOCK:
	case BPF_PROG_TYPE_CGROUP_SOCK_ADDR:
		return "cgroup";
	default:
		return NULL;
	}
}

/* Each once, in the order of the object: "raw_tp+iterator". */
static void list_means(const struct source *source, const struct loaded *loaded, char *out,
		       size_t size)
{
	const struct shared_maps *door = source_door(source);
	struct bpf_program *program;

	bpf_object__for_each_program(program, loaded->object) {
		const char *means = means_of(program, object_is_behind_door(loaded->probe, program,
									    door));
		size_t used = strlen(out);

		if (means && bpf_program__fd(program) >= 0 && !strstr(out, means))
			snprintf(out + used, size - used, "%s%s", used ? "+" : "", means);
	}
}

bool source_state(const struct source *source, size_t index, struct probe_state *out)
{
	const struct loaded *loaded = &source->loaded[index];

	if (index >= source->count)
		return false;
	memset(out, 0, sizeof(*out));
	out->name = loaded->probe->name;
	out->required = loaded->probe->required;
	out->is_off = loaded->is_off;
	out->by_hooks = source->calls == CALLS_BY_HOOK;
	out->error = -loaded->error;
	if (loaded->error)
		snprintf(out->problem, sizeof(out->problem), "%s", loaded->problem);
	else if (loaded->object)
		list_means(source, loaded, out->means, sizeof(out->means));
	return true;
}
