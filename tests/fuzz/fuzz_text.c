/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts from outside: tables of control groups, HTTP headers, receivers' answers. */
#include <stdlib.h>
#include <string.h>

#include "user/encode/negotiate.h"
#include "user/encode/otlp.h"
#include "user/host/cgroup.h"
#include "user/host/process.h"
#include "user/host/process_stat.h"
#include "user/host/supervisor.h"
#include "user/model/cgroup_path.h"
#include "user/model/printable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			abort();
}

/* As /proc/PID/cmdline has them. What it names must be sound. */
static void check_supervisor(const char *arguments, size_t length)
{
	static const char *const programs[] = { "containerd-shim-runc-v2", "runc", "crun" };

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct cgroup_identity identity = { .container_id = "" };

		supervisor_read(programs[i], arguments, length, "k1", &identity);
		supervisor_read(programs[i], arguments, length, arguments, &identity);
		if (!cgroup_identity_is_sound(&identity))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct process_stat stat;
	char *text = malloc(size + 1), kept[64], path[64], message[32];
	struct cgroup_tree tree;

	memcpy(text, data, size);
	text[size] = '\0';
	cgroup_line_find(text, "memory", path, sizeof(path));
	cgroup_line_find(text, "", path, sizeof(path));
	cgroup_tree_choose(text, text, &tree);
	process_stat_parse(text, &stat);
	check_supervisor(text, size + 1);
	negotiate_exposition(text);
	negotiate_gzip(text);
	otlp_rejected(OTLP_PROTOBUF, data, size, message, sizeof(message));
	otlp_rejected(OTLP_JSON, data, size, message, sizeof(message));
	memset(kept, 0, sizeof(kept));
	memcpy(kept, data, size < sizeof(kept) - 1 ? size : sizeof(kept) - 1);
	printable_keep(kept, sizeof(kept));
	check_printable(kept);
	free(text);
	return 0;
}
