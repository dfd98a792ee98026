/* SPDX-License-Identifier: BSD-2-Clause */
/* What a host says of itself, as far as it bears on Seamark. */
#ifndef SEAMARK_MODEL_HOST_FACTS_H
#define SEAMARK_MODEL_HOST_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#define FACT_UNKNOWN INT64_MIN

enum cgroup_mode { CGROUP_MODE_NONE, CGROUP_MODE_V1, CGROUP_MODE_V2, CGROUP_MODE_HYBRID };

/* Bits of capability sets, as linux/capability.h has them. */
enum capability_bit {
	BIT_DAC_READ_SEARCH = 2,
	BIT_SYS_PTRACE = 19,
	BIT_SYS_ADMIN = 21,
	BIT_SYS_RESOURCE = 24,
	BIT_LEASE = 28,
	BIT_PERFMON = 38,
	BIT_BPF = 39,
};

/* Empty texts and FACT_UNKNOWN: not known. */
struct host_facts {
	char release[65];
	char machine[65];
	bool has_proc;
	bool has_sys;
	bool has_types;			/* /sys/kernel/btf/vmlinux can be read */
	int64_t types_bytes;
	char lockdown[24];		/* "none", "integrity", "confidentiality" */
	uint64_t capabilities;		/* effective */
	int64_t perf_event_paranoid;
	int64_t unprivileged_bpf_disabled;
	int64_t jit;			/* net.core.bpf_jit_enable */
	int64_t pid_max;
	int64_t lease_break_time_s;
	uint64_t memlock_bytes;		/* soft limit; UINT64_MAX: none */
	uint64_t memlock_hard_bytes;
	enum cgroup_mode cgroup_mode;
	char cgroup_tree[256];		/* the tree that Seamark uses: where it is mounted */
	char cgroup_controller[16];	/* its controller; empty: cgroup2 */
	char hide_pid[16];		/* of /proc: "invisible" */
	bool own_pid_namespace;		/* another than the host's */
	bool own_user_namespace;
	int64_t own_net_namespace;	/* 1, or 0 for the host's */
	int64_t seccomp;		/* mode: 0 none, 2 a filter */
	bool expedites;			/* /sys/kernel/rcu_expedited can be written */
	char clock_source[32];
	char libbpf[16];		/* the one that runs */
	char libbpf_compiled[16];
	int parser_error;		/* 0: the child that parses executables can be confined */
};

#endif
