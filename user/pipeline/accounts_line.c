/* SPDX-License-Identifier: BSD-2-Clause */
/* The accounts as the last line of --facts has them, and the words that metrics share with it. */
#include "user/encode/time.h"
#include "user/pipeline/internal.h"
#include "user/pipeline/self_families.h"

const struct term loss_terms[LOSS_MAX + 1] = {
	[LOSS_RING_FULL] = { "ring_full",
			     "The ring had no room for the fact; --ring-kib gives more.",
			     "环形缓冲区没有空间容纳该事实；可用 --ring-kib 增大。" },
	[LOSS_SHED] = { "shed",
			"Turned away to leave the ring's room: a success to failures, one of many "
			"of one program to other programs'.",
			"为留出缓冲区而被舍弃：成功让位给失败，某个程序过多的事实让位给其他程序。" },
	[LOSS_MAP_FULL] = { "map_full", "The table of acts under way was full when it began.",
			    "开始时，进行中动作的表已满。" },
	[LOSS_SERIES_FULL] = { "series_full",
			       "No histogram, or no number for its program, was left.",
			       "没有剩余的直方图，或没有可分配给其程序的编号。" },
	[LOSS_NO_START] = { "no_start",
			    "The end was seen, the beginning was not: it began before Seamark.",
			    "看到了结束，没看到开始：它早于 Seamark 开始。" },
	[LOSS_NO_END] = { "no_end",
			  "The beginning was seen; who began it is not where ends are looked for.",
			  "看到了开始，但其调用者不在观测结束的位置。" },
};

const char *loss_name(enum loss cause)
{
	return cause < LOSS_MAX ? loss_terms[cause].name : "unknown";
}

const struct term lane_terms[LANE_MAX + 1] = {
	[LANE_FACT] = { "fact", "One by one, through the ring: the facts.",
			"逐条经由环形缓冲区：事实。" },
	[LANE_COUNT] = { "count",
			 "Into the kernel's histograms, from which no flood loses a count.",
			 "计入内核中的直方图，再多也不会少计。" },
};

const char *self_lane_name(int lane)
{
	return lane_terms[lane].name;
}

/* The kernel counts hits of the count lane; what came through is counted here, apart from it. */
uint64_t self_submitted(const struct probe_accounts *accounts, int lane)
{
	return lane == LANE_COUNT ? accounts->counted : accounts->lanes[lane].submitted;
}

static void lost_object(struct buffer *out, const struct accounts *accounts)
{
	bool first = true;

	buffer_string(out, "{");
	for (int cause = 0; cause < LOSS_MAX; cause++) {
		if (!accounts->lost[cause])
			continue;
		buffer_printf(out, "%s\"%s\":%llu", first ? "" : ",", loss_name(cause),
			      (unsigned long long)accounts->lost[cause]);
		first = false;
	}
	buffer_string(out, "}");
}

static void probe_object(struct buffer *out, const char *name,
			 const struct probe_accounts *accounts)
{
	buffer_printf(out, "\"%s\":{", name);
	for (int lane = 0; lane < LANE_MAX; lane++) {
		buffer_printf(out, "%s\"%s\":{\"hits\":%llu,\"submitted\":%llu,\"lost\":",
			      lane ? "," : "", self_lane_name(lane),
			      (unsigned long long)accounts->lanes[lane].hits,
			      (unsigned long long)self_submitted(accounts, lane));
		lost_object(out, &accounts->lanes[lane]);
		buffer_string(out, "}");
	}
	buffer_string(out, "}");
}

/* Only probes of which runs were left out. */
static void missed_object(struct buffer *out, const struct pipeline *pipeline)
{
	bool first = true;

	buffer_string(out, "},\"missed\":{");
	for (size_t i = 0; probes[i] && i < PROBES_MAX; i++) {
		if (!pipeline->probes[i].missed)
			continue;
		buffer_printf(out, "%s\"%s\":%llu", first ? "" : ",", probes[i]->name,
			      (unsigned long long)pipeline->probes[i].missed);
		first = false;
	}
	buffer_string(out, "}");
}

/* What only moved a table reached its end as a fact does: received is the sum of the fates. */
void pipeline_accounts_line(const struct pipeline *pipeline, uint64_t now_unix_ns,
			    struct buffer *out)
{
	const struct pipeline_accounts *accounts = &pipeline->accounts;
	bool first = true;

	buffer_string(out, "{\"time\":\"");
	encode_time(out, now_unix_ns);
	buffer_string(out, "\",\"event\":\"accounts\",\"probes\":{");
	for (size_t i = 0; probes[i] && i < PROBES_MAX; i++) {
		if (!pipeline->probes[i].known)
			continue;
		if (!first)
			buffer_string(out, ",");
		first = false;
		probe_object(out, probes[i]->name, &pipeline->probes[i]);
	}
	missed_object(out, pipeline);
	buffer_printf(out, ",\"received\":%llu,\"exported\":%llu,\"absorbed\":%llu,"
		      "\"sampled_out\":%llu,\"lost\":{\"malformed\":%llu,\"not_observed\":%llu}}\n",
		      (unsigned long long)accounts->received,
		      (unsigned long long)(accounts->exported + accounts->absorbed),
		      (unsigned long long)accounts->absorbed,
		      (unsigned long long)accounts->sampled_out,
		      (unsigned long long)accounts->lost_malformed,
		      (unsigned long long)accounts->lost_not_observed);
}
