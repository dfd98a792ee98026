/* SPDX-License-Identifier: BSD-2-Clause */
/* Seven bits a byte, lowest first; the eighth says that more follow. Rows and slots as steps. */
#include "user/model/history_log.h"

static void write_number(struct buffer *out, uint64_t value)
{
	while (value >= 0x80) {
		buffer_byte(out, (uint8_t)(value | 0x80));
		value >>= 7;
	}
	buffer_byte(out, (uint8_t)value);
}

static inline uint64_t read_number(struct history_reader *reader)
{
	uint64_t value = 0;

	/* Most are small. */
	if (reader->at < reader->end && *reader->at < 0x80)
		return *reader->at++;
	for (unsigned int shift = 0; reader->at < reader->end; shift += 7) {
		uint8_t byte = *reader->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	return value;
}

void history_write(struct buffer *out, const struct history_entry *entry,
		   const struct history_entry *after)
{
	const struct durations *durations = &entry->durations;
	uint8_t slot = 0;

	write_number(out, entry->row - (after ? after->row : 0));
	write_number(out, entry->what);
	write_number(out, durations->sum_ns);
	write_number(out, durations->used);
	for (uint16_t i = 0; i < durations->used; i++) {
		buffer_byte(out, (uint8_t)(durations->cells[i].slot - slot));
		write_number(out, durations->cells[i].count);
		slot = (uint8_t)durations->cells[i].slot;
	}
}

void history_reader_init(struct history_reader *reader, const uint8_t *bytes, size_t size)
{
	reader->at = bytes;
	reader->end = bytes + size;
	reader->entry = (struct history_entry){ .durations.cells = reader->cells };
}

bool history_read(struct history_reader *reader)
{
	struct durations *durations = &reader->entry.durations;
	uint8_t slot = 0;

	if (reader->at == reader->end)
		return false;
	reader->entry.row += (uint32_t)read_number(reader);
	reader->entry.what = (uint32_t)read_number(reader);
	durations->sum_ns = read_number(reader);
	durations->used = (uint16_t)read_number(reader);
	for (uint16_t i = 0; i < durations->used; i++) {
		slot += *reader->at++;
		reader->cells[i].slot = slot;
		reader->cells[i].count = read_number(reader);
	}
	return true;
}
