/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads a Go error and what it wraps out of a process: its dynamic type, its text and its payload.
 * How a type is laid out comes from user space, by the type's address: its name may lie in a page
 * that is not there, and may be that of a type in another package.
 */
#ifndef SEAMARK_GOERROR_BPF_H
#define SEAMARK_GOERROR_BPF_H

#include "bpf/go.bpf.h"
#include "include/error_shape.h"

/* abi.Type and abi.ITab, the same in every release from 1.17 on. */
#define ITAB_TYPE		8
#define TYPE_FLAGS		20
#define TYPE_NAME		40
#define TYPE_FLAG_EXTRA_STAR	2

/* time.Time: seconds since year 1 are in the second word, or counted from 1885 in the first. */
#define TIME_HAS_MONOTONIC	(1ULL << 63)
#define SECONDS_TO_1885		59453308800LL

/* x509's errors about one certificate have a pointer to it first, and it has its DER first. */
#define ABOUT_CERTIFICATE	0
/* x509.UnknownAuthorityError */
#define AUTHORITY_HINT		8
/* x509.CertificateInvalidError */
#define INVALID_REASON		8
/* tls.RecordHeaderError */
#define RECORD_HEADER		16
#define RECORD_HEADER_SIZE	5

#define DEPTH_MAX	32	/* errors within errors that are passed over */

struct type_name {
	char bytes[TYPE_NAME_SIZE];
};

/* For executables whose types user space could not find. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct type_name);
	__type(value, struct error_shape);
} error_shapes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, TYPE_SHAPES_MAX);
	__type(key, struct type_key);
	__type(value, struct error_shape);
} type_shapes SEC(".maps");

/* An executable at work: its layout, and how far it was moved from its addresses in the file. */
struct image {
	const struct go_layout *layout;
	__u64 bias;
	__u32 program;
};

struct go_value {
	__u64 type;		/* 0: nil */
	__u64 data;
};

/*
 * Certificates that a chain of errors is about: addresses in the process, 0 for none. Whole words:
 * of halves the verifier keeps apart which were written, and goes each way on for each of them.
 */
struct certificates_seen {
	__u64 failing;
	__u64 leaf;
	__u64 chain;		/* how many came with the leaf, itself included */
	__u64 same_name;
};

/*
 * 0, which the verifier does not know: what was read and what was not are then one to it, and of
 * the ways to either it goes on with one. Never written to.
 */
volatile __u64 nothing;

static __always_inline void interface_at(struct go_value *out, __u64 address)
{
	__u64 itab = user_word(address);

	out->type = nothing;
	out->data = nothing;
	if (!itab)
		return;
	out->type = user_word(itab + ITAB_TYPE);
	out->data = user_word(address + 8);
}

static __always_inline void eface_at(struct go_value *out, __u64 address)
{
	out->type = user_word(address);
	out->data = nothing;
	if (out->type)
		out->data = user_word(address + 8);
}

static __always_inline const struct error_shape *shape_of(__u64 type, __u64 bias, __u32 program)
{
	struct type_key key = { .type = type ? type - bias : 0, .program = program };

	return bpf_map_lookup_elem(&type_shapes, &key);
}

/*
 * Where the name of a type is, and in the upper 16 bits how long; 0: it can't be read. types: where
 * the process has them. Like other functions of numbers alone it is not static, so that the
 * verifier goes its ways once, and not once for each way there and on.
 */
#define NAME_ADDRESS(found)	((found) & 0xffffffffffffULL)
#define NAME_LENGTH(found)	((found) >> 48)
__noinline __u64 type_name_find(__u64 type, __u64 types)
{
	__u8 head[3] = {}, flags = 0;
	__s32 offset = 0;
	__u64 length, at;

	if (bpf_probe_read_user(&offset, sizeof(offset), (void *)(type + TYPE_NAME)) ||
	    bpf_probe_read_user(&flags, sizeof(flags), (void *)(type + TYPE_FLAGS)))
		return 0;
	at = types + offset;
	if (bpf_probe_read_user(head, sizeof(head), (void *)at))
		return 0;
	length = head[1] & 0x7f;
	at += 2;
	if (head[1] & 0x80) {
		length |= (__u64)head[2] << 7;
		at++;
	}
	if (flags & TYPE_FLAG_EXTRA_STAR && length) {
		length--;
		at++;
	}
	return length ? length << 48 | NAME_ADDRESS(at) : 0;
}

/* Name of a type as Go prints it; returns its whole length, 0 when it can't be read. */
static __always_inline __u64 type_name_read(struct type_name *out, __u64 type,
					    const struct image *image)
{
	__u64 types = image->layout->types, found, length;

	__builtin_memset(out, 0, sizeof(*out));
	found = types ? type_name_find(type, types + image->bias) : 0;
	length = clamp_length(NAME_LENGTH(found), TYPE_NAME_SIZE - 1);
	barrier_var(length);
	if (length == 0 || length > TYPE_NAME_SIZE - 1)
		return 0;
	if (bpf_probe_read_user(out->bytes, length, (void *)NAME_ADDRESS(found)))
		return 0;
	return NAME_LENGTH(found);
}

/* Copies a Go string's bytes; returns how many. */
static __always_inline __u32 go_string_read(char *into, __u64 size, __u64 address)
{
	__u64 from = user_word(address), length = user_word(address + 8);

	length = clamp_length(length, size);
	barrier_var(length);
	if (!from || length == 0 || length > size)
		return 0;
	return bpf_probe_read_user(into, length, (void *)from) ? 0 : length;
}

/* Seconds since year 1 of a time.Time; not static, as above. */
__noinline __u64 go_time_read(__u64 address)
{
	__u64 wall = user_word(address);

	if (wall & TIME_HAS_MONOTONIC)
		return SECONDS_TO_1885 + ((wall << 1) >> 31);
	return user_word(address + 8);
}

static __always_inline void certificate_read(struct event_error_level *level, __u64 data,
					     const struct go_layout *layout)
{
	__u64 certificate = user_word(data + ABOUT_CERTIFICATE);

	if (!certificate || layout->certificate_not_before < 0)
		return;
	level->numbers[1] = go_time_read(certificate + layout->certificate_not_before);
	level->numbers[2] = go_time_read(certificate + layout->certificate_not_after);
}

static __always_inline void certificates_note(struct certificates_seen *seen, __u64 data,
					      __u16 payload)
{
	if (payload == PAYLOAD_CHAIN) {
		seen->leaf = user_word(user_word(data));
		seen->chain = user_word(data + 8);
		return;
	}
	if (payload != PAYLOAD_CERTIFICATE && payload != PAYLOAD_NAME &&
	    payload != PAYLOAD_AUTHORITY)
		return;
	seen->failing = user_word(data + ABOUT_CERTIFICATE);
	if (payload == PAYLOAD_AUTHORITY)
		seen->same_name = user_word(data + AUTHORITY_HINT) != 0;
}

/* A text in a page that is not there is left to user space: constants lie in the file. */
static __always_inline void text_read(struct event_error_level *level, __u64 string, __u64 bias)
{
	__u64 from, length;

	level->text_length = go_string_read(level->text, ERROR_TEXT_SIZE, string);
	if (level->text_length)
		return;
	from = user_word(string);
	length = user_word(string + 8);
	if (!from || !length)
		return;
	level->flags |= ERROR_LEVEL_TEXT_UNREAD;
	level->unread.address = from - bias;
	level->unread.length = length;
}

/* One whose page is not there is left to user space, too, in place of a text. size: 1 or 8. */
static __always_inline void number_read(struct event_error_level *level, __u64 address, __u32 size,
					__u64 bias)
{
	__u64 number = 0;

	if (!bpf_probe_read_user(&number, size, (void *)address)) {
		level->numbers[0] = (__s64)number;
		return;
	}
	level->flags = (level->flags & ~ERROR_LEVEL_TEXT_UNREAD) | ERROR_LEVEL_NUMBER_UNREAD;
	level->text_length = 0;
	level->unread.address = address - bias;
	level->unread.length = size;
}

static __always_inline void payload_read(struct event_error_level *level, __u64 data,
					 const struct error_shape *shape,
					 const struct image *image)
{
	if (shape->text >= 0)
		text_read(level, data + shape->text, image->bias);
	if (shape->payload == PAYLOAD_WORD) {
		number_read(level, data, 8, image->bias);
	} else if (shape->payload == PAYLOAD_BYTE) {
		number_read(level, data, 1, image->bias);
	} else if (shape->payload == PAYLOAD_CERTIFICATE) {
		number_read(level, data + INVALID_REASON, 8, image->bias);
		certificate_read(level, data, image->layout);
	} else if (shape->payload == PAYLOAD_RECORD_HEADER) {
		bpf_probe_read_user(level->bytes, RECORD_HEADER_SIZE,
				    (void *)(data + RECORD_HEADER));
	}
}

/* Where the error is that one of such a shape wraps; 0: there is none. Not static, as above. */
__noinline __u64 inner_find(__u64 data, __s32 inner, __u32 flags)
{
	__u64 address = data + inner;

	if (inner < 0)
		return 0;
	if (flags & SHAPE_MANY)
		address = user_word(address + 8) ? user_word(address) : 0;
	return address;
}

static __always_inline __u64 inner_address(__u64 data, const struct error_shape *shape)
{
	return inner_find(data, shape->inner, shape->flags);
}

/* type 0: there is none. */
static __always_inline void inner_at(struct go_value *out, __u64 data,
				     const struct error_shape *shape)
{
	__u64 address = inner_address(data, shape);

	out->type = nothing;
	if (address)
		interface_at(out, address);
}

/* Of a type that user space did not tell of, by its name; NULL where it told of all that count. */
static __always_inline const struct error_shape *
shape_by_name(struct event_error_level *level, __u64 type, const struct image *image)
{
	struct type_name name;
	__u64 whole = type_name_read(&name, type, image);

	if (whole) {
		level->name_length = clamp_length(whole, TYPE_NAME_SIZE - 1);
		if (whole > TYPE_NAME_SIZE - 1)
			level->flags |= ERROR_LEVEL_NAME_CUT;
		/* One step for the verifier, which comes here often. */
		bpf_probe_read_kernel(level->name, TYPE_NAME_SIZE, name.bytes);
	}
	if (shape_of(0, 0, image->program)) {
		level->flags |= ERROR_LEVEL_STRANGE;
		return NULL;
	}
	return whole ? bpf_map_lookup_elem(&error_shapes, &name) : NULL;
}

/*
 * Reads one error into level and moves value on to the one it wraps (type 0: none). Returns 1 when
 * the truth is rather in the handshake's context.
 */
static __noinline int error_level_read(struct event_error_level *level, struct go_value *value,
				       const struct image *image, struct certificates_seen *seen)
{
	const struct error_shape *shape;
	__u64 data, type;

	if (!level || !value || !image || !image->layout || !seen)
		return 0;
	data = value->data;
	type = value->type;
	value->type = nothing;
	__builtin_memset(level, 0, sizeof(*level));
	level->type = type - image->bias;
	shape = shape_of(type, image->bias, image->program);
	if (!shape)
		shape = shape_by_name(level, type, image);
	if (!shape || !data)
		return nothing;
	payload_read(level, data, shape, image);
	/* Read again: of the ways through the payload none is gone on by itself. */
	certificates_note(seen, data, *(const volatile __u16 *)&shape->payload);
	inner_at(value, data, shape);
	return shape->flags & SHAPE_CLOSES;
}

/*
 * Where the innermost error is of a chain that is longer than can be told, for that one says most;
 * 0: no error is inside. Not static, so that the verifier looks at the loop once; of numbers alone,
 * for before Linux 5.13 such a function takes no pointers.
 */
__noinline __u64 error_innermost(__u64 type, __u64 data, __u64 bias, __u32 program)
{
	const struct error_shape *shape;
	struct go_value value = { type, data };
	__u64 found = 0, address;

	for (int i = 0; i < DEPTH_MAX; i++) {
		shape = shape_of(value.type, bias, program);
		address = shape && value.data ? inner_address(value.data, shape) : 0;
		if (!address)
			break;
		interface_at(&value, address);
		if (!value.type)
			break;
		found = address;
	}
	return found;
}

#endif
