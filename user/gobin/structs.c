/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Struct layouts out of an executable's own type data, which stripping leaves: every type that is
 * allocated or reflected on is described there, runtime.g and crypto/tls.Conn among them. Taken
 * only if it proves itself: each field must lie where sizes and alignments of those before it put
 * it, and the last one must end the struct.
 */
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

/* abi.Type and abi.StructType; the same from Go 1.17 on. */
#define TYPE_SIZE		0
#define TYPE_FLAGS		20
#define TYPE_FIELD_ALIGN	22
#define TYPE_KIND		23
#define TYPE_NAME		40
#define TYPE_BYTES		48
#define STRUCT_FIELDS		56
#define STRUCT_COUNT		64
#define STRUCT_PACKAGE		80	/* of abi.UncommonType, which follows */
#define STRUCT_BYTES		84
#define FIELD_BYTES		24	/* name, type, offset */

#define FLAGS_OF_NAMED		7	/* has a package, a name, and a star before it */
#define KIND_MASK		31

#define KIND_BOOL		(1u << 1)
#define KIND_INT64		(1u << 6)
#define KIND_UINT16		(1u << 9)
#define KIND_UINT64		(1u << 11)
#define KIND_UINTPTR		(1u << 12)
#define KIND_INTERFACE		(1u << 20)
#define KIND_POINTER		(1u << 22)
#define KIND_STRING		(1u << 24)
#define KIND_STRUCT		(1u << 25)

#define WINDOW			(1u << 17)
#define NAMES_MAX		96	/* places where wanted names stand, or seem to */
#define FIELDS_MAX		128
#define NAME_SIZE		40	/* longer names than this are none of ours */

struct wanted_field {
	const char *name;
	uint32_t kinds;
	uint32_t size;
	size_t into;		/* offset in struct gobin_layout; FIXED: goes nowhere */
	uint32_t at;		/* of a FIXED one: where the probes look for it */
};

#define FIXED SIZE_MAX
#define AT(name, offset) { name, 0, 0, FIXED, offset }
#define END { NULL, 0, 0, 0, 0 }

struct wanted_struct {
	const char *package;
	const char *name;	/* as its type data has it */
	const struct wanted_field *fields;
};

#define INTO(member) offsetof(struct gobin_layout, member)

static const struct wanted_field g_fields[] = {
	{ "m", KIND_POINTER, 8, INTO(g_m), 0 },
	{ "goid", KIND_INT64 | KIND_UINT64, 8, INTO(g_goid), 0 },
	{ "parentGoid", KIND_UINT64, 8, INTO(g_parent), 0 },
	{ "startpc", KIND_UINTPTR, 8, INTO(g_start), 0 },
	END,
};

static const struct wanted_field m_fields[] = {
	{ "g0", KIND_POINTER, 8, INTO(m_g0), 0 },
	{ "gsignal", KIND_POINTER, 8, INTO(m_gsignal), 0 },
	{ "curg", KIND_POINTER, 8, INTO(m_curg), 0 },
	END,
};

static const struct wanted_field conn_fields[] = {
	{ "vers", KIND_UINT16, 2, INTO(conn_vers), 0 },
	{ "cipherSuite", KIND_UINT16, 2, INTO(conn_cipher_suite), 0 },
	{ "didResume", KIND_BOOL, 1, INTO(conn_did_resume), 0 },
	{ "curveID", KIND_UINT16, 2, INTO(conn_curve_id), 0 },
	{ "serverName", KIND_STRING, 16, INTO(conn_server_name), 0 },
	{ "clientProtocol", KIND_STRING, 16, INTO(conn_client_protocol), 0 },
	{ "config", KIND_POINTER, 8, INTO(conn_config), 0 },
	AT("conn", 0),
	END,
};

static const struct wanted_field config_fields[] = {
	{ "MinVersion", KIND_UINT16, 2, INTO(config_min_version), 0 },
	AT("RootCAs", 96), AT("ClientAuth", 144), AT("ClientCAs", 152), AT("CipherSuites", 168),
	END,
};

static const struct wanted_field certificate_fields[] = {
	{ "NotBefore", KIND_STRUCT, 24, INTO(cert_not_before), 0 },
	{ "NotAfter", KIND_STRUCT, 24, INTO(cert_not_after), 0 },
	AT("Raw", 0),
	END,
};

/* An interface up to 1.24, an atomic.Value since: the only struct of that size it ever was. */
static const struct wanted_field context_fields[] = {
	{ "err", KIND_INTERFACE | KIND_STRUCT, 16, INTO(ctx_err), 0 },
	END,
};

#define STRUCT(package, name, ...) \
	{ package, name, (const struct wanted_field[]){ __VA_ARGS__, END } }

/*
 * Behind the first six, whose fields move: those of which bpf/ takes all to be the same in every
 * release. One that a program doesn't have it can't meet either.
 */
static const struct wanted_struct wanted[] = {
	{ "runtime", "*runtime.g", g_fields },
	{ "runtime", "*runtime.m", m_fields },
	{ "crypto/tls", "*tls.Conn", conn_fields },
	{ "crypto/tls", "*tls.Config", config_fields },
	{ "crypto/x509", "*x509.Certificate", certificate_fields },
	{ "context", "*context.cancelCtx", context_fields },
	STRUCT("crypto/x509", "*x509.CertPool", AT("lazyCerts", 8)),
	STRUCT("net", "*net.netFD", AT("pfd", 0), AT("laddr", 96), AT("raddr", 112)),
	STRUCT("internal/poll", "*poll.FD", AT("Sysfd", 16)),
	STRUCT("net", "*net.TCPAddr", AT("IP", 0), AT("Port", 24)),
	STRUCT("time", "*time.Time", AT("wall", 0), AT("ext", 8)),
	STRUCT("crypto/tls", "*tls.CertificateVerificationError",
	       AT("UnverifiedCertificates", 0), AT("Err", 24)),
	STRUCT("crypto/tls", "*tls.permanentError", AT("err", 0)),
	STRUCT("crypto/tls", "*tls.RecordHeaderError", AT("Msg", 0), AT("RecordHeader", 16)),
	STRUCT("crypto/x509", "*x509.HostnameError", AT("Certificate", 0), AT("Host", 8)),
	STRUCT("crypto/x509", "*x509.UnknownAuthorityError", AT("Cert", 0), AT("hintErr", 8)),
	STRUCT("crypto/x509", "*x509.CertificateInvalidError",
	       AT("Cert", 0), AT("Reason", 8), AT("Detail", 16)),
	STRUCT("crypto/x509", "*x509.SystemRootsError", AT("Err", 0)),
	STRUCT("net", "*net.OpError", AT("Op", 0), AT("Err", 64)),
	STRUCT("net/url", "*url.Error", AT("Op", 0), AT("Err", 32)),
	STRUCT("os", "*os.SyscallError", AT("Err", 16)),
	STRUCT("io/fs", "*fs.PathError", AT("Path", 16), AT("Err", 32)),
	STRUCT("fmt", "*fmt.wrapError", AT("msg", 0), AT("err", 16)),
	STRUCT("fmt", "*fmt.wrapErrors", AT("msg", 0)),
	STRUCT("errors", "*errors.errorString", AT("s", 0)),
};

#define WANTED		(sizeof(wanted) / sizeof(wanted[0]))
#define WANTED_G	0

struct field {
	char name[NAME_SIZE];	/* empty: longer */
	uint64_t offset;
	uint64_t size;
	uint32_t kind;		/* one bit */
	uint8_t alignment;
	uint64_t type_name;	/* address */
};

struct reading {
	const struct elf *elf;
	uint64_t types;
	struct gobin_layout *layout;
	uint8_t *provenance;
	uint32_t found;		/* a bit for each of wanted */
	bool differs;		/* a fixed field is elsewhere */
	size_t name_count;
	struct {
		uint64_t at;		/* from types on, as types refer to it */
		size_t index;		/* in wanted */
	} names[NAMES_MAX];
};

/* A name as the linker stores it: flags, length, bytes. False when it can't be read. */
static bool read_name(const struct elf *elf, uint64_t address, char out[NAME_SIZE])
{
	uint8_t bytes[2 + NAME_SIZE];
	size_t length;
	bool is_whole = !elf_read_address(elf, bytes, sizeof(bytes), address);

	out[0] = '\0';
	if (!is_whole && elf_read_address(elf, bytes, 2, address))
		return false;
	length = bytes[1];
	if (length >= NAME_SIZE)
		return true;
	if (!is_whole && elf_read_address(elf, bytes, 2 + length, address))
		return false;
	memcpy(out, bytes + 2, length);
	out[length] = '\0';
	return true;
}

static bool read_field(const struct reading *reading, const uint8_t *entry, bool is_doubled,
		       struct field *out)
{
	uint8_t type[TYPE_BYTES];

	if (!read_name(reading->elf, load64(entry), out->name) ||
	    elf_read_address(reading->elf, type, sizeof(type), load64(entry + 8)))
		return false;
	out->type_name = reading->types + load32(type + TYPE_NAME);
	out->offset = load64(entry + 16) >> is_doubled;
	out->size = load64(type + TYPE_SIZE);
	out->kind = 1u << (type[TYPE_KIND] & KIND_MASK);
	out->alignment = type[TYPE_FIELD_ALIGN];
	return true;
}

static uint64_t round_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) / alignment * alignment;
}

/* Reads all fields; each must begin where the ones before it end, and the last end the struct. */
static bool read_fields(const struct reading *reading, const uint8_t *entries, uint64_t count,
			uint64_t size, bool is_doubled, struct field out[FIELDS_MAX])
{
	uint64_t end = 0, most = 1;

	for (uint64_t i = 0; i < count; i++) {
		struct field *field = &out[i];

		if (!read_field(reading, entries + i * FIELD_BYTES, is_doubled, field) ||
		    !field->alignment || field->size > size ||
		    field->offset != round_up(end, field->alignment))
			return false;
		end = field->offset + field->size;
		if (field->alignment > most)
			most = field->alignment;
	}
	if (!out[count - 1].size)
		end++;
	return round_up(end, most) == size;
}

/* False where another type than the one that is known stands under the name. */
static bool is_as_wanted(const struct reading *reading, const struct wanted_field *want,
			 const struct field *field)
{
	char type[NAME_SIZE];

	if (!(field->kind & want->kinds) || field->size != want->size)
		return false;
	if (want->into != INTO(ctx_err) || field->kind != KIND_STRUCT)
		return true;
	return read_name(reading->elf, field->type_name, type) && !strcmp(type, "*atomic.Value");
}

static void set(struct reading *reading, size_t into, int32_t value, enum gobin_provenance from)
{
	memcpy((char *)reading->layout + into, &value, sizeof(value));
	reading->provenance[into / sizeof(value)] = (uint8_t)from;
}

static bool is_fixed_there(const struct wanted_field *want, const struct field *fields,
			   uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		if (!strcmp(fields[i].name, want->name))
			return fields[i].offset == want->at;
	return false;
}

static void take_fields(struct reading *reading, const struct wanted_struct *want,
			const struct field *fields, uint64_t count)
{
	for (const struct wanted_field *one = want->fields; one->name; one++) {
		if (one->into == FIXED) {
			reading->differs |= !is_fixed_there(one, fields, count);
			continue;
		}
		set(reading, one->into, -1, GOBIN_LAYOUT_DESCRIBED);
		for (uint64_t i = 0; i < count; i++) {
			if (strcmp(fields[i].name, one->name))
				continue;
			if (!is_as_wanted(reading, one, &fields[i])) {
				set(reading, one->into, -1, GOBIN_LAYOUT_UNKNOWN);
				break;
			}
			set(reading, one->into, (int32_t)fields[i].offset, GOBIN_LAYOUT_DESCRIBED);
			if (one->into == INTO(ctx_err))
				set(reading, INTO(ctx_err_is_eface), fields[i].kind == KIND_STRUCT,
				    GOBIN_LAYOUT_DESCRIBED);
		}
	}
}

/* Up to 1.18 an offset is doubled, with a flag below it. */
static void take_struct(struct reading *reading, size_t index, uint64_t address)
{
	uint8_t head[STRUCT_BYTES], entries[FIELDS_MAX * FIELD_BYTES];
	const struct wanted_struct *want = &wanted[index];
	struct field fields[FIELDS_MAX];
	char package[NAME_SIZE];
	uint64_t count, size;

	if (elf_read_address(reading->elf, head, sizeof(head), address))
		return;
	count = load64(head + STRUCT_COUNT);
	size = load64(head + TYPE_SIZE);
	if (!count || count > FIELDS_MAX || size > INT16_MAX ||
	    !read_name(reading->elf, reading->types + load32(head + STRUCT_PACKAGE), package) ||
	    strcmp(package, want->package) ||
	    elf_read_address(reading->elf, entries, count * FIELD_BYTES,
			     load64(head + STRUCT_FIELDS)))
		return;
	if (!read_fields(reading, entries, count, size, false, fields) &&
	    !read_fields(reading, entries, count, size, true, fields))
		return;
	reading->found |= 1u << index;
	take_fields(reading, want, fields, count);
}

static void take_name(struct reading *reading, uint64_t at, const uint8_t *name)
{
	for (size_t i = 0; i < WANTED && reading->name_count < NAMES_MAX; i++) {
		size_t length = strlen(wanted[i].name);

		if (name[1] != length || memcmp(name + 2, wanted[i].name, length))
			continue;
		reading->names[reading->name_count].at = at;
		reading->names[reading->name_count++].index = i;
	}
}

/* Names that are wanted: each has flags and its length before it. */
static void find_names(struct reading *reading, uint64_t at, const uint8_t *bytes, uint64_t size)
{
	const uint8_t *star = bytes + 2, *end = bytes + size - NAME_SIZE;

	while (star < end && (star = memchr(star, '*', (size_t)(end - star)))) {
		take_name(reading, at + (uint64_t)(star - 2 - bytes), star - 2);
		star++;
	}
}

static bool is_named_struct(const uint8_t *type)
{
	return 1u << (type[TYPE_KIND] & KIND_MASK) == KIND_STRUCT &&
	       (type[TYPE_FLAGS] & FLAGS_OF_NAMED) == FLAGS_OF_NAMED;
}

/* Structs whose names were found. */
static void find_types(struct reading *reading, uint64_t at, const uint8_t *bytes, uint64_t size)
{
	for (uint64_t i = 0; i + TYPE_BYTES <= size; i += 8) {
		if (!is_named_struct(bytes + i))
			continue;
		for (size_t n = 0; n < reading->name_count; n++)
			if (load32(bytes + i + TYPE_NAME) == reading->names[n].at &&
			    !(reading->found & 1u << reading->names[n].index))
				take_struct(reading, reading->names[n].index,
					    reading->types + at + i);
	}
}

typedef void (*take_window)(struct reading *reading, uint64_t at, const uint8_t *bytes,
			    uint64_t size);

/* All in left bytes from offset; windows overlap by what a name or type takes. */
static void scan(struct reading *reading, uint64_t offset, uint64_t left, uint8_t *bytes,
		 take_window take)
{
	for (uint64_t at = 0; at < left; at += WINDOW) {
		uint64_t size = left - at < WINDOW + TYPE_BYTES ? left - at : WINDOW + TYPE_BYTES;

		if (size < TYPE_BYTES || elf_read(reading->elf, bytes, size, offset + at))
			return;
		take(reading, at, bytes, size);
	}
}

static void scan_segment(struct reading *reading, const struct segment *segment, uint64_t end,
			 uint8_t *bytes)
{
	uint64_t within = reading->types - segment->address, offset = segment->offset + within;
	uint64_t left = segment->file_size - within;

	if (segment->executable || reading->types < segment->address ||
	    within >= segment->file_size)
		return;
	if (end > reading->types && end - reading->types < left)
		left = end - reading->types;
	scan(reading, offset, left, bytes, find_names);
	if (reading->name_count)
		scan(reading, offset, left, bytes, find_types);
}

enum structs structs_read(const struct elf *elf, uint64_t types, uint64_t end,
			  struct gobin_layout *out, uint8_t provenance[GOBIN_LAYOUT_FIELDS])
{
	struct reading *reading = calloc(1, sizeof(*reading));
	uint8_t *bytes = malloc(WINDOW + TYPE_BYTES);
	enum structs answer = STRUCTS_UNPROVEN;

	if (reading)
		*reading = (struct reading){ elf, types, out, provenance, .found = 0 };
	for (size_t i = 0; reading && bytes && types % 8 == 0 && i < elf->segment_count; i++)
		scan_segment(reading, &elf->segments[i], end, bytes);
	if (reading && reading->found & 1u << WANTED_G)
		answer = reading->differs ? STRUCTS_DIFFER : STRUCTS_PROVEN;
	free(bytes);
	free(reading);
	return answer;
}
