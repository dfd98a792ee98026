/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets from /proc/PID/net/{tcp,udp}[6]. A listener counts before a connection, and a connection
 * before a TIME_WAIT rest: the strongest claim is the answer.
 */
#include "user/host/holder.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/text_file.h"

#define TABLE_LIMIT	(16u << 20)
#define ADDRESSES_SIZE	65536
#define STATE_ESTABLISHED 1
#define STATE_TIME_WAIT	6
#define STATE_CLOSE	7
#define STATE_LISTEN	10

struct socket_row {
	int family;
	uint8_t address[16];
	uint16_t port;
	unsigned int state;
	unsigned long inode;
};

/* Addresses are printed as words in host order. */
static void parse_address(const char *hex, size_t length, uint8_t out[16])
{
	for (size_t word = 0; word < length / 8; word++) {
		char digits[9] = "";
		uint32_t value;

		memcpy(digits, hex + word * 8, 8);
		value = (uint32_t)strtoul(digits, NULL, 16);
		memcpy(out + word * 4, &value, 4);
	}
}

static bool parse_row(const char *line, struct socket_row *out)
{
	char local[40];
	unsigned int port;
	size_t length;

	memset(out, 0, sizeof(*out));
	if (sscanf(line, " %*d: %32[0-9A-F]:%x %*[0-9A-F]:%*x %x %*s %*s %*s %*u %*u %lu", local,
		   &port, &out->state, &out->inode) != 4)
		return false;
	length = strlen(local);
	if (length != 8 && length != 32)
		return false;
	out->family = length == 8 ? AF_INET : AF_INET6;
	out->port = (uint16_t)port;
	parse_address(local, length, out->address);
	return true;
}

static bool is_wildcard(int family, const uint8_t *address)
{
	static const uint8_t zeros[16];

	return !memcmp(address, zeros, family == AF_INET ? 4 : 16);
}

/* Would a socket bound there stand in the way? A dual-stack wildcard does for both families. */
static bool conflicts(const struct socket_row *row, const struct event_endpoint *wanted)
{
	bool row_wild = is_wildcard(row->family, row->address);
	bool wanted_wild = is_wildcard(wanted->family, wanted->address);

	if (row->port != wanted->port)
		return false;
	if (row->family == wanted->family)
		return row_wild || wanted_wild ||
		       !memcmp(row->address, wanted->address, row->family == AF_INET ? 4 : 16);
	return row->family == AF_INET6 ? row_wild : wanted_wild;
}

static int claim(unsigned int state)
{
	switch (state) {
	case STATE_LISTEN:
		return 4;
	case STATE_CLOSE:
		return 3;
	case STATE_TIME_WAIT:
		return 1;
	default:
		return 2;
	}
}

static const char *state_name(unsigned int state)
{
	static const char *const names[] = { "", "time_wait", "connected", "bound", "listen" };

	return names[claim(state)];
}

/* The strongest claim in one table; best is 0 when there was none before. */
static void scan_table(char *text, const struct event_endpoint *wanted, bool ownerless, int *best,
		       struct socket_row *out)
{
	char *rest = NULL;
	struct socket_row row;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (!parse_row(line, &row) || !conflicts(&row, wanted) || claim(row.state) <= *best)
			continue;
		if (ownerless && row.inode)
			continue;
		*best = claim(row.state);
		*out = row;
	}
}

static int find_socket(pid_t viewer, const struct event_endpoint *wanted, uint16_t socket_type,
		       bool ownerless, struct socket_row *out)
{
	const char *protocol = socket_type == SOCK_DGRAM ? "udp" : "tcp";
	int best = 0, fds[2];
	char path[48], *text;

	/* Both at once: what is open stays readable when the viewer goes. */
	for (int six = 0; six < 2; six++) {
		snprintf(path, sizeof(path), "/proc/%d/net/%s%s", viewer, protocol, six ? "6" : "");
		fds[six] = open(path, O_RDONLY | O_CLOEXEC);
	}
	for (int six = 0; six < 2; six++) {
		text = fds[six] < 0 ? NULL : text_file_drain(fds[six], TABLE_LIMIT);
		if (text)
			scan_table(text, wanted, ownerless, &best, out);
		free(text);
	}
	return best ? 0 : -ENOENT;
}

static bool is_in_network(const char *process, uint32_t net_namespace)
{
	char path[300];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%s/ns/net", process);
	return !stat(path, &status) && status.st_ino == net_namespace;
}

bool network_is_the_hosts(uint32_t net_namespace)
{
	return is_in_network("1", net_namespace);
}

pid_t network_viewer(pid_t pid, uint32_t net_namespace, uint64_t budget_ns)
{
	uint64_t until_ns = host_monotonic_ns() + budget_ns;
	struct dirent *entry;
	pid_t found = -ENOENT;
	char name[16];
	DIR *processes;

	/* Seamark itself first: it does not go away while it looks. */
	if (is_in_network("self", net_namespace))
		return getpid();
	snprintf(name, sizeof(name), "%d", pid);
	if (is_in_network(name, net_namespace))
		return pid;
	processes = opendir("/proc");
	if (!processes)
		return -errno;
	while (found < 0 && (entry = readdir(processes)) && host_monotonic_ns() < until_ns)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_in_network(entry->d_name, net_namespace))
			found = (pid_t)strtol(entry->d_name, NULL, 10);
	closedir(processes);
	return found;
}

int holder_find(pid_t viewer, const struct event_endpoint *wanted, uint16_t socket_type,
		bool ownerless, struct holder *out)
{
	struct socket_row row;
	char address[INET6_ADDRSTRLEN];
	int result;

	result = find_socket(viewer, wanted, socket_type, ownerless, &row);
	if (result)
		return result;
	memset(out, 0, sizeof(*out));
	inet_ntop(row.family, row.address, address, sizeof(address));
	snprintf(out->address, sizeof(out->address), row.family == AF_INET ? "%s:%u" : "[%s]:%u",
		 address, row.port);
	snprintf(out->state, sizeof(out->state), "%s", state_name(row.state));
	return 0;
}

static bool is_listed(const char *list, const char *address)
{
	size_t length = strlen(address);

	for (const char *at = list; (at = strstr(at, address)); at += length)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

static size_t add_address(char *out, size_t size, size_t used, const char *address)
{
	size_t need = strlen(address) + (used ? 2 : 0);

	if (used + need + 1 > size || is_listed(out, address))
		return used;
	return used + (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", address);
}

/* "  |-- 10.0.0.5" followed by "/32 host LOCAL". */
static size_t add_ipv4(pid_t viewer, char *out, size_t size, size_t used)
{
	char path[48], address[64] = "", *text, *rest = NULL;

	snprintf(path, sizeof(path), "/proc/%d/net/fib_trie", viewer);
	text = text_file_read(path, TABLE_LIMIT);
	if (!text)
		return used;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (sscanf(line, " |-- %63s", address) == 1)
			continue;
		if (strstr(line, "/32 host LOCAL"))
			used = add_address(out, size, used, address);
	}
	free(text);
	return used;
}

/* "fe80000000000000021122fffe334455 02 40 20 80 eth0" */
static size_t add_ipv6(pid_t viewer, char *out, size_t size, size_t used)
{
	char path[48], address[INET6_ADDRSTRLEN], *text, *rest = NULL;
	uint8_t bytes[16];

	snprintf(path, sizeof(path), "/proc/%d/net/if_inet6", viewer);
	text = text_file_read(path, TABLE_LIMIT);
	if (!text)
		return used;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		bool good = strspn(line, "0123456789abcdef") == 32;

		for (size_t i = 0; i < 16 && good; i++)
			good = sscanf(line + 2 * i, "%2hhx", &bytes[i]) == 1;
		if (good && inet_ntop(AF_INET6, bytes, address, sizeof(address)))
			used = add_address(out, size, used, address);
	}
	free(text);
	return used;
}

int local_addresses(pid_t viewer, char *out, size_t size)
{
	size_t used;

	out[0] = '\0';
	used = add_ipv4(viewer, out, size, 0);
	used = add_ipv6(viewer, out, size, used);
	return (int)used;
}

bool is_local_address(pid_t viewer, const char *address)
{
	char *addresses = malloc(ADDRESSES_SIZE);
	bool found;

	if (!addresses)
		return false;
	local_addresses(viewer, addresses, ADDRESSES_SIZE);
	found = is_listed(addresses, address);
	free(addresses);
	return found;
}
