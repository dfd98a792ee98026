/* SPDX-License-Identifier: BSD-2-Clause */
/* A process may be gone, or run something else by now: only the very file counts. */
#include "user/pipeline/program_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "user/host/process.h"
#include "user/host/process_stat.h"

static bool is_event_of(const struct executable_identity *identity,
			const struct event_process_start *event)
{
	return identity->size == event->exe_size && identity->mtime_ns == event->exe_mtime_ns;
}

int program_open(const struct event_process_start *event, char *path, size_t size)
{
	struct executable_identity identity;
	int fd = process_exe_open(event->header.tgid);

	if (fd < 0)
		return fd;
	if (executable_identify(fd, &identity) || !is_event_of(&identity, event) ||
	    process_exe_path(event->header.tgid, path, size) < 0 ||
	    !process_began_at((pid_t)event->header.tgid, event->start_boottime_ns)) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

bool program_named(const struct event_process_start *event, struct record_program *out)
{
	*out = (struct record_program){ .program = event->program, .kind = PROGRAM_UNKNOWN };
	snprintf(out->name, sizeof(out->name), "%.*s", EXE_NAME_SIZE - 1, event->exe_name);
	return out->name[0];
}

int program_key_of(struct source *source, int fd, struct program_key *out)
{
	struct executable_identity identity;
	int result = executable_identify(fd, &identity);

	if (result)
		return result;
	/* As the kernel tells; without its word, right but for overlays and btrfs. */
	if (source_file_key(source, fd, out))
		*out = (struct program_key){
			.inode = identity.inode,
			.size = identity.size,
			.mtime_ns = identity.mtime_ns,
			.device = major(identity.device) << 20 | minor(identity.device),
		};
	return 0;
}

bool program_runs(const struct known_file *file, uint32_t tgid)
{
	struct executable_identity now;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u/exe", tgid);
	return !executable_identify_path(path, &now) && known_file_looks(file, &now);
}

int program_open_again(const struct known_file *file, uint32_t tgid)
{
	struct executable_identity identity;
	int fd = process_exe_open(tgid);

	if (fd < 0)
		fd = open(file->told.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || (!executable_identify(fd, &identity) &&
		       known_file_looks(file, &identity)))
		return fd;
	close(fd);
	return -ENOENT;
}
