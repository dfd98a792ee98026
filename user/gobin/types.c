/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types that an executable uses as errors, as connections and as contexts, by its itabs: the
 * linker lists each pair of an interface and a concrete type that the program's code brings
 * together. An itab repeats its type's hash, which tells one from whatever else may lie there.
 */
#include "user/gobin/types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

/* abi.ITab, abi.Type and abi.InterfaceType: the same from 1.17 to 1.27. */
#define ITAB_SIZE		24
#define ITAB_TYPE		8
#define ITAB_HASH		16
#define TYPE_BYTES		48
#define TYPE_HASH		16
#define TYPE_FLAGS		20
#define TYPE_KIND		23
#define TYPE_NAME		40
#define FLAG_UNCOMMON		1
#define FLAG_EXTRA_STAR		2
#define KIND_MASK		31
#define KIND_INTERFACE		20
#define METHOD_COUNT		64
#define METHODS_MAX		1000

#define MODULE_BYTES		408	/* what is read of it */
#define ITABS_MAX		(1u << 18)
#define NAME_MAX_BYTES		1024
#define PAGE			4096
#define PAGES			64
#define INTERFACES		1024

/* The interfaces whose types are told. */
static const struct {
	const char *name;
	const char *package;
} wanted[] = {
	{ "error", "" },
	{ "net.Conn", "net" },
	{ "context.Context", "context" },
};

/* Where moduledata keeps its itabs: a slice of pointers, or they lie behind the types in a row. */
static const struct form {
	int first, last;		/* of Go's releases 1.N, seen in their sources */
	uint32_t at;
	bool in_a_row;
} forms[] = {
	{ 19, 19, 360, false },
	{ 21, 24, 376, false },
	{ 26, 26, 384, false },
	{ 27, 27, 320, true },
};

struct page {
	uint64_t address;
	bool is_there;
	uint8_t bytes[PAGE];
};

/* An interface that was looked at. */
struct known {
	uint64_t address;
	uint64_t methods;
	bool is_wanted;
};

struct walk {
	const struct elf *elf;
	uint64_t types;
	struct gobin_type *out;
	size_t count, max;
	struct page pages[PAGES];
	struct known interfaces[INTERFACES];
};

/* Through the last pages read: itabs, types and names lie close to their likes. */
static bool read_at(struct walk *walk, void *into, size_t size, uint64_t address)
{
	uint64_t first = address & ~(uint64_t)(PAGE - 1);
	struct page *page = &walk->pages[address / PAGE % PAGES];

	if (address > UINT64_MAX - PAGE || address + size > first + PAGE)
		return !elf_read_address(walk->elf, into, size, address);
	if (!page->is_there || page->address != first) {
		page->is_there = !elf_read_address(walk->elf, page->bytes, PAGE, first);
		page->address = first;
	}
	if (!page->is_there)
		return !elf_read_address(walk->elf, into, size, address);
	memcpy(into, page->bytes + (address - first), size);
	return true;
}

/* Bytes of the character of UTF-8 at text; 0: it is none. */
static size_t step_of(const char *text, size_t left)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length;

	if (!left)
		return 0;
	length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xc2 ? 0 : bytes[0] < 0xe0 ? 2
	       : bytes[0] < 0xf0 ? 3 : bytes[0] < 0xf5 ? 4 : 0;
	if (length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* May that stand in a type as Go prints it? */
static bool is_plausible(const char *name, size_t length)
{
	static const char also[] = "_.*[]{}()<>/,;:- \"&+=|\\'$@!~`#?%^";
	size_t at = 0, step;

	for (; at < length; at += step) {
		unsigned char byte = (unsigned char)name[at];

		step = step_of(name + at, length - at);
		if (!step || (step == 1 && !(byte >= '0' && byte <= '9') &&
			      !((byte | 32) >= 'a' && (byte | 32) <= 'z') &&
			      (!byte || !strchr(also, byte))))
			return false;
	}
	return length > 0;
}

/* Cut where a character ends, with dots in place of the rest. */
static void copy_name(char *into, size_t room, const char *name, size_t length)
{
	static const char dots[] = "...";
	size_t keep = 0, step;

	if (length < room) {
		memcpy(into, name, length);
		into[length] = '\0';
		return;
	}
	for (; (step = step_of(name + keep, length - keep)); keep += step)
		if (keep + step > room - sizeof(dots))
			break;
	memcpy(into, name, keep);
	memcpy(into + keep, dots, sizeof(dots));
}

/* A name as the linker keeps it: flags, length in groups of seven bits, bytes. 0: none, or odd. */
static size_t read_name(struct walk *walk, char name[NAME_MAX_BYTES], int32_t offset)
{
	uint64_t address = walk->types + (uint64_t)(int64_t)offset;
	uint8_t head[3] = { 0 };
	size_t length;

	if (offset <= 0 || !read_at(walk, head, 2, address))
		return 0;
	length = head[1] & 0x7f;
	address += 2;
	if (head[1] & 0x80) {
		if (!read_at(walk, head + 2, 1, address++) || head[2] & 0x80)
			return 0;
		length |= (size_t)head[2] << 7;
	}
	if (length > NAME_MAX_BYTES || !length || !read_at(walk, name, length, address))
		return 0;
	return is_plausible(name, length) ? length : 0;
}

/* Where a type's own package stands, behind what is particular to its kind; 0: not known. */
static uint32_t uncommon_offset(uint8_t kind)
{
	static const uint32_t offsets[] = {
		[17] = 72,			/* array */
		[18] = 64, [19] = 56,		/* channel, function */
		[20] = 80, [21] = 0,		/* interface, map: differs by release */
		[22] = 56, [23] = 56,		/* pointer, slice */
		[24] = 48, [25] = 80,		/* string, struct */
		[26] = 48,			/* unsafe pointer */
	};

	if (kind > 26)
		return 0;
	return offsets[kind] || kind >= 17 ? offsets[kind] : 48;
}

static void read_package(struct walk *walk, struct gobin_type *out, const uint8_t *type)
{
	uint32_t offset = uncommon_offset(type[TYPE_KIND] & KIND_MASK);
	char name[NAME_MAX_BYTES];
	uint8_t word[4];
	size_t length;

	out->package[0] = '\0';
	if (!(type[TYPE_FLAGS] & FLAG_UNCOMMON) || !offset ||
	    !read_at(walk, word, sizeof(word), out->address + offset))
		return;
	length = read_name(walk, name, (int32_t)load32(word));
	if (length && length < sizeof(out->package))
		copy_name(out->package, sizeof(out->package), name, length);
}

/* Name and package of the type at out->address, whose bytes are in type. */
static bool read_type(struct walk *walk, struct gobin_type *out, const uint8_t type[TYPE_BYTES])
{
	char name[NAME_MAX_BYTES];
	size_t length = read_name(walk, name, (int32_t)load32(type + TYPE_NAME));
	bool star = type[TYPE_FLAGS] & FLAG_EXTRA_STAR;

	if (length <= star || (star && name[0] != '*'))
		return false;
	copy_name(out->name, sizeof(out->name), name + star, length - star);
	read_package(walk, out, type);
	return true;
}

static void look_at_interface(struct walk *walk, struct known *out, uint64_t address)
{
	struct gobin_type interface = { .address = address };
	uint8_t type[METHOD_COUNT + 8];

	memset(out, 0, sizeof(*out));
	out->address = address;
	if (!read_at(walk, type, sizeof(type), address) ||
	    (type[TYPE_KIND] & KIND_MASK) != KIND_INTERFACE || !read_type(walk, &interface, type))
		return;
	out->methods = load64(type + METHOD_COUNT);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		out->is_wanted |= !strcmp(interface.name, wanted[i].name) &&
				  !strcmp(interface.package, wanted[i].package);
}

static const struct known *interface_at(struct walk *walk, uint64_t address)
{
	struct known *known = &walk->interfaces[address / 16 * 0x9e3779b1 % INTERFACES];

	if (known->address != address)
		look_at_interface(walk, known, address);
	return known;
}

/* Takes what the itab at address tells; its size, 0 when it is none. */
static uint64_t take_itab(struct walk *walk, uint64_t address)
{
	uint8_t itab[ITAB_SIZE], type[TYPE_BYTES];
	const struct known *interface;
	struct gobin_type *next = &walk->out[walk->count];

	if (!read_at(walk, itab, sizeof(itab), address))
		return 0;
	interface = interface_at(walk, load64(itab));
	if (!interface->methods || interface->methods > METHODS_MAX)
		return 0;
	if (interface->is_wanted && walk->count < walk->max) {
		next->address = load64(itab + ITAB_TYPE);
		if (!read_at(walk, type, sizeof(type), next->address) ||
		    load32(type + TYPE_HASH) != load32(itab + ITAB_HASH))
			return 0;
		walk->count += read_type(walk, next, type);
	}
	return ITAB_SIZE + interface->methods * 8;
}

/* Pointers to itabs: one that leads to none ends it. */
static bool walk_list(struct walk *walk, const uint8_t *module, uint32_t at)
{
	uint64_t first = load64(module + at), count = load64(module + at + 8);
	uint8_t word[8];

	if (!count || count > ITABS_MAX || load64(module + at + 16) != count)
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (!read_at(walk, word, sizeof(word), first + i * 8) ||
		    !take_itab(walk, load64(word)))
			return false;
	return true;
}

static bool walk_row(struct walk *walk, const uint8_t *module, uint32_t at)
{
	uint64_t offset = load64(module + at), size = load64(module + at + 8), step;
	uint64_t first = walk->types + offset;

	if (!size || size > (uint64_t)ITABS_MAX * ITAB_SIZE || offset > UINT32_MAX)
		return false;
	for (uint64_t done = 0; done < size; done += step) {
		step = take_itab(walk, first + done);
		if (!step || step > size - done)
			return false;
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct gobin_type *left = a, *right = b;

	return left->address < right->address ? -1 : left->address > right->address;
}

/* Sorted by address, each once: some are errors and connections. */
static void put_in_order(struct walk *walk)
{
	size_t kept = 0;

	qsort(walk->out, walk->count, sizeof(walk->out[0]), compare);
	for (size_t i = 0; i < walk->count; i++)
		if (!kept || walk->out[kept - 1].address != walk->out[i].address)
			walk->out[kept++] = walk->out[i];
	walk->count = kept;
}

/*
 * A release that was not seen may keep its itabs in any of the forms: the one in which they are all
 * itabs is the right one. Of a seen release the form is known; what is not an itab ends the list.
 */
static void walk_forms(struct walk *walk, const uint8_t *module, int minor)
{
	const size_t count = sizeof(forms) / sizeof(forms[0]);
	bool seen = false, whole;

	for (size_t i = 0; i < count; i++)
		seen |= minor >= forms[i].first && minor <= forms[i].last;
	for (size_t i = 0; i < count; i++) {
		if (seen && (minor < forms[i].first || minor > forms[i].last))
			continue;
		whole = forms[i].in_a_row ? walk_row(walk, module, forms[i].at)
					  : walk_list(walk, module, forms[i].at);
		if (seen || (whole && walk->count))
			return;
		walk->count = 0;
	}
}

int types_find(const struct gobin *gobin, struct gobin_type *out, size_t max, size_t *count)
{
	uint8_t module[MODULE_BYTES];
	struct walk *walk;

	*count = 0;
	if (!gobin->types || elf_read_address(&gobin->state->elf, module, sizeof(module),
					      gobin->state->module_address))
		return 0;
	walk = calloc(1, sizeof(*walk));
	if (!walk)
		return -ENOMEM;
	walk->elf = &gobin->state->elf;
	walk->types = gobin->types;
	walk->out = out;
	walk->max = max;
	walk_forms(walk, module, gobin->minor);
	put_in_order(walk);
	*count = walk->count;
	free(walk);
	return 0;
}

size_t constants_find(const struct elf *elf, struct gobin_span *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < elf->segment_count && count < max; i++)
		if (!elf->segments[i].writable)
			out[count++] = (struct gobin_span){ elf->segments[i].address,
				elf->segments[i].offset, elf->segments[i].file_size };
	return count;
}
