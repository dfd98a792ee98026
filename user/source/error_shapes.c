/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the error types of Go's own packages hold their text, their payload and what they wrap. A
 * type is told by its name and its package: a program may have an errors.errorString of its own.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "include/error_shape.h"
#include "user/gobin/types.h"
#include "user/source/internal.h"

#define EVERY	0, 0		/* the same from 1.17 to 1.27 */

static const struct {
	const char *name;
	const char *package;
	int first, last;	/* of Go's releases 1.N; 0: not bounded */
	struct error_shape shape;
} shapes[] = {
	{ "*tls.CertificateVerificationError", "crypto/tls", EVERY, { 24, -1, PAYLOAD_CHAIN, 0 } },
	{ "*tls.permanentError", "crypto/tls", EVERY, { 0, -1, PAYLOAD_NONE, 0 } },
	{ "*net.OpError", "net", EVERY, { 64, 0, PAYLOAD_NONE, 0 } },
	{ "*net.DNSError", "net", 17, 22, { -1, 0, PAYLOAD_NONE, 0 } },
	{ "*net.DNSError", "net", 23, 27, { 0, 16, PAYLOAD_NONE, 0 } },
	{ "*os.SyscallError", "os", EVERY, { 16, 0, PAYLOAD_NONE, 0 } },
	{ "*fmt.wrapError", "fmt", EVERY, { 16, 0, PAYLOAD_NONE, 0 } },
	{ "*fmt.wrapErrors", "fmt", EVERY, { 16, 0, PAYLOAD_NONE, SHAPE_MANY } },
	{ "*errors.joinError", "errors", EVERY, { 0, -1, PAYLOAD_NONE, SHAPE_MANY } },
	{ "*errors.errorString", "errors", EVERY, { -1, 0, PAYLOAD_NONE, 0 } },
	{ "*url.Error", "net/url", EVERY, { 32, 0, PAYLOAD_NONE, 0 } },
	{ "*fs.PathError", "io/fs", EVERY, { 32, 16, PAYLOAD_NONE, 0 } },
	{ "syscall.Errno", "syscall", EVERY, { -1, -1, PAYLOAD_WORD, 0 } },
	{ "tls.alert", "crypto/tls", EVERY, { -1, -1, PAYLOAD_BYTE, 0 } },
	{ "tls.AlertError", "crypto/tls", EVERY, { -1, -1, PAYLOAD_BYTE, 0 } },
	{ "tls.RecordHeaderError", "crypto/tls", EVERY, { -1, 0, PAYLOAD_RECORD_HEADER, 0 } },
	{ "x509.HostnameError", "crypto/x509", EVERY, { -1, 8, PAYLOAD_NAME, 0 } },
	{ "x509.UnknownAuthorityError", "crypto/x509", EVERY, { -1, -1, PAYLOAD_AUTHORITY, 0 } },
	{ "x509.CertificateInvalidError", "crypto/x509", EVERY,
	  { -1, 16, PAYLOAD_CERTIFICATE, 0 } },
	{ "x509.SystemRootsError", "crypto/x509", EVERY, { 0, -1, PAYLOAD_NONE, 0 } },
	{ "poll.errNetClosing", "internal/poll", EVERY, { -1, -1, PAYLOAD_NONE, SHAPE_CLOSES } },
	{ "*poll.DeadlineExceededError", "internal/poll", EVERY, { -1, -1, PAYLOAD_NONE, 0 } },
	{ "context.deadlineExceededError", "context", EVERY, { -1, -1, PAYLOAD_NONE, 0 } },
	{ "*net.TCPConn", "net", EVERY, { -1, -1, PAYLOAD_NONE, SHAPE_TCP_CONN } },
	{ "*context.cancelCtx", "context", 26, 27, { -1, -1, PAYLOAD_NONE, SHAPE_ENDS } },
	{ "*context.timerCtx", "context", 26, 27, { -1, -1, PAYLOAD_NONE, SHAPE_ENDS } },
	{ "*context.valueCtx", "context", 26, 27, { -1, -1, PAYLOAD_NONE, SHAPE_PASSES_ON } },
	{ "*signal.signalCtx", "os/signal", 26, 27, { -1, -1, PAYLOAD_NONE, SHAPE_PASSES_ON } },
};

#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static bool is_of_release(size_t index, int minor)
{
	return (!shapes[index].first || minor >= shapes[index].first) &&
	       (!shapes[index].last || minor <= shapes[index].last);
}

/* Those that are the same in every release, by name: for executables whose types are not known. */
int error_shapes_set(struct source *source)
{
	int map = source_map(source, "tls", "error_shapes");
	char name[TYPE_NAME_SIZE];

	if (map < 0)
		return 0;
	for (size_t i = 0; i < SHAPES; i++) {
		if (shapes[i].first)
			continue;
		memset(name, 0, sizeof(name));
		strncpy(name, shapes[i].name, sizeof(name) - 1);
		if (bpf_map_update_elem(map, name, &shapes[i].shape, BPF_ANY))
			return -errno;
	}
	return 0;
}

static const struct error_shape *shape_of(const struct gobin_type *type, int minor)
{
	for (size_t i = 0; i < SHAPES; i++)
		if (!strcmp(shapes[i].name, type->name) &&
		    !strcmp(shapes[i].package, type->package) && is_of_release(i, minor))
			return &shapes[i].shape;
	return NULL;
}

int source_set_types(struct source *source, uint32_t program, int minor,
		     const struct gobin_type *types, size_t count)
{
	static const struct error_shape none = { -1, -1, PAYLOAD_NONE, 0 };
	int map = source_map(source, "tls", "type_shapes");
	struct type_key key = { .program = program };

	if (map < 0 || !count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct error_shape *shape = shape_of(&types[i], minor);

		key.type = types[i].address;
		if (shape && bpf_map_update_elem(map, &key, shape, BPF_ANY))
			return -errno;
	}
	/* Last: from now on no name is asked for a shape. */
	key.type = 0;
	return bpf_map_update_elem(map, &key, &none, BPF_ANY) ? -errno : 0;
}

void source_drop_types(struct source *source, uint32_t program, const struct gobin_type *types,
		       size_t count)
{
	int map = source_map(source, "tls", "type_shapes");
	struct type_key key = { .program = program };

	if (map < 0)
		return;
	bpf_map_delete_elem(map, &key);
	for (size_t i = 0; i < count; i++) {
		key.type = types[i].address;
		bpf_map_delete_elem(map, &key);
	}
}
