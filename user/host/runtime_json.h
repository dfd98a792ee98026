/* SPDX-License-Identifier: BSD-2-Clause */
/* What container runtimes write down of a container, as JSON: bytes in, names out, no file. */
#ifndef SEAMARK_HOST_RUNTIME_JSON_H
#define SEAMARK_HOST_RUNTIME_JSON_H

#include <stddef.h>

#include "user/model/record.h"

enum runtime_document {
	RUNTIME_OCI_CONFIG,	/* a bundle's config.json: annotations */
	RUNTIME_OCI_STATE,	/* runc's state.json: annotations as labels */
	RUNTIME_DOCKER,		/* config.v2.json, and GET /containers/ID/json */
	RUNTIME_STORAGE_LIST,	/* containers.json of Podman and CRI-O */
};

/*
 * Adds what the document says of the container whose id names holds, where names says nothing yet.
 * -EINVAL: it is none of these, -E2BIG: it holds more values than any of them would, -ENOENT: it
 * is about other containers.
 */
int runtime_json_read(enum runtime_document kind, const char *bytes, size_t size,
		      struct record_container *names);

#endif
