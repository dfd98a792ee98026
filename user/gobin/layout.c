/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where structs keep their fields, from the best witness: DWARF of that release, read when the
 * table was made; else the executable's own type data. That the releases before and after agree is
 * none: 1.24 and 1.26 have g.startpc at 304, and 1.25 at 296.
 */
#include <string.h>

#include "user/gobin/internal.h"

struct row {
	int minor;
	int32_t module_types;		/* in the module data */
	struct gobin_layout layout;
};

static const struct row rows[] = {
#include "user/gobin/layout_table.inc"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

const char *gobin_provenance_name(enum gobin_provenance provenance)
{
	static const char *const names[] = {
		"measured", "described", "checked_in_process", "unknown",
	};

	return names[provenance];
}

static const struct row *row_of(const struct gobin *gobin)
{
	for (size_t i = 0; gobin->is_release && i < ROWS; i++)
		if (rows[i].minor == gobin->minor)
			return &rows[i];
	return NULL;
}

/* Where the types end is one or two words behind where they begin; the greater one is no less. */
static uint64_t end_of_types(const uint8_t *module, int32_t at)
{
	uint64_t one = load64(module + at + 8), other = load64(module + at + 16);

	return one > other ? one : other;
}

/* Type data is mapped from the file and is not within text; 0 when that can't be shown. */
static uint64_t proven_types(const struct gobin *gobin, int32_t at)
{
	const uint8_t *module = gobin->state->module;
	uint64_t types = load64(module + at), end = end_of_types(module, at), offset;

	if (!types || types >= end ||
	    !elf_file_offset(&gobin->state->elf, types, end - types, &offset))
		return 0;
	return end <= load64(module + MODULE_TEXT) || types >= load64(module + MODULE_TEXT_END)
		? types : 0;
}

static void take_row(struct gobin *gobin, const struct row *row)
{
	gobin->provenance = GOBIN_LAYOUT_MEASURED;
	gobin->layout = row->layout;
	memset(gobin->layout_provenance, GOBIN_LAYOUT_MEASURED, GOBIN_LAYOUT_FIELDS);
	gobin->types = proven_types(gobin, row->module_types);
}

static void forget_config(struct gobin *gobin)
{
	const size_t field = offsetof(struct gobin_layout, conn_config) / sizeof(int32_t);

	gobin->layout.conn_config = -1;
	gobin->layout_provenance[field] = GOBIN_LAYOUT_UNKNOWN;
}

/* Tries the places where any release has the address of the types: what is there must prove it. */
static void describe(struct gobin *gobin)
{
	uint8_t provenance[GOBIN_LAYOUT_FIELDS];
	struct gobin_layout layout;
	enum structs answer;
	int32_t tried = -1;

	for (size_t i = ROWS; i-- > 0;) {
		int32_t at = rows[i].module_types;
		uint64_t types = load64(gobin->state->module + at);

		if (at == tried)
			continue;
		tried = at;
		layout = gobin->layout;
		memcpy(provenance, gobin->layout_provenance, sizeof(provenance));
		answer = structs_read(&gobin->state->elf, types,
				      end_of_types(gobin->state->module, at), &layout, provenance);
		if (answer == STRUCTS_UNPROVEN)
			continue;
		gobin->layout = layout;
		memcpy(gobin->layout_provenance, provenance, sizeof(provenance));
		/* Errors, addresses and the Config hang on these two. */
		if (answer == STRUCTS_PROVEN)
			gobin->types = types;
		else
			forget_config(gobin);
		gobin->provenance = GOBIN_LAYOUT_DESCRIBED;
		return;
	}
}

/* What -1 makes the probes look for themselves: see bpf/goproof.bpf.h. */
static void leave_to_the_process(struct gobin *gobin)
{
	static const size_t fields[] = {
		offsetof(struct gobin_layout, g_goid),
		offsetof(struct gobin_layout, conn_vers),
		offsetof(struct gobin_layout, conn_cipher_suite),
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		int32_t value;

		memcpy(&value, (const char *)&gobin->layout + fields[i], sizeof(value));
		if (value < 0)
			gobin->layout_provenance[fields[i] / sizeof(value)] = GOBIN_LAYOUT_CHECKED;
	}
}

void layout_settle(struct gobin *gobin)
{
	const struct row *row = row_of(gobin);

	if (row) {
		take_row(gobin, row);
		return;
	}
	gobin->types = 0;
	gobin->provenance = GOBIN_LAYOUT_UNKNOWN;
	memset(&gobin->layout, 0xff, sizeof(gobin->layout));
	memset(gobin->layout_provenance, GOBIN_LAYOUT_UNKNOWN, GOBIN_LAYOUT_FIELDS);
	describe(gobin);
	leave_to_the_process(gobin);
}
