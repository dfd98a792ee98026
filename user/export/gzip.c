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

bool gunzip(const void *bytes, size_t size, struct buffer *out)
{
	z_stream stream = { .next_in = (Bytef *)bytes, .avail_in = (uInt)size };
	char part[16384];
	int result = Z_OK;

	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		return false;
	while (result == Z_OK && !out->failed) {
		stream.next_out = (Bytef *)part;
		stream.avail_out = sizeof(part);
		result = inflate(&stream, Z_NO_FLUSH);
		buffer_append(out, part, sizeof(part) - stream.avail_out);
	}
	inflateEnd(&stream);
	/* Its checksum and length stand at the end, and nothing behind. */
	return result == Z_STREAM_END && !stream.avail_in && !out->failed;
}
