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

struct gzip_parts {
	z_stream stream;
};

struct gzip_parts *gzip_parts_new(void)
{
	struct gzip_parts *parts = calloc(1, sizeof(*parts));

	if (parts && deflateInit2(&parts->stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
				  Z_DEFAULT_STRATEGY) != Z_OK) {
		free(parts);
		return NULL;
	}
	return parts;
}

void gzip_parts_free(struct gzip_parts *parts)
{
	if (parts)
		deflateEnd(&parts->stream);
	free(parts);
}

bool gzip_part(struct gzip_parts *parts, const struct buffer *from, bool last, struct buffer *out)
{
	z_stream *stream = &parts->stream;
	char piece[16384];
	int result = Z_OK;

	stream->next_in = (Bytef *)from->data;
	stream->avail_in = (uInt)from->size;
	do {
		stream->next_out = (Bytef *)piece;
		stream->avail_out = sizeof(piece);
		result = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH);
		buffer_append(out, piece, sizeof(piece) - stream->avail_out);
	} while (result == Z_OK && !stream->avail_out);
	return !out->failed && (last ? result == Z_STREAM_END : !stream->avail_in);
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
