/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share and nobody else sees. */
#ifndef SEAMARK_SOURCE_INTERNAL_H
#define SEAMARK_SOURCE_INTERNAL_H

#include <bpf/libbpf.h>

#include "user/source/ladder.h"
#include "user/source/object.h"
#include "user/source/source.h"

#define OBJECT_LINKS_MAX 12

/* Debian 12's kernel headers are older than the attach type (89ae89f53d20, Linux 6.6). */
#define ATTACH_UPROBE_MULTI ((enum bpf_attach_type)48)

/* Programs of bpf/tls.bpf.c. */
#define HANDSHAKE_ENTER		"handshake_enter"
#define HANDSHAKE_RETURN	"handshake_return"

struct loaded {
	const struct probe *probe;
	struct bpf_object *object;	/* NULL: refused */
	struct bpf_link *links[OBJECT_LINKS_MAX];
	size_t link_count;
	bool is_off;			/* not loaded, for that was asked for */
	int error;			/* negative errno behind the problem */
	char problem[256];
};

/* An array of the kernel's in our address space, or a part of it. */
struct mapped {
	void *bytes;
	size_t size;
};

struct seen_error;

/* As many slots as a window has, and their numbers. */
struct series_copy {
	struct series_slots *slots;
	uint32_t *keys;
};

/* Whose a slot of the series is, and what it held when it was read last. */
struct slot_owner {
	struct series_key key;
	bool is_sure;
	struct durations seen;
	bool has_gained;		/* at the last reading */
};

/* Windows on the histograms that stay open: what most hosts have in use. */
#define WINDOWS_KEPT 8

struct source {
	struct loaded loaded[SOURCE_PROBES_MAX];
	size_t count;
	struct shared_maps shared;
	struct ring_buffer *ring;
	source_take take;
	void *take_context;
	uint64_t malformed;
	uint64_t taken;				/* records that came out of the ring */
	uint32_t drained;			/* records of the current source_drain() */
	struct ladder ladder;
	enum calls_means calls;
	int functions_error;			/* why not by function: negative errno */
	bool follow_only;
	bool all_programs;
	uint32_t series_end;			/* behind the last slot */
	struct mapped windows[WINDOWS_KEPT];	/* see window.c */
	struct series_copy copy;		/* of one of the others */
	struct slot_owner *owners;		/* by slot */
	struct mapped processes;		/* bytes: enum wanted, by pid */
	uint32_t slots_end;			/* of the series ever taken; see series.c */
	uint32_t series_filled;			/* numbers below were free once; see numbers.c */
	struct seen_error *errors_seen;		/* hash, see series.c */
};

/* Index of a probe in loaded, also of one that was refused; -ENOENT: there is none. */
int source_find(const struct source *source, const char *name);
/* NULL also where it was refused. */
struct bpf_object *source_object(const struct source *source, const char *name);
/* Where the system call probe finds the programs of single calls; NULL: it does not. */
const struct shared_maps *source_door(const struct source *source);
/* A map that an object owns, by name; negative errno when there is none. */
int source_map(const struct source *source, const char *object_name, const char *name);
/*
 * A reader of what the object's iterator tells, to be closed with its link; negative errno.
 * thread: the only one of interest; 0: all are.
 */
int source_open_iterator(const struct source *source, const char *object_name,
			 const char *program_name, pid_t thread, struct bpf_link **link);

/* protection: as of mmap(). Its pages count to this process while they are mapped. */
int source_map_array(int fd, int protection, struct mapped *out);
/* Of size bytes, from offset on; both in whole pages. */
int source_map_part(int fd, int protection, size_t offset, size_t size, struct mapped *out);
void source_unmap_array(struct mapped *mapped);
int source_map_memory(struct source *source);
void source_unmap_memory(struct source *source);
/*
 * The kernel's histograms, a window at a time, for pages count to this process as long as they are
 * mapped: how many slots one has; and that from slot first on, a multiple of it, until the next is
 * asked for. NULL and errno: it can't be had.
 */
uint32_t source_window_slots(void);
const struct series_slots *source_window(struct source *source, uint32_t first);
void source_close_windows(struct source *source);
void source_forget_errors(struct source *source);
/* All series of those contexts, as read last, and their slots are free again. */
void source_release_series(struct source *source, const bool gone[CONTEXTS_MAX]);

/* All objects of list, on as high rungs as the kernel has; as source_open(). */
int source_load(struct source *source, const struct source_options *options,
		const struct probe *const list[], char *error, size_t error_size);
int source_fill_numbers(struct source *source);
int error_shapes_set(struct source *source);

#endif
