/* SPDX-License-Identifier: BSD-2-Clause */
/* What guards a process, and the way to a unix socket's path walked in its place. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include "user/host/socket_path.h"
#include "user/pipeline/gather.h"
#include "user/source/sockets.h"

#define CAP_DAC_OVERRIDE_BIT	(1ULL << 1)

void guard_evidence(const struct event_header *record, struct guard_evidence *out)
{
	security_label((pid_t)record->tgid, out->label, sizeof(out->label));
	if (security_modules(out->modules, sizeof(out->modules)) > 0)
		out->no_module = !security_modules_guard(out->modules);
}

static void user_of(const struct event_header *record, const struct event_weighed *weighed,
		    struct path_user *out)
{
	memset(out, 0, sizeof(*out));
	path_user_groups(out, (pid_t)record->tgid);
	out->user = weighed->fsuid;
	out->group = weighed->group.count ? weighed->group.first_outside + weighed->group.inside -
						    weighed->group.first_inside
					  : weighed->gid;
	out->overrides = weighed->cap_effective & CAP_DAC_OVERRIDE_BIT;
	out->mapped = weighed->user;
}

static void keep(const struct path_finding *found, struct path_evidence *out)
{
	out->known = 1;
	out->exists = found->exists;
	out->is_socket = found->is_socket;
	out->read_only = found->read_only;
	out->mode = found->mode;
	out->user = found->user;
	out->group = found->group;
	out->passes = found->stop == PATH_PASSES;
	out->missing = found->stop == PATH_MISSING;
	out->not_searchable = found->stop == PATH_NOT_SEARCHABLE;
	out->no_directory = found->stop == PATH_NO_DIRECTORY;
	snprintf(out->at, sizeof(out->at), "%s", found->at);
}

/* A socket's file that nobody holds any more is stale: only who asked the whole host knows. */
static void find_holder(struct gathering *gathering, const struct event_header *record,
			uint16_t socket_type, const struct path_finding *found,
			struct verdict_context *out)
{
	const struct socket_query query = {
		.states = SOCKET_ANY_STATE, .family = AF_UNIX, .type = socket_type,
		.inode = found->inode,
		.device = major(found->device) << 20 | minor(found->device),
	};
	struct socket_entry entry;
	int count = source_find_sockets(gathering->source, &query, &entry, 1);

	out->path.holder_searched = count >= 0;
	if (count <= 0)
		return;
	out->holder.known = 1;
	out->holder.pid = entry.tgid;
	out->holder.is_self = entry.tgid == record->tgid;
	owner_name(entry.tgid, out->holder.program, out->holder.container);
}

bool path_evidence(struct gathering *gathering, const struct event_header *record,
		   const struct path_claim *claim, struct verdict_context *out)
{
	char path[UNIX_PATH_SIZE + 1];
	struct path_finding found;
	struct path_user user;
	struct root root;
	int result;

	if (!claim->weighed->known || claim->length > UNIX_PATH_SIZE)
		return false;
	memcpy(path, claim->path, claim->length);
	path[claim->length] = '\0';
	if (kept_roots_open(gathering->roots, (pid_t)record->tgid, claim->root, SEARCH_BUDGET_NS,
			    &root))
		return false;
	user_of(record, claim->weighed, &user);
	result = socket_path_walk(&root, path, &user, record->kind == EVENT_BIND, &found);
	if (!result)
		keep(&found, &out->path);
	root_close(&root);
	if (!result && found.is_socket)
		find_holder(gathering, record, claim->socket_type, &found, out);
	return !result;
}
