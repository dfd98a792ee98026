/* SPDX-License-Identifier: BSD-2-Clause */
/* What will be observed, what not and why, and what that stands on. */
#include "user/cli/inspection.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/json.h"

/* In the layout's order; the words say what is left out where one is not known. */
static const struct {
	const char *name;
	const char *words;
	size_t offset;
} fields[] = {
#define FIELD(member, words) { #member, words, offsetof(struct gobin_layout, member) }
	FIELD(conn_vers, "protocol version"),
	FIELD(conn_cipher_suite, "cipher suite"),
	FIELD(conn_did_resume, "whether a session was resumed"),
	FIELD(conn_curve_id, "key exchange group"),
	FIELD(conn_server_name, "server name"),
	FIELD(conn_client_protocol, "application protocol"),
	FIELD(g_m, "goroutine of a system call"),
	FIELD(g_goid, "goroutine's number"),
	FIELD(m_g0, "goroutine of a system call"),
	FIELD(m_gsignal, "goroutine of a system call"),
	FIELD(m_curg, "goroutine of a system call"),
	FIELD(ctx_err, "why a context ended"),
	FIELD(ctx_err_is_eface, NULL),
	FIELD(cert_not_before, "certificate's dates"),
	FIELD(cert_not_after, "certificate's dates"),
	FIELD(g_parent, "goroutine that started another"),
	FIELD(g_start, "function that a goroutine began with"),
	FIELD(conn_config, "settings of the connection"),
	FIELD(config_min_version, "settings of the connection"),
#undef FIELD
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static int32_t offset_of(const struct gobin_report *report, size_t index)
{
	int32_t value;

	memcpy(&value, (const char *)&report->layout + fields[index].offset, sizeof(value));
	return value;
}

static enum gobin_provenance provenance_of(const struct gobin_report *report, size_t index)
{
	return gobin_field_provenance(report->layout_provenance, fields[index].offset);
}

static const char *machine_name(const struct gobin_report *report)
{
	return report->machine == GOBIN_X86_64 ? "x86_64" : "aarch64";
}

/* Why a place is not observed, in words. */
static const char *status_text(enum gobin_site_status status)
{
	switch (status) {
	case GOBIN_SITE_ABSENT:
		return "the linker left the function out";
	case GOBIN_SITE_UNDECODABLE:
		return "an instruction of the function can't be decoded";
	case GOBIN_SITE_NO_RETURN:
		return "the function has no return instruction";
	case GOBIN_SITE_TOO_MANY:
		return "the function has too many return instructions";
	case GOBIN_SITE_UNMAPPED:
		return "the function is not within the executable's code";
	default:
		return "";
	}
}

static void function_json(struct json *json, const struct gobin_function *function)
{
	json_open(json, NULL, '{');
	json_string(json, "name", function->name);
	json_string(json, "status", gobin_site_status_name(function->status));
	if (function->status == GOBIN_SITE_FOUND) {
		json_unsigned(json, "address", function->address);
		json_unsigned(json, "file_offset", function->file_offset);
		json_unsigned(json, "size", function->size);
		json_string(json, "entry", gobin_entry_kind_name(function->entry_kind));
		json_unsigned(json, "entry_address", function->entry_address);
		json_unsigned(json, "entry_file_offset", function->entry_file_offset);
		json_open(json, "returns", '[');
		for (uint32_t i = 0; i < function->return_count; i++)
			json_unsigned(json, NULL, function->returns_file_offset[i]);
		json_close(json, ']');
	} else {
		json_string(json, "why", status_text(function->status));
	}
	json_close(json, '}');
}

/* Of both functions: where there is one, their returns are not probed. */
static void exit_json(struct json *json, const struct gobin_exit *exit)
{
	if (!exit->branch_address)
		return;
	json_open(json, "exit", '{');
	json_unsigned(json, "address", exit->address);
	json_unsigned(json, "returns_to", exit->returns_to);
	json_unsigned(json, "branch_address", exit->branch_address);
	json_unsigned(json, "branch_file_offset", exit->branch_file_offset);
	json_close(json, '}');
}

static void layout_json(struct json *json, const struct gobin_report *report)
{
	json_open(json, "layout", '{');
	json_string(json, "provenance", gobin_provenance_name(report->provenance));
	for (size_t i = 0; i < FIELDS; i++)
		if (offset_of(report, i) >= 0)
			json_signed(json, fields[i].name, offset_of(report, i));
	json_close(json, '}');
	json_open(json, "layout_provenance", '{');
	for (size_t i = 0; i < FIELDS; i++)
		json_string(json, fields[i].name, gobin_provenance_name(provenance_of(report, i)));
	json_close(json, '}');
}

static void report_json(struct json *json, const struct gobin_report *report)
{
	if (report->version[0])
		json_string(json, "version", report->version);
	if (report->path[0])
		json_string(json, "main", report->path);
	if (report->build_id[0])
		json_string(json, "build_id", report->build_id);
	if (report->gnu_build_id[0])
		json_string(json, "gnu_build_id", report->gnu_build_id);
	json_string(json, "machine", machine_name(report));
	json_bool(json, "position_independent", report->position_independent);
	json_string(json, "libc", report->libc);
	json_string(json, "pclntab_by", report->pclntab_by);
	json_string(json, "moduledata_by", report->moduledata_by);
	json_unsigned(json, "pclntab", report->pclntab);
	json_unsigned(json, "text", report->text);
	json_unsigned(json, "types", report->types);
	if (report->tls_g)
		json_signed(json, "tls_g", report->tls_g);
	json_unsigned(json, "functions_total", report->function_count);
	json_open(json, "functions", '[');
	for (size_t i = 0; i < GOBIN_PLACES; i++)
		function_json(json, &report->functions[i]);
	json_close(json, ']');
	exit_json(json, &report->exit);
	json_open(json, "settings", '{');
	for (size_t i = 0; i < report->setting_count; i++)
		json_string(json, report->settings[i].key, report->settings[i].value);
	json_close(json, '}');
	layout_json(json, report);
}

void inspection_json(struct buffer *out, const char *path, const struct gobin_report *report)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_string(&json, "file", path);
	json_bool(&json, "go", report->refusal != GOBIN_NOT_GO && report->refusal != GOBIN_NOT_ELF);
	if (report->refusal) {
		json_string(&json, "refused", gobin_refusal_name(report->refusal));
		json_string(&json, "why", gobin_refusal_text(report->refusal));
	} else {
		report_json(&json, report);
	}
	json_close(&json, '}');
	buffer_string(out, "\n");
}

/* At a branch that both come to, or at the returns of each. */
static void ends_text(struct buffer *out, const struct gobin_function *function,
		      const struct gobin_exit *exit)
{
	if (exit->branch_address) {
		buffer_printf(out, "    ends: 0x%llx, the branch behind its call\n",
			      (unsigned long long)exit->branch_address);
		return;
	}
	buffer_printf(out, "    ends: %u returns,", function->return_count);
	for (uint32_t i = 0; i < function->return_count; i++)
		buffer_printf(out, "%s0x%llx", i && i % 8 == 0 ? "\n      " : " ",
			      (unsigned long long)function->returns_address[i]);
	buffer_string(out, "\n");
}

static void function_text(struct buffer *out, const char *what,
			  const struct gobin_function *function, const struct gobin_exit *exit)
{
	static const char *const entries[] = {
		"its first instruction", "the branch of its stack check",
		"the push behind its stack check",
	};

	if (function->status != GOBIN_SITE_FOUND)
		return;
	buffer_printf(out, "  %s, in %s\n    at 0x%llx (offset 0x%llx in the file), %u bytes\n"
		      "    begins: 0x%llx, %s\n", what, function->name,
		      (unsigned long long)function->address,
		      (unsigned long long)function->file_offset, function->size,
		      (unsigned long long)function->entry_address, entries[function->entry_kind]);
	ends_text(out, function, exit);
}

/* Why there is no offset. */
static const char *missing_text(enum gobin_provenance provenance)
{
	switch (provenance) {
	case GOBIN_LAYOUT_MEASURED:
	case GOBIN_LAYOUT_DESCRIBED:
		return "this release does not keep it";
	case GOBIN_LAYOUT_CHECKED:
		return "only where the running process proves where it is";
	default:
		return "where this release keeps it is not known";
	}
}

/* Each of the words once, though several offsets may lead to one thing. */
static void unknown_text(struct buffer *out, const struct gobin_report *report)
{
	for (size_t i = 0; i < FIELDS; i++) {
		bool told = !fields[i].words || offset_of(report, i) >= 0;

		for (size_t j = 0; j < i && !told; j++)
			told = fields[j].words && offset_of(report, j) < 0 &&
			       !strcmp(fields[j].words, fields[i].words);
		if (!told)
			buffer_printf(out, "  %s: %s\n", fields[i].words,
				      missing_text(provenance_of(report, i)));
	}
	if (!report->tls_g && report->machine == GOBIN_X86_64)
		buffer_string(out, "  goroutine of a system call: where threads keep it was not "
			      "found in the code\n");
}

static void observed_text(struct buffer *out, const struct gobin_report *report)
{
	static const char *const whats[GOBIN_PLACES] = { "client handshakes",
							 "server handshakes" };
	size_t missing = 0;

	buffer_string(out, "\nObserved\n  binds, connects and system calls, by the kernel\n");
	for (size_t i = 0; i < GOBIN_PLACES; i++)
		function_text(out, whats[i], &report->functions[i], &report->exit);
	for (size_t i = 0; i < FIELDS; i++)
		missing += fields[i].words && offset_of(report, i) < 0;
	for (size_t i = 0; i < GOBIN_PLACES; i++)
		missing += report->functions[i].status != GOBIN_SITE_FOUND;
	if (!missing)
		return;
	buffer_string(out, "\nNot observed\n");
	for (size_t i = 0; i < GOBIN_PLACES; i++)
		if (report->functions[i].status != GOBIN_SITE_FOUND)
			buffer_printf(out, "  %s: %s\n", whats[i],
				      status_text(report->functions[i].status));
	unknown_text(out, report);
}

static void layout_text(struct buffer *out, const struct gobin_report *report)
{
	static const char *const sources[] = {
		[GOBIN_LAYOUT_MEASURED] = "measured on this very release",
		[GOBIN_LAYOUT_DESCRIBED] = "from the types that the executable itself describes",
		[GOBIN_LAYOUT_CHECKED] = "proven in the running process",
		[GOBIN_LAYOUT_UNKNOWN] = "not known: no such release was measured",
	};
	size_t column = 0;

	buffer_printf(out, "\nOffsets, %s\n", sources[report->provenance]);
	for (size_t i = 0; i < FIELDS; i++) {
		if (offset_of(report, i) < 0)
			continue;
		buffer_printf(out, "%s%s %d", column % 4 ? ", " : column ? ",\n  " : "  ",
			      fields[i].name, offset_of(report, i));
		column++;
	}
	buffer_string(out, column ? "\n" : "");
}

static void refusal_text(struct buffer *out, const char *path, const struct gobin_report *report)
{
	buffer_printf(out, "seamark: %s: %s\n", path, gobin_refusal_text(report->refusal));
}

void inspection_text(struct buffer *out, const char *path, const struct gobin_report *report)
{
	if (report->refusal) {
		refusal_text(out, path, report);
		return;
	}
	buffer_printf(out, "%s\n  Go %s for %s%s, libc: %s\n  main package: %s\n", path,
		      report->version[0] ? report->version : "of an untold release",
		      machine_name(report),
		      report->position_independent ? ", position-independent" : "", report->libc,
		      report->path[0] ? report->path : "not known");
	if (report->build_id[0])
		buffer_printf(out, "  build id: %s\n", report->build_id);
	if (report->gnu_build_id[0])
		buffer_printf(out, "  build id of the linker: %s\n", report->gnu_build_id);
	buffer_printf(out, "  %u functions, in a table at 0x%llx found by %s\n"
		      "  text from 0x%llx and types from 0x%llx, by module data found by %s\n",
		      report->function_count, (unsigned long long)report->pclntab,
		      report->pclntab_by, (unsigned long long)report->text,
		      (unsigned long long)report->types, report->moduledata_by);
	observed_text(out, report);
	layout_text(out, report);
	buffer_string(out, "\nBuild settings\n");
	for (size_t i = 0; i < report->setting_count; i++)
		buffer_printf(out, "  %s=%s\n", report->settings[i].key,
			      report->settings[i].value);
}
