/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a Go executable's bytes say about it: release, settings, functions with their return sites,
 * and where its structs keep what the probes read. Pure: all reading goes through a callback.
 */
#ifndef SEAMARK_GOBIN_H
#define SEAMARK_GOBIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/gobin/layout.h"

/* The executable. read: bytes read, less at the end of the file, or a negative errno. */
struct gobin_reader {
	int64_t (*read)(void *context, void *into, uint64_t size, uint64_t offset);
	void *context;
	uint64_t size;			/* of the file */
	void *scratch;			/* memory to use until gobin_free(); or NULL */
	uint64_t scratch_size;
};

/* Why an executable is not taken. Append-only. */
enum gobin_refusal {
	GOBIN_OK,
	GOBIN_NOT_ELF,
	GOBIN_NOT_GO,
	GOBIN_32_BIT,
	GOBIN_MACHINE,
	GOBIN_TRUNCATED,
	GOBIN_MALFORMED,
	GOBIN_PACKED,
	GOBIN_SHARED,
	GOBIN_NO_VERSION,
	GOBIN_TOO_OLD,
	GOBIN_NO_PCLNTAB,
	GOBIN_NO_MODULEDATA,
	GOBIN_REFUSAL_MAX,
};

/* "not_go": stable, for metrics and JSON; and one sentence. */
const char *gobin_refusal_name(enum gobin_refusal refusal);
const char *gobin_refusal_text(enum gobin_refusal refusal);

#define GOBIN_RETURNS_MAX	64
#define GOBIN_SETTINGS_MAX	24
enum gobin_site_status {
	GOBIN_SITE_FOUND,
	GOBIN_SITE_ABSENT,		/* the linker left the function out */
	GOBIN_SITE_UNDECODABLE,		/* one instruction is enough: nothing is probed */
	GOBIN_SITE_NO_RETURN,
	GOBIN_SITE_TOO_MANY,		/* more return sites than GOBIN_RETURNS_MAX */
	GOBIN_SITE_UNMAPPED,		/* not wholly within an executable segment */
};
const char *gobin_site_status_name(enum gobin_site_status status);

/* Where an entry is probed; the arguments are untouched at all three. */
enum gobin_entry_kind {
	GOBIN_ENTRY_FIRST,		/* the first instruction: single-stepped, 10 us a hit */
	GOBIN_ENTRY_BRANCH,		/* of the stack check: emulated, 0.7 us */
	GOBIN_ENTRY_PUSH,		/* behind that branch: not met again after the stack grew */
};
const char *gobin_entry_kind_name(enum gobin_entry_kind kind);

struct gobin_function {
	const char *name;		/* as asked for */
	enum gobin_site_status status;
	uint64_t address;		/* as in the file, no load bias */
	uint64_t file_offset;
	enum gobin_entry_kind entry_kind;
	uint64_t entry_address;
	uint64_t entry_file_offset;
	uint32_t size;
	uint32_t return_count;
	uint64_t returns_address[GOBIN_RETURNS_MAX];
	uint64_t returns_file_offset[GOBIN_RETURNS_MAX];
};

struct gobin_setting {
	char key[32];
	char value[96];
};
enum gobin_machine { GOBIN_X86_64, GOBIN_AARCH64 };

/* Filled by gobin_open(); read only. */
struct gobin {
	char version[32];		/* "1.22.12" */
	int major, minor;		/* 1, 22 */
	bool is_release;		/* as published; false: beta, devel, a vendor's */
	char path[128];			/* of the main package */
	size_t setting_count;
	struct gobin_setting settings[GOBIN_SETTINGS_MAX];
	enum gobin_machine machine;
	bool position_independent;
	const char *libc;		/* "glibc", "musl", "other"; "none": it asks for none */
	const char *pclntab_by;		/* "section .gopclntab", "scan" */
	const char *moduledata_by;
	uint64_t pclntab;		/* address */
	uint64_t text;			/* address, from moduledata */
	uint64_t types;			/* address of type data; 0: not known */
	uint32_t function_count;
	int32_t tls_g;			/* G's offset from the thread pointer; 0: not known */
	enum gobin_provenance provenance;
	struct gobin_layout layout;
	uint8_t layout_provenance[GOBIN_LAYOUT_FIELDS];	/* of each field */
	struct gobin_state *state;	/* private */
};

/*
 * Analyses. 0 with *out set and *refusal GOBIN_OK; 0 with *refusal saying why not and *out NULL; or
 * the reader's negative errno. What it reads from must live as long as *out, for gobin_free().
 */
int gobin_open(const struct gobin_reader *reader, struct gobin **out, enum gobin_refusal *refusal);
void gobin_free(struct gobin *gobin);

/* Finds count functions in one pass and decodes them. Negative errno of the reader. */
int gobin_functions(struct gobin *gobin, const char *const names[], size_t count,
		    struct gobin_function out[]);

/* Every function, decoded: for checks. A return other than 0 ends it. */
typedef int (*gobin_take)(void *context, const struct gobin_function *function);
int gobin_each_function(struct gobin *gobin, gobin_take take, void *context);

#endif
