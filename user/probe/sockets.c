/* SPDX-License-Identifier: BSD-2-Clause */
/* No probe of its own accord: it is asked who holds a socket, and sends nothing. */
#include <stddef.h>

#include "bpf/sockets.skel.h"
#include "user/probe/list.h"

static const void *object(size_t *size)
{
	return sockets_bpf__elf_bytes(size);
}

static const enum event_kind kinds[] = { EVENT_NONE };

const struct probe probe_sockets = {
	.name = "sockets",
	.help = "Who holds a port or a name, in whichever container; asked when one is refused.",
	.chinese = "端口或名称被谁占用，无论在哪个容器；仅在被拒绝时询问。",
	.object = object,
	.kinds = kinds,
};
