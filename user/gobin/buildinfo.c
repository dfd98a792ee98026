/* SPDX-License-Identifier: BSD-2-Clause */
/* The build information that every Go linker leaves: release, main package, settings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define MAGIC		"\xff Go buildinf:"
#define MAGIC_SIZE	14
#define HEADER_SIZE	32
#define SCAN_MAX	(256u << 20)	/* of one segment */
#define FLAG_BIG_END	1
#define FLAG_INLINE	2	/* from 1.18 on the strings follow the header */
#define TEXT_MAX	(1u << 20)
#define NO_REGISTER_ABI	"noregabi"	/* and what begins so: an experiment that was switched off */
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

/* Digits that make a number of at most three; returns what is behind them, or NULL. */
static const char *read_number(const char *text, int *out)
{
	size_t length = strspn(text, "0123456789");

	if (!length || length > 3)
		return NULL;
	*out = (int)strtol(text, NULL, 10);
	return text + length;
}

/*
 * "go1.22.12 (Red Hat 1.22.12-1.el9)", "go1.27.3-X:boringcrypto" and "go1.25-custom" are releases, with
 * what a vendor or an experiment added; "go1.24rc1" and "devel go1.28-0a1b2c3 ..." come before one.
 */
static bool parse_version(const char *text, struct gobin *out)
{
	bool is_devel = !strncmp(text, "devel ", 6);
	const char *start, *end;
	size_t length;
	int patch;

	text += is_devel ? 6 : 0;
	if (strncmp(text, "go", 2))
		return false;
	start = text + 2;
	end = read_number(start, &out->major);
	if (!end || *end != '.')
		return false;
	end = read_number(end + 1, &out->minor);
	if (end && *end == '.')
		end = read_number(end + 1, &patch);
	if (!end)
		return false;
	out->prerelease = is_devel || !strncmp(end, "rc", 2) || !strncmp(end, "beta", 4);
	if (!is_devel && out->prerelease)
		end += 2 + strcspn(end + 2, " -+");
	length = (size_t)(end - start);
	if ((*end && !strchr(" -+", *end)) || length + sizeof("-devel") > sizeof(out->version))
		return false;
	memcpy(out->version, start, length);
	strcpy(out->version + length, is_devel ? "-devel" : "");
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
	equals = memchr(value, '=', left);
	if (strncmp(line, "build\t", 6) || !equals)
		return;
	if (!strncmp(value, "GOEXPERIMENT=", 13) &&
	    memmem(value, left, NO_REGISTER_ABI, strlen(NO_REGISTER_ABI)))
		out->stack_abi = true;
	if (out->setting_count == GOBIN_SETTINGS_MAX)
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
	if (flags & FLAG_BIG_END)
		return NULL;
	*module = read_pointed(elf, offset + 24);
	return read_pointed(elf, offset + 16);
}

/* What stands at offset: -ENOENT, or 0 with *readable telling whether it names a release. */
static int take_header(const struct elf *elf, uint64_t offset, struct gobin *out, bool *readable)
{
	char *version, *module = NULL;
	uint8_t header[HEADER_SIZE];
	int result = elf_read(elf, header, sizeof(header), offset);

	if (result || memcmp(header, MAGIC, MAGIC_SIZE) || header[14] != sizeof(uint64_t))
		return result && result != -ENODATA ? result : -ENOENT;
	version = read_strings(elf, offset, header[15], &module);
	*readable = version && parse_version(version, out);
	if (*readable) {
		out->stack_abi = strstr(version, NO_REGISTER_ABI);
		if (module)
			parse_module(out, module);
	}
	free(version);
	free(module);
	return 0;
}

/* Data that holds those words by chance, or to find them in others, names no release: on to the next. */
static int scan_segment(const struct elf *elf, const struct segment *segment,
			struct window *window, struct gobin *out, bool *readable)
{
	uint64_t whole = segment->file_size < SCAN_MAX ? segment->file_size : SCAN_MAX;
	int result, found = -ENOENT;

	for (uint64_t at = -segment->address % 16; at < whole; at += WINDOW_SIZE) {
		uint64_t size = whole - at < WINDOW_SIZE ? whole - at : WINDOW_SIZE;
		const uint8_t *bytes = window_at(window, elf, segment->offset + at, size);

		if (!bytes)
			return found;
		for (uint64_t i = 0; i + MAGIC_SIZE <= size; i += 16) {
			if (memcmp(bytes + i, MAGIC, MAGIC_SIZE))
				continue;
			result = take_header(elf, segment->offset + at + i, out, readable);
			if (result != -ENOENT)
				found = result;
			if (*readable || (result && result != -ENOENT))
				return result;
		}
	}
	return found;
}

static int scan_for_header(const struct elf *elf, struct gobin *out, bool *readable)
{
	struct window *window = calloc(1, sizeof(*window));
	int result, found = -ENOENT;

	if (!window)
		return -ENOMEM;
	for (size_t i = 0; i < elf->segment_count && !*readable; i++) {
		if (!elf->segments[i].writable)
			continue;
		result = scan_segment(elf, &elf->segments[i], window, out, readable);
		if (result != -ENOENT)
			found = result;
		if (result && result != -ENOENT)
			break;
	}
	free(window);
	return found;
}

int buildinfo_read(const struct elf *elf, struct gobin *out, enum gobin_refusal *refusal)
{
	bool readable = false, seen;
	int result = -ENOENT;

	if (elf->buildinfo.size >= HEADER_SIZE)
		result = take_header(elf, elf->buildinfo.offset, out, &readable);
	seen = !result;
	if (!readable && (seen || result == -ENOENT))
		result = scan_for_header(elf, out, &readable);
	seen |= !result;
	if (result && result != -ENOENT)
		return result;
	if (!readable)
		*refusal = seen ? GOBIN_NO_VERSION : GOBIN_NOT_GO;
	return 0;
}
