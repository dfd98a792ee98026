// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Processes and cgroups as they come and go: decides at exec, in the kernel, whether a process is
 * observed, so that its first system call is seen already.
 */
#include "bpf/emit.bpf.h"
#include "bpf/threads.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define EEXIST	17

/* Go programs have some ten threads; one that blocks in many calls has a hundred. */
#define THREADS_MOVED_MAX 512

/* Binds and connects of other programs than Go's are wanted, too. Set before load. */
const volatile bool all_programs = false;

/* Only what descends from a process that user space follows. Set before load. */
const volatile bool follow_only = false;

/* Processes whose last threads leave right now: see forget_process(). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u8);
} leaving SEC(".maps");

/* No probe of system calls finds out what context a thread belongs to. Set before load. */
const volatile bool calls_off = false;

/* Until the process ends, when what it ran can't be asked any more. */
static __always_inline void remember_context(__u32 tgid, __u32 context)
{
	struct thread *leader = calls_off && context ? thread_take(tgid, tgid) : NULL;

	if (leader)
		leader->context = context;
}

static __always_inline void header_now(struct event_header *header, __u16 kind, __u16 size)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();

	header->time_ns = bpf_ktime_get_ns();
	header->cgroup_id = task_cgroup_id((struct task_struct *)bpf_get_current_task());
	header->tgid = pid_tgid >> 32;
	header->tid = pid_tgid;
	header->kind = kind;
	header->size = size;
	header->cpu = bpf_get_smp_processor_id();
}

/* Of a program that ends before it is looked at nobody else can tell it. */
static __always_inline void exe_name_read(char *out, struct task_struct *task,
					  const struct program_value *program)
{
	const unsigned char *name;

	__builtin_memset(out, 0, EXE_NAME_SIZE);
	if (program->kind != PROGRAM_UNKNOWN)
		return;
	name = BPF_CORE_READ(task, mm, exe_file, f_path.dentry, d_name.name);
	bpf_probe_read_kernel_str(out, EXE_NAME_SIZE, name);
}

static __always_inline void tell_start(struct task_struct *task, const struct program_key *key,
				       const struct program_value *program, __u32 context)
{
	struct event_process_start *event;
	enum loss cause;

	event = event_reserve(sizeof(*event), KEEP, 0, &cause);
	if (!event) {
		event_refused(cause);
		return;
	}
	header_now(&event->header, EVENT_PROCESS_START, sizeof(*event));
	event->start_boottime_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	event->exe_inode = key->inode;
	event->exe_size = key->size;
	event->exe_mtime_ns = key->mtime_ns;
	event->exe_device = key->device;
	event->program = program->program;
	event->parent = BPF_CORE_READ(task, real_parent, tgid);
	event->uid = BPF_CORE_READ(task, cred, uid.val);
	event->context = context;
	event->kind = program->kind;
	event->vpid = tid_within(BPF_CORE_READ(task, group_leader));
	event->padding = 0;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	exe_name_read(event->exe_name, task, program);
	/* Its files are looked at while it lives; next to an exec a wake-up costs little. */
	if (program->kind != PROGRAM_OTHER)
		event_submit_now(event);
	else
		event_submit(event);
}

/* The thread keeps its entry, since it may be in a call, but belongs to another context now. */
static __always_inline void forget_context(__u32 tid)
{
	struct thread *thread = thread_find(tid);

	if (thread)
		thread->context = 0;
}

static __always_inline __u8 wanted_of_program(const struct program_value *program)
{
	if (program->kind != PROGRAM_OTHER)
		return WANTED_ALL;
	if (all_programs)
		return WANTED_CALLS;
	return follow_only ? WANTED_DESCENT : WANTED_NOTHING;
}

SEC("raw_tp/sched_process_exec")
int process_exec(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct program_value program;
	struct program_key key;
	struct context_key context_key = {};
	__u32 context;

	if (follow_only && wanted_of(tgid) == WANTED_NOTHING)
		return 0;
	forget_context((__u32)bpf_get_current_pid_tgid());
	program_of(task, &key, &program);
	want(tgid, wanted_of_program(&program));
	if (program.kind == PROGRAM_OTHER)
		return 0;
	context_key.cgroup_id = task_cgroup_id(task);
	context_key.program = program.program;
	context = context_number(&context_key);
	remember_context(tgid, context);
	tell_start(task, &key, &program, context);
	return 0;
}

SEC("raw_tp/sched_process_fork")
int process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *child = (struct task_struct *)ctx->args[1];
	__u32 parent_tgid = BPF_CORE_READ((struct task_struct *)ctx->args[0], tgid);
	__u32 child_tgid = BPF_CORE_READ(child, tgid);
	struct event_process_fork *event;
	struct context_key context_key;
	enum loss cause;
	__u8 wanted;

	if (child_tgid == parent_tgid)
		return 0;
	wanted = wanted_of(parent_tgid);
	want(child_tgid, wanted);
	if (wanted != WANTED_ALL)
		return 0;
	if (calls_off)
		remember_context(child_tgid, context_of(child, &context_key));
	event = event_reserve(sizeof(*event), KEEP, 0, &cause);
	if (!event) {
		event_refused(cause);
		return 0;
	}
	header_now(&event->header, EVENT_PROCESS_FORK, sizeof(*event));
	event->start_boottime_ns = BPF_CORE_READ(child, start_boottime);
	event->child = child_tgid;
	event->padding = 0;
	event_submit(event);
	return 0;
}

static __always_inline void tell_exit(struct task_struct *task, __u32 context)
{
	__u32 group_code = BPF_CORE_READ(task, signal, group_exit_code);
	struct event_process_exit *event;
	enum loss cause;

	event = event_reserve(sizeof(*event), KEEP, 0, &cause);
	if (!event) {
		event_refused(cause);
		return;
	}
	header_now(&event->header, EVENT_PROCESS_EXIT, sizeof(*event));
	event->start_boottime_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	event->lifetime_ns = bpf_ktime_get_boot_ns() - event->start_boottime_ns;
	event->program = 0;
	event->context = context;
	event->exit_code = group_code ?: BPF_CORE_READ(task, exit_code);
	event->parent = BPF_CORE_READ(task, real_parent, tgid);
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event_submit(event);
}

/* The thread's own; one that was never looked at belongs where its leader does. */
static __always_inline __u32 known_context(__u32 tid, __u32 tgid)
{
	struct thread *thread = thread_find(tid);

	if (!thread || !thread->context)
		thread = thread_find(tgid);
	return thread ? thread->context : 0;
}

/*
 * What was wanted of the process, and nothing more is. Two threads may both see that none is left,
 * and no kernel before 5.12 can clear and tell in one step; so the entry in leaving is held for the
 * length of it. The first to hold it sees what was wanted. Who can't hold it leaves it to the one
 * that does; who comes after finds the byte cleared, since a bucket's lock lies between. Each CPU
 * holds one entry at most: where there is no room after all, telling twice is better than never.
 */
static __always_inline __u8 forget_process(__u32 tgid)
{
	__u8 wanted = WANTED_NOTHING;

	if (bpf_map_update_elem(&leaving, &tgid, &wanted, BPF_NOEXIST) == -EEXIST)
		return WANTED_NOTHING;
	wanted = wanted_of(tgid);
	want(tgid, WANTED_NOTHING);
	bpf_map_delete_elem(&leaving, &tgid);
	return wanted;
}

SEC("raw_tp/sched_process_exit")
int process_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u32 tgid = pid_tgid >> 32;
	__u32 context;

	if (wanted_of(tgid) == WANTED_NOTHING)
		return 0;
	context = known_context((__u32)pid_tgid, tgid);
	if (BPF_CORE_READ(task, signal, live.counter) > 0) {
		if ((__u32)pid_tgid != tgid)
			thread_drop((__u32)pid_tgid);
		return 0;
	}
	if (forget_process(tgid) == WANTED_ALL)
		tell_exit(task, context);
	thread_drop((__u32)pid_tgid);
	thread_drop(tgid);
	return 0;
}

/*
 * One of a list of threads, and where the next is; 0: this was none. Not static, so that the
 * verifier looks at it once and not once for each (see weigh.bpf.h).
 */
__noinline __u64 forget_node(__u64 node, __u64 head)
{
	struct task_struct *task = (void *)node;

	if (!node || node == head)
		return 0;
	task = (void *)node - bpf_core_field_offset(task->thread_node);
	forget_context(BPF_CORE_READ(task, pid));
	return (__u64)BPF_CORE_READ(task, thread_node.next);
}

/* Of the threads of a process that moves as a whole the kernel names the leader alone. */
static __noinline int forget_contexts(struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	__u64 head = (__u64)signal + bpf_core_field_offset(signal->thread_head);
	__u64 node = (__u64)BPF_CORE_READ(signal, thread_head.next);

	for (int i = 0; i < THREADS_MOVED_MAX && node; i++)
		node = forget_node(node, head);
	return 0;
}

/* What moved to another cgroup belongs to another context: a thread, or a whole process. */
SEC("raw_tp/cgroup_attach_task")
int cgroup_attach(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[2];
	bool whole = ctx->args[3];
	__u32 tgid = BPF_CORE_READ(task, tgid);
	struct context_key key;

	if (calls_off && (whole || BPF_CORE_READ(task, pid) == tgid) && is_observed(tgid))
		remember_context(tgid, context_of(task, &key));
	else if (calls_off)
		return 0;
	else if (whole)
		forget_contexts(task);
	else
		forget_context(BPF_CORE_READ(task, pid));
	return 0;
}

/* Which tree's cgroups are told: the one that contexts are made of. Set before load. */
const volatile __s32 hierarchy = 0;

static __always_inline int tell_cgroup(struct bpf_raw_tracepoint_args *ctx, __u16 kind)
{
	struct cgroup *cgroup = (struct cgroup *)ctx->args[0];
	struct event_cgroup *event;
	enum loss cause;
	long length;

	if (BPF_CORE_READ(cgroup, root, hierarchy_id) != hierarchy)
		return 0;
	event = event_reserve(sizeof(*event), KEEP, 0, &cause);
	if (!event) {
		event_refused(cause);
		return 0;
	}
	header_now(&event->header, kind, sizeof(*event));
	event->header.cgroup_id = BPF_CORE_READ(cgroup, kn, id);
	event->hierarchy = hierarchy;
	length = bpf_probe_read_kernel_str(event->path, sizeof(event->path), (void *)ctx->args[1]);
	event->path_length = length > 0 ? length - 1 : 0;
	event_submit(event);
	return 0;
}

SEC("raw_tp/cgroup_mkdir")
int cgroup_make(struct bpf_raw_tracepoint_args *ctx)
{
	return tell_cgroup(ctx, EVENT_CGROUP_MAKE);
}

SEC("raw_tp/cgroup_rmdir")
int cgroup_remove(struct bpf_raw_tracepoint_args *ctx)
{
	return tell_cgroup(ctx, EVENT_CGROUP_REMOVE);
}

/* Which of the reader's own descriptors is asked about: written before each walk. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} file_query SEC(".maps");

/* The key that a program in that file has: how user space names one before it runs. */
SEC("iter/task_file")
int file_key(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct program_key key;
	__u32 zero = 0, *wanted = bpf_map_lookup_elem(&file_query, &zero);
	struct inode *inode;

	if (!task || !file || !wanted || ctx->fd != *wanted ||
	    BPF_CORE_READ(task, tgid) != bpf_get_current_pid_tgid() >> 32)
		return 0;
	inode = underlay_inode(file);
	if (!inode)
		return 0;
	program_key_of(inode, &key);
	bpf_seq_write(ctx->meta->seq, &key, sizeof(key));
	return 0;
}

/*
 * Every process there is, once, as if it had just begun: how the agent finds what runs already, and
 * what still does. As at an exec, what is known to be none of Go's takes no context.
 */
SEC("iter/task")
int process_list(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct event_process_start event;
	struct context_key context_key = {};
	struct program_value program;
	struct program_key key;

	if (!task || BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid))
		return 0;
	program_of(task, &key, &program);
	if (!key.inode)
		return 0;
	__builtin_memset(&event, 0, sizeof(event));
	context_key.cgroup_id = task_cgroup_id(task);
	context_key.program = program.program;
	event.header.time_ns = bpf_ktime_get_ns();
	event.header.cgroup_id = context_key.cgroup_id;
	event.header.tgid = BPF_CORE_READ(task, tgid);
	event.header.tid = event.header.tgid;
	event.header.kind = EVENT_PROCESS_START;
	event.header.size = sizeof(event);
	event.start_boottime_ns = BPF_CORE_READ(task, start_boottime);
	event.exe_inode = key.inode;
	event.exe_size = key.size;
	event.exe_mtime_ns = key.mtime_ns;
	event.exe_device = key.device;
	event.program = program.program;
	event.parent = BPF_CORE_READ(task, real_parent, tgid);
	event.uid = BPF_CORE_READ(task, cred, uid.val);
	event.context = program.kind == PROGRAM_OTHER ? 0 : context_number(&context_key);
	remember_context(event.header.tgid, event.context);
	event.kind = program.kind;
	event.vpid = tid_within(task);
	BPF_CORE_READ_STR_INTO(&event.comm, task, comm);
	bpf_seq_write(ctx->meta->seq, &event, sizeof(event));
	return 0;
}
