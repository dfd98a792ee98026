/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the structs of one Go release keep what the probes read, and how that is known. */
#ifndef SEAMARK_GOBIN_LAYOUT_H
#define SEAMARK_GOBIN_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* Append-only. */
enum gobin_provenance {
	GOBIN_LAYOUT_MEASURED,		/* the table has it, from this release's DWARF */
	GOBIN_LAYOUT_DESCRIBED,		/* this executable's own type data says so */
	GOBIN_LAYOUT_CHECKED,		/* proven at each event, in the process */
	GOBIN_LAYOUT_UNKNOWN,
};
const char *gobin_provenance_name(enum gobin_provenance provenance);

/* Byte offsets; -1: not known, or the release has no such field. */
struct gobin_layout {
	int32_t conn_vers;
	int32_t conn_cipher_suite;
	int32_t conn_did_resume;
	int32_t conn_curve_id;
	int32_t conn_server_name;
	int32_t conn_client_protocol;
	int32_t g_m;
	int32_t g_goid;
	int32_t m_g0;
	int32_t m_gsignal;
	int32_t m_curg;
	int32_t ctx_err;
	int32_t ctx_err_is_eface;	/* 1: the first word is the type itself */
	int32_t cert_not_before;
	int32_t cert_not_after;
	int32_t g_parent;		/* goid of the one that started it */
	int32_t g_start;		/* pc of its function */
	int32_t conn_config;
	int32_t config_min_version;	/* the maximum is beside it */
};

#define GOBIN_LAYOUT_FIELDS (sizeof(struct gobin_layout) / sizeof(int32_t))

/* Of the field at that offset of struct gobin_layout. */
static inline enum gobin_provenance
gobin_field_provenance(const uint8_t provenance[GOBIN_LAYOUT_FIELDS], size_t offset)
{
	return (enum gobin_provenance)provenance[offset / sizeof(int32_t)];
}

#endif
