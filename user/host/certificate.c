/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parsed by OpenSSL's libcrypto: certificates come from the network, and its parser has been at
 * that for decades. Nothing is verified here; Go has done that.
 */
#include "user/host/certificate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <strings.h>

static void name_print(const X509_NAME *name, char *out, size_t size)
{
	unsigned long style = XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *memory = BIO_new(BIO_s_mem());
	int length = 0;

	if (memory && X509_NAME_print_ex(memory, name, 0, style) >= 0)
		length = BIO_read(memory, out, (int)size - 1);
	out[length > 0 ? length : 0] = '\0';
	BIO_free(memory);
}

static void add_name(char *out, size_t size, const char *text, size_t length)
{
	size_t used = strlen(out), comma = used ? 2 : 0;

	if (memchr(text, '\0', length) || used + comma + length + 1 > size)
		return;
	memcpy(out + used, ", ", comma);
	memcpy(out + used + comma, text, length);
	out[used + comma + length] = '\0';
}

static void add_general(struct certificate *out, const GENERAL_NAME *name)
{
	char address[INET6_ADDRSTRLEN];
	int length;

	if (name->type == GEN_DNS) {
		add_name(out->names, sizeof(out->names),
			 (const char *)ASN1_STRING_get0_data(name->d.dNSName),
			 (size_t)ASN1_STRING_length(name->d.dNSName));
	} else if (name->type == GEN_IPADD) {
		length = ASN1_STRING_length(name->d.iPAddress);
		if ((length == 4 || length == 16) &&
		    inet_ntop(length == 4 ? AF_INET : AF_INET6,
			      ASN1_STRING_get0_data(name->d.iPAddress), address, sizeof(address)))
			add_name(out->names, sizeof(out->names), address, strlen(address));
	}
}

static void read_names(struct certificate *out, const X509 *x509)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
		add_general(out, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
}

static bool is_authority(const X509 *x509)
{
	BASIC_CONSTRAINTS *basic = X509_get_ext_d2i(x509, NID_basic_constraints, NULL, NULL);
	bool result = basic && basic->ca;

	BASIC_CONSTRAINTS_free(basic);
	return result;
}

static bool begins_with(const ASN1_IA5STRING *text, const char *prefix)
{
	return ASN1_STRING_length(text) >= (int)strlen(prefix) &&
	       !strncasecmp((const char *)ASN1_STRING_get0_data(text), prefix, strlen(prefix));
}

/*
 * Public authorities publish the intermediate's certificate by HTTP. A directory (LDAP) is that of
 * a private authority, whose root may well have signed the certificate itself.
 */
static bool has_issuer_url(const X509 *x509)
{
	AUTHORITY_INFO_ACCESS *places = X509_get_ext_d2i(x509, NID_info_access, NULL, NULL);
	bool result = false, is_private = false;

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(places); i++) {
		const ACCESS_DESCRIPTION *place = sk_ACCESS_DESCRIPTION_value(places, i);

		if (OBJ_obj2nid(place->method) != NID_ad_ca_issuers ||
		    place->location->type != GEN_URI)
			continue;
		result |= begins_with(place->location->d.uniformResourceIdentifier, "http");
		is_private |= begins_with(place->location->d.uniformResourceIdentifier, "ldap");
	}
	AUTHORITY_INFO_ACCESS_free(places);
	return result && !is_private;
}

static size_t name_der(const X509_NAME *name, uint8_t *out, size_t size)
{
	const unsigned char *der;
	size_t length;

	if (!X509_NAME_get0_der(name, &der, &length) || length > size)
		return 0;
	memcpy(out, der, length);
	return length;
}

int certificate_read(const uint8_t *der, size_t length, struct certificate *out)
{
	const X509_NAME *subject, *issuer;
	const unsigned char *at = der;
	X509 *x509 = d2i_X509(NULL, &at, (long)length);

	if (!x509) {
		ERR_clear_error();
		return -EINVAL;
	}
	memset(out, 0, sizeof(*out));
	subject = X509_get_subject_name(x509);
	issuer = X509_get_issuer_name(x509);
	name_print(subject, out->subject, sizeof(out->subject));
	name_print(issuer, out->issuer, sizeof(out->issuer));
	if (X509_NAME_get_text_by_NID(subject, NID_commonName, out->common_name,
				      sizeof(out->common_name)) < 0)
		out->common_name[0] = '\0';
	out->issuer_length = name_der(issuer, out->issuer_der, sizeof(out->issuer_der));
	out->is_self_issued = !X509_NAME_cmp(subject, issuer);
	out->is_authority = is_authority(x509);
	out->has_issuer_url = has_issuer_url(x509);
	read_names(out, x509);
	X509_free(x509);
	ERR_clear_error();
	return 0;
}

struct der {
	const unsigned char *at;
	const unsigned char *end;
};

/* The next element, moved over; *inside: its content. False: there is none, or no whole one. */
static bool element(struct der *der, int *tag, struct der *inside)
{
	const unsigned char *at = der->at;
	int class, form;
	long length;

	if (at >= der->end)
		return false;
	form = ASN1_get_object(&at, &length, tag, &class, der->end - at);
	if (form & 0x81 || length > der->end - at)
		return false;
	der->at = at + length;
	*inside = (struct der){ at, at + length };
	if (class != V_ASN1_UNIVERSAL)
		*tag = -1;
	return true;
}

/*
 * Where the subject's name lies, with its header. Walked by hand: decoding 144 authorities and
 * their keys took 45 ms.
 */
static bool find_subject(const unsigned char *bytes, long length, struct der *name)
{
	struct der der = { bytes, bytes + length }, inside;
	int tag;

	if (!element(&der, &tag, &der) || !element(&der, &tag, &der))
		return false;
	if (!element(&der, &tag, &inside))	/* the version, or where there is none the serial */
		return false;
	if (tag == -1 && !element(&der, &tag, &inside))
		return false;
	for (int i = 0; i < 3; i++)		/* algorithm, issuer, validity */
		if (!element(&der, &tag, &inside))
			return false;
	name->at = der.at;
	if (!element(&der, &tag, &inside) || tag != V_ASN1_SEQUENCE)
		return false;
	name->end = der.at;
	return true;
}

/* Go compares the names' bytes. */
static bool is_same(const struct der *name, const uint8_t *wanted, size_t length)
{
	return length && (size_t)(name->end - name->at) == length &&
	       !memcmp(name->at, wanted, length);
}

void authorities_add(struct authorities *authorities, const char *pem, size_t length,
		     const uint8_t *issuer, size_t issuer_length)
{
	BIO *memory = BIO_new_mem_buf(pem, (int)length);
	char *label, *header;
	unsigned char *der;
	long der_length;

	while (memory && PEM_read_bio(memory, &label, &header, &der, &der_length)) {
		struct der name;

		if (!strcmp(label, "CERTIFICATE") && find_subject(der, der_length, &name)) {
			authorities->count++;
			authorities->has_issuer |= is_same(&name, issuer, issuer_length);
		}
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	BIO_free(memory);
	ERR_clear_error();
}
