/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How the kernel side reads Go's error types: where text and payload are, and what is wrapped. User
 * space finds the types in each executable and says which of them have which shape.
 */
#ifndef SEAMARK_ERROR_SHAPE_H
#define SEAMARK_ERROR_SHAPE_H

#include <linux/types.h>

enum error_payload {
	PAYLOAD_NONE,
	PAYLOAD_WORD,		/* numbers[0] is the 8-byte value: syscall.Errno */
	PAYLOAD_BYTE,		/* numbers[0] is the 1-byte value: tls.alert */
	PAYLOAD_CERTIFICATE,	/* x509.CertificateInvalidError: reason and dates */
	PAYLOAD_RECORD_HEADER,	/* tls.RecordHeaderError: five bytes */
	PAYLOAD_NAME,		/* x509.HostnameError: the certificate */
	PAYLOAD_AUTHORITY,	/* x509.UnknownAuthorityError: the certificate, and a hint */
	PAYLOAD_CHAIN,		/* *tls.CertificateVerificationError: what the other end sent */
};

enum error_shape_flag {
	SHAPE_CLOSES = 1,	/* the truth is in the handshake's context */
	SHAPE_MANY = 2,		/* inner is a slice of errors, of which the first counts */
	SHAPE_TCP_CONN = 4,	/* no error: *net.TCPConn */
	SHAPE_ENDS = 8,		/* no error but a context, which has in it why it ended */
	SHAPE_PASSES_ON = 16,	/* a context that ends with the one it came out of */
};

struct error_shape {
	__s16 inner;		/* offset of the wrapped error; -1: wraps none */
	__s16 text;		/* offset of a string; -1: none */
	__u16 payload;		/* enum error_payload */
	__u16 flags;		/* enum error_shape_flag */
};
_Static_assert(sizeof(struct error_shape) == 8, "wire layout");

/* A type of an executable. Type 0 has an entry, too, where all of the types were looked through. */
struct type_key {
	__u64 type;		/* address in the file, bias taken off */
	__u32 program;
	__u32 padding;
};
_Static_assert(sizeof(struct type_key) == 16, "wire layout");

#define TYPE_SHAPES_MAX	65536	/* a program has about twenty */

#endif
