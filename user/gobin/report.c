/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of what a report says: stable, for metrics and JSON. */
#include "user/gobin/report.h"

static const struct {
	const char *name;
	const char *text;
	const char *chinese;
} refusals[GOBIN_REFUSAL_MAX] = {
	[GOBIN_OK] = { "ok", "the executable is understood",
			"可执行文件可以理解" },
	[GOBIN_NOT_ELF] = { "not_elf", "the file is no ELF executable",
			"不是 ELF 可执行文件" },
	[GOBIN_NOT_GO] = { "not_go", "the executable was not linked by Go",
			"不是由 Go 链接的" },
	[GOBIN_32_BIT] = { "32_bit", "32-bit executables are not probed",
			"不探测 32 位可执行文件" },
	[GOBIN_MACHINE] = { "machine", "the executable is neither x86_64 nor aarch64",
			"既不是 x86_64 也不是 aarch64" },
	[GOBIN_TRUNCATED] = { "truncated", "the file ends before its segments do",
			"文件在其段结束之前就已结束" },
	[GOBIN_MALFORMED] = { "malformed", "the ELF headers contradict themselves",
			"ELF 头自相矛盾" },
	[GOBIN_PACKED] = { "packed", "the executable is packed (UPX): its code is not there",
			"可执行文件被压缩（UPX）：代码不在其中" },
	[GOBIN_SHARED] = { "shared", "Go shared libraries and plugins are not probed",
			"不探测 Go 共享库和插件" },
	[GOBIN_NO_VERSION] = { "no_version", "the Go release is missing or was made unreadable",
			"Go 版本缺失或被抹去" },
	[GOBIN_TOO_OLD] = { "too_old", "Go releases before 1.17 pass arguments on the stack",
			"1.17 之前的 Go 在栈上传递参数" },
	[GOBIN_NO_PCLNTAB] = { "no_pclntab", "the function table was not found (obfuscated?)",
			"找不到函数表（被混淆？）" },
	[GOBIN_NO_MODULEDATA] = { "no_moduledata", "no module data confirms the function table",
			"没有模块数据证实函数表" },
	[GOBIN_STACK_ABI] = { "stack_abi", "functions take their arguments on the stack here",
			"此处的函数在栈上接收参数" },
};

const char *gobin_refusal_name(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].name : "unknown";
}

const char *gobin_refusal_text(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].text : "unknown";
}

const char *gobin_refusal_chinese(enum gobin_refusal refusal)
{
	return refusal < GOBIN_REFUSAL_MAX ? refusals[refusal].chinese : "unknown";
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
