/* SPDX-License-Identifier: BSD-2-Clause */
/* The names that linkers give their work: build ids, from the notes that headers tell of. */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "user/gobin/internal.h"

#define NOTES_SIZE	4096	/* what is read of one segment */
#define TYPE_GO		4	/* cmd/internal/buildid: the note "Go" that holds the id */

/* What lies in the bytes of one note; no byte of it is looked at yet. */
struct note {
	uint32_t type;
	const uint8_t *name;
	uint32_t name_size;
	const uint8_t *content;
	uint32_t content_size;
};

static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~3ULL;
}

/* The note at *at, and *at behind it; false at the end, or where a size leads out of the bytes. */
static bool next(const uint8_t *bytes, uint64_t size, uint64_t *at, struct note *out)
{
	uint64_t left = size - *at, name, content;

	if (left < sizeof(Elf64_Nhdr))
		return false;
	out->name_size = load32(bytes + *at);
	out->content_size = load32(bytes + *at + 4);
	out->type = load32(bytes + *at + 8);
	left -= sizeof(Elf64_Nhdr);
	name = padded(out->name_size);
	content = padded(out->content_size);
	/* The last one may end without its padding. */
	if (name > left || out->content_size > left - name)
		return false;
	out->name = bytes + *at + sizeof(Elf64_Nhdr);
	out->content = out->name + name;
	*at += sizeof(Elf64_Nhdr) + name + (content < left - name ? content : left - name);
	return true;
}

static bool is(const struct note *note, uint32_t type, const char *name)
{
	return note->type == type && note->name_size == 4 && !memcmp(note->name, name, 4);
}

/* As text that stays on one line; else it stays empty. */
static void take_go(const struct note *note, struct build_ids *out)
{
	if (!note->content_size || note->content_size >= sizeof(out->go) || out->go[0])
		return;
	for (uint32_t i = 0; i < note->content_size; i++)
		if (note->content[i] <= ' ' || note->content[i] > '~')
			return;
	memcpy(out->go, note->content, note->content_size);
}

static void take_gnu(const struct note *note, struct build_ids *out)
{
	static const char digits[] = "0123456789abcdef";

	if (!note->content_size || note->content_size * 2 >= sizeof(out->gnu) || out->gnu[0])
		return;
	for (uint32_t i = 0; i < note->content_size; i++) {
		out->gnu[2 * i] = digits[note->content[i] >> 4];
		out->gnu[2 * i + 1] = digits[note->content[i] & 15];
	}
}

int build_ids_read(const struct elf *elf, struct build_ids *out)
{
	uint8_t bytes[NOTES_SIZE];
	struct note note;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < elf->note_count; i++) {
		uint64_t size = elf->notes[i].size < sizeof(bytes) ? elf->notes[i].size
								   : sizeof(bytes);
		uint64_t at = 0;
		int result = elf_read(elf, bytes, size, elf->notes[i].offset);

		if (result == -ENODATA)
			continue;
		if (result)
			return result;
		while (next(bytes, size, &at, &note)) {
			if (is(&note, TYPE_GO, "Go\0"))
				take_go(&note, out);
			else if (is(&note, NT_GNU_BUILD_ID, "GNU"))
				take_gnu(&note, out);
		}
	}
	return 0;
}
