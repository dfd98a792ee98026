/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark inspect: what can be read of one executable, without running it and without rights. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/cli.h"
#include "user/encode/json.h"
#include "user/gobin/gobin.h"
#include "user/host/executable.h"

static const char *const names[] = {
	"crypto/tls.(*Conn).clientHandshake",
	"crypto/tls.(*Conn).serverHandshake",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static const struct option_help help[] = {
	{ "--json", "one JSON object instead of text" },
	{ "--help", "this text" },
	{ NULL, NULL },
};

static const struct {
	const char *name;
	size_t offset;
} offsets[] = {
#define OFFSET(member) { #member, offsetof(struct gobin_layout, member) }
	OFFSET(conn_vers), OFFSET(conn_cipher_suite), OFFSET(conn_did_resume),
	OFFSET(conn_curve_id), OFFSET(conn_server_name), OFFSET(conn_client_protocol),
	OFFSET(g_m), OFFSET(g_goid), OFFSET(m_g0), OFFSET(m_gsignal), OFFSET(m_curg),
	OFFSET(ctx_err), OFFSET(ctx_err_is_eface), OFFSET(cert_not_before), OFFSET(cert_not_after),
	OFFSET(g_parent), OFFSET(g_start), OFFSET(conn_config), OFFSET(config_min_version),
#undef OFFSET
};
#define OFFSETS (sizeof(offsets) / sizeof(offsets[0]))

static int32_t offset_at(const struct gobin *gobin, size_t index)
{
	int32_t value;

	memcpy(&value, (const char *)&gobin->layout + offsets[index].offset, sizeof(value));
	return value;
}

static const char *machine_name(const struct gobin *gobin)
{
	return gobin->machine == GOBIN_X86_64 ? "x86_64" : "aarch64";
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
		json_unsigned(json, "entry_file_offset", function->entry_file_offset);
		json_open(json, "returns", '[');
		for (uint32_t i = 0; i < function->return_count; i++)
			json_unsigned(json, NULL, function->returns_file_offset[i]);
		json_close(json, ']');
	}
	json_close(json, '}');
}

static void settings_json(struct json *json, const struct gobin *gobin)
{
	json_open(json, "settings", '{');
	for (size_t i = 0; i < gobin->setting_count; i++)
		json_string(json, gobin->settings[i].key, gobin->settings[i].value);
	json_close(json, '}');
	json_open(json, "layout", '{');
	json_string(json, "provenance", gobin_provenance_name(gobin->provenance));
	for (size_t i = 0; i < OFFSETS; i++)
		if (offset_at(gobin, i) >= 0)
			json_signed(json, offsets[i].name, offset_at(gobin, i));
	json_close(json, '}');
}

static void print_json(const char *path, const struct gobin *gobin,
		       const struct gobin_function functions[NAMES])
{
	struct buffer text;
	struct json json;

	buffer_init(&text, 1u << 20);
	json_begin(&json, &text);
	json_open(&json, NULL, '{');
	json_string(&json, "file", path);
	json_bool(&json, "go", true);
	json_string(&json, "version", gobin->version);
	json_string(&json, "main", gobin->path);
	json_string(&json, "machine", machine_name(gobin));
	json_bool(&json, "position_independent", gobin->position_independent);
	json_string(&json, "libc", gobin->libc);
	json_string(&json, "pclntab_by", gobin->pclntab_by);
	json_string(&json, "moduledata_by", gobin->moduledata_by);
	json_unsigned(&json, "text", gobin->text);
	json_unsigned(&json, "types", gobin->types);
	json_unsigned(&json, "functions_total", gobin->function_count);
	json_open(&json, "functions", '[');
	for (size_t i = 0; i < NAMES; i++)
		function_json(&json, &functions[i]);
	json_close(&json, ']');
	settings_json(&json, gobin);
	json_close(&json, '}');
	printf("%s\n", text.data);
	buffer_free(&text);
}

static void print_function(const struct gobin_function *function)
{
	printf("  %s: %s\n", function->name, gobin_site_status_name(function->status));
	if (function->status != GOBIN_SITE_FOUND)
		return;
	printf("    at 0x%llx (file offset 0x%llx), %u bytes; entry probed at 0x%llx (%s), %u "
	       "returns at\n   ", (unsigned long long)function->address,
	       (unsigned long long)function->file_offset, function->size,
	       (unsigned long long)function->entry_address,
	       gobin_entry_kind_name(function->entry_kind), function->return_count);
	for (uint32_t i = 0; i < function->return_count; i++)
		printf(" 0x%llx", (unsigned long long)function->returns_address[i]);
	putchar('\n');
}

static void print_text(const char *path, const struct gobin *gobin,
		       const struct gobin_function functions[NAMES])
{
	printf("%s\n  Go %s, %s%s, libc: %s, main package %s\n", path, gobin->version,
	       machine_name(gobin), gobin->position_independent ? ", position-independent" : "",
	       gobin->libc, gobin->path[0] ? gobin->path : "not known");
	printf("  %u functions; table found by %s, module data by %s\n", gobin->function_count,
	       gobin->pclntab_by, gobin->moduledata_by);
	printf("\nHandshakes are observed at\n");
	for (size_t i = 0; i < NAMES; i++)
		print_function(&functions[i]);
	printf("\nLayout of this release: %s\n ", gobin_provenance_name(gobin->provenance));
	for (size_t i = 0; i < OFFSETS; i++)
		if (offset_at(gobin, i) >= 0)
			printf(" %s=%d", offsets[i].name, offset_at(gobin, i));
	printf("\n\nBuild settings\n");
	for (size_t i = 0; i < gobin->setting_count; i++)
		printf("  %s=%s\n", gobin->settings[i].key, gobin->settings[i].value);
}

static int refuse(const char *path, enum gobin_refusal refusal, bool as_json)
{
	struct buffer text;
	struct json json;

	if (!as_json) {
		cli_error("%s: %s", path, gobin_refusal_text(refusal));
		return EXIT_REFUSED;
	}
	buffer_init(&text, 65536);
	json_begin(&json, &text);
	json_open(&json, NULL, '{');
	json_string(&json, "file", path);
	json_bool(&json, "go", refusal != GOBIN_NOT_GO && refusal != GOBIN_NOT_ELF);
	json_string(&json, "refused", gobin_refusal_name(refusal));
	json_string(&json, "why", gobin_refusal_text(refusal));
	json_close(&json, '}');
	printf("%s\n", text.data);
	buffer_free(&text);
	return EXIT_REFUSED;
}

static int failed(const char *path, int error)
{
	cli_error("%s can't be read: %s", path, strerror(-error));
	return EXIT_FAILED;
}

static int inspect_fd(const char *path, int fd, bool as_json)
{
	struct gobin_function functions[NAMES];
	enum gobin_refusal refusal = GOBIN_OK;
	struct gobin *gobin = NULL;
	int result = executable_open(fd, NULL, &gobin, &refusal);

	if (result)
		return failed(path, result);
	if (!gobin)
		return refuse(path, refusal, as_json);
	result = gobin_functions(gobin, names, NAMES, functions);
	if (!result && as_json)
		print_json(path, gobin, functions);
	else if (!result)
		print_text(path, gobin, functions);
	gobin_free(gobin);
	return result ? failed(path, result) : EXIT_OK;
}

int cli_inspect(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool as_json = false;
	int option, fd, code;

	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("inspect"), help);
			return EXIT_OK;
		}
		if (option != 'j')
			return EXIT_USAGE;
		as_json = true;
	}
	if (optind + 1 != argc) {
		cli_error("inspect needs one file");
		return EXIT_USAGE;
	}
	fd = open(argv[optind], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return failed(argv[optind], -errno);
	code = inspect_fd(argv[optind], fd, as_json);
	close(fd);
	return code;
}
