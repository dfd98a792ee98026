/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates as they come over the wire, and bundles as they lie in images. */
#include <stdlib.h>
#include <string.h>

#include "user/host/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t size)
{
	if (!memchr(text, '\0', size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authorities authorities = { 0 };
	struct certificate certificate;
	size_t name = size < 64 ? size : 64;

	if (!certificate_read(data, size, &certificate)) {
		check_text(certificate.subject, sizeof(certificate.subject));
		check_text(certificate.issuer, sizeof(certificate.issuer));
		check_text(certificate.common_name, sizeof(certificate.common_name));
		check_text(certificate.names, sizeof(certificate.names));
		if (certificate.issuer_length > sizeof(certificate.issuer_der))
			abort();
	}
	authorities_add(&authorities, (const char *)data, size, data, name);
	return 0;
}
