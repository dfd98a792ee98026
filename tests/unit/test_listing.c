/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of processes: its order, what it leaves out, and that it fits. */
#include "tests/unit/unit.h"

#include <string.h>

#include "user/encode/listing.h"
#include "user/encode/wrap.h"

static const struct listed_program good = { PROGRAM_GO, "1.27.3", { NULL, NULL, NULL }, true, true };
static const struct listed_program client = { PROGRAM_GO, "1.19.8", { NULL, NULL, NULL }, true,
					      false };
static const struct listed_program packed = { PROGRAM_GO, "",
	{ "packed", "its code is not there, but packed, so that none of it can be found", "压缩" },
	false, false };
static const struct listed_program other = { PROGRAM_OTHER, "",
	{ "not_go", "it was not linked by Go", "不是 Go" }, false, false };
static const struct record_container shop = { .id = "x", .name = "shop", .image_name = "store/shop" };
static const struct record_container pod = { .pod_name = "shop-7d9", .pod_namespace = "web",
					     .pod_container = "edge", .name = "k8s_edge" };

static struct listed_process processes[6];
static struct listing listing = { .processes = processes, .count = COUNT(processes) };

static void fill(size_t index, uint32_t pid, const char *program, const struct listed_program *runs)
{
	memset(&processes[index], 0, sizeof(processes[index]));
	processes[index].pid = pid;
	processes[index].runs = runs;
	strcpy(processes[index].program, program);
}

static int prepare(void **state)
{
	(void)state;
	fill(0, 70, "shop", &good);
	processes[0].names = &shop;
	strcpy(processes[0].place.container_id, "x");
	strcpy(processes[0].place.runtime, "docker");
	fill(1, 9, "shop", &client);
	processes[1].names = &pod;
	fill(2, 800, "edge", &packed);
	fill(3, 10, "bash", &other);
	strcpy(processes[3].place.unit, "cron.service");
	fill(4, 8, "edge", &good);
	memset(processes[4].place.container_id, 'a', 64);
	fill(5, 11, "secret", NULL);
	processes[5].unread = listing_reasons[LISTING_OTHERS];
	listing.note_count = 1;
	listing.notes[0] = listing_reasons[LISTING_INSIDE];
	listing_sort(&listing);
	return 0;
}

static void table_is_sorted_and_whole(void **state)
{
	static const char wanted[] =
		"PID  PROGRAM  CONTAINER OR UNIT  GO      OBSERVED     WHY NOT\n"
		"800  edge     -                  ?       all but tls  packed: its code is not\n"
		"                                                      there, but packed, so that\n"
		"                                                      none of it can be found\n"
		"8    edge     aaaaaaaaaaaa       1.27.3  all\n"
		"70   shop     shop               1.27.3  all\n"
		"9    shop     web/shop-7d9/edge  1.19.8  all          client_only: it has no\n"
		"                                                      server: the linker left\n"
		"                                                      server handshakes out\n"
		"\n"
		"Go processes that are observed: 4; in full, which is binds, connects, system\n"
		"calls and TLS handshakes: 3.\n"
		"1 other process could not be looked at: what other users run is seen only with\n"
		"CAP_SYS_PTRACE; run it with sudo.\n"
		"pid_namespace: only processes of this pid namespace can be seen: for those of\n"
		"the host run it there, or in a container with --pid=host.\n";
	const struct report_style style = { false, LANGUAGE_ENGLISH, 80 };
	struct buffer out;

	(void)state;
	buffer_init(&out, 1 << 16);
	encode_listing(&out, &listing, false, &style);
	assert_string_equal(out.data, wanted);
	buffer_free(&out);
}

static void assert_fits(char *text, size_t width)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (text_columns(line) > width)
			print_error("%zu: %s\n", width, line);
		assert_true(text_columns(line) <= width);
		assert_int_not_equal(line[strlen(line) - 1], ' ');
	}
}

/* Where little is left for them the reasons stand below, and long names are cut. */
static void lines_fit(void **state)
{
	struct buffer out;

	(void)state;
	for (size_t width = 56; width < 120; width++) {
		const struct report_style style = { false, width % 2, width };

		buffer_init(&out, 1 << 16);
		encode_listing(&out, &listing, true, &style);
		assert_non_null(strstr(out.data, "secret"));
		assert_non_null(strstr(out.data, "bash"));
		assert_non_null(strstr(out.data, "packed"));
		assert_fits(out.data, width);
		buffer_free(&out);
	}
}

static void json_has_the_vocabulary(void **state)
{
	struct buffer out;

	(void)state;
	buffer_init(&out, 1 << 16);
	encode_listing_json(&out, &listing, false, LANGUAGE_ENGLISH);
	assert_non_null(strstr(out.data,
		"{\"process.pid\":70,\"process.executable.name\":\"shop\",\"container.id\":\"x\","
		"\"container.runtime.name\":\"docker\",\"container.name\":\"shop\","
		"\"container.image.name\":\"store/shop\",\"process.runtime.name\":\"go\","
		"\"process.runtime.version\":\"1.27.3\","
		"\"observed\":[\"bind\",\"connect\",\"syscall\",\"tls\"]}"));
	assert_non_null(strstr(out.data,
		"\"observed\":[\"bind\",\"connect\",\"syscall\"],\"reason\":\"packed\","));
	assert_non_null(strstr(out.data,
		"\"unread\":[{\"process.pid\":11,\"process.executable.name\":\"secret\","
		"\"reason\":\"missing_cap_sys_ptrace\","));
	assert_null(strstr(out.data, "bash"));
	buffer_reset(&out);
	encode_listing_json(&out, &listing, true, LANGUAGE_ENGLISH);
	assert_non_null(strstr(out.data, "\"seamark.systemd.unit\":\"cron.service\",\"observed\":[],"
					 "\"reason\":\"not_go\""));
	buffer_free(&out);
}

static void nothing_is_a_list_too(void **state)
{
	const struct report_style style = { false, LANGUAGE_ENGLISH, 80 };
	struct listing empty = { .processes = NULL };
	struct buffer out;

	(void)state;
	buffer_init(&out, 1 << 16);
	listing_sort(&empty);
	encode_listing(&out, &empty, true, &style);
	assert_string_equal(out.data, "No Go process was seen.\n");
	buffer_reset(&out);
	encode_listing_json(&out, &empty, true, LANGUAGE_ENGLISH);
	assert_string_equal(out.data, "{\"processes\":[],\"unread\":[],\"notes\":[]}\n");
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sorted_and_whole),
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(json_has_the_vocabulary),
		cmocka_unit_test(nothing_is_a_list_too),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
