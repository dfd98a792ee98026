/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket is connected to nothing: a journal that is restarted has another one under the same
 * path. What is too long for a datagram goes as a sealed file, as the protocol has it.
 */
#include "user/export/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "user/encode/journal.h"
#include "user/host/clock.h"

#define ENTRY_LIMIT	(64u * 1024)
#define WAITING_LIMIT	(4u << 20)	/* bytes; as many as some 2,000 failures */
#define PATIENCE_MS	5
#define SEALS		(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)

static const struct sockaddr_un journal_socket = {
	.sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket",
};

/* An entry that the journal had no room for. */
struct waiting {
	struct waiting *next;
	size_t size;
	char bytes[];
};

struct journal {
	int fd;
	enum journal_share share;
	struct buffer entry;
	struct waiting *first, **end;
	size_t waiting_bytes;
	struct journal_accounts accounts;
};

int journal_open(enum journal_share share, struct journal **out, char *error, size_t error_size)
{
	struct journal *journal = calloc(1, sizeof(*journal));
	int result;

	if (!journal)
		return -ENOMEM;
	journal->share = share;
	journal->end = &journal->first;
	buffer_init(&journal->entry, ENTRY_LIMIT);
	journal->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (journal->fd < 0) {
		result = -errno;
		snprintf(error, error_size, "no socket for the journal: %s", strerror(-result));
		free(journal);
		return result;
	}
	*out = journal;
	return 0;
}

static void forget_first(struct journal *journal)
{
	struct waiting *first = journal->first;

	journal->first = first->next;
	if (!journal->first)
		journal->end = &journal->first;
	journal->waiting_bytes -= first->size;
	journal->accounts.waiting--;
	free(first);
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	while (journal->first)
		forget_first(journal);
	close(journal->fd);
	buffer_free(&journal->entry);
	free(journal);
}

static int send_datagram(const struct journal *journal, const void *bytes, size_t size)
{
	const struct sockaddr *to = (const struct sockaddr *)&journal_socket;

	return sendto(journal->fd, bytes, size, MSG_NOSIGNAL, to, sizeof(journal_socket)) < 0
		? -errno : 0;
}

static int send_file(const struct journal *journal, int file)
{
	char control[CMSG_SPACE(sizeof(file))] = "";
	struct msghdr message = {
		.msg_name = (void *)&journal_socket, .msg_namelen = sizeof(journal_socket),
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(header), &file, sizeof(file));
	return sendmsg(journal->fd, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int send_sealed(const struct journal *journal, const void *bytes, size_t size)
{
	int file = memfd_create("seamark-journal", MFD_CLOEXEC | MFD_ALLOW_SEALING), result;

	if (file < 0)
		return -errno;
	if (write(file, bytes, size) != (ssize_t)size || fcntl(file, F_ADD_SEALS, SEALS))
		result = -EIO;
	else
		result = send_file(journal, file);
	close(file);
	return result;
}

/* False: not now. */
static bool send_entry(struct journal *journal, const void *bytes, size_t size)
{
	int result = send_datagram(journal, bytes, size);

	if (result == -EMSGSIZE)
		result = send_sealed(journal, bytes, size);
	if (result == -EAGAIN || result == -ENOBUFS)
		return false;
	if (result)
		journal->accounts.absent++;
	else
		journal->accounts.sent++;
	return true;
}

static void keep(struct journal *journal)
{
	size_t size = journal->entry.size;
	struct waiting *last = NULL;

	if (size <= WAITING_LIMIT - journal->waiting_bytes)
		last = malloc(sizeof(*last) + size);
	if (!last) {
		journal->accounts.full++;
		return;
	}
	*last = (struct waiting){ .size = size };
	memcpy(last->bytes, journal->entry.data, size);
	*journal->end = last;
	journal->end = &last->next;
	journal->waiting_bytes += size;
	journal->accounts.waiting++;
}

void journal_tick(struct journal *journal)
{
	while (journal->first &&
	       send_entry(journal, journal->first->bytes, journal->first->size))
		forget_first(journal);
}

void journal_flush(struct journal *journal, uint64_t deadline_ns)
{
	for (journal_tick(journal); journal->first; journal_tick(journal)) {
		if (host_monotonic_ns() >= deadline_ns)
			break;
		poll(NULL, 0, PATIENCE_MS);
	}
	for (; journal->first; journal->accounts.full++)
		forget_first(journal);
}

static bool is_wanted(const struct journal *journal, const struct fact *fact)
{
	return journal->share == JOURNAL_ALL || fact->outcome == OUTCOME_ERROR ||
	       fact->kind == EVENT_SYSCALL_SLOW;
}

void journal_fact(struct journal *journal, const struct fact *fact)
{
	if (!is_wanted(journal, fact))
		return;
	journal->accounts.taken++;
	buffer_reset(&journal->entry);
	encode_journal_entry(&journal->entry, fact);
	if (journal->entry.failed)
		journal->accounts.absent++;
	else if (journal->first ||
		 !send_entry(journal, journal->entry.data, journal->entry.size))
		keep(journal);
}

void journal_accounts(const struct journal *journal, struct journal_accounts *out)
{
	*out = journal->accounts;
}
