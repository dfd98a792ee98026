/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is attached only when there is a program to probe, or a holder to look for, is tried once at
 * the start: so that a host which refuses it is told of before anything is missed.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "include/event.h"
#include "user/source/internal.h"
#include "user/source/own_site.h"

/* result: negative errno. */
static void refuse(struct loaded *loaded, const char *what, int result)
{
	loaded->error = result;
	snprintf(loaded->problem, sizeof(loaded->problem), "%s: %s", what, strerror(-result));
}

/* Program 0 is none: whoever comes by is not observed. */
static int attempt_uprobes(struct source *source)
{
	struct source_link *link = NULL;
	struct source_site site;
	struct own_site own;
	int result = own_site_open(&own);

	if (result)
		return result;
	site = (struct source_site){ own.file_offset, 0 };
	result = source_attach_tls(source, own.fd, &site, 1, &site, 1, &link);
	source_detach(link);
	close(own.fd);
	return result;
}

static int attempt_walk(struct source *source)
{
	struct bpf_link *link = NULL;
	int fd = source_open_iterator(source, "sockets", "sockets_find", 0, &link);

	if (fd < 0)
		return fd;
	close(fd);
	bpf_link__destroy(link);
	return 0;
}

void source_attempt(struct source *source)
{
	static const struct {
		const char *probe;
		int (*attempt)(struct source *source);
		const char *what;
	} attempts[] = {
		{ "tls", attempt_uprobes, "the tls probe's uprobes can't be attached" },
		{ "sockets", attempt_walk, "the sockets probe's iterator can't be attached" },
	};

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		int index = source_find(source, attempts[i].probe), result;

		if (index < 0 || source->loaded[index].error)
			continue;
		result = attempts[i].attempt(source);
		if (result)
			refuse(&source->loaded[index], attempts[i].what, result);
	}
}
