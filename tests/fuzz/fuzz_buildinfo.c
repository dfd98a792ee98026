/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Build information: in an ELF file when the input is one, else in a segment that is built around the
 * input, in either of the two forms that Go's linkers have written.
 */
#include "tests/fuzz/fuzz.h"

#define ADDRESS		0x500000
#define HEADER		32
#define FORM_SECTION	1	/* bits of the input's first byte */
#define FORM_POINTED	2
#define FORM_FAILING	4
#define FORM_BEHIND	8	/* other bytes stand before the header */

static void check_text(const char *text, size_t size)
{
	PROMISED(memchr(text, '\0', size));
}

static void look(const struct elf *elf)
{
	enum gobin_refusal refusal = GOBIN_OK;
	struct gobin gobin;
	int result;

	memset(&gobin, 0, sizeof(gobin));
	result = buildinfo_read(elf, &gobin, &refusal);
	PROMISED(!result || result == -EIO);
	PROMISED(refusal == GOBIN_OK || refusal == GOBIN_NOT_GO || refusal == GOBIN_NO_VERSION);
	check_text(gobin.version, sizeof(gobin.version));
	check_text(gobin.path, sizeof(gobin.path));
	PROMISED(gobin.setting_count <= GOBIN_SETTINGS_MAX);
	for (size_t i = 0; i < gobin.setting_count; i++) {
		check_text(gobin.settings[i].key, sizeof(gobin.settings[i].key));
		check_text(gobin.settings[i].value, sizeof(gobin.settings[i].value));
	}
	if (!result && refusal == GOBIN_OK)
		PROMISED(gobin.version[0]);
}

static void store64(uint8_t *into, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		into[i] = (uint8_t)(value >> (8 * i));
}

/* Header at the segment's offset 0 or 32; the input follows it, as strings or as what they point to. */
static size_t build(uint8_t *file, uint8_t form, const uint8_t *data, size_t size)
{
	size_t at = form & FORM_BEHIND ? HEADER : 0, split = size ? data[0] % (size + 1) : 0;
	uint64_t strings = ADDRESS + at + HEADER;

	memset(file, 0, at + HEADER);
	memcpy(file + at, "\xff Go buildinf:", 14);
	file[at + 14] = 8;
	if (!(form & FORM_POINTED)) {
		file[at + 15] = 2;
		memcpy(file + at + HEADER, data, size);
		return at + HEADER + size;
	}
	/* Two Go strings, then their bytes: the version's up to the split, the module's behind. */
	store64(file + at + 16, strings);
	store64(file + at + 24, strings + 16);
	store64(file + at + HEADER, strings + 32);
	store64(file + at + HEADER + 8, split);
	store64(file + at + HEADER + 16, strings + 32 + split);
	store64(file + at + HEADER + 24, size - split);
	memcpy(file + at + HEADER + 32, data, size);
	return at + HEADER + 32 + size;
}

static void look_at_built(const uint8_t *data, size_t size)
{
	struct elf elf = { .machine = GOBIN_X86_64, .segment_count = 1 };
	uint8_t form = data[0], *file = malloc(size + 3 * HEADER + 64);
	struct bytes bytes = { file, 0, form & FORM_FAILING ? form >> 4 : UINT32_MAX };

	if (!file)
		return;
	bytes.size = build(file, form, data + 1, size - 1);
	elf.reader = bytes_reader(&bytes);
	elf.segments[0] = (struct segment){ .address = ADDRESS, .file_size = bytes.size,
					    .memory_size = bytes.size, .writable = true };
	if (form & FORM_SECTION)
		elf.buildinfo = (struct section){ ADDRESS, form & FORM_BEHIND ? HEADER : 0,
						  bytes.size };
	look(&elf);
	free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = bytes_of_file(data, size);
	struct elf elf;

	if (!bytes_are_elf(data, size)) {
		if (size)
			look_at_built(data, size);
	} else if (bytes_parse(&bytes, &elf)) {
		look(&elf);
	}
	return 0;
}
