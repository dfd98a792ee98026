/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What containerd is asked over its socket, since none of its files tells it in passing: the image
 * of a container. A message of gRPC out, one in, no socket.
 */
#ifndef SEAMARK_HOST_CONTAINERD_API_H
#define SEAMARK_HOST_CONTAINERD_API_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/record.h"

#define CONTAINERD_API_PATH	"/containerd.services.containers.v1.Containers/Get"
#define CONTAINERD_API_TYPE	"application/grpc"
#define CONTAINERD_QUESTION_SIZE 96

/* The question for a container, and its size; 0: an id like that has no room in it. */
size_t containerd_api_question(const char *id, uint8_t out[CONTAINERD_QUESTION_SIZE]);

/*
 * Adds what the answer says of the container whose id names holds. -ENOENT: there is no such
 * container, or it has no image; -EINVAL: it is no answer.
 */
int containerd_api_read(const uint8_t *bytes, size_t size, struct record_container *names);

#endif
