/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of questions to an executable, and the names of the answers. */
#include "user/gobin/gobin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define HEAD_SIZE	4096
#define MINOR_LEAST	17	/* the register ABI begins here */
#define TLS_SIZE_OF_G	8	/* PT_TLS holds G alone */

static const struct {
	const char *name;
	const char *text;
} refusals[GOBIN_REFUSAL_MAX] = {
	[GOBIN_OK] = { "ok", "the executable is understood" },
	[GOBIN_NOT_ELF] = { "not_elf", "the file is no ELF executable" },
	[GOBIN_NOT_GO] = { "not_go", "the executable was not linked by Go" },
	[GOBIN_32_BIT] = { "32_bit", "32-bit executables are not probed" },
	[GOBIN_MACHINE] = { "machine", "the executable is neither x86_64 nor aarch64" },
	[GOBIN_TRUNCATED] = { "truncated", "the file ends before its segments do" },
	[GOBIN_MALFORMED] = { "malformed", "the ELF headers contradict themselves" },
	[GOBIN_PACKED] = { "packed", "the executable is packed (UPX): its code is not there" },
	[GOBIN_SHARED] = { "shared", "Go shared libraries and plugins are not probed" },
	[GOBIN_NO_VERSION] = { "no_version", "the Go release is missing or was made unreadable" },
	[GOBIN_TOO_OLD] = { "too_old", "Go releases before 1.17 pass arguments on the stack" },
	[GOBIN_NO_PCLNTAB] = { "no_pclntab", "the function table was not found (obfuscated?)" },
	[GOBIN_NO_MODULEDATA] = { "no_moduledata", "no module data confirms the function table" },
};

const char *gobin_refusal_name(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].name : "unknown";
}

const char *gobin_refusal_text(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].text : "unknown";
}

const char *gobin_site_status_name(enum gobin_site_status status)
{
	static const char *const names[] = {
		"found", "absent", "undecodable", "no_return", "too_many_returns", "unmapped",
	};

	return names[status];
}

const char *gobin_entry_kind_name(enum gobin_entry_kind kind)
{
	static const char *const names[] = { "first_instruction", "branch", "push" };

	return names[kind];
}

/* UPX leaves its mark in the first page. */
static bool is_packed(const struct gobin_reader *reader)
{
	uint8_t head[HEAD_SIZE];
	int64_t got = reader->read(reader->context, head, sizeof(head), 0);

	return got > 4 && memmem(head, (size_t)got, "UPX!", 4);
}

static bool is_shared(const struct gobin *gobin)
{
	for (size_t i = 0; i < gobin->setting_count; i++)
		if (!strcmp(gobin->settings[i].key, "-buildmode"))
			return !strcmp(gobin->settings[i].value, "c-shared") ||
			       !strcmp(gobin->settings[i].value, "plugin") ||
			       !strcmp(gobin->settings[i].value, "shared");
	return false;
}

static int identify(const struct gobin_reader *reader, struct gobin *gobin,
		    enum gobin_refusal *refusal)
{
	struct elf *elf = &gobin->state->elf;
	int result = elf_parse(reader, elf, refusal);

	if (result || *refusal != GOBIN_OK)
		return result;
	result = buildinfo_read(elf, gobin, refusal);
	if (!result && *refusal == GOBIN_NOT_GO && is_packed(reader))
		*refusal = GOBIN_PACKED;
	if (result || *refusal != GOBIN_OK)
		return result;
	if (is_shared(gobin))
		*refusal = GOBIN_SHARED;
	else if (gobin->major != 1 || gobin->minor < MINOR_LEAST)
		*refusal = GOBIN_TOO_OLD;
	return 0;
}

static bool find_range(const struct gobin_state *state, const char *name, uint64_t *entry,
		       uint64_t *size)
{
	for (uint64_t i = 0; i < state->pclntab.count; i++) {
		const char *each = pclntab_name(&state->pclntab, i);

		if (each && !strcmp(each, name))
			return pclntab_range(state, i, entry, size);
	}
	return false;
}

/* The linker gives G eight bytes before the thread pointer, unless C code has thread-locals too. */
static int32_t find_tls_g(const struct gobin_state *state)
{
	uint64_t entry, size;

	if (state->elf.machine != GOBIN_X86_64)
		return 0;
	if (!state->elf.has_tls || state->elf.tls_size == TLS_SIZE_OF_G)
		return -8;
	if (!find_range(state, "runtime.morestack", &entry, &size))
		return 0;
	return code_tls_displacement(&state->elf, entry, size);
}

static int analyse(const struct gobin_reader *reader, struct gobin *gobin,
		   enum gobin_refusal *refusal)
{
	int result = identify(reader, gobin, refusal);

	if (!result && *refusal == GOBIN_OK)
		result = module_find(gobin, refusal);
	if (result || *refusal != GOBIN_OK)
		return result;
	gobin->machine = gobin->state->elf.machine;
	gobin->position_independent = gobin->state->elf.is_dyn;
	gobin->libc = gobin->state->elf.libc;
	gobin->tls_g = find_tls_g(gobin->state);
	layout_settle(gobin);
	return 0;
}

int gobin_open(const struct gobin_reader *reader, struct gobin **out,
	       enum gobin_refusal *refusal)
{
	struct gobin *gobin = calloc(1, sizeof(*gobin));
	int result = -ENOMEM;

	*refusal = GOBIN_OK;
	if (gobin)
		gobin->state = calloc(1, sizeof(*gobin->state));
	if (gobin && gobin->state)
		result = analyse(reader, gobin, refusal);
	if (result || *refusal != GOBIN_OK) {
		gobin_free(gobin);
		gobin = NULL;
	}
	if (!result)
		*out = gobin;
	return result;
}

void gobin_free(struct gobin *gobin)
{
	if (!gobin)
		return;
	if (gobin->state)
		pclntab_free(&gobin->state->pclntab);
	free(gobin->state);
	free(gobin);
}

static int decode_index(const struct gobin_state *state, uint64_t index,
			struct gobin_function *out)
{
	uint64_t entry, size;

	if (!pclntab_range(state, index, &entry, &size)) {
		out->status = GOBIN_SITE_UNMAPPED;
		return 0;
	}
	return code_decode(&state->elf, entry, size, out);
}

int gobin_functions(struct gobin *gobin, const char *const names[], size_t count,
		    struct gobin_function out[])
{
	const struct gobin_state *state = gobin->state;
	size_t missing = count;
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		memset(&out[i], 0, sizeof(out[i]));
		out[i].name = names[i];
		out[i].status = GOBIN_SITE_ABSENT;
	}
	for (uint64_t index = 0; index < state->pclntab.count && missing && !result; index++) {
		const char *name = pclntab_name(&state->pclntab, index);

		for (size_t i = 0; name && i < count && !result; i++)
			if (out[i].status == GOBIN_SITE_ABSENT && !strcmp(name, names[i])) {
				result = decode_index(state, index, &out[i]);
				missing--;
			}
	}
	return result;
}

int gobin_each_function(struct gobin *gobin, gobin_take take, void *context)
{
	struct gobin_function function;
	int result = 0;

	for (uint64_t i = 0; i < gobin->state->pclntab.count && !result; i++) {
		memset(&function, 0, sizeof(function));
		function.name = pclntab_name(&gobin->state->pclntab, i);
		if (!function.name)
			continue;
		result = decode_index(gobin->state, i, &function);
		if (!result)
			result = take(context, &function);
	}
	return result;
}
