/* SPDX-License-Identifier: BSD-2-Clause */
/* What an X.509 certificate says of itself, and which authorities a PEM file holds. */
#ifndef SEAMARK_HOST_CERTIFICATE_H
#define SEAMARK_HOST_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CERTIFICATE_NAME_SIZE	128
#define CERTIFICATE_NAMES_SIZE	256
#define CERTIFICATE_ISSUER_MAX	1024

struct certificate {
	char subject[CERTIFICATE_NAME_SIZE];		/* "CN = api, O = Example" */
	char issuer[CERTIFICATE_NAME_SIZE];
	char common_name[CERTIFICATE_NAME_SIZE];	/* of the subject; empty: none */
	char names[CERTIFICATE_NAMES_SIZE];		/* "api.example.com, 10.0.0.1" */
	bool is_self_issued;		/* names itself as its issuer */
	bool is_authority;		/* basic constraints say CA */
	bool has_issuer_url;		/* says where its issuer's certificate is published */
	size_t issuer_length;		/* of the name below; 0: too long to be compared */
	uint8_t issuer_der[CERTIFICATE_ISSUER_MAX];
};

/* -EINVAL: these bytes are no certificate. */
int certificate_read(const uint8_t *der, size_t length, struct certificate *out);

struct authorities {
	uint32_t count;
	bool has_issuer;	/* one of them has the wanted name */
};

/* Adds what a PEM file holds; issuer: a name in DER. */
void authorities_add(struct authorities *authorities, const char *pem, size_t length,
		     const uint8_t *issuer, size_t issuer_length);

#endif
