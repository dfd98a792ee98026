/* SPDX-License-Identifier: BSD-2-Clause */
/* One list over what the parser, its process and the search for sites may say. */
#include "user/pipeline/program_reason.h"

#include "user/host/parser.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct term own[] = {
	{ PROGRAM_OBSERVED, "client and server handshakes are observed", "客户端和服务端握手均被观测" },
	{ "no_crypto_tls", "the linker left the functions of crypto/tls out: it shakes no hands",
	  "链接器略去了 crypto/tls 的函数：它不做握手" },
	{ "undecodable", "the code of the handshake's functions can't be decoded whole",
	  "握手函数的代码无法完整解码" },
	{ "attach_failed", "the kernel refused the probes", "内核拒绝了探针" },
};

bool program_reason_at(size_t index, struct term *out)
{
	enum gobin_refusal refusal = GOBIN_OK + 1;
	const struct term *failure;

	if (index < COUNT(own)) {
		*out = own[index];
		return true;
	}
	index -= COUNT(own);
	if (index < (size_t)(GOBIN_REFUSAL_MAX - refusal)) {
		refusal += (enum gobin_refusal)index;
		*out = (struct term){ gobin_refusal_name(refusal), gobin_refusal_text(refusal),
				      gobin_refusal_chinese(refusal) };
		return true;
	}
	failure = parser_failure_at(index - (size_t)(GOBIN_REFUSAL_MAX - refusal));
	if (failure)
		*out = *failure;
	return failure != NULL;
}

const char *program_reason_of(const struct gobin_report *report)
{
	bool absent = true;

	if (report->refusal != GOBIN_OK)
		return gobin_refusal_name(report->refusal);
	for (size_t i = 0; i < GOBIN_PLACES; i++) {
		if (report->functions[i].status == GOBIN_SITE_FOUND)
			return NULL;
		absent &= report->functions[i].status == GOBIN_SITE_ABSENT;
	}
	return absent ? "no_crypto_tls" : "undecodable";
}

/* Packed and obfuscated programs can't be probed, but are observed by their system calls. */
enum program_kind program_kind_of(const struct gobin_report *report)
{
	switch (report->refusal) {
	case GOBIN_NOT_ELF:
	case GOBIN_NOT_GO:
	case GOBIN_32_BIT:
	case GOBIN_MACHINE:
		return PROGRAM_OTHER;
	default:
		return PROGRAM_GO;
	}
}
