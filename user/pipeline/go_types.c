/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Done once a failure and before it is recorded, so that a recording needs no executable. Only what
 * the kernel left open is looked up: it reads what is in memory, and the file is not read for that.
 */
#include "user/pipeline/go_types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/gobin/report.h"

struct go_types {
	int minor;			/* of the Go release, 1.N */
	struct gobin_span spans[GOBIN_SPANS_MAX];
	size_t span_count;
	size_t count;
	struct gobin_type types[];
};

struct go_types *go_types_new(const struct gobin_report *report)
{
	size_t bytes = report->type_count * sizeof(struct gobin_type);
	struct go_types *types = calloc(1, sizeof(*types) + bytes);

	if (!types)
		return NULL;
	types->minor = report->minor;
	types->count = report->type_count;
	memcpy(types->types, report->types_used, bytes);
	types->span_count = report->span_count;
	memcpy(types->spans, report->spans, sizeof(types->spans));
	return types;
}

void go_types_free(struct go_types *types)
{
	free(types);
}

int go_types_tell(const struct go_types *types, struct source *source, uint32_t program)
{
	return source_set_types(source, program, types->minor, types->types, types->count);
}

void go_types_untell(const struct go_types *types, struct source *source, uint32_t program)
{
	source_drop_types(source, program, types->types, types->count);
}

static int compare(const void *address, const void *type)
{
	const uint64_t *wanted = address;
	const struct gobin_type *one = type;

	return *wanted < one->address ? -1 : *wanted > one->address;
}

static void fill_name(const struct go_types *types, struct event_error_level *level)
{
	const struct gobin_type *type;

	if (level->name_length && !(level->flags & ERROR_LEVEL_NAME_CUT))
		return;
	type = bsearch(&level->type, types->types, types->count, sizeof(types->types[0]), compare);
	if (!type)
		return;
	level->flags &= (uint8_t)~ERROR_LEVEL_NAME_CUT;
	level->name_length = (uint8_t)strlen(type->name);
	memcpy(level->name, type->name, sizeof(level->name));
}

static const struct gobin_span *span_of(const struct go_types *types, uint64_t address,
					uint64_t size)
{
	for (size_t i = 0; i < types->span_count; i++) {
		const struct gobin_span *span = &types->spans[i];

		if (address >= span->address && size <= span->size &&
		    address - span->address <= span->size - size)
			return span;
	}
	return NULL;
}

/* Size bytes at address, as they are in the file. */
static bool read_file(const struct go_types *types, int fd, void *into, size_t size,
		      uint64_t address)
{
	const struct gobin_span *span = types && fd >= 0 ? span_of(types, address, size) : NULL;

	return span && pread(fd, into, size, (off_t)(address - span->address + span->offset)) ==
			       (ssize_t)size;
}

static size_t read_text(const struct go_types *types, int fd, char text[ERROR_TEXT_SIZE],
			const struct event_unread *unread)
{
	size_t length = unread->length < ERROR_TEXT_SIZE ? unread->length : ERROR_TEXT_SIZE;

	return read_file(types, fd, text, length, unread->address) ? length : 0;
}

/* A number that is not told stays marked: it is not 0. */
static void fill_constant(const struct go_types *types, int fd, struct event_error_level *level)
{
	const struct event_unread unread = level->unread;
	int64_t number = 0;

	if (!(level->flags & (ERROR_LEVEL_TEXT_UNREAD | ERROR_LEVEL_NUMBER_UNREAD)))
		return;
	memset(level->text, 0, sizeof(level->text));
	level->text_length = 0;
	if (level->flags & ERROR_LEVEL_TEXT_UNREAD) {
		level->text_length = (uint16_t)read_text(types, fd, level->text, &unread);
		level->flags &= (uint8_t)~ERROR_LEVEL_TEXT_UNREAD;
	} else if (unread.length <= sizeof(number) &&
		   read_file(types, fd, &number, unread.length, unread.address)) {
		level->numbers[0] = number;
		level->flags &= (uint8_t)~ERROR_LEVEL_NUMBER_UNREAD;
	}
}

bool go_types_wants_file(const struct event_tls_failed *event)
{
	for (size_t i = 0; i < event->tls.error_levels; i++)
		if (event->levels[i].flags &
		    (ERROR_LEVEL_TEXT_UNREAD | ERROR_LEVEL_NUMBER_UNREAD))
			return true;
	return false;
}

void go_types_fill(const struct go_types *types, int fd, struct event_tls_failed *event)
{
	for (size_t i = 0; i < event->tls.error_levels; i++) {
		if (types)
			fill_name(types, &event->levels[i]);
		fill_constant(types, fd, &event->levels[i]);
	}
}
