/* SPDX-License-Identifier: BSD-2-Clause */
/* securityfs where it is mounted, else lsm_list_modules(2); /proc/PID/attr; extended attributes. */
#include "user/host/guard.h"

#include <endian.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "user/host/text_file.h"

#define MODULES_FILE	"/sys/kernel/security/lsm"
#define TEXT_LIMIT	4096
#define LIST_MODULES	461	/* lsm_list_modules(2), from 6.8 on */
#define IDS_MAX		32

static const struct {
	uint64_t id;			/* LSM_ID_* of linux/lsm.h */
	const char *name;
	bool guards;			/* addresses or paths */
} modules[] = {
	{ 100, "capability", false }, { 101, "selinux", true }, { 102, "smack", true },
	{ 103, "tomoyo", true }, { 104, "apparmor", true }, { 105, "yama", false },
	{ 106, "loadpin", false }, { 107, "safesetid", false }, { 108, "lockdown", false },
	{ 109, "bpf", true }, { 110, "landlock", true }, { 111, "ima", false },
	{ 112, "evm", false }, { 113, "ipe", false }, { 0, "integrity", false },
};

#define MODULES (sizeof(modules) / sizeof(modules[0]))

/* Ends at the first line end or NUL. */
static int read_line(const char *path, char *out, size_t size)
{
	char *text = text_file_read(path, TEXT_LIMIT);
	int length = 0;

	if (text) {
		text[strcspn(text, "\n")] = '\0';
		length = snprintf(out, size, "%s", text);
	}
	free(text);
	return length;
}

static int list_by_call(char *out, size_t size)
{
	uint64_t ids[IDS_MAX];
	uint32_t bytes = sizeof(ids);
	size_t used = 0;
	long count = syscall(LIST_MODULES, ids, &bytes, 0);

	out[0] = '\0';
	for (long i = 0; i < count; i++)
		for (size_t j = 0; j < MODULES; j++)
			if (modules[j].id == ids[i] && used + 20 < size)
				used += (size_t)snprintf(out + used, size - used, "%s%s",
							 used ? "," : "", modules[j].name);
	return (int)used;
}

int security_modules(char *out, size_t size)
{
	int length = read_line(MODULES_FILE, out, size);

	return length > 0 ? length : list_by_call(out, size);
}

/* A module that is not in the table may do anything. */
static bool name_guards(const char *name, size_t length)
{
	for (size_t i = 0; i < MODULES; i++)
		if (strlen(modules[i].name) == length && !memcmp(modules[i].name, name, length))
			return modules[i].guards;
	return true;
}

bool security_modules_guard(const char *list)
{
	for (size_t length; *list; list += length + (list[length] == ',')) {
		length = strcspn(list, ",");
		if (length && name_guards(list, length))
			return true;
	}
	return false;
}

int security_label(pid_t pid, char *out, size_t size)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/attr/current", pid);
	return read_line(path, out, size);
}

int file_capabilities_read(int fd, struct file_capabilities *out)
{
	struct vfs_ns_cap_data data;
	ssize_t size;

	memset(&data, 0, sizeof(data));
	memset(out, 0, sizeof(*out));
	size = fgetxattr(fd, "security.capability", &data, sizeof(data));
	if (size < 0)
		return errno == ENODATA ? 0 : -errno;
	if ((size_t)size < sizeof(struct vfs_cap_data))
		return -EINVAL;
	out->permitted = le32toh(data.data[0].permitted) |
			 (uint64_t)le32toh(data.data[1].permitted) << 32;
	out->effective = le32toh(data.magic_etc) & VFS_CAP_FLAGS_EFFECTIVE;
	return 0;
}
