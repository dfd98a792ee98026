/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The inode whose pages are executed. Every container sees its image through an overlay of its own,
 * which gives one file of a shared layer as many inodes as there are containers; uprobes lie in the
 * file below, once for all of them.
 */
#ifndef SEAMARK_UNDERLAY_BPF_H
#define SEAMARK_UNDERLAY_BPF_H

#include "bpf/core.bpf.h"

#define OVERLAYFS_SUPER_MAGIC	0x794c7630
#define OVERLAYS_STACKED	2	/* FILESYSTEM_MAX_STACK_DEPTH */

/* A regular file's mapping leads back to its inode; what is none does not show that. */
static __always_inline bool is_open_file(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	return inode && BPF_CORE_READ(file, f_mapping, host) == inode;
}

/*
 * The file below one that an overlay opened: its private data; from 6.13 on what that points to
 * (18e48d0e2c7b). Which of the two it is, is seen, not known.
 */
static __always_inline struct file *file_below(struct file *file)
{
	struct file *below = BPF_CORE_READ(file, private_data);

	if (!below || is_open_file(below))
		return below;
	if (bpf_probe_read_kernel(&below, sizeof(below), below) || !below || !is_open_file(below))
		return NULL;
	return below;
}

/* Where it can't be told what lies below: the overlay's own. NULL without a file. */
static __always_inline struct inode *underlay_inode(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	for (int i = 0; i < OVERLAYS_STACKED; i++) {
		if (!inode || BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAYFS_SUPER_MAGIC)
			break;
		file = file_below(file);
		if (!file)
			break;
		inode = BPF_CORE_READ(file, f_inode);
	}
	return inode;
}

#endif
