/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of the journal, read back as its protocol has them. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "user/encode/journal.h"
#include "user/verdict/verdict.h"

#define CONTAINER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct field {
	char name[64];
	char value[4096];
};

struct entry {
	struct field fields[64];
	size_t count;
};

/* As journald does: "NAME=value\n", or "NAME\n", eight bytes of length, the value, "\n". */
static void read_entry(const struct buffer *from, struct entry *out)
{
	const char *at = from->data, *end = from->data + from->size;

	for (out->count = 0; at < end; out->count++) {
		struct field *field = &out->fields[out->count];
		size_t name = strcspn(at, "=\n"), size;

		assert_in_range(out->count, 0, COUNT(out->fields) - 1);
		assert_in_range(name, 1, sizeof(field->name) - 1);
		memcpy(field->name, at, name);
		field->name[name] = '\0';
		at += name;
		if (*at++ == '=') {
			size = strcspn(at, "\n");
		} else {
			memcpy(&size, at, 8);
			at += 8;
		}
		assert_true(size < sizeof(field->value) && at + size < end);
		memcpy(field->value, at, size);
		field->value[size] = '\0';
		at += size;
		assert_int_equal(*at++, '\n');
	}
}

/* The nth value of that name; NULL: there is none. */
static const char *value(const struct entry *entry, const char *name, size_t nth)
{
	for (size_t i = 0; i < entry->count; i++)
		if (!strcmp(entry->fields[i].name, name) && !nth--)
			return entry->fields[i].value;
	return NULL;
}

static void make_fact(struct fact *fact)
{
	memset(fact, 0, sizeof(*fact));
	fact->kind = EVENT_TLS_HANDSHAKE;
	fact->outcome = OUTCOME_ERROR;
	fact->duration_ns = 2103442;
	fact->tgid = 4242;
	fact->span = (struct span_context){ .trace_id = { 1 }, .span_id = { 2 } };
	strcpy(fact->name, "TLS client handshake a.example");
	attributes_set_integer(&fact->attributes, ATTRIBUTE_PROCESS_PID, 4242);
	attributes_set_text(&fact->attributes, ATTRIBUTE_CONTAINER_ID, CONTAINER);
	attributes_set_text(&fact->attributes, ATTRIBUTE_ERROR_TYPE, "certificate_expired");
	attributes_set_boolean(&fact->attributes, ATTRIBUTE_TLS_ESTABLISHED, false);
}

static void encode(const struct fact *fact, struct entry *out)
{
	struct buffer bytes;

	buffer_init(&bytes, 65536);
	encode_journal_entry(&bytes, fact);
	assert_false(bytes.failed);
	read_entry(&bytes, out);
	buffer_free(&bytes);
}

static void an_entry_says_all(void **state)
{
	struct verdict verdict = { .cause = "certificate_expired", .fix_count = 2 };
	struct entry entry;
	struct fact fact;

	(void)state;
	make_fact(&fact);
	strcpy(verdict.explanation, "It ended.");
	strcpy(verdict.fixes[0], "Renew it.");
	strcpy(verdict.fixes[1], "Set the clock.");
	fact.verdict = &verdict;
	encode(&fact, &entry);
	assert_string_equal(value(&entry, "MESSAGE", 0),
			    "TLS client handshake a.example: certificate_expired\nIt ended.\n"
			    "1. Renew it.\n2. Set the clock.");
	assert_string_equal(value(&entry, "PRIORITY", 0), "4");
	assert_string_equal(value(&entry, "SEAMARK_CAUSE", 0), "certificate_expired");
	assert_string_equal(value(&entry, "TRACE_ID", 0), "01000000000000000000000000000000");
	assert_string_equal(value(&entry, "SPAN_ID", 0), "0200000000000000");
	assert_string_equal(value(&entry, "OBJECT_PID", 0), "4242");
	assert_string_equal(value(&entry, "CONTAINER_ID", 0), CONTAINER);
	assert_string_equal(value(&entry, "CONTAINER_ID", 1), "0123456789ab");
	assert_string_equal(value(&entry, "TLS_ESTABLISHED", 0), "false");
	assert_string_equal(value(&entry, "SEAMARK_DURATION_NS", 0), "2103442");
	verdict.harmless = true;
	encode(&fact, &entry);
	assert_string_equal(value(&entry, "PRIORITY", 0), "6");
}

static void without_a_verdict_the_error_speaks(void **state)
{
	struct entry entry;
	struct fact fact;

	(void)state;
	make_fact(&fact);
	strcpy(fact.message, "x509: no");
	encode(&fact, &entry);
	assert_string_equal(value(&entry, "MESSAGE", 0),
			    "TLS client handshake a.example: certificate_expired\nx509: no");
	assert_null(value(&entry, "SEAMARK_CAUSE", 0));
	fact.outcome = OUTCOME_OK;
	fact.kind = EVENT_BIND;
	fact.name[0] = fact.message[0] = '\0';
	attributes_clear(&fact.attributes);
	encode(&fact, &entry);
	assert_string_equal(value(&entry, "MESSAGE", 0), "bind: ok");
	assert_string_equal(value(&entry, "PRIORITY", 0), "6");
}

/* A value that looks like a field is a value. */
static void no_value_becomes_a_field(void **state)
{
	struct entry entry;
	struct fact fact;

	(void)state;
	make_fact(&fact);
	strcpy(fact.name, "a\nPRIORITY=0\n_UID=0");
	strcpy(fact.message, "b\nSEAMARK_CAUSE=none\n");
	attributes_set_text(&fact.attributes, ATTRIBUTE_SERVER_ADDRESS, "c\nTRACE_ID=1\n");
	encode(&fact, &entry);
	assert_null(value(&entry, "_UID", 0));
	assert_null(value(&entry, "PRIORITY", 1));
	assert_null(value(&entry, "SEAMARK_CAUSE", 0));
	assert_null(value(&entry, "TRACE_ID", 1));
	assert_string_equal(value(&entry, "SERVER_ADDRESS", 0),
			    "c\\x0aTRACE_ID=1\\x0a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_says_all),
		cmocka_unit_test(without_a_verdict_the_error_speaks),
		cmocka_unit_test(no_value_becomes_a_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
