/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks Docker and Podman by HTTP over their unix sockets, and containerd by gRPC, one question at a
 * time and without waiting: a daemon that hangs, lies or talks for ever costs a second of nobody's
 * time.
 */
#ifndef SEAMARK_HOST_RUNTIME_SOCKET_H
#define SEAMARK_HOST_RUNTIME_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "user/host/runtime_files.h"

struct runtime_socket;

/* Questions end in exactly one of these. */
struct runtime_socket_accounts {
	uint64_t asked;
	uint64_t answered;
	uint64_t unknown;	/* no daemon knows the container */
	uint64_t failed;	/* no answer within its time, or none that can be read */
};

/* files: says where sockets are; must live as long. NULL: no memory. */
struct runtime_socket *runtime_socket_new(const struct runtime_files *files);
void runtime_socket_free(struct runtime_socket *socket);

/*
 * Begins to ask for the container whose id names holds. -EBUSY: a question is under way; -ENOENT:
 * there is nobody to ask, or all failed of late.
 */
int runtime_socket_ask(struct runtime_socket *socket, const struct record_container *names,
		       uint64_t now_ns);
/*
 * Does what can be done without waiting. True when the question has ended: then out holds the names
 * that were given, with what the answer adds.
 */
bool runtime_socket_turn(struct runtime_socket *socket, uint64_t now_ns,
			 struct record_container *out);
void runtime_socket_accounts(const struct runtime_socket *socket,
			     struct runtime_socket_accounts *out);

#endif
