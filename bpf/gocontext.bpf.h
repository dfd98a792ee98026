/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Why a Go context ended. One that ends says so to each that came out of it, one after the other:
 * from Go 1.26 on a connection is closed by the first that hears it, while the handshake's own
 * context may know nothing yet. What both came out of does.
 */
#ifndef SEAMARK_GOCONTEXT_BPF_H
#define SEAMARK_GOCONTEXT_BPF_H

#include "bpf/goerror.bpf.h"

/* What a context came out of is its first field, for all whose shape is told. */
#define CONTEXT_PARENT	0

#define CONTEXT_LEVELS	16	/* contexts within contexts */

static __always_inline void context_error_at(struct go_value *out, __u64 address, __u32 is_eface)
{
	if (is_eface)
		eface_at(out, address);
	else
		interface_at(out, address);
}

/*
 * Where the error of a *context.cancelCtx is: its own, or where that says nothing known, of the
 * next that ends and that it came out of; one of another type than Go's own is not looked into.
 * What is there may still be nil. Not static, as in goerror.bpf.h.
 */
__noinline __u64 context_error_find(__u64 context, __s32 error, __u32 is_eface, __u64 bias,
				    __u32 program)
{
	const struct error_shape *shape;
	__u64 own = context + error;
	struct go_value value;

	context_error_at(&value, own, is_eface);
	if (value.type && shape_of(value.type, bias, program))
		return own;
	for (int i = 0; i < CONTEXT_LEVELS; i++) {
		interface_at(&value, context + CONTEXT_PARENT);
		shape = shape_of(value.type, bias, program);
		if (!shape || !value.data)
			return own;
		context = value.data;
		if (shape->flags & SHAPE_ENDS) {
			context_error_at(&value, context + error, is_eface);
			return value.type ? context + error : own;
		}
		if (!(shape->flags & SHAPE_PASSES_ON))
			return own;
	}
	return own;
}

#endif
