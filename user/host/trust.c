/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crypto/x509's root_linux.go, the same from Go 1.19 to 1.27: the first file that can be read, then
 * all files of the folders. Everything is opened beneath the process' own root, so that no link
 * leads out of a container; what is no regular file is never read.
 */
#include "user/host/trust.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/environment.h"
#include "user/host/text_file.h"

#define FILE_LIMIT		(4u << 20)
#define FOLDER_FILES_MAX	1000
#define OS_RELEASE_LIMIT	8192

static const char *const files[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/cert.pem",
};
static const char *const folders[] = { "/etc/ssl/certs", "/etc/pki/tls/certs" };

struct search {
	const struct root *root;
	uint64_t end_ns;
	const struct certificate *certificate;
	struct trust *out;
	int error;	/* that of a file that is there and was not read: the answer is not whole */
};

/* O_PATH first: opening a device or a FIFO does things, looking at it does not. */
static char *read_regular(const struct root *root, const char *path, size_t limit)
{
	int fd = root_openat(root, path, O_PATH);
	struct stat status;
	int what = 0;

	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	if (fstat(fd, &status) || !S_ISREG(status.st_mode))
		what = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
	close(fd);
	if (what) {
		errno = what;
		return NULL;
	}
	fd = root_openat(root, path, O_RDONLY);
	if (fd < 0 || fstat(fd, &status) || !S_ISREG(status.st_mode)) {
		errno = fd < 0 ? -fd : EINVAL;
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	return text_file_drain(fd, limit);
}

/* Asked before each step: an answer that came late is an answer, too. */
static bool is_over(struct search *search)
{
	if (host_monotonic_ns() <= search->end_ns)
		return false;
	search->error = -ETIME;
	return true;
}

static bool is_absence(int error)
{
	return error == ENOENT || error == ENOTDIR || error == EISDIR || error == ELOOP;
}

static bool add_file(struct search *search, const char *path)
{
	char *text = read_regular(search->root, path, FILE_LIMIT);

	if (!text) {
		if (!is_absence(errno))
			search->error = -errno;
		return false;
	}
	authorities_add(&search->out->authorities, text, strlen(text),
			search->certificate->issuer_der, search->certificate->issuer_length);
	free(text);
	return true;
}

/* As Go does: a link to a neighbour is that neighbour again. */
static bool is_link_inside(int folder, const char *name)
{
	char target[256];
	ssize_t length = readlinkat(folder, name, target, sizeof(target));

	return length > 0 && !memchr(target, '/', (size_t)length);
}

static int add_folder(struct search *search, const char *path)
{
	int fd = root_openat(search->root, path, O_RDONLY | O_DIRECTORY), count = 0;
	struct dirent *entry;
	char name[4096];
	DIR *folder;

	if (fd < 0)
		return is_absence(-fd) ? 0 : fd;
	folder = fdopendir(fd);
	if (!folder) {
		close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(folder)) && !is_over(search)) {
		if (entry->d_name[0] == '.' || is_link_inside(fd, entry->d_name))
			continue;
		if (++count > FOLDER_FILES_MAX)
			break;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		add_file(search, name);
	}
	closedir(folder);
	return count > FOLDER_FILES_MAX ? -E2BIG : 0;
}

/* False: it is too long. */
static bool keep_variable(const char *value, char out[TRUST_VARIABLE])
{
	return snprintf(out, TRUST_VARIABLE, "%s", value ? value : "") < TRUST_VARIABLE;
}

int trust_environment_read(pid_t pid, struct trust_environment *out)
{
	static const char *const names[] = { "SSL_CERT_FILE", "SSL_CERT_DIR" };
	char *values[2];
	int result = environment_read(pid, names, values, 2);

	memset(out, 0, sizeof(*out));
	if (!result)
		out->known = keep_variable(values[0], out->file) &&
			     keep_variable(values[1], out->folders);
	free(values[0]);
	free(values[1]);
	return result ? result : out->known ? 0 : -ESRCH;
}

static void search_files(struct search *search, const char *wanted)
{
	size_t count = wanted ? 1 : sizeof(files) / sizeof(files[0]);
	struct trust *out = search->out;

	out->by_environment = wanted != NULL;
	snprintf(out->bundle, sizeof(out->bundle), "%s", wanted ? wanted : files[0]);
	for (size_t i = 0; i < count && !is_over(search); i++) {
		const char *path = wanted ? wanted : files[i];

		if (!add_file(search, path))
			continue;
		out->bundle_found = true;
		snprintf(out->bundle, sizeof(out->bundle), "%s", path);
		return;
	}
}

static int search_folders(struct search *search, char *wanted)
{
	char *rest = wanted, *folder;
	int result = 0, one;

	for (size_t i = 0; !wanted && i < sizeof(folders) / sizeof(folders[0]); i++) {
		one = add_folder(search, folders[i]);
		result = one ? one : result;
	}
	while (wanted && (folder = strsep(&rest, ":"))) {
		one = add_folder(search, folder);
		result = one ? one : result;
	}
	return result;
}

/* ID=alpine, perhaps in quotes. */
static void read_system(const struct root *root, char *out, size_t size)
{
	char *text = read_regular(root, "/etc/os-release", OS_RELEASE_LIMIT), *at;
	size_t length;

	if (!text)
		text = read_regular(root, "/usr/lib/os-release", OS_RELEASE_LIMIT);
	at = text && strncmp(text, "ID=", 3) ? strstr(text, "\nID=") : text;
	if (at) {
		at += *at == '\n' ? 4 : 3;
		at += *at == '"';
		length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789._-");
		snprintf(out, size, "%.*s", (int)length, at);
	}
	free(text);
}

int trust_search(const struct root *root, const struct trust_environment *environment,
		 const struct certificate *certificate, uint64_t budget_ns, struct trust *out)
{
	struct search search = { root, host_monotonic_ns() + budget_ns, certificate, out, 0 };
	char folder_list[TRUST_VARIABLE];
	const char *file = environment->file[0] ? environment->file : NULL;
	int result;

	memset(out, 0, sizeof(*out));
	memcpy(folder_list, environment->folders, sizeof(folder_list));
	read_system(root, out->system, sizeof(out->system));
	/* A relative path hangs on the working directory, which is not known here. */
	if ((file && file[0] != '/') || (folder_list[0] && folder_list[0] != '/'))
		return -EINVAL;
	search_files(&search, file);
	result = search_folders(&search, folder_list[0] ? folder_list : NULL);
	return result ? result : search.error;
}

int trust_file_rights(const struct root *root, const char *path, struct trust *out)
{
	int fd = root_openat(root, path, O_PATH);
	struct stat status;

	if (fd < 0)
		return fd;
	if (!fstat(fd, &status)) {
		out->unreadable_known = true;
		out->mode = status.st_mode & 07777;
		out->user = status.st_uid;
		out->group = status.st_gid;
	}
	close(fd);
	return 0;
}
