/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of questions to an executable. */
#include "user/gobin/gobin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define HEAD_SIZE	4096
#define MINOR_LEAST	17	/* the register ABI begins here */
#define MINOR_LEAST_AARCH64 18
#define TLS_SIZE_OF_G	8	/* PT_TLS holds G alone */

/* UPX leaves its mark in the first page. */
static bool is_packed(const struct gobin_reader *reader)
{
	uint8_t head[HEAD_SIZE];
	int64_t got = reader->read(reader->context, head, sizeof(head), 0);

	return got > 4 && memmem(head, (size_t)got, "UPX!", 4);
}

static bool is_shared(const struct gobin *gobin)
{
	if (gobin->state->elf.is_library)
		return true;
	for (size_t i = 0; i < gobin->setting_count; i++)
		if (!strcmp(gobin->settings[i].key, "-buildmode"))
			return !strcmp(gobin->settings[i].value, "c-shared") ||
			       !strcmp(gobin->settings[i].value, "plugin") ||
			       !strcmp(gobin->settings[i].value, "shared");
	return false;
}

/*
 * Some take the build information out again, or make it unreadable. Where a function table is by
 * its name, or the information is there, the rest may prove itself without a release.
 */
static bool is_worth_a_look(const struct elf *elf, enum gobin_refusal refusal)
{
	return refusal == GOBIN_NO_VERSION || (refusal == GOBIN_NOT_GO && elf->pclntab.size);
}

/*
 * What a release without a number must show: a table as releases from 1.20 on have it, all of which
 * pass arguments in registers, and types that prove to be Go's own.
 */
static bool stands_without_version(const struct gobin *gobin)
{
	return gobin->state->pclntab.from_20 && gobin->provenance == GOBIN_LAYOUT_DESCRIBED;
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
	if (!result && is_worth_a_look(elf, *refusal)) {
		gobin->nameless = true;
		*refusal = is_shared(gobin) ? GOBIN_SHARED : GOBIN_OK;
		return 0;
	}
	if (result || *refusal != GOBIN_OK)
		return result;
	if (is_shared(gobin))
		*refusal = GOBIN_SHARED;
	else if (gobin->major != 1 || gobin->minor < MINOR_LEAST)
		*refusal = GOBIN_TOO_OLD;
	else if (gobin->stack_abi ||
		 (elf->machine == GOBIN_AARCH64 && gobin->minor < MINOR_LEAST_AARCH64))
		*refusal = GOBIN_STACK_ABI;
	return 0;
}

static bool find_range(const struct gobin_state *state, const char *name, uint64_t *entry,
		       uint64_t *size)
{
	uint64_t index;

	return !pclntab_find(&state->pclntab, &name, 1, &index) && index != PCLNTAB_ABSENT &&
	       pclntab_range(state, index, entry, size);
}

/*
 * x86_64's linker gives G eight bytes before the thread pointer, unless C code has thread-locals
 * too. On aarch64 G is in thread-local storage for C code's sake alone: without it there is none.
 */
static int32_t find_tls_g(const struct gobin_state *state)
{
	bool is_x86 = state->elf.machine == GOBIN_X86_64;
	uint64_t entry, size;

	if (is_x86 && (!state->elf.has_tls || state->elf.tls_size == TLS_SIZE_OF_G))
		return -8;
	if (!state->elf.has_tls ||
	    !find_range(state, is_x86 ? "runtime.morestack" : "runtime.load_g", &entry, &size))
		return 0;
	return code_tls_displacement(&state->elf, entry, size);
}

static int analyse(const struct gobin_reader *reader, struct gobin *gobin,
		   enum gobin_refusal *refusal)
{
	int result = identify(reader, gobin, refusal);

	if (!result && *refusal == GOBIN_OK)
		result = module_find(gobin, refusal);
	if (*refusal != GOBIN_OK && gobin->nameless && *refusal != GOBIN_SHARED)
		*refusal = GOBIN_NO_VERSION;
	if (result || *refusal != GOBIN_OK)
		return result;
	gobin->machine = gobin->state->elf.machine;
	gobin->position_independent = gobin->state->elf.is_dyn;
	gobin->libc = gobin->state->elf.libc;
	gobin->tls_g = find_tls_g(gobin->state);
	result = build_ids_read(&gobin->state->elf, &gobin->build_ids);
	if (result)
		return result;
	layout_settle(gobin);
	if (gobin->nameless && !stands_without_version(gobin))
		*refusal = GOBIN_NO_VERSION;
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

/* What is asked for beside the functions that are observed: who calls them, and by what. */
static const char *const callers[] = {
	"crypto/tls.(*Conn).handshakeContext", "crypto/tls.(*Conn).clientHandshake-fm",
	"crypto/tls.(*Conn).serverHandshake-fm",
};

#define CALLERS	(sizeof(callers) / sizeof(callers[0]))

static int find_exit(const struct gobin_state *state, const uint64_t index[CALLERS],
		     struct gobin_report *out)
{
	uint64_t handshakes[GOBIN_PLACES + CALLERS - 1] = { 0 }, entry, size;

	/* Of one that is there and not probed an end would be seen without its beginning. */
	for (size_t i = 0; i < GOBIN_PLACES; i++) {
		if (out->functions[i].status != GOBIN_SITE_FOUND &&
		    out->functions[i].status != GOBIN_SITE_ABSENT)
			return 0;
		handshakes[i] = out->functions[i].address;
	}
	for (size_t i = 1; i < CALLERS; i++)
		if (index[i] != PCLNTAB_ABSENT && pclntab_range(state, index[i], &entry, &size))
			handshakes[GOBIN_PLACES + i - 1] = entry;
	if (index[0] == PCLNTAB_ABSENT || !pclntab_range(state, index[0], &entry, &size))
		return 0;
	return exit_find(&state->elf, entry, size, handshakes, GOBIN_PLACES + CALLERS - 1,
			 &out->exit);
}

/* Finds the functions that are observed, in one pass, and decodes them. */
static int find_places(const struct gobin *gobin, struct gobin_report *out)
{
	const char *names[GOBIN_PLACES + CALLERS];
	uint64_t index[GOBIN_PLACES + CALLERS];
	int result;

	for (size_t i = 0; i < GOBIN_PLACES; i++)
		names[i] = gobin_place_name(i);
	memcpy(names + GOBIN_PLACES, callers, sizeof(callers));
	result = pclntab_find(&gobin->state->pclntab, names, GOBIN_PLACES + CALLERS, index);
	for (size_t i = 0; i < GOBIN_PLACES && !result; i++) {
		out->functions[i].name = names[i];
		out->functions[i].status = GOBIN_SITE_ABSENT;
		if (index[i] != PCLNTAB_ABSENT)
			result = decode_index(gobin->state, index[i], &out->functions[i]);
	}
	return result ? result : find_exit(gobin->state, index + GOBIN_PLACES, out);
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

static void copy_text(char *into, size_t size, const char *from)
{
	size_t length = from ? strlen(from) : 0;

	if (length >= size)
		length = size - 1;
	if (length)
		memcpy(into, from, length);
}

static void fill(struct gobin_report *out, const struct gobin *gobin)
{
	out->major = gobin->major;
	out->minor = gobin->minor;
	copy_text(out->version, sizeof(out->version), gobin->version);
	copy_text(out->path, sizeof(out->path), gobin->path);
	out->setting_count = (uint32_t)gobin->setting_count;
	memcpy(out->settings, gobin->settings, sizeof(out->settings));
	out->machine = gobin->machine;
	out->position_independent = gobin->position_independent;
	copy_text(out->build_id, sizeof(out->build_id), gobin->build_ids.go);
	copy_text(out->gnu_build_id, sizeof(out->gnu_build_id), gobin->build_ids.gnu);
	copy_text(out->libc, sizeof(out->libc), gobin->libc);
	copy_text(out->pclntab_by, sizeof(out->pclntab_by), gobin->pclntab_by);
	copy_text(out->moduledata_by, sizeof(out->moduledata_by), gobin->moduledata_by);
	out->pclntab = gobin->pclntab;
	out->text = gobin->text;
	out->types = gobin->types;
	out->function_count = gobin->function_count;
	out->tls_g = gobin->tls_g;
	out->provenance = gobin->provenance;
	out->layout = gobin->layout;
	memcpy(out->layout_provenance, gobin->layout_provenance, sizeof(out->layout_provenance));
}

int gobin_analyse(const struct gobin_reader *reader, struct gobin_report *out)
{
	struct gobin *gobin = NULL;
	size_t type_count = 0;
	int result;

	memset(out, 0, sizeof(*out));
	result = gobin_open(reader, &gobin, &out->refusal);
	if (result || !gobin)
		return result;
	fill(out, gobin);
	result = find_places(gobin, out);
	if (!result)
		result = types_find(gobin, out->types_used, GOBIN_TYPES_MAX, &type_count);
	out->type_count = (uint32_t)type_count;
	out->span_count = (uint32_t)constants_find(&gobin->state->elf, out->spans,
						   GOBIN_SPANS_MAX);
	gobin_free(gobin);
	return result;
}
