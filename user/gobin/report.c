/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of what a report says: stable, for metrics and JSON. */
#include "user/gobin/report.h"

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
	[GOBIN_STACK_ABI] = { "stack_abi", "functions take their arguments on the stack here" },
};

const char *gobin_refusal_name(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].name : "unknown";
}

const char *gobin_refusal_text(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].text : "unknown";
}

const char *gobin_provenance_name(enum gobin_provenance provenance)
{
	static const char *const names[] = { "measured", "inferred", "unknown" };

	return names[provenance];
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

const char *gobin_place_name(enum gobin_place place)
{
	static const char *const names[GOBIN_PLACES] = {
		"crypto/tls.(*Conn).clientHandshake", "crypto/tls.(*Conn).serverHandshake",
	};

	return place < GOBIN_PLACES ? names[place] : "unknown";
}
