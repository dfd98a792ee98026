/* SPDX-License-Identifier: BSD-2-Clause */
/* Build ids from notes: what linkers write, and what a hostile file could. */
#include <errno.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "user/gobin/internal.h"

struct bytes {
	const char *bytes;
	size_t size;
	int error;
};

static int64_t read_bytes(void *context, void *into, uint64_t size, uint64_t offset)
{
	const struct bytes *bytes = context;

	if (bytes->error)
		return bytes->error;
	if (offset >= bytes->size)
		return 0;
	if (size > bytes->size - offset)
		size = bytes->size - offset;
	memcpy(into, bytes->bytes + offset, size);
	return (int64_t)size;
}

static int read_one(struct bytes *bytes, struct build_ids *out)
{
	struct elf elf = {
		.reader = { read_bytes, bytes, bytes->size },
		.notes = { { 0, 0, bytes->size } },
		.note_count = 1,
	};

	return build_ids_read(&elf, out);
}

#define GO(size, id) "\4\0\0\0" size "\0\0\0" "\4\0\0\0" "Go\0\0" id
#define GNU(size, id) "\4\0\0\0" size "\0\0\0" "\3\0\0\0" "GNU\0" id
#define ABI "\4\0\0\0" "\4\0\0\0" "\1\0\0\0" "GNU\0" "\0\0\0\0"
#define MANY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void ids_by_notes(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *go;
		const char *gnu;
	} cases[] = {
#define NOTES(text) text, sizeof(text) - 1
		{ NOTES(""), "", "" },
		{ NOTES(GO("\7", "a/b/c/d\0")), "a/b/c/d", "" },
		{ NOTES(GNU("\4", "\1\x23\xef\x80")), "", "0123ef80" },
		{ NOTES(ABI GNU("\2", "\xca\xfe\0\0") GO("\4", "x/y/")), "x/y/", "cafe" },
		{ NOTES(GO("\5", "x/y/z")), "x/y/z", "" },		/* no padding at the end */
		{ NOTES(GO("\4", "one!") GO("\4", "two!")), "one!", "" },
		{ NOTES(GO("\0", "") GNU("\0", "")), "", "" },
		{ NOTES(GO("\4", "a\nb ")), "", "" },			/* would break a line */
		{ NOTES(GO("\4", "a\xff" "bc")), "", "" },
		{ NOTES(GO("\x80", MANY MANY MANY MANY)), "", "" },	/* longer than any */
		{ NOTES(GNU("\x24", MANY "aaaa")), "", "" },
		{ NOTES(GO("\x09", "a/b/c/d\0")), "", "" },		/* leads out of the bytes */
		{ NOTES("\xff\xff\xff\xff\xff\xff\xff\xff\4\0\0\0Go\0\0"), "", "" },
		{ NOTES("\4\0\0\0\xff\xff\xff\xff\4\0\0\0Go\0\0abcd"), "", "" },
		{ NOTES("\4\0\0\0\4\0\0\0\4\0\0"), "", "" },
		{ NOTES("\2\0\0\0\4\0\0\0\4\0\0\0Go\0\0abcd"), "", "" },
#undef NOTES
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = { cases[i].bytes, cases[i].size, 0 };
		struct build_ids ids;

		assert_int_equal(read_one(&bytes, &ids), 0);
		assert_string_equal(ids.go, cases[i].go);
		assert_string_equal(ids.gnu, cases[i].gnu);
	}
}

static void a_segment_beyond_the_file_is_left_out(void **state)
{
	struct bytes bytes = { GO("\4", "a/b/"), 20, 0 };
	struct elf elf = {
		.reader = { read_bytes, &bytes, bytes.size },
		.notes = { { 0, 8, 20 }, { 0, UINT64_MAX, 1 }, { 0, 0, bytes.size } },
		.note_count = 3,
	};
	struct build_ids ids;

	(void)state;
	assert_int_equal(build_ids_read(&elf, &ids), 0);
	assert_string_equal(ids.go, "a/b/");
}

static void an_error_of_the_reader_is_told(void **state)
{
	struct bytes bytes = { GO("\4", "a/b/"), 20, -EIO };
	struct build_ids ids;

	(void)state;
	assert_int_equal(read_one(&bytes, &ids), -EIO);
	assert_string_equal(ids.go, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_by_notes),
		cmocka_unit_test(a_segment_beyond_the_file_is_left_out),
		cmocka_unit_test(an_error_of_the_reader_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
