/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The function table. It is a quarter of a file of 50 MB, so it is never held whole: rows, records
 * and names lie apart in it, and each is read from front to back by a window of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define MAGIC_17	0xfffffffau	/* 1.16 and 1.17 */
#define MAGIC_18	PCLNTAB_MAGIC_LEAST
#define MAGIC_20	0xfffffff1u
#define COUNT_MAX	10000000u
#define FUNCTION_MAX	(64u << 20)	/* bytes of code */
#define NAMES_MAX	(256u << 20)
#define WANTED_MAX	32		/* names asked for at once */

bool pclntab_is_header(const uint8_t *header, enum gobin_machine machine)
{
	uint32_t magic = load32(header);
	uint64_t count = load64(header + 8);

	return (magic == MAGIC_20 || magic == MAGIC_18 || magic == MAGIC_17) && !header[4] &&
	       !header[5] && header[6] == (machine == GOBIN_X86_64 ? 1 : 4) && header[7] == 8 &&
	       count && count < COUNT_MAX;
}

static uint64_t row_size(const struct pclntab *pclntab)
{
	return pclntab->absolute ? 16 : 8;
}

static bool read_header(const uint8_t *header, struct pclntab *out)
{
	out->absolute = load32(header) == MAGIC_17;
	header += out->absolute ? 0 : 8;	/* 1.18 put the text's start before the offsets */
	out->count = load64(header + (out->absolute ? 8 : 0));
	out->names = load64(header + 24);
	out->names_end = load64(header + 32);
	out->table = load64(header + 56);
	return out->names < out->names_end && out->names_end <= out->table &&
	       out->table < out->size &&
	       (out->count + 1) * row_size(out) <= out->size - out->table;
}

int pclntab_load(const struct elf *elf, uint64_t address, struct pclntab *out)
{
	uint8_t header[PCLNTAB_HEADER];
	int result;

	memset(out, 0, sizeof(*out));
	out->elf = elf;
	out->address = address;
	out->size = elf_size_from(elf, address);
	if (out->size < sizeof(header) ||
	    !elf_file_offset(elf, address, out->size, &out->offset))
		return -ENODATA;
	result = elf_read(elf, header, sizeof(header), out->offset);
	if (result)
		return result;
	if (!pclntab_is_header(header, elf->machine) || !read_header(header, out))
		return -ENODATA;
	out->rows = calloc(1, sizeof(*out->rows));
	out->records = calloc(1, sizeof(*out->records));
	if (out->rows && out->records)
		return 0;
	pclntab_free(out);
	return -ENOMEM;
}

void pclntab_free(struct pclntab *pclntab)
{
	free(pclntab->rows);
	free(pclntab->records);
	free(pclntab->all_names);
	pclntab->rows = NULL;
	pclntab->records = NULL;
	pclntab->all_names = NULL;
}

bool pclntab_row(const struct pclntab *pclntab, uint64_t index, uint64_t *entry, uint64_t *record)
{
	const uint8_t *row;

	if (!pclntab->rows || index > pclntab->count)
		return false;
	row = window_at(pclntab->rows, pclntab->elf, pclntab->offset + pclntab->table +
			index * row_size(pclntab), row_size(pclntab));
	if (!row)
		return false;
	*entry = pclntab->absolute ? load64(row) : load32(row);
	if (index == pclntab->count)	/* the last row is an end, without a record */
		*record = 0;
	else
		*record = pclntab->absolute ? load64(row + 8) : load32(row + 4);
	return true;
}

/* Where the name of record is, from the first name on. */
static bool name_of(const struct pclntab *pclntab, uint64_t record, uint32_t *name)
{
	const uint64_t at = pclntab->absolute ? 8 : 4, left = pclntab->size - pclntab->table;
	const uint8_t *bytes;

	if (record > left || left - record < at + 4)
		return false;
	bytes = window_at(pclntab->records, pclntab->elf,
			  pclntab->offset + pclntab->table + record + at, 4);
	if (!bytes)
		return false;
	*name = load32(bytes);
	return *name < pclntab->names_end - pclntab->names;
}

bool pclntab_is_sorted(const struct pclntab *pclntab)
{
	const uint64_t left = pclntab->size - pclntab->table;
	uint64_t last = 0, entry, record;

	for (uint64_t i = 0; i <= pclntab->count; i++) {
		if (!pclntab_row(pclntab, i, &entry, &record) || entry < last || record >= left)
			return false;
		last = entry;
	}
	return true;
}

bool pclntab_range(const struct gobin_state *state, uint64_t index, uint64_t *entry,
		   uint64_t *size)
{
	const struct pclntab *pclntab = &state->pclntab;
	uint64_t first, next, record;

	if (index >= pclntab->count || !pclntab_row(pclntab, index, &first, &record) ||
	    !pclntab_row(pclntab, index + 1, &next, &record) || next <= first ||
	    next - first > FUNCTION_MAX)
		return false;
	*entry = pclntab->absolute ? first : state->text + first;
	*size = next - first;
	return true;
}

static bool read_names(struct pclntab *pclntab)
{
	uint64_t size = pclntab->names_end - pclntab->names;

	if (size > NAMES_MAX)
		return false;
	pclntab->all_names = malloc(size + 1);
	if (!pclntab->all_names)
		return false;
	if (elf_read(pclntab->elf, pclntab->all_names, size, pclntab->offset + pclntab->names)) {
		free(pclntab->all_names);
		pclntab->all_names = NULL;
		return false;
	}
	pclntab->all_names[size] = '\0';
	return true;
}

const char *pclntab_name(const struct pclntab *pclntab, uint64_t index)
{
	uint64_t entry, record;
	uint32_t name;

	if (index >= pclntab->count || !pclntab_row(pclntab, index, &entry, &record) ||
	    !name_of(pclntab, record, &name))
		return NULL;
	if (!pclntab->all_names && !read_names((struct pclntab *)pclntab))
		return NULL;
	return pclntab->all_names + name;
}

struct wanted {
	const char *name;
	size_t size;		/* with the NUL at its end */
	uint32_t at;		/* where it stands among the names */
	bool is_named;
	uint64_t *index;
};

static void take_name(struct wanted *wanted, size_t count, const uint8_t *name, size_t size,
		      uint64_t at)
{
	for (size_t i = 0; i < count; i++)
		if (wanted[i].size == size && !wanted[i].is_named &&
		    !memcmp(wanted[i].name, name, size)) {
			wanted[i].at = (uint32_t)at;
			wanted[i].is_named = true;
		}
}

/* Name after name. One that is longer than a window is none of those, and passed over. */
static int find_names(const struct pclntab *pclntab, struct wanted *wanted, size_t count)
{
	const uint64_t whole = pclntab->names_end - pclntab->names;
	const uint8_t *bytes, *end;
	bool inside = false;
	uint64_t at = 0;

	while (at < whole) {
		uint64_t size = whole - at < WINDOW_SIZE ? whole - at : WINDOW_SIZE, done = 0;

		bytes = window_at(pclntab->records, pclntab->elf,
				  pclntab->offset + pclntab->names + at, size);
		if (!bytes)
			return -ENODATA;
		while (done < size && (end = memchr(bytes + done, '\0', size - done))) {
			size_t length = (size_t)(end - bytes) - done + 1;

			if (!inside)
				take_name(wanted, count, bytes + done, length, at + done);
			inside = false;
			done += length;
		}
		inside |= !done;
		at += done ? done : size;
	}
	return 0;
}

static int find_rows(const struct pclntab *pclntab, struct wanted *wanted, size_t count,
		     size_t missing)
{
	uint64_t entry, record;
	uint32_t name;

	for (uint64_t i = 0; i < pclntab->count && missing; i++) {
		if (!pclntab_row(pclntab, i, &entry, &record))
			return -ENODATA;
		if (!name_of(pclntab, record, &name))
			continue;
		for (size_t j = 0; j < count; j++)
			if (wanted[j].is_named && wanted[j].at == name &&
			    *wanted[j].index == PCLNTAB_ABSENT) {
				*wanted[j].index = i;
				missing--;
			}
	}
	return 0;
}

int pclntab_find(const struct pclntab *pclntab, const char *const names[], size_t count,
		 uint64_t index[])
{
	struct wanted wanted[WANTED_MAX];
	size_t missing = 0;
	int result;

	if (count > WANTED_MAX)
		return -E2BIG;
	for (size_t i = 0; i < count; i++) {
		wanted[i] = (struct wanted){ .name = names[i], .size = strlen(names[i]) + 1,
					     .index = &index[i] };
		index[i] = PCLNTAB_ABSENT;
	}
	result = find_names(pclntab, wanted, count);
	for (size_t i = 0; i < count; i++)
		missing += wanted[i].is_named;
	return result ? result : find_rows(pclntab, wanted, count, missing);
}
