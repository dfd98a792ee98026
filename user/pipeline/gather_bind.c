/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host can add to a failed bind or listen: by errno, the questions that it raises. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "user/host/guard.h"
#include "user/host/holder.h"
#include "user/host/process.h"
#include "user/host/root.h"
#include "user/pipeline/gather.h"

static const struct event_bind *bind_of(const struct event_header *record)
{
	return (const struct event_bind *)record;
}

static bool is_inet(const struct event_bind *event)
{
	return event->requested.family == AF_INET || event->requested.family == AF_INET6;
}

static bool is_path(const struct event_bind *event)
{
	return event->requested.family == AF_UNIX && event->path_length && event->path[0];
}

static bool wants(const struct event_header *record)
{
	const struct event_bind *event = bind_of(record);

	return record->size == sizeof(*event) && event->act.outcome != OUTCOME_OK &&
	       (is_inet(event) || event->requested.family == AF_UNIX);
}

static bool local_addresses_of(const struct event_bind *event, struct verdict_context *out)
{
	pid_t viewer = network_viewer((pid_t)event->header.tgid, event->weighed.net_namespace,
				      SEARCH_BUDGET_NS);

	return viewer > 0 && local_addresses(viewer, out->local_addresses,
					     sizeof(out->local_addresses)) > 0;
}

static const struct known_program *program_of(const struct gathering *gathering,
					      const struct event_bind *event)
{
	struct context_key key;

	if (source_context(gathering->source, event->act.context, &key) ||
	    key.program >= PROGRAMS_MAX || !gathering->programs[key.program].known)
		return NULL;
	return &gathering->programs[key.program];
}

/* The file of a process that is gone, where it still lies at its path and is the same. */
static int open_by_path(const struct gathering *gathering, const struct event_bind *event,
			const struct known_program *program)
{
	struct executable_identity identity;
	struct root root;
	int fd;

	if (!program->path || kept_roots_open(gathering->roots, (pid_t)event->header.tgid,
					      &event->root, SEARCH_BUDGET_NS, &root))
		return -ENOENT;
	fd = root_openat(&root, program->path, O_RDONLY);
	root_close(&root);
	/* Capabilities given meanwhile are what is looked for. */
	if (fd >= 0 && (executable_identify(fd, &identity) ||
			!executable_is_same_content(&identity, &program->identity))) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

/* Of the file that the process runs, or ran; else as of the program's last start. */
static void file_capabilities_of(struct gathering *gathering, const struct event_bind *event,
				 struct guard_evidence *out)
{
	const struct known_program *program = program_of(gathering, event);
	struct file_capabilities found;
	int fd = process_exe_open(event->header.tgid);

	if (fd < 0 && program)
		fd = open_by_path(gathering, event, program);
	if (fd >= 0) {
		out->file_known = !file_capabilities_read(fd, &found);
		close(fd);
	} else if (program) {
		out->file_known = 1;
		found = program->capabilities;
	}
	if (!out->file_known)
		return;
	out->file_permitted = found.permitted;
	out->file_effective = found.effective;
}

static void guards_of(struct gathering *gathering, const struct event_bind *event,
		      struct guard_evidence *out)
{
	/* What goes with the process comes first. */
	guard_evidence(&event->header, out);
	file_capabilities_of(gathering, event, out);
}

static bool path_of(struct gathering *gathering, const struct event_bind *event,
		    struct verdict_context *out)
{
	const struct path_claim claim = {
		.path = event->path, .length = event->path_length,
		.socket_type = event->socket_type, .root = &event->root,
		.weighed = &event->weighed,
	};

	return is_path(event) && path_evidence(gathering, &event->header, &claim, out);
}

static bool refused(struct gathering *gathering, const struct event_bind *event,
		    struct verdict_context *out)
{
	guards_of(gathering, event, &out->guard);
	out->host_network = network_is_the_hosts(event->weighed.net_namespace);
	path_of(gathering, event, out);
	return true;
}

static bool gather(struct gathering *gathering, const struct event_header *record,
		   struct verdict_context *out)
{
	const struct event_bind *event = bind_of(record);

	switch (event->act.error) {
	case EACCES:
	case EPERM:
		return refused(gathering, event, out);
	case EADDRINUSE:
		return is_path(event) ? path_of(gathering, event, out)
				      : port_holder(gathering, event, out);
	case ENOENT:
	case ENOTDIR:
	case EROFS:
		return path_of(gathering, event, out);
	case EADDRNOTAVAIL:
		return local_addresses_of(event, out);
	default:
		return false;
	}
}

const struct gatherer gather_bind = { EVENT_BIND, wants, gather };
const struct gatherer gather_listen = { EVENT_LISTEN, wants, gather };
