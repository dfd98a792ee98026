/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The second look at a report. Whoever made it may have been taken over by the file: so nothing in
 * it is believed that these bytes don't bear out, and of these only the program headers and the
 * functions' own code are read.
 */
#include <errno.h>
#include <string.h>

#include "user/gobin/gobin.h"
#include "user/gobin/internal.h"

#define OFFSET_MAX	65536	/* no struct of the runtime is larger */
#define ADDRESS_MAX	(1ULL << 47)	/* user space */

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool texts_end(const struct gobin_report *report)
{
	for (uint32_t i = 0; i < GOBIN_SETTINGS_MAX; i++)
		if (!ends(report->settings[i].key, sizeof(report->settings[i].key)) ||
		    !ends(report->settings[i].value, sizeof(report->settings[i].value)))
			return false;
	return ends(report->version, sizeof(report->version)) &&
	       ends(report->path, sizeof(report->path)) &&
	       ends(report->build_id, sizeof(report->build_id)) &&
	       ends(report->gnu_build_id, sizeof(report->gnu_build_id)) &&
	       ends(report->libc, sizeof(report->libc)) &&
	       ends(report->pclntab_by, sizeof(report->pclntab_by)) &&
	       ends(report->moduledata_by, sizeof(report->moduledata_by));
}

static bool layout_in_range(const struct gobin_layout *layout,
			    const uint8_t provenance[GOBIN_LAYOUT_FIELDS])
{
	int32_t fields[sizeof(*layout) / sizeof(int32_t)];

	memcpy(fields, layout, sizeof(fields));
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i] < -1 || fields[i] >= OFFSET_MAX ||
		    provenance[i] > GOBIN_LAYOUT_UNKNOWN)
			return false;
	return true;
}

static bool types_in_order(const struct gobin_report *report)
{
	if (report->type_count > GOBIN_TYPES_MAX)
		return false;
	for (uint32_t i = 0; i < report->type_count; i++) {
		const struct gobin_type *type = &report->types_used[i];

		if (!ends(type->name, sizeof(type->name)) ||
		    !ends(type->package, sizeof(type->package)) ||
		    type->address >= ADDRESS_MAX ||
		    (i && type->address <= report->types_used[i - 1].address))
			return false;
	}
	return true;
}

static bool numbers_in_range(const struct gobin_report *report)
{
	return report->setting_count <= GOBIN_SETTINGS_MAX && report->machine <= GOBIN_AARCH64 &&
	       report->provenance <= GOBIN_LAYOUT_UNKNOWN && report->types < ADDRESS_MAX &&
	       report->text < ADDRESS_MAX && report->tls_g > -OFFSET_MAX &&
	       report->tls_g < OFFSET_MAX &&
	       layout_in_range(&report->layout, report->layout_provenance);
}

/* Decoded anew, and equal in everything that leads to a probe. */
static int check_function(const struct elf *elf, const struct gobin_function *told,
			  const char **why)
{
	struct gobin_function seen;
	int result;

	if (told->status != GOBIN_SITE_FOUND) {
		*why = "a function's status is none";
		return told->status < GOBIN_SITE_STATUS_MAX ? 0 : -EBADMSG;
	}
	memset(&seen, 0, sizeof(seen));
	result = code_decode(elf, told->address, told->size, &seen);
	if (result)
		return result;
	*why = "a function's sites are not what its code says";
	if (seen.status != GOBIN_SITE_FOUND || seen.file_offset != told->file_offset ||
	    seen.entry_kind != told->entry_kind || seen.entry_address != told->entry_address ||
	    seen.entry_file_offset != told->entry_file_offset ||
	    seen.return_count != told->return_count ||
	    memcmp(seen.returns_address, told->returns_address, sizeof(seen.returns_address)) ||
	    memcmp(seen.returns_file_offset, told->returns_file_offset,
		   sizeof(seen.returns_file_offset)))
		return -EBADMSG;
	return 0;
}

/* A file that was written over between the two looks rarely keeps its name. */
static int check_build_ids(const struct elf *elf, const struct gobin_report *report,
			   const char **why)
{
	struct build_ids seen;
	int result = build_ids_read(elf, &seen);

	if (result)
		return result;
	*why = "the file's build id is another than was told";
	return strcmp(seen.go, report->build_id) || strcmp(seen.gnu, report->gnu_build_id) ?
	       -EBADMSG : 0;
}

static int check_exit(const struct elf *elf, const struct gobin_report *report, const char **why)
{
	const struct gobin_exit none = { 0 };
	uint64_t handshakes[GOBIN_PLACES];
	struct gobin_exit seen;
	int result;

	if (!memcmp(&report->exit, &none, sizeof(none)))
		return 0;
	for (size_t i = 0; i < GOBIN_PLACES; i++)
		handshakes[i] = report->functions[i].address;
	result = exit_find(elf, report->exit.address, report->exit.size, handshakes, GOBIN_PLACES,
			   &seen);
	if (result)
		return result;
	*why = "the place where handshakes end is not what its code says";
	return memcmp(&seen, &report->exit, sizeof(seen)) ? -EBADMSG : 0;
}

static int check_functions(const struct gobin_reader *reader, struct gobin_report *report,
			   const char **why)
{
	enum gobin_refusal refusal;
	struct elf elf;
	int result = elf_parse_segments(reader, &elf, &refusal);

	if (result)
		return result;
	*why = "the file is no executable for the machine that was told";
	if (refusal != GOBIN_OK || elf.machine != report->machine)
		return -EBADMSG;
	result = check_build_ids(&elf, report, why);
	/* Not what was told: what these bytes say. */
	report->span_count = (uint32_t)constants_find(&elf, report->spans, GOBIN_SPANS_MAX);
	for (size_t i = 0; i < GOBIN_PLACES && !result; i++) {
		report->functions[i].name = gobin_place_name(i);
		result = check_function(&elf, &report->functions[i], why);
	}
	return result ? result : check_exit(&elf, report, why);
}

int gobin_check(const struct gobin_reader *reader, struct gobin_report *report, const char **why)
{
	int result;

	*why = "a text does not end, or types are out of order";
	if (!texts_end(report) || !types_in_order(report))
		return -EBADMSG;
	*why = "a number is out of its range";
	if (report->refusal >= GOBIN_REFUSAL_MAX)
		return -EBADMSG;
	if (report->refusal == GOBIN_OK && !numbers_in_range(report))
		return -EBADMSG;
	result = report->refusal == GOBIN_OK ? check_functions(reader, report, why) : 0;
	if (!result)
		*why = NULL;
	return result;
}
