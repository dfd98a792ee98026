/* SPDX-License-Identifier: BSD-2-Clause */
/* The description of the kernel's types, where it is and how it is walked over. */
#include "user/source/kernel_types.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/source/kernel_types_internal.h"

#define PATH		"/sys/kernel/btf/vmlinux"
#define HOOK_PREFIX	"bpf_iter_"

static int set_up(struct kernel_types *types)
{
	const struct btf_header *header = types->bytes;

	if (types->size < sizeof(*header) || header->magic != BTF_MAGIC ||
	    header->version != BTF_VERSION || header->hdr_len < sizeof(*header) ||
	    header->hdr_len > types->size || header->type_off % 4 || header->hdr_len % 4)
		return -EINVAL;
	if ((uint64_t)header->hdr_len + header->type_off + header->type_len > types->size ||
	    (uint64_t)header->hdr_len + header->str_off + header->str_len > types->size ||
	    !header->str_len)
		return -EINVAL;
	types->types = (const char *)types->bytes + header->hdr_len + header->type_off;
	types->types_size = header->type_len;
	types->strings = (const char *)types->bytes + header->hdr_len + header->str_off;
	types->strings_size = header->str_len;
	if (types->strings[types->strings_size - 1])
		return -EINVAL;
	return type_names_new(&types->names);
}

static int new_over(const void *bytes, size_t size, bool is_mapped, struct kernel_types **out)
{
	struct kernel_types *types = calloc(1, sizeof(*types));
	int result;

	if (!types)
		return -ENOMEM;
	types->bytes = bytes;
	types->size = size;
	result = set_up(types);
	if (result) {
		free(types);
		return result;
	}
	types->is_mapped = is_mapped;
	*out = types;
	return 0;
}

int kernel_types_over(const void *bytes, size_t size, struct kernel_types **out)
{
	return new_over(bytes, size, false, out);
}

/* Where the kernel lets nobody map the file (before a539e2a6d51d, Linux 6.16): a copy of it. */
static void *map_copy(int fd, size_t size)
{
	char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	size_t done = 0;
	ssize_t got = 1;

	if (bytes == MAP_FAILED)
		return bytes;
	while (done < size && (got = read(fd, bytes + done, size - done)) > 0)
		done += (size_t)got;
	if (done == size)
		return bytes;
	munmap(bytes, size);
	errno = got < 0 ? errno : EINVAL;
	return MAP_FAILED;
}

static int open_file(int fd, struct kernel_types **out)
{
	struct stat status;
	size_t size;
	void *bytes;
	int result;

	if (fstat(fd, &status))
		return -errno;
	if (status.st_size <= 0)
		return -EINVAL;
	size = (size_t)status.st_size;
	bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		bytes = map_copy(fd, size);
	if (bytes == MAP_FAILED)
		return -errno;
	result = new_over(bytes, size, true, out);
	if (result)
		munmap(bytes, size);
	return result;
}

int kernel_types_open(struct kernel_types **out)
{
	int fd = open(PATH, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		return -errno;
	result = open_file(fd, out);
	close(fd);
	return result;
}

void kernel_types_close(struct kernel_types *types)
{
	if (!types)
		return;
	type_names_free(&types->names);
	free(types->wanted);
	if (types->is_mapped)
		munmap((void *)types->bytes, types->size);
	free(types);
}

/* Without its flavour: as libbpf has it, the last ___ with other letters on both sides. */
static size_t essential_size(const char *name)
{
	size_t size = strlen(name);

	for (size_t i = size; i >= 5; i--) {
		const char *at = name + i - 5;

		if (at[0] != '_' && !memcmp(at + 1, "___", 3) && at[4] != '_')
			return i - 4;
	}
	return size;
}

int kernel_types_want(struct kernel_types *types, enum type_role role, const char *name)
{
	return *name ? type_names_add(&types->names, name, essential_size(name), role) : 0;
}

static int want_fields(struct kernel_types *types, const struct btf *object,
		       const struct btf_type *type)
{
	const struct btf_member *members = btf_members(type);
	const struct btf_enum *values = btf_enum(type);
	int result = 0;

	for (__u16 i = 0; i < btf_vlen(type) && !result; i++)
		result = kernel_types_want(types, ROLE_FIELD, btf__name_by_offset(object,
			btf_is_composite(type) ? members[i].name_off : values[i].name_off));
	return result;
}

int kernel_types_want_all(struct kernel_types *types, const struct btf *object)
{
	int result = 0;

	for (__u32 id = 1; id < btf__type_cnt(object) && !result; id++) {
		const struct btf_type *type = btf__type_by_id(object, id);
		const char *name = btf__name_by_offset(object, type->name_off);

		if (btf_is_composite(type) || btf_kind(type) == BTF_KIND_ENUM)
			result = want_fields(types, object, type);
		else if (!btf_is_typedef(type))
			continue;
		result = result ?: kernel_types_want(types, ROLE_TYPE, name);
	}
	return result;
}

/* Bytes of a type behind its head; negative: no such kind is known. */
static int tail_size(const struct btf_type *type)
{
	int count = btf_vlen(type);

	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FUNC:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_ENUM:
		return count * (int)sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return count * (int)sizeof(struct btf_param);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return count * (int)sizeof(struct btf_member);
	default:
		return -EINVAL;
	}
}

const struct btf_type *kernel_type_at(const struct kernel_types *types, uint32_t offset,
				      uint32_t *size)
{
	const struct btf_type *type = (const void *)(types->types + offset);
	int tail;

	if (types->types_size - offset < sizeof(*type))
		return NULL;
	tail = tail_size(type);
	if (tail < 0 || types->types_size - offset - sizeof(*type) < (uint32_t)tail)
		return NULL;
	*size = (uint32_t)sizeof(*type) + (uint32_t)tail;
	return type;
}

const char *kernel_type_name(const struct kernel_types *types, uint32_t offset)
{
	return offset < types->strings_size ? types->strings + offset : "";
}

static struct wanted_name *find_name(const struct kernel_types *types, const char *name)
{
	return type_names_find(&types->names, name, strlen(name));
}

static int want_type(struct kernel_types *types, uint32_t number)
{
	if (types->wanted_count == types->wanted_room) {
		size_t room = types->wanted_room ? 2 * types->wanted_room : 256;
		uint32_t *wanted = realloc(types->wanted, room * sizeof(*wanted));

		if (!wanted)
			return -ENOMEM;
		types->wanted = wanted;
		types->wanted_room = room;
	}
	types->wanted[types->wanted_count++] = number;
	return 0;
}

static int look_at_type(struct kernel_types *types, const struct btf_type *type, uint32_t number)
{
	struct wanted_name *name = find_name(types, kernel_type_name(types, type->name_off));

	if (!name || !(name->roles & ROLE_TYPE))
		return 0;
	if (!name->number)
		name->number = number;
	return want_type(types, number);
}

static void look_at_function(struct kernel_types *types, const struct btf_type *type,
			     uint32_t number)
{
	const char *text = kernel_type_name(types, type->name_off);
	struct wanted_name *name;

	if (strncmp(text, HOOK_PREFIX, sizeof(HOOK_PREFIX) - 1))
		return;
	name = find_name(types, text + sizeof(HOOK_PREFIX) - 1);
	if (name && name->roles & ROLE_HOOK && !name->hook)
		name->hook = number;
}

static int look_at(struct kernel_types *types, const struct btf_type *type, uint32_t number)
{
	switch (btf_kind(type)) {
	case BTF_KIND_FUNC:
		look_at_function(types, type, number);
		return 0;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_ENUM64:
		return type->name_off ? look_at_type(types, type, number) : 0;
	default:
		return 0;
	}
}

/* Numbers are not written down but counted: from 1 on. */
int kernel_types_look(struct kernel_types *types)
{
	uint32_t number = 1, offset = 0, size;

	for (; offset < types->types_size; number++, offset += size) {
		const struct btf_type *type = kernel_type_at(types, offset, &size);
		int result = type ? look_at(types, type, number) : -EINVAL;

		if (result)
			return result;
		if (number % MARK_EVERY)
			continue;
		if (number / MARK_EVERY >= MARKS_MAX)
			return -E2BIG;
		types->marks[number / MARK_EVERY] = offset;
	}
	types->count = number;
	return 0;
}

int kernel_types_number(const struct kernel_types *types, enum type_role role, const char *name)
{
	const struct wanted_name *found = find_name(types, name);
	uint32_t number = !found ? 0 : role == ROLE_HOOK ? found->hook : found->number;

	return number ? (int)number : -ENOENT;
}
