/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Function table and module data: in an ELF file when the input is one, else in a small file that is
 * right at first, of the form that the first bytes choose, and then patched with the rest.
 */
#include "tests/fuzz/fuzz.h"

#define NAMED_MAX	4096	/* names asked for of a table */

/* The built file: text, table and data, one page each behind the headers, as addresses too. */
#define PAGE		1024
#define BASE		0x400000
#define TABLE_AT	(2 * PAGE)
#define MODULE_AT	(3 * PAGE)
#define FILE_SIZE	(4 * PAGE)
#define DYNAMIC_AT	640
#define FUNCTIONS	6
#define NAMES_AT	72
#define NAME_SIZE	8
#define ROWS_AT		(NAMES_AT + FUNCTIONS * NAME_SIZE)

#define FORM_ARM64	1	/* bits of the input's first byte */
#define FORM_NAMED	2	/* a section names the table */
#define FORM_MODULE	4	/* and one the module data */
#define FORM_RELOCATED	8	/* the module data is zeros, and relocations fill it */
#define FORM_TWICE	16	/* a table before it that nothing confirms */
#define FORM_RELRO	32	/* the table's other section name */

/* What is found by name has that name, and is the first to have it. */
static void find(const struct pclntab *pclntab)
{
	static const char *const names[] = { "main.f", "main.main", "runtime.morestack", "main.g" };
	uint64_t index[4];

	if (pclntab_find(pclntab, names, 4, index))
		return;
	for (int i = 0; i < 4; i++) {
		const char *name;

		PROMISED(index[i] == PCLNTAB_ABSENT || index[i] < pclntab->count);
		name = index[i] == PCLNTAB_ABSENT ? NULL : pclntab_name(pclntab, index[i]);
		PROMISED(!name || !strcmp(name, names[i]));
	}
}

static void walk(struct gobin *gobin)
{
	const struct pclntab *pclntab = &gobin->state->pclntab;
	uint64_t entry, size;

	PROMISED(gobin->pclntab_by && gobin->moduledata_by && pclntab->count);
	PROMISED(gobin->pclntab == pclntab->address && gobin->text == gobin->state->text);
	for (uint64_t i = 0; i < pclntab->count && i < NAMED_MAX; i++) {
		const char *name = pclntab_name(pclntab, i);

		if (name)
			PROMISED(name >= pclntab->all_names && name + strlen(name) <=
				 pclntab->all_names + (pclntab->names_end - pclntab->names));
		if (pclntab_range(gobin->state, i, &entry, &size))
			PROMISED(size && entry + size > entry);
	}
	PROMISED(!pclntab_range(gobin->state, pclntab->count, &entry, &size));
	find(pclntab);
}

static void look(struct bytes *bytes, int minor)
{
	enum gobin_refusal refusal = GOBIN_OK;
	struct gobin_state state;
	struct gobin gobin;
	int result;

	memset(&state, 0, sizeof(state));
	memset(&gobin, 0, sizeof(gobin));
	if (!bytes_parse(bytes, &state.elf))
		return;
	gobin.state = &state;
	gobin.minor = minor;
	result = module_find(&gobin, &refusal);
	PROMISED(!result || result == -EIO);
	bytes->reads_left = UINT32_MAX;
	if (!result && refusal == GOBIN_OK)
		walk(&gobin);
	else if (!result)
		PROMISED(refusal == GOBIN_NO_PCLNTAB || refusal == GOBIN_NO_MODULEDATA);
	pclntab_free(&state.pclntab);
}

static void store(uint8_t *into, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		into[i] = (uint8_t)(value >> (8 * i));
}

/* From 1.18 on rows are offsets of four bytes; before that, addresses of eight. */
static void build_table(uint8_t *table, uint32_t magic, bool is_arm64)
{
	bool absolute = magic == 0xfffffffa;
	size_t word = absolute ? 8 : 4, functions = (FUNCTIONS + 1) * 2 * word;

	store(table, magic, 4);
	table[6] = is_arm64 ? 4 : 1;
	table[7] = 8;
	store(table + 8, FUNCTIONS, 8);
	store(table + (absolute ? 24 : 32), NAMES_AT, 8);
	store(table + (absolute ? 32 : 40), ROWS_AT, 8);
	store(table + (absolute ? 56 : 64), ROWS_AT, 8);
	for (size_t i = 0; i < FUNCTIONS; i++) {
		uint8_t *row = table + ROWS_AT + i * 2 * word;
		uint8_t *function = table + ROWS_AT + functions + i * 16;

		memcpy(table + NAMES_AT + i * NAME_SIZE, "main.f", 6);
		store(row, i * 32 + (absolute ? BASE + PAGE : 0), word);
		store(row + word, functions + i * 16, word);
		store(function + (absolute ? 8 : 4), i * NAME_SIZE, 4);
	}
	store(table + ROWS_AT + FUNCTIONS * 2 * word,
	      FUNCTIONS * 32 + (absolute ? BASE + PAGE : 0), word);
}

static void build_module(uint8_t *module, uint64_t table)
{
	store(module, BASE + table, 8);
	store(module + 8, BASE + table + NAMES_AT, 8);
	store(module + 104, BASE + table + ROWS_AT, 8);
	store(module + 112, PAGE / 2 - ROWS_AT, 8);
	store(module + 128, BASE + table + ROWS_AT, 8);
	store(module + 136, FUNCTIONS + 1, 8);
	store(module + 160, BASE + PAGE, 8);
	store(module + 168, BASE + PAGE + FUNCTIONS * 32, 8);
	store(module + 176, BASE + PAGE, 8);
	store(module + 184, BASE + PAGE + FUNCTIONS * 32, 8);
	for (int at = 280; at <= 304; at += 8)	/* the ends of type data, wherever they are */
		store(module + at, BASE + table + (at == 280 || at == 296 ? 0 : 64), 8);
}

static void build_sections(uint8_t *file, uint8_t form, uint64_t table)
{
	static const char names[] = "\0.go.module\0.gopclntab\0.data.rel.ro.gopclntab";
	Elf64_Shdr headers[3] = {
		{ .sh_type = SHT_STRTAB, .sh_offset = 320, .sh_size = sizeof(names) },
		{ .sh_name = form & FORM_MODULE ? 1 : 0, .sh_type = SHT_PROGBITS,
		  .sh_addr = BASE + MODULE_AT, .sh_offset = MODULE_AT, .sh_size = 512 },
		{ .sh_name = form & FORM_NAMED ? form & FORM_RELRO ? 23 : 12 : 0,
		  .sh_type = SHT_PROGBITS, .sh_addr = BASE + table, .sh_offset = table,
		  .sh_size = PAGE / 2 },
	};

	memcpy(file + 320, names, sizeof(names));
	memcpy(file + 384, headers, sizeof(headers));
}

/* Each word of the module data moves into a relocation; the dynamic section tells where they are. */
static void build_relocations(uint8_t *file, bool is_arm64)
{
	const Elf64_Dyn dynamic[] = {
		{ DT_RELA, { BASE + MODULE_AT + 512 } }, { DT_RELASZ, { 20 * sizeof(Elf64_Rela) } },
		{ DT_FLAGS_1, { DF_1_PIE } }, { DT_NULL, { 0 } },
	};
	size_t count = 0;

	memcpy(file + DYNAMIC_AT, dynamic, sizeof(dynamic));
	for (uint64_t at = 0; at < 320 && count < 20; at += 8) {
		uint8_t *word = file + MODULE_AT + at;
		Elf64_Rela each = { BASE + MODULE_AT + at, is_arm64 ? R_AARCH64_RELATIVE
							 : R_X86_64_RELATIVE,
				    (int64_t)load64(word) };

		if (load64(word) < BASE)
			continue;
		memset(word, 0, 8);
		memcpy(file + MODULE_AT + 512 + count++ * sizeof(each), &each, sizeof(each));
	}
}

static void build(uint8_t *file, uint8_t form, uint32_t magic)
{
	Elf64_Ehdr header = {
		.e_type = ET_EXEC, .e_machine = form & FORM_ARM64 ? EM_AARCH64 : EM_X86_64,
		.e_phoff = sizeof(header), .e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = form & FORM_RELOCATED ? 4 : 3,
		.e_shoff = 384, .e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 3,
	};
	static const uint32_t flags[] = { PF_R | PF_X, PF_R, PF_R | PF_W };
	uint64_t table = TABLE_AT + (form & FORM_TWICE ? PAGE / 2 : 0);
	Elf64_Phdr programs[4];

	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	memset(programs, 0, sizeof(programs));
	for (uint64_t i = 0; i < 3; i++)
		programs[i] = (Elf64_Phdr){ PT_LOAD, flags[i], (i + 1) * PAGE,
					    BASE + (i + 1) * PAGE, 0, PAGE, PAGE, PAGE };
	programs[3] = (Elf64_Phdr){ PT_DYNAMIC, PF_R, DYNAMIC_AT, BASE + DYNAMIC_AT, 0, 64, 64, 8 };
	memcpy(file, &header, sizeof(header));
	memcpy(file + sizeof(header), programs, sizeof(programs));
	build_sections(file, form, table);
	build_table(file + TABLE_AT, magic, form & FORM_ARM64);
	build_table(file + table, magic, form & FORM_ARM64);
	build_module(file + MODULE_AT, table);
	if (form & FORM_RELOCATED)
		build_relocations(file, form & FORM_ARM64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t magics[] = { 0xfffffff1, 0xfffffff0, 0xfffffffa, 0xfffffffb };
	uint8_t file[FILE_SIZE] = { 0 };
	struct bytes bytes;

	if (bytes_are_elf(data, size)) {
		bytes = bytes_of_file(data, size);
		look(&bytes, 24);
		return 0;
	}
	if (size < 2)
		return 0;
	build(file, data[0], magics[data[1] & 3]);
	bytes_patch(file, sizeof(file), data + 2, size - 2);
	bytes = bytes_of_file(file, sizeof(file));
	look(&bytes, data[1] & 4 ? 19 : data[1] & 8 ? 27 : 24);
	return 0;
}
