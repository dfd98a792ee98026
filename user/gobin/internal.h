/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of gobin share. */
#ifndef SEAMARK_GOBIN_INTERNAL_H
#define SEAMARK_GOBIN_INTERNAL_H

#include "user/gobin/elf.h"

#define MODULE_SIZE	320	/* what is read of the module data */
#define MODULE_TEXT	176	/* in it, in every release: where text begins and ends */
#define MODULE_TEXT_END	184

/* The function table: where it lies in the file, and what its header says. */
struct pclntab {
	const struct elf *elf;
	uint64_t address;
	uint64_t offset;	/* in the file */
	uint64_t size;		/* to its end; before moduledata told that, to its segment's */
	bool absolute;		/* 1.17: entries are addresses, later: offsets from text */
	bool from_20;		/* as releases from 1.20 on write it */
	uint64_t count;		/* of functions */
	uint64_t names;		/* offset of the names within the table, and of what follows */
	uint64_t names_end;
	uint64_t table;		/* offset of the rows */
	struct window *rows;	/* pieces of the rows, and of the records that they point to */
	struct window *records;
	char *all_names;	/* read when first asked for */
};

struct gobin_state {
	struct elf elf;
	struct pclntab pclntab;
	uint64_t text;
	uint64_t module_address;
	uint8_t module[MODULE_SIZE];
};

/* Empty where there is none, or none that can be shown. */
struct build_ids {
	char go[GOBIN_BUILD_ID_MAX];
	char gnu[GOBIN_GNU_BUILD_ID_MAX];
};

/* An executable under analysis; what a report says comes from here. */
struct gobin {
	char version[32];
	int major, minor;
	bool is_release;		/* a published one, not a vendor's or an experiment */
	bool nameless;			/* no version can be read: all must prove itself */
	bool stack_abi;			/* the register ABI was switched off */
	char path[128];
	size_t setting_count;
	struct gobin_setting settings[GOBIN_SETTINGS_MAX];
	enum gobin_machine machine;
	bool position_independent;
	const char *libc;
	struct build_ids build_ids;
	const char *pclntab_by;
	const char *moduledata_by;
	uint64_t pclntab;
	uint64_t text;
	uint64_t types;
	uint32_t function_count;
	int32_t tls_g;
	enum gobin_provenance provenance;
	struct gobin_layout layout;
	uint8_t layout_provenance[GOBIN_LAYOUT_FIELDS];
	struct gobin_state *state;
};

/*
 * Analyses. 0 with *out set and *refusal GOBIN_OK; 0 with *refusal saying why not and *out NULL; or
 * the reader's negative errno. What it reads from must live as long as *out, for gobin_free().
 */
int gobin_open(const struct gobin_reader *reader, struct gobin **out, enum gobin_refusal *refusal);
void gobin_free(struct gobin *gobin);

/* Every function, decoded: for checks. A return other than 0 ends it. */
typedef int (*gobin_take)(void *context, const struct gobin_function *function);
int gobin_each_function(struct gobin *gobin, gobin_take take, void *context);

int buildinfo_read(const struct elf *elf, struct gobin *out, enum gobin_refusal *refusal);

/* By program headers only. The reader's negative errno; what can't be read is left empty. */
int build_ids_read(const struct elf *elf, struct build_ids *out);

/* Layout, provenance and address of the types of an executable whose module data was found. */
void layout_settle(struct gobin *gobin);

enum structs {
	STRUCTS_UNPROVEN,	/* no runtime.g: these are not the types */
	STRUCTS_PROVEN,
	STRUCTS_DIFFER,		/* the same, but what is fixed in every known release is not here */
};
/*
 * Fills what the type data from types to end (or to the end of its segment) says of the structs
 * that the probes read, as far as it proves itself. What it does not say of out and provenance is
 * left alone.
 */
enum structs structs_read(const struct elf *elf, uint64_t types, uint64_t end,
			  struct gobin_layout *out, uint8_t provenance[GOBIN_LAYOUT_FIELDS]);

/*
 * The first max types used as errors or connections, sorted by address, each once. What can't be
 * read is left out; -ENOMEM.
 */
int types_find(const struct gobin *gobin, struct gobin_type *out, size_t max, size_t *count);
size_t constants_find(const struct elf *elf, struct gobin_span *out, size_t max);

/* Finds function table and moduledata, each confirming the other. */
int module_find(struct gobin *gobin, enum gobin_refusal *refusal);

/* -ENODATA when there is none at address. */
int pclntab_load(const struct elf *elf, uint64_t address, struct pclntab *out);
void pclntab_free(struct pclntab *pclntab);
/* Does this look like the table's first HEADER bytes? */
#define PCLNTAB_HEADER		72
#define PCLNTAB_MAGIC_LEAST	0xfffffff0u
bool pclntab_is_header(const uint8_t *header, enum gobin_machine machine);
/* No entry before the one before it, and all records within the table. */
bool pclntab_is_sorted(const struct pclntab *pclntab);
/* Row index, from 0 to count: what stands for the entry, and where the function's record is. */
bool pclntab_row(const struct pclntab *pclntab, uint64_t index, uint64_t *entry, uint64_t *record);
/* Entry and size of function index; false when the table contradicts itself. */
bool pclntab_range(const struct gobin_state *state, uint64_t index, uint64_t *entry,
		   uint64_t *size);
/* The name of function index, valid until pclntab_free(); NULL: malformed. Reads all names. */
const char *pclntab_name(const struct pclntab *pclntab, uint64_t index);
#define PCLNTAB_ABSENT	UINT64_MAX
/* The first function of each name, or PCLNTAB_ABSENT: in one pass, without reading names whole. */
int pclntab_find(const struct pclntab *pclntab, const char *const names[], size_t count,
		 uint64_t index[]);

/* Fills address, size, offsets, returns and status of a function from its code. */
int code_decode(const struct elf *elf, uint64_t entry, uint64_t size,
		struct gobin_function *out);
/*
 * The branch behind the one call of handshakes as a function value, in the function at address; all
 * 0 where there is none, or where it also calls one of handshakes by its address. The reader's
 * negative errno.
 */
int exit_find(const struct elf *elf, uint64_t address, uint64_t size, const uint64_t handshakes[],
	      size_t count, struct gobin_exit *out);
/* Where G is kept, from code that loads it; 0: not found. */
int32_t code_tls_displacement(const struct elf *elf, uint64_t entry, uint64_t size);

#endif
