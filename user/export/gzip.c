/* SPDX-License-Identifier: BSD-2-Clause */
/* One call of zlib with room for the worst case. */
#include "user/export/gzip.h"

#include <stdlib.h>
#include <zlib.h>

#define GZIP_LEVEL	1
#define GZIP_WINDOW	(15 + 16)	/* 16: with gzip's header */
#define GZIP_MEMORY	8

void *gzip(const void *bytes, size_t size, size_t *out_size)
{
	z_stream stream = { .next_in = (Bytef *)bytes, .avail_in = (uInt)size };
	size_t bound;
	void *out;

	if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	bound = deflateBound(&stream, size);
	out = malloc(bound);
	stream.next_out = out;
	stream.avail_out = (uInt)bound;
	if (!out || deflate(&stream, Z_FINISH) != Z_STREAM_END) {
		free(out);
		out = NULL;
	}
	*out_size = stream.total_out;
	deflateEnd(&stream);
	return out;
}
