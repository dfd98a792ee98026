/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's types as far as Seamark reads them, kept by hand. Order and padding mean nothing:
 * CO-RE finds each field by name in the running kernel's BTF. A name behind ___ is an older or
 * newer flavour of the same type.
 */
#ifndef SEAMARK_KERNEL_TYPES_H
#define SEAMARK_KERNEL_TYPES_H

#define __VMLINUX_H__		/* makes bpf_tracing.h use the kernel's register names */

#include <linux/types.h>
#include <linux/bpf.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef _Bool bool;
enum { false = 0, true = 1 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { int counter; } atomic_t;
typedef struct { u32 val; } kuid_t;
typedef struct { u32 val; } kgid_t;

struct ns_common { u32 inum; };

/* Up to five extents stand in the struct itself (6397fac4915a). */
struct uid_gid_extent {
	u32 first;
	u32 lower_first;
	u32 count;
};
struct uid_gid_map {
	u32 nr_extents;
	struct uid_gid_extent extent[5];
};
struct user_namespace {
	struct uid_gid_map uid_map;
	struct uid_gid_map gid_map;
	struct user_namespace *parent;
	struct ns_common ns;
};
struct mnt_namespace { struct ns_common ns; };

/* 6.3 made the set one word (f122a08b197d); before, it was two of 32 bits: the same bytes. */
typedef struct { u64 val; } kernel_cap_t;

struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	unsigned int securebits;
	kernel_cap_t cap_inheritable;
	kernel_cap_t cap_permitted;
	kernel_cap_t cap_effective;
	kernel_cap_t cap_bset;
	kernel_cap_t cap_ambient;
	struct user_namespace *user_ns;
};

struct super_block {
	u32 s_dev;
	unsigned long s_magic;
};
struct timespec64 { s64 tv_sec; long tv_nsec; };

struct inode {
	unsigned long i_ino;
	s64 i_size;
	struct super_block *i_sb;
	s64 i_mtime_sec;
	u32 i_mtime_nsec;
};
/* Up to 6.6 i_mtime, then __i_mtime (12cd44023651), from 6.11 seconds and nanoseconds apart. */
struct inode___pre_6_7 { struct timespec64 i_mtime; };
struct inode___pre_6_11 { struct timespec64 __i_mtime; };

struct vfsmount { int mnt_flags; };
struct qstr { const unsigned char *name; };
struct dentry {
	struct qstr d_name;
	struct inode *d_inode;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct fs_struct { struct path root; };
struct address_space { struct inode *host; };
struct file {
	struct inode *f_inode;
	struct path f_path;
	struct address_space *f_mapping;
	void *private_data;
};
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};
struct files_struct { struct fdtable *fdt; };
struct mm_struct { struct file *exe_file; };

struct kernfs_node { u64 id; };
struct cgroup_root { int hierarchy_id; };
/* Programs attached to a control group, by kind of call; ended by an item without a program. */
struct bpf_prog_aux {
	u32 id;
	char name[16];
};
struct bpf_prog { struct bpf_prog_aux *aux; };
struct bpf_prog_array_item { struct bpf_prog *prog; };
struct bpf_prog_array { struct bpf_prog_array_item items[1]; };
struct cgroup_bpf { struct bpf_prog_array *effective[64]; };
/* From 5.15 on (6fc88c354f3a); before, the list went by enum bpf_attach_type. */
enum cgroup_bpf_attach_type {
	CGROUP_INET4_BIND,
	CGROUP_INET6_BIND,
	CGROUP_INET4_CONNECT,
	CGROUP_INET6_CONNECT,
};
struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
	struct cgroup_bpf bpf;
};
struct sock_cgroup_data { struct cgroup *cgroup; };
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
};
enum cgroup_subsys_id { cpu_cgrp_id, memory_cgrp_id, pids_cgrp_id };

struct local_ports { u32 range; };
/* Before 6.8 (d9f28735af87) the range was two numbers. */
struct local_ports___pre_6_8 { int range[2]; };
struct netns_ipv4___pre_6_8 { struct local_ports___pre_6_8 ip_local_ports; };
struct netns_ipv4 {
	int sysctl_ip_prot_sock;
	struct local_ports ip_local_ports;
};
struct ipv6_devconf { s32 disable_ipv6; };
struct netns_ipv6 { struct ipv6_devconf *devconf_all; };
struct net {
	struct user_namespace *user_ns;
	struct ns_common ns;
	struct netns_ipv4 ipv4;
	struct netns_ipv6 ipv6;
};
struct nsproxy {
	struct net *net_ns;
	struct mnt_namespace *mnt_ns;
};

struct list_head {
	struct list_head *next, *prev;
};

struct signal_struct {
	atomic_t live;
	struct list_head thread_head;
	int group_exit_code;
};
struct seccomp { int mode; };
struct thread_struct;

/* A number for each of the nested namespaces, the outermost first. */
struct upid { int nr; };
struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct task_struct {
	void *stack;
	int pid;
	int tgid;
	int exit_code;
	u64 start_boottime;
	unsigned long atomic_flags;
	struct mm_struct *mm;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	const struct cred *cred;
	struct files_struct *files;
	struct fs_struct *fs;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct list_head thread_node;
	struct css_set *cgroups;
	struct seccomp seccomp;
	char comm[16];
};

struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; };
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	u32 fd;
	struct file *file;
};

struct in6_addr { u8 s6_addr[16]; };
typedef struct { struct net *net; } possible_net_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned char skc_reuse : 4;
	unsigned char skc_reuseport : 1;
	unsigned char skc_ipv6only : 1;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	int sk_err;
	u16 sk_type;
	u16 sk_protocol;
	struct socket *sk_socket;
	kuid_t sk_uid;
	struct sock_cgroup_data sk_cgrp_data;
};
struct sockaddr_un {
	u16 sun_family;
	char sun_path[108];
};
struct unix_address {
	int len;
	struct sockaddr_un name[1];
};
struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct path path;
};
#define INET_BIND_NO_PORT 18	/* INET_FLAGS_BIND_ADDRESS_NO_PORT: bit of inet_flags */
struct inet_sock { unsigned long inet_flags; };
struct inet_sock___pre_6_6 { u8 bind_address_no_port : 1; };	/* before ca571e2eb7eb */
/* Until 5.6 these were bitfields (bf9765145b85). */
struct inet_connection_sock {
	u8 icsk_retransmits;
	struct { u32 lrcvtime; } icsk_ack;
};
struct tcp_sock {
	u64 bytes_received;
	u64 bytes_acked;
	u32 rcv_nxt;
	u32 copied_seq;
};
typedef enum {
	SS_CONNECTING = 2,
} socket_state;

struct socket {
	socket_state state;
	short type;
	struct file *file;
	struct sock *sk;
};

#pragma clang attribute pop

#endif
