/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a probe must know of one Go executable: offsets that differ by release, and addresses as in
 * the file. An offset of -1 is not known: what hangs on it is left out.
 */
#ifndef SEAMARK_GO_LAYOUT_H
#define SEAMARK_GO_LAYOUT_H

#include <linux/types.h>

struct go_layout {
	__u64 types;			/* address of the type data, bias taken off; 0: not known */
	__u64 handshake_returns_to;	/* the only place where an end is seen; 0: at the returns */
	__s32 tls_g;			/* of G, from the thread pointer; 0: not known */
	__s32 g_m;
	__s32 g_goid;
	__s32 m_g0;
	__s32 m_gsignal;
	__s32 m_curg;
	__s32 conn_version;
	__s32 conn_cipher_suite;
	__s32 conn_did_resume;
	__s32 conn_curve;
	__s32 conn_server_name;
	__s32 conn_alpn;
	__s32 context_error;
	__s32 context_error_is_eface;	/* 1: the first word is the type itself */
	__s32 certificate_not_before;
	__s32 certificate_not_after;
	__s32 g_parent;			/* id of the goroutine that started it; from 1.21 on */
	__s32 g_start;
	__s32 conn_config;
	__s32 config_min_version;	/* the maximum is beside it */
};
_Static_assert(sizeof(struct go_layout) == 96, "wire layout");

/*
 * The cookie of a TLS site: its address in the file, whose it is, and which side.
 * Bits 0..47 address, 48..59 program, 62..63 enum tls_role.
 */
#define SITE_ADDRESS(cookie)	((cookie) & 0xffffffffffffULL)
#define SITE_PROGRAM(cookie)	(((cookie) >> 48) & 0xfff)
#define SITE_ROLE(cookie)	((cookie) >> 62)
#define SITE_COOKIE(address, program, role) \
	(((__u64)(role) << 62) | ((__u64)((program) & 0xfff) << 48) | SITE_ADDRESS(address))

/* Where a site's stub goes on, on kernels without attach cookies: index in stub_targets. */
enum stub_target {
	STUB_ENTER,
	STUB_RETURN,
	STUB_TARGETS,
};

#endif
