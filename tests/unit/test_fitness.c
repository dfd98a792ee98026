/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings of a host against judgements: what is fit, what is lost, and what the reason is. */
#include "tests/unit/unit.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "user/encode/fitness.h"
#include "user/encode/wrap.h"
#include "user/host/survey.h"
#include "user/verdict/fitness.h"

#define BIT(number)	(1ULL << (number))
#define ROOT		UINT64_MAX
#define PROBES		3
#define NO_TRAMPOLINE	524

struct host {
	struct host_facts facts;
	struct feature_answer features[FEATURE_MAX];
	struct probe_state probes[PROBES];
	struct fitness_findings findings;
};

static struct fitness fitness;

/* One on which everything works. */
static void good_host(struct host *host)
{
	memset(host, 0, sizeof(*host));
	host->facts = (struct host_facts){
		.release = "6.1.0", .machine = "x86_64", .has_proc = true, .has_sys = true,
		.has_types = true, .types_bytes = 4119994, .lockdown = "none",
		.capabilities = ROOT, .jit = 1, .memlock_bytes = 8388608,
		.memlock_hard_bytes = 8388608, .cgroup_mode = CGROUP_MODE_V2,
		.cgroup_tree = "/sys/fs/cgroup", .expedites = true, .clock_source = "tsc",
		.libbpf = "1.4", .libbpf_compiled = "1.4",
	};
	host->probes[0] = (struct probe_state){ .name = "process", .means = "raw_tp",
						.required = true };
	host->probes[1] = (struct probe_state){ .name = "tls", .means = "uprobe_multi" };
	host->probes[2] = (struct probe_state){ .name = "sockets", .means = "iterator" };
	host->findings = (struct fitness_findings){ &host->facts, host->features, { 23, 23 },
						    host->probes, PROBES };
}

static const struct fitness_check *check_of(const char *name)
{
	for (size_t i = 0; i < fitness.count; i++)
		if (!strcmp(fitness.checks[i].name, name))
			return &fitness.checks[i];
	return NULL;
}

static void judge(const struct host *host)
{
	fitness_judge(&host->findings, LANGUAGE_ENGLISH, &fitness);
	assert_in_range(fitness.count, 1, FITNESS_CHECKS - 1);
}

static void a_good_host_is_fit(void **state)
{
	struct host host;

	(void)state;
	good_host(&host);
	judge(&host);
	assert_int_equal(fitness.state, FITNESS_OK);
	for (size_t i = 0; i < fitness.count; i++) {
		assert_true(fitness.checks[i].found[0]);
		assert_string_equal(fitness.checks[i].lost, "");
		assert_string_equal(fitness.checks[i].advice, "");
	}
	assert_string_equal(check_of("tls")->found, "uprobe_multi");
	assert_non_null(strstr(check_of("uprobe_multi")->found, "23/23"));
}

static void no_capability(struct host *host) { host->facts.capabilities = 0; }
static void only_admin(struct host *host)
{
	host->facts.capabilities = BIT(BIT_SYS_ADMIN) | BIT(BIT_SYS_PTRACE);
}
static void no_lease(struct host *host) { host->facts.capabilities &= ~BIT(BIT_LEASE); }
static void no_resource(struct host *host) { host->facts.capabilities &= ~BIT(BIT_SYS_RESOURCE); }
static void no_types(struct host *host) { host->facts.has_types = false; }
static void locked(struct host *host) { strcpy(host->facts.lockdown, "confidentiality"); }
static void kept_back(struct host *host) { host->features[FEATURE_READ_KERNEL].error = EINVAL; }
static void all_refused(struct host *host)
{
	for (int i = 0; i < FEATURE_MAX; i++)
		host->features[i].error = EPERM;
}
static void half_locked(struct host *host) { strcpy(host->facts.lockdown, "integrity"); }
static void no_proc(struct host *host) { host->facts.has_proc = false; }
static void hidden(struct host *host) { strcpy(host->facts.hide_pid, "invisible"); }
static void pid_namespace(struct host *host) { host->facts.own_pid_namespace = true; }
static void net_namespace(struct host *host) { host->facts.own_net_namespace = true; }
static void no_cgroups(struct host *host)
{
	host->facts.cgroup_mode = CGROUP_MODE_NONE;
	host->facts.cgroup_tree[0] = '\0';
}
static void hybrid(struct host *host)
{
	host->facts.cgroup_mode = CGROUP_MODE_HYBRID;
	strcpy(host->facts.cgroup_tree, "/sys/fs/cgroup/memory");
}
static void no_jit(struct host *host) { host->facts.jit = 0; }
static void unknown_jit(struct host *host) { host->facts.jit = FACT_UNKNOWN; }
static void read_only(struct host *host) { host->facts.expedites = false; }
static void slow_clock(struct host *host) { strcpy(host->facts.clock_source, "hpet"); }
static void no_parser(struct host *host) { host->facts.parser_error = ENOSYS; }

static const struct {
	void (*change)(struct host *host);
	const char *name;
	enum fitness_state state, overall;
} cases[] = {
	{ no_capability, "CAP_BPF", FITNESS_UNFIT, FITNESS_UNFIT },
	{ only_admin, "CAP_BPF", FITNESS_OK, FITNESS_LOSS },
	{ no_lease, "CAP_LEASE", FITNESS_LOSS, FITNESS_LOSS },
	{ no_resource, "CAP_SYS_RESOURCE", FITNESS_NOTE, FITNESS_NOTE },
	{ no_types, "btf", FITNESS_UNFIT, FITNESS_UNFIT },
	{ locked, "lockdown", FITNESS_UNFIT, FITNESS_UNFIT },
	{ half_locked, "lockdown", FITNESS_OK, FITNESS_OK },
	{ no_proc, "proc", FITNESS_UNFIT, FITNESS_UNFIT },
	{ hidden, "proc", FITNESS_OK, FITNESS_OK },
	{ pid_namespace, "pid_namespace", FITNESS_UNFIT, FITNESS_UNFIT },
	{ net_namespace, "net_namespace", FITNESS_NOTE, FITNESS_NOTE },
	{ no_cgroups, "cgroups", FITNESS_UNFIT, FITNESS_UNFIT },
	{ hybrid, "cgroups", FITNESS_OK, FITNESS_OK },
	{ no_jit, "bpf_jit", FITNESS_NOTE, FITNESS_NOTE },
	{ unknown_jit, "bpf_jit", FITNESS_OK, FITNESS_OK },
	{ read_only, "rcu_expedited", FITNESS_LOSS, FITNESS_LOSS },
	{ slow_clock, "clock_source", FITNESS_NOTE, FITNESS_NOTE },
	{ no_parser, "parser", FITNESS_UNFIT, FITNESS_UNFIT },
};

static void findings_are_judged(void **state)
{
	struct host host;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		good_host(&host);
		cases[i].change(&host);
		judge(&host);
		assert_int_equal(check_of(cases[i].name)->state, cases[i].state);
		assert_int_equal(fitness.state, cases[i].overall);
		if (cases[i].state > FITNESS_OK)
			assert_true(check_of(cases[i].name)->lost[0]);
		if (cases[i].state > FITNESS_NOTE)
			assert_true(check_of(cases[i].name)->advice[0]);
	}
}

static void filtered(struct host *host) { host->facts.seccomp = 2; }
static void filtered_all(struct host *host)
{
	filtered(host);
	host->features[FEATURE_BPF].error = EPERM;
}
static void small_memlock(struct host *host)
{
	strcpy(host->facts.release, "5.10.0-32-amd64");
	host->facts.memlock_hard_bytes = 65536;
	no_resource(host);
}
static void unprivileged(struct host *host)
{
	host->facts.capabilities = BIT(BIT_BPF) | BIT(BIT_PERFMON) | BIT(BIT_SYS_PTRACE);
	host->features[FEATURE_UPROBE].error = EACCES;
}
static void user_namespace(struct host *host) { host->facts.own_user_namespace = true; }
static void no_sys(struct host *host) { host->facts.has_sys = false; }
static void as_it_is(struct host *host) { (void)host; }

static const struct {
	void (*change)(struct host *host);
	int error;
	const char *cause;		/* NULL: none is known */
} refusals[] = {
	{ as_it_is, EPERM, "policy" },
	{ as_it_is, EACCES, "verifier" },
	{ all_refused, EACCES, "policy" },
	{ as_it_is, EINVAL, "not_known" },
	{ as_it_is, ENOSYS, "not_built" },
	{ as_it_is, ENOENT, "not_built" },
	{ as_it_is, ENOMEM, "no_memory" },
	{ as_it_is, NO_TRAMPOLINE, "no_trampoline" },
	{ as_it_is, EMFILE, "no_descriptors" },
	{ as_it_is, EIO, NULL },
	{ no_sys, ENOENT, "no_sysfs" },
	{ no_capability, EPERM, "missing_capability" },
	{ user_namespace, EPERM, "user_namespace" },
	{ filtered, EPERM, "policy" },		/* it lets others of the same call pass */
	{ filtered_all, EPERM, "seccomp" },
	{ locked, EPERM, "lockdown" },
	{ locked, EINVAL, "lockdown" },
	{ kept_back, EINVAL, "lockdown" },	/* without securityfs */
	{ all_refused, EPERM, "policy" },
	{ half_locked, EPERM, "policy" },
	{ small_memlock, EPERM, "memlock" },
	{ unprivileged, EACCES, "missing_cap_sys_admin" },
};

static void refusals_have_a_cause(void **state)
{
	struct host host;

	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct fitness_check *check;

		good_host(&host);
		refusals[i].change(&host);
		host.probes[1].error = refusals[i].error;
		strcpy(host.probes[1].problem, "the kernel refused the tls probe");
		judge(&host);
		check = check_of("tls");
		assert_int_equal(check->state, FITNESS_LOSS);
		assert_non_null(strstr(check->lost, "bind and connect still are"));
		if (!refusals[i].cause) {
			assert_null(check->cause);
			continue;
		}
		assert_string_equal(check->cause, refusals[i].cause);
		assert_null(strstr(check->why, "{}"));
		assert_true(check->why[0] && check->advice[0]);
	}
}

/* An interpreter has not all that a JIT has: a newer kernel is no advice. */
static void an_interpreter_is_told(void **state)
{
	struct host host;

	(void)state;
	good_host(&host);
	host.features[FEATURE_MIXED_CALLS] = (struct feature_answer){ EINVAL, STAGE_LOAD };
	judge(&host);
	assert_string_equal(check_of("mixed_calls")->cause, "not_known");
	assert_int_equal(check_of("mixed_calls")->state, FITNESS_NOTE);
	host.features[FEATURE_UPROBE_MULTI] = (struct feature_answer){ EINVAL, STAGE_ATTACH };
	no_jit(&host);
	judge(&host);
	assert_string_equal(check_of("mixed_calls")->cause, "jit_off");
	assert_non_null(strstr(check_of("mixed_calls")->advice, "bpf_jit_enable=1"));
	assert_string_equal(check_of("uprobe_multi")->cause, "not_known");
	host.probes[1].error = EINVAL;
	strcpy(host.probes[1].problem, "the kernel refused the tls probe");
	judge(&host);
	assert_string_equal(check_of("tls")->cause, "jit_off");
}

static void a_required_probe_makes_unfit(void **state)
{
	struct host host;

	(void)state;
	good_host(&host);
	host.probes[0].error = EPERM;
	strcpy(host.probes[0].problem, "the kernel refused the process probe");
	judge(&host);
	assert_int_equal(fitness.state, FITNESS_UNFIT);
	assert_string_equal(check_of("process")->error, "EPERM");
}

static void a_small_memlock_is_told(void **state)
{
	struct host host;

	(void)state;
	good_host(&host);
	small_memlock(&host);
	host.probes[0].error = EPERM;
	strcpy(host.probes[0].problem, "the kernel refused the process probe");
	judge(&host);
	assert_non_null(strstr(check_of("process")->why, "too small (64 KiB)"));
}

static void what_is_not_used_costs_nothing(void **state)
{
	struct host host;

	(void)state;
	good_host(&host);
	host.features[FEATURE_FENTRY] = (struct feature_answer){ NO_TRAMPOLINE, STAGE_ATTACH };
	host.features[FEATURE_LSM] = (struct feature_answer){ EPERM, STAGE_LOAD };
	judge(&host);
	assert_int_equal(fitness.state, FITNESS_NOTE);
	assert_string_equal(check_of("fentry")->error, "ENOTSUPP");
	assert_string_equal(check_of("fentry")->stage, "attach");
	assert_string_equal(check_of("fentry")->advice, "");
	assert_string_equal(check_of("lsm")->cause, "policy");
}

static void lockdown_explains_only_what_reads(void **state)
{
	struct host host;

	(void)state;
	good_host(&host);
	locked(&host);
	host.features[FEATURE_READ_KERNEL] = (struct feature_answer){ EINVAL, STAGE_LOAD };
	host.features[FEATURE_UPROBE_MULTI] = (struct feature_answer){ EINVAL, STAGE_ATTACH };
	judge(&host);
	assert_string_equal(check_of("read_kernel")->cause, "lockdown");
	assert_string_equal(check_of("uprobe_multi")->cause, "not_known");
}

/* Every finding at its worst, in both languages: all lines fit, the JSON is whole. */
static void tables_and_json(void **state)
{
	struct host host;
	struct buffer out;
	cJSON *root;

	(void)state;
	good_host(&host);
	for (size_t i = 0; i < COUNT(cases); i++)
		cases[i].change(&host);
	for (int i = 0; i < FEATURE_MAX; i++)
		host.features[i] = (struct feature_answer){ EPERM, STAGE_LOAD };
	for (int i = 0; i < PROBES; i++)
		strcpy(host.probes[i].problem, "the kernel refused the probe");
	for (int language = LANGUAGE_ENGLISH; language <= LANGUAGE_CHINESE; language++) {
		fitness_judge(&host.findings, language, &fitness);
		buffer_init(&out, 1 << 20);
		encode_fitness(&out, &fitness, &(struct report_style){ false, language, 80 });
		assert_false(out.failed);
		for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n"))
			assert_in_range(text_columns(line), 0, 80);
		buffer_reset(&out);
		encode_fitness_json(&out, &fitness);
		root = cJSON_Parse(out.data);
		assert_non_null(root);
		assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(root, "state")),
				    "unfit");
		assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(root, "features")),
				 FEATURE_MAX);
		cJSON_Delete(root);
		buffer_free(&out);
	}
}

#define LINE(point, type, options) "36 35 98:0 / " point " rw shared:1 - " type " none " options "\n"

static void mounts_are_read(void **state)
{
	char text[16];

	(void)state;
	assert_int_equal(survey_cgroup_mode(""), CGROUP_MODE_NONE);
	assert_int_equal(survey_cgroup_mode("garbage\n - \n"), CGROUP_MODE_NONE);
	assert_int_equal(survey_cgroup_mode(LINE("/c", "cgroup2", "rw")), CGROUP_MODE_V2);
	assert_int_equal(survey_cgroup_mode(LINE("/c", "cgroup", "rw,memory")), CGROUP_MODE_V1);
	assert_int_equal(survey_cgroup_mode(LINE("/c", "cgroup", "rw,memory")
					    LINE("/u", "cgroup2", "rw")), CGROUP_MODE_HYBRID);
	assert_int_equal(survey_cgroup_mode(LINE("/s", "cgroup", "rw,name=systemd")
					    LINE("/u", "cgroup2", "rw")), CGROUP_MODE_V2);
	survey_hide_pid(LINE("/proc", "proc", "rw"), text, sizeof(text));
	assert_string_equal(text, "");
	survey_hide_pid(LINE("/proc", "proc", "rw,hidepid=invisible,gid=4"), text, sizeof(text));
	assert_string_equal(text, "invisible");
	survey_hide_pid(LINE("/mnt/proc", "proc", "rw,hidepid=2"), text, sizeof(text));
	assert_string_equal(text, "");
	survey_lockdown("none [integrity] confidentiality", text, sizeof(text));
	assert_string_equal(text, "integrity");
	survey_lockdown("", text, sizeof(text));
	assert_string_equal(text, "");
	survey_lockdown("[", text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_host_is_fit),
		cmocka_unit_test(findings_are_judged),
		cmocka_unit_test(refusals_have_a_cause),
		cmocka_unit_test(an_interpreter_is_told),
		cmocka_unit_test(a_required_probe_makes_unfit),
		cmocka_unit_test(a_small_memlock_is_told),
		cmocka_unit_test(what_is_not_used_costs_nothing),
		cmocka_unit_test(lockdown_explains_only_what_reads),
		cmocka_unit_test(tables_and_json),
		cmocka_unit_test(mounts_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
