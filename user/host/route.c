/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes from /proc/PID/net/fib_trie and ipv6_route: no request to the kernel needs a privilege. */
#include "user/host/route.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "user/host/text_file.h"

#define TABLE_LIMIT	(16u << 20)
#define FLAG_REJECT	0x00000200u
#define FLAG_LOCAL	0x80000000u
#define NO_ROUTE_METRIC	0xffffffffu	/* the entry that stands for "none" */

static bool is_within(const uint8_t *address, const uint8_t *prefix, unsigned int bits)
{
	unsigned int rest = bits % 8;
	uint8_t mask = (uint8_t)(0xff << (8 - rest));

	if (memcmp(address, prefix, bits / 8))
		return false;
	return !rest || !((address[bits / 8] ^ prefix[bits / 8]) & mask);
}

static void keep(struct route *out, int family, const uint8_t *prefix, unsigned int bits,
		 const char *type)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family, prefix, text, sizeof(text));
	snprintf(out->prefix, sizeof(out->prefix), "%s/%u", text, bits);
	snprintf(out->type, sizeof(out->type), "%.15s", type);
	for (char *at = out->type; *at; at++)
		*at = (char)tolower((unsigned char)*at);
}

/* "|-- 10.0.0.0", below it "/8 universe UNICAST" for each length. */
static void scan_ipv4(char *text, const uint8_t *address, struct route *out)
{
	uint8_t prefix[4] = { 0 };
	char *rest = NULL, leaf[64], type[32];
	unsigned int bits;
	int best = -1;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (sscanf(line, " |-- %63s", leaf) == 1) {
			inet_pton(AF_INET, leaf, prefix);
			continue;
		}
		if (sscanf(line, " /%u %*s %31s", &bits, type) != 2 || bits > 32 ||
		    (int)bits <= best || !is_within(address, prefix, bits))
			continue;
		best = (int)bits;
		keep(out, AF_INET, prefix, bits, type);
	}
}

static bool parse_ipv6(const char *line, uint8_t prefix[16], unsigned int *bits,
		       unsigned int *metric, unsigned int *flags)
{
	char hex[33];

	if (sscanf(line, "%32[0-9a-f] %x %*s %*s %*s %x %*s %*s %x", hex, bits, metric,
		   flags) != 4 || strlen(hex) != 32 || *bits > 128)
		return false;
	for (size_t i = 0; i < 16; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &prefix[i]) != 1)
			return false;
	return true;
}

static const char *type_of_flags(unsigned int flags)
{
	if (flags & FLAG_REJECT)
		return "reject";
	return flags & FLAG_LOCAL ? "local" : "unicast";
}

static void scan_ipv6(char *text, const uint8_t *address, struct route *out)
{
	unsigned int bits, metric, flags;
	uint8_t prefix[16];
	char *rest = NULL;
	int best = -1;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (!parse_ipv6(line, prefix, &bits, &metric, &flags) ||
		    metric == NO_ROUTE_METRIC || (int)bits <= best ||
		    !is_within(address, prefix, bits))
			continue;
		best = (int)bits;
		keep(out, AF_INET6, prefix, bits, type_of_flags(flags));
	}
}

int route_find(pid_t viewer, const struct event_endpoint *peer, struct route *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool is_mapped = peer->family == AF_INET6 && !memcmp(peer->address, mapped, sizeof(mapped));
	bool ipv4 = peer->family == AF_INET || is_mapped;
	char path[48], *text;

	snprintf(path, sizeof(path), "/proc/%d/net/%s", viewer, ipv4 ? "fib_trie" : "ipv6_route");
	text = text_file_read(path, TABLE_LIMIT);
	if (!text)
		return -ENOENT;
	memset(out, 0, sizeof(*out));
	if (ipv4)
		scan_ipv4(text, peer->address + (is_mapped ? sizeof(mapped) : 0), out);
	else
		scan_ipv6(text, peer->address, out);
	free(text);
	return 0;
}
