/* SPDX-License-Identifier: BSD-2-Clause */
/* The web page: its files are in the program, and no other place is asked for anything. */
#ifndef SEAMARK_PAGE_H
#define SEAMARK_PAGE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

struct page {
	const char *path;		/* "/page/page.css" */
	const char *type;
	const char *etag;		/* the same for both forms */
	const unsigned char *data;
	size_t size;			/* bytes */
	const unsigned char *small;	/* by gzip */
	size_t small_size;
};

/* NULL: no file of the page. Static. */
const struct page *page_find(const char *path);
/* Does an If-None-Match header, NULL for none, name what the browser would get? */
bool page_is_known(const struct page *page, const char *if_none_match);
/* Queues the file, or that the browser has it already. */
enum MHD_Result page_answer(const struct page *page, struct MHD_Connection *connection);

#endif
