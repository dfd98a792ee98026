/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of the page with the headers that confine it: whatever a container is called, nothing runs
 * but these scripts, and nothing is asked of any other host.
 */
#include "user/export/page.h"

#include <string.h>

#include "user/encode/negotiate.h"
#include "user/export/answer.h"

#include "page_files.h"

static const struct {
	const char *name;
	const char *value;
} headers[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
	  "require-trusted-types-for 'script'; trusted-types 'none'" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Content-Type-Options", "nosniff" },
	/* Kept, but asked for each time: after an upgrade no old script meets new data. */
	{ "Cache-Control", "no-cache" },
	{ "Vary", "Accept-Encoding" },
};

const struct page *page_find(const char *path)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (!strcmp(path, pages[i].path))
			return &pages[i];
	return NULL;
}

bool page_is_known(const struct page *page, const char *if_none_match)
{
	return if_none_match && (!strcmp(if_none_match, "*") || strstr(if_none_match, page->etag));
}

enum MHD_Result page_answer(const struct page *page, struct MHD_Connection *connection)
{
	bool small = negotiate_gzip(answer_header(connection, "Accept-Encoding"));
	bool known = page_is_known(page, answer_header(connection, "If-None-Match"));
	const unsigned char *data = small ? page->small : page->data;
	size_t size = small ? page->small_size : page->size;
	struct MHD_Response *response;
	enum MHD_Result result;

	response = MHD_create_response_from_buffer(known ? 0 : size, (void *)data,
						   MHD_RESPMEM_PERSISTENT);
	if (!response)
		return MHD_NO;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		MHD_add_response_header(response, headers[i].name, headers[i].value);
	MHD_add_response_header(response, "ETag", page->etag);
	if (!known) {
		MHD_add_response_header(response, "Content-Type", page->type);
		if (small)
			MHD_add_response_header(response, "Content-Encoding", "gzip");
	}
	result = MHD_queue_response(connection, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK,
				    response);
	MHD_destroy_response(response);
	return result;
}
