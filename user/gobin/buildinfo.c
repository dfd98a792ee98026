/* SPDX-License-Identifier: BSD-2-Clause */
/* The build information that every Go linker leaves: release, main package, settings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define MAGIC		"\xff Go buildinf:"
#define MAGIC_SIZE	14
#define HEADER_SIZE	32
#define SCAN_SIZE	(1u << 20)
#define FLAG_INLINE	2	/* from 1.18 on the strings follow the header */
#define TEXT_MAX	(1u << 20)
#define MARK_SIZE	16	/* around the module text on either side */

/* A length as Go writes it: seven bits a byte, least first. Returns bytes used, 0 on error. */
static size_t read_varint(const uint8_t *bytes, size_t size, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size && i < 9; i++) {
		value |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
		if (!(bytes[i] & 0x80)) {
			*out = value;
			return i + 1;
		}
	}
	return 0;
}

/* Copies the string that starts at offset; *next is behind it. NULL when malformed. */
static char *read_inline(const struct elf *elf, uint64_t offset, uint64_t *next)
{
	uint64_t left = elf->reader.size > offset ? elf->reader.size - offset : 0, length;
	uint8_t head[10];
	size_t head_size = left < sizeof(head) ? left : sizeof(head), used;
	char *text;

	if (!head_size || elf_read(elf, head, head_size, offset))
		return NULL;
	used = read_varint(head, head_size, &length);
	if (!used || length > TEXT_MAX || length > left - used)
		return NULL;
	text = malloc(length + 1);
	if (!text)
		return NULL;
	if (length && elf_read(elf, text, length, offset + used)) {
		free(text);
		return NULL;
	}
	text[length] = '\0';
	*next = offset + used + length;
	return text;
}

/* Up to 1.17 the header points to Go strings. */
static char *read_pointed(const struct elf *elf, uint64_t header_offset)
{
	uint8_t word[8], string[16];
	uint64_t length;
	char *text;

	if (elf_read(elf, word, sizeof(word), header_offset) ||
	    elf_read_address(elf, string, sizeof(string), load64(word)))
		return NULL;
	length = load64(string + 8);
	if (length > TEXT_MAX)
		return NULL;
	text = malloc(length + 1);
	if (!text)
		return NULL;
	if (length && elf_read_address(elf, text, length, load64(string))) {
		free(text);
		return NULL;
	}
	text[length] = '\0';
	return text;
}

static int scan_for_header(const struct elf *elf, uint64_t *offset)
{
	uint8_t *bytes;
	int result = -ENOENT;

	bytes = malloc(SCAN_SIZE);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < elf->segment_count && result == -ENOENT; i++) {
		const struct segment *segment = &elf->segments[i];
		uint64_t size = segment->file_size < SCAN_SIZE ? segment->file_size : SCAN_SIZE;

		if (!segment->writable || elf_read(elf, bytes, size, segment->offset))
			continue;
		for (uint64_t at = 0; at + HEADER_SIZE <= size; at += 16) {
			if (memcmp(bytes + at, MAGIC, MAGIC_SIZE))
				continue;
			*offset = segment->offset + at;
			result = 0;
			break;
		}
	}
	free(bytes);
	return result;
}

/*
 * "go1.22.12 X:boringcrypto" -> 1.22.12. What follows the number tells a published release from
 * "go1.28beta1", "devel go1.28-abc", a vendor's own and experiments, which may change any struct.
 */
static bool parse_version(const char *text, struct gobin *out)
{
	const char *end;
	size_t length;

	out->is_release = strncmp(text, "devel ", 6);
	if (!out->is_release)
		text += 6;
	if (strncmp(text, "go", 2))
		return false;
	text += 2;
	end = text + strspn(text, "0123456789.");
	length = (size_t)(end - text);
	if (!length || length >= sizeof(out->version))
		return false;
	out->is_release &= !*end || !strcmp(end, " X:boringcrypto");
	memcpy(out->version, text, length);
	out->version[length] = '\0';
	out->major = (int)strtol(text, NULL, 10);
	text = strchr(out->version, '.');
	out->minor = text ? (int)strtol(text + 1, NULL, 10) : 0;
	return true;
}

static void copy_text(char *into, size_t size, const char *from, size_t length)
{
	if (length >= size)
		length = size - 1;
	memcpy(into, from, length);
	into[length] = '\0';
}

/* One line: "path\tcmd/x", "build\tCGO_ENABLED=0". */
static void take_line(struct gobin *out, const char *line, size_t length)
{
	const char *tab = memchr(line, '\t', length), *equals, *value;
	struct gobin_setting *setting;
	size_t left;

	if (!tab)
		return;
	value = tab + 1;
	left = length - (size_t)(value - line);
	if (!strncmp(line, "path\t", 5)) {
		copy_text(out->path, sizeof(out->path), value, left);
		return;
	}
	if (strncmp(line, "build\t", 6) || out->setting_count == GOBIN_SETTINGS_MAX)
		return;
	equals = memchr(value, '=', left);
	if (!equals)
		return;
	setting = &out->settings[out->setting_count++];
	copy_text(setting->key, sizeof(setting->key), value, (size_t)(equals - value));
	copy_text(setting->value, sizeof(setting->value), equals + 1,
		  left - (size_t)(equals + 1 - value));
}

static void parse_module(struct gobin *out, const char *text)
{
	size_t length = strlen(text);
	const char *end = text + length, *line = text;

	if (length < 2 * MARK_SIZE)
		return;
	for (line = text + MARK_SIZE; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		take_line(out, line, (size_t)((stop ? stop : end) - line));
		if (!stop)
			break;
		line = stop + 1;
	}
}

static char *read_strings(const struct elf *elf, uint64_t offset, uint8_t flags, char **module)
{
	uint64_t next;
	char *version;

	if (flags & FLAG_INLINE) {
		version = read_inline(elf, offset + HEADER_SIZE, &next);
		if (version)
			*module = read_inline(elf, next, &next);
		return version;
	}
	*module = read_pointed(elf, offset + 24);
	return read_pointed(elf, offset + 16);
}

int buildinfo_read(const struct elf *elf, struct gobin *out, enum gobin_refusal *refusal)
{
	uint64_t offset = elf->buildinfo.offset;
	char *version, *module = NULL;
	uint8_t header[HEADER_SIZE];
	int result = 0;

	if (elf->buildinfo.size < HEADER_SIZE || elf_read(elf, header, sizeof(header), offset) ||
	    memcmp(header, MAGIC, MAGIC_SIZE)) {
		result = scan_for_header(elf, &offset);
		if (!result)
			result = elf_read(elf, header, sizeof(header), offset);
	}
	if (result == -ENOENT || result == -ENODATA) {
		*refusal = GOBIN_NOT_GO;
		return 0;
	}
	if (result)
		return result;
	version = read_strings(elf, offset, header[15], &module);
	if (!version || !parse_version(version, out))
		*refusal = GOBIN_NO_VERSION;
	else if (module)
		parse_module(out, module);
	free(version);
	free(module);
	return 0;
}
