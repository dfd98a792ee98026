/* SPDX-License-Identifier: BSD-2-Clause */
/* Gathers findings from host and kernel for the judgement; nobody is observed meanwhile. */
#include "user/pipeline/trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "user/host/cgroup.h"
#include "user/host/parser.h"
#include "user/host/survey.h"
#include "user/pipeline/live.h"
#include "user/source/feature.h"
#include "user/source/source.h"

struct trial {
	struct host_facts host;
	struct feature_answer features[FEATURE_MAX];
	struct probe_state probes[SOURCE_PROBES_MAX];
	struct probe_state off;
	struct fitness_findings findings;
};

static void begin(struct trial *trial)
{
	memset(trial, 0, sizeof(*trial));
	trial->findings.host = &trial->host;
	trial->findings.features = trial->features;
	trial->findings.probes = trial->probes;
	survey_take(&trial->host);
}

static int try_parser(void)
{
	struct parser *parser;
	int result = parser_open(&parser);

	if (!result)
		parser_close(parser);
	return -result;
}

/* Where a required probe is refused, the others were not tried. */
static void none_in_place(struct trial *trial, int result, const char *problem)
{
	struct probe_state *state = trial->probes;

	for (size_t i = 0; probes[i] && i < SOURCE_PROBES_MAX; i++, state++) {
		state->name = probes[i]->name;
		state->required = probes[i]->required;
		state->error = state->required ? -result : ECANCELED;
		snprintf(state->problem, sizeof(state->problem), "%s",
			 state->required ? problem : "not tried without the process probe");
	}
	trial->findings.probe_count = (size_t)(state - trial->probes);
}

static void try_probes(struct trial *trial)
{
	const struct live_options options = { .follow_only = true, .slow_ns = UINT64_MAX };
	struct cgroup_tree tree = { .hierarchy = 0 };
	struct source *source;
	char error[256] = "";
	int result;

	cgroup_tree_find(&tree);
	result = live_open_source(&options, &tree, &source, error, sizeof(error));
	if (result) {
		none_in_place(trial, result, error);
		return;
	}
	while (trial->findings.probe_count < SOURCE_PROBES_MAX &&
	       source_state(source, trial->findings.probe_count,
			    &trial->probes[trial->findings.probe_count]))
		trial->findings.probe_count++;
	source_close(source);
}

/* By which means calls would be seen if all others were to be left alone. */
static void try_off(struct trial *trial)
{
	const struct live_options options = { .follow_only = true, .slow_ns = UINT64_MAX,
					      .syscalls = SYSCALLS_OFF };
	struct cgroup_tree tree = { .hierarchy = 0 };
	struct source *source;
	char error[256] = "";

	cgroup_tree_find(&tree);
	if (live_open_source(&options, &tree, &source, error, sizeof(error)))
		return;
	for (size_t i = 0; !trial->findings.off && source_state(source, i, &trial->off); i++)
		if (!strcmp(trial->off.name, "bind"))
			trial->findings.off = &trial->off;
	source_close(source);
}

void trial_run(enum language language, struct fitness *out)
{
	static struct trial trial;

	begin(&trial);
	feature_libbpf(trial.host.libbpf, trial.host.libbpf_compiled, sizeof(trial.host.libbpf));
	trial.host.parser_error = try_parser();
	/* First what makes libbpf silent. */
	try_probes(&trial);
	try_off(&trial);
	features_try(trial.features, &trial.findings.arrivals);
	fitness_judge(&trial.findings, language, out);
}

bool trial_may_start(char *why, size_t size)
{
	static struct trial trial;
	static struct fitness fitness;

	begin(&trial);
	fitness_judge(&trial.findings, LANGUAGE_ENGLISH, &fitness);
	for (size_t i = 0; i < fitness.count; i++) {
		const struct fitness_check *check = &fitness.checks[i];

		/* Release and capabilities have a sentence of their own. */
		if (check->section != SECTION_HOST || check->state != FITNESS_UNFIT ||
		    !strcmp(check->name, "kernel"))
			continue;
		snprintf(why, size, "this host is not fit: %s: %s. %s %s", check->name,
			 check->found, check->lost, check->advice);
		return false;
	}
	return true;
}

static void say_check(const struct fitness_check *check, trial_say say, void *context)
{
	char sentence[4 * FITNESS_TEXT + 4];

	snprintf(sentence, sizeof(sentence), "%s.%s%s%s%s%s%s", check->found,
		 check->lost[0] ? " " : "", check->lost, check->why[0] ? " " : "", check->why,
		 check->advice[0] ? " " : "", check->advice);
	say(context, sentence);
}

void trial_explain(const struct probe_state *states, size_t count, trial_say say, void *context)
{
	static struct trial trial;
	static struct fitness fitness;
	size_t troubled = 0, off = 0;

	for (size_t i = 0; i < count; i++) {
		troubled += states[i].problem[0] != '\0';
		off += states[i].is_off;
	}
	if (!troubled && !off)
		return;
	begin(&trial);
	if (troubled)
		features_try(trial.features, &trial.findings.arrivals);
	trial.findings.probes = states;
	trial.findings.probe_count = count;
	fitness_judge(&trial.findings, LANGUAGE_ENGLISH, &fitness);
	for (size_t i = 0; i < fitness.count; i++)
		if (fitness.checks[i].section == SECTION_PROBES &&
		    fitness.checks[i].state != FITNESS_OK)
			say_check(&fitness.checks[i], say, context);
}

struct sentence {
	char *text;
	size_t size;
};

static void keep_sentence(void *context, const char *sentence)
{
	struct sentence *kept = context;

	snprintf(kept->text, kept->size, "%s", sentence);
}

int trial_open_source(const struct live_options *options, const struct cgroup_tree *tree,
		      struct source **out, char *error, size_t error_size)
{
	struct probe_state state = { .name = "process", .required = true };
	struct sentence kept = { error, error_size };
	int result = live_open_source(options, tree, out, state.problem, sizeof(state.problem));

	state.error = -result;
	if (result)
		trial_explain(&state, 1, keep_sentence, &kept);
	return result;
}
