/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of one executable: plain data without a pointer that counts, so that a process
 * which may be taken over by the bytes that it reads can send it to one which may not.
 */
#ifndef SEAMARK_GOBIN_REPORT_H
#define SEAMARK_GOBIN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/gobin/layout.h"
#include "user/gobin/types.h"

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
	GOBIN_STACK_ABI,
	GOBIN_REFUSAL_MAX,
};

/* "not_go": stable, for metrics and JSON; and one sentence, in both languages. */
const char *gobin_refusal_name(enum gobin_refusal refusal);
const char *gobin_refusal_text(enum gobin_refusal refusal);
const char *gobin_refusal_chinese(enum gobin_refusal refusal);

#define GOBIN_RETURNS_MAX	64
#define GOBIN_SETTINGS_MAX	24
#define GOBIN_BUILD_ID_MAX	128
#define GOBIN_GNU_BUILD_ID_MAX	72

enum gobin_site_status {
	GOBIN_SITE_FOUND,
	GOBIN_SITE_ABSENT,		/* the linker left the function out */
	GOBIN_SITE_UNDECODABLE,		/* one instruction is enough: nothing is probed */
	GOBIN_SITE_NO_RETURN,
	GOBIN_SITE_TOO_MANY,		/* more return sites than GOBIN_RETURNS_MAX */
	GOBIN_SITE_UNMAPPED,		/* not wholly within an executable segment */
	GOBIN_SITE_STATUS_MAX,
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
	const char *name;		/* static, or the function table's; not sent */
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

/*
 * A branch that whatever comes back from a handshake meets, with its results where a return has
 * them. All 0: there is none, and handshakes end at their returns.
 */
struct gobin_exit {
	uint64_t address;		/* of the function that calls them, as in the file */
	uint64_t file_offset;
	uint64_t returns_to;		/* address behind the call */
	uint64_t branch_address;
	uint64_t branch_file_offset;
	uint64_t size;			/* of the function */
};

struct gobin_setting {
	char key[32];
	char value[96];
};
enum gobin_machine { GOBIN_X86_64, GOBIN_AARCH64 };

/* The functions that are observed. */
enum gobin_place {
	GOBIN_CLIENT_HANDSHAKE,
	GOBIN_SERVER_HANDSHAKE,
	GOBIN_PLACES,
};
const char *gobin_place_name(enum gobin_place place);

/* All texts end with a NUL. refusal other than GOBIN_OK: only version may be set beside it. */
struct gobin_report {
	enum gobin_refusal refusal;
	int32_t major, minor;		/* 1, 22 */
	char version[32];		/* "1.22.12" */
	char path[128];			/* of the main package */
	uint32_t setting_count;
	struct gobin_setting settings[GOBIN_SETTINGS_MAX];
	enum gobin_machine machine;
	uint8_t position_independent;
	char build_id[GOBIN_BUILD_ID_MAX];		/* Go's; empty: taken out by -buildid= */
	char gnu_build_id[GOBIN_GNU_BUILD_ID_MAX];	/* the linker's, in hexadecimal digits */
	char libc[8];			/* "glibc", "musl", "other"; "none": it asks for none */
	char pclntab_by[32];		/* "section .gopclntab", "scan" */
	char moduledata_by[32];
	uint64_t pclntab;		/* address */
	uint64_t text;			/* address, from moduledata */
	uint64_t types;			/* address of type data */
	uint32_t function_count;
	int32_t tls_g;			/* G's offset from the thread pointer; 0: not known */
	enum gobin_provenance provenance;	/* of the layout as a whole, and of each field */
	struct gobin_layout layout;
	uint8_t layout_provenance[GOBIN_LAYOUT_FIELDS];
	struct gobin_function functions[GOBIN_PLACES];
	struct gobin_exit exit;
	uint32_t span_count;
	uint32_t type_count;
	struct gobin_span spans[GOBIN_SPANS_MAX];	/* where constant texts lie */
	/* As errors and connections. Last: only as many as there are go from process to process. */
	struct gobin_type types_used[GOBIN_TYPES_MAX];
};

#endif
