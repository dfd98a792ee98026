/* SPDX-License-Identifier: BSD-2-Clause */
/* A report from a process that a file took over: whatever it says, no wrong place is probed. */
#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "user/gobin/internal.h"

#define ADDRESS	0x401000ULL
#define OFFSET	0x1000

/* cmp 0x10(%r14),%rsp; jbe; push %rbp; mov $0xc3,%eax; ret; ret */
static const uint8_t code[] = { 0x49, 0x3b, 0x66, 0x10, 0x76, 0x08, 0x55, 0xb8, 0xc3, 0x00, 0x00,
				0x00, 0xc3, 0xc3 };

struct image {
	uint8_t bytes[OFFSET + sizeof(code)];
};

static int64_t read_image(void *context, void *into, uint64_t size, uint64_t offset)
{
	const struct image *image = context;

	if (offset >= sizeof(image->bytes))
		return 0;
	if (size > sizeof(image->bytes) - offset)
		size = sizeof(image->bytes) - offset;
	memcpy(into, image->bytes + offset, size);
	return (int64_t)size;
}

static void make(struct image *image, struct gobin_reader *reader)
{
	Elf64_Ehdr header = { .e_type = ET_EXEC, .e_machine = EM_X86_64, .e_phnum = 1,
			      .e_phoff = sizeof(header), .e_phentsize = sizeof(Elf64_Phdr) };
	Elf64_Phdr program = { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = OFFSET,
			       .p_vaddr = ADDRESS, .p_filesz = sizeof(code),
			       .p_memsz = sizeof(code) };

	memset(image, 0, sizeof(*image));
	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	memcpy(image->bytes, &header, sizeof(header));
	memcpy(image->bytes + sizeof(header), &program, sizeof(program));
	memcpy(image->bytes + OFFSET, code, sizeof(code));
	*reader = (struct gobin_reader){ read_image, image, sizeof(image->bytes) };
}

/* What an honest parser says of it. */
static void tell(const struct gobin_reader *reader, struct gobin_report *report)
{
	enum gobin_refusal refusal;
	struct elf elf;

	memset(report, 0, sizeof(*report));
	assert_int_equal(elf_parse_segments(reader, &elf, &refusal), 0);
	assert_int_equal(refusal, GOBIN_OK);
	assert_int_equal(code_decode(&elf, ADDRESS, sizeof(code), &report->functions[0]), 0);
	report->functions[1].status = GOBIN_SITE_ABSENT;
	strcpy(report->version, "1.27.3");
	assert_int_equal(report->functions[0].return_count, 2);
}

static int check(const struct gobin_reader *reader, struct gobin_report *report)
{
	const char *why = "none";
	int result = gobin_check(reader, report, &why);

	if (result)
		assert_non_null(why);
	else
		assert_null(why);
	return result;
}

static void what_is_true_passes(void **state)
{
	static struct gobin_report report;
	struct gobin_reader reader;
	struct image image;

	(void)state;
	make(&image, &reader);
	tell(&reader, &report);
	assert_int_equal(check(&reader, &report), 0);
	assert_string_equal(report.functions[0].name, "crypto/tls.(*Conn).clientHandshake");
	memset(&report, 0, sizeof(report));
	report.refusal = GOBIN_PACKED;
	assert_int_equal(check(&reader, &report), 0);
}

static void set_return_into_an_operand(struct gobin_report *report)
{
	report->functions[0].returns_address[0] = ADDRESS + 8;
	report->functions[0].returns_file_offset[0] = OFFSET + 8;
}
static void set_return_elsewhere(struct gobin_report *report)
{
	report->functions[0].returns_file_offset[1] = 0;
}
static void leave_a_return_out(struct gobin_report *report)
{
	report->functions[0].return_count = 1;
}
static void add_a_return(struct gobin_report *report)
{
	report->functions[0].return_count = 3;
}
static void add_very_many_returns(struct gobin_report *report)
{
	report->functions[0].return_count = UINT32_MAX;
}
static void move_the_entry(struct gobin_report *report)
{
	report->functions[0].entry_file_offset++;
}
static void begin_within_an_instruction(struct gobin_report *report)
{
	report->functions[0].address += 8;
	report->functions[0].size -= 8;
}
static void reach_beyond_the_segment(struct gobin_report *report)
{
	report->functions[0].size++;
}
static void be_elsewhere(struct gobin_report *report)
{
	report->functions[0].address = UINT64_MAX - 4;
}
static void end_at_a_branch_that_is_none(struct gobin_report *report)
{
	report->exit = (struct gobin_exit){ ADDRESS, OFFSET, ADDRESS + 4, ADDRESS + 4, OFFSET + 4,
					    sizeof(code) };
}
static void end_beyond_the_segment(struct gobin_report *report)
{
	report->exit = (struct gobin_exit){ ADDRESS + 8, OFFSET, ADDRESS, ADDRESS, OFFSET, UINT64_MAX };
}
static void end_in_the_file_alone(struct gobin_report *report)
{
	report->exit.branch_file_offset = OFFSET + 4;
}
static void have_another_build_id(struct gobin_report *report)
{
	strcpy(report->build_id, "a/b/c/d");
}
static void have_another_linkers_id(struct gobin_report *report)
{
	strcpy(report->gnu_build_id, "0123");
}
static void have_no_status(struct gobin_report *report)
{
	report->functions[1].status = GOBIN_SITE_STATUS_MAX;
}
static void be_for_another_machine(struct gobin_report *report)
{
	report->machine = GOBIN_AARCH64;
}
static void refuse_for_no_reason(struct gobin_report *report)
{
	report->refusal = GOBIN_REFUSAL_MAX;
}
static void have_a_version_without_end(struct gobin_report *report)
{
	memset(report->version, '1', sizeof(report->version));
}
static void have_a_setting_without_end(struct gobin_report *report)
{
	memset(report->settings[3].value, 'x', sizeof(report->settings[3].value));
}
static void have_too_many_settings(struct gobin_report *report)
{
	report->setting_count = GOBIN_SETTINGS_MAX + 1;
}
static void have_a_far_offset(struct gobin_report *report)
{
	report->layout.g_goid = 1 << 20;
}
static void have_a_negative_offset(struct gobin_report *report)
{
	report->layout.conn_vers = -2;
}
static void have_types_in_the_kernel(struct gobin_report *report)
{
	report->types = 0xffffffff81000000;
}

static void what_is_not_is_rejected(void **state)
{
	static void (*const lies[])(struct gobin_report *report) = {
		set_return_into_an_operand, set_return_elsewhere, leave_a_return_out, add_a_return,
		add_very_many_returns, move_the_entry, begin_within_an_instruction,
		reach_beyond_the_segment, be_elsewhere, have_no_status, be_for_another_machine,
		have_another_build_id, have_another_linkers_id,
		end_at_a_branch_that_is_none, end_beyond_the_segment, end_in_the_file_alone,
		refuse_for_no_reason, have_a_version_without_end, have_a_setting_without_end,
		have_too_many_settings, have_a_far_offset, have_a_negative_offset,
		have_types_in_the_kernel,
	};
	static struct gobin_report report;
	struct gobin_reader reader;
	struct image image;

	(void)state;
	make(&image, &reader);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		tell(&reader, &report);
		lies[i](&report);
		if (check(&reader, &report) != -EBADMSG)
			fail_msg("lie %zu was believed", i);
	}
}

/* The file changed between the parser's reading and the second look. */
static void other_bytes_are_rejected(void **state)
{
	static struct gobin_report report;
	struct gobin_reader reader;
	struct image image;

	(void)state;
	for (size_t at = 0; at < sizeof(code); at++) {
		make(&image, &reader);
		tell(&reader, &report);
		/* Undecodable, but as the branch's distance or in the number that is moved. */
		image.bytes[OFFSET + at] = 0x06;
		if (at != 5 && (at < 8 || at > 11))
			assert_int_equal(check(&reader, &report), -EBADMSG);
	}
	make(&image, &reader);
	tell(&reader, &report);
	reader.size = OFFSET;
	assert_int_not_equal(check(&reader, &report), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_true_passes),
		cmocka_unit_test(what_is_not_is_rejected),
		cmocka_unit_test(other_bytes_are_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
