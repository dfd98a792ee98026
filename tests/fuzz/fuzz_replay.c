/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream of records from anywhere through the whole pure half: tables, facts, verdicts, outputs. */
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "user/encode/diagnoses.h"
#include "user/encode/lines.h"
#include "user/encode/openmetrics.h"
#include "user/encode/otlp.h"
#include "user/encode/report.h"
#include "user/encode/table.h"
#include "user/pipeline/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(void *context, const struct fact *fact)
{
	static const struct otlp_agent agent = { .service_name = "seamark" };
	struct buffer *out = context;

	buffer_reset(out);
	encode_fact_line(out, fact);
	encode_fact_row(out, fact, true);
	encode_otlp_traces(out, OTLP_JSON, &agent, &fact, 1);
	encode_otlp_traces(out, OTLP_PROTOBUF, &agent, &fact, 1);
	diagnosis_add(*(struct diagnosis **)(out + 1), fact, NULL);
}

static void check_accounts(const struct pipeline *pipeline)
{
	const struct pipeline_accounts *accounts = pipeline_accounts(pipeline);

	if (accounts->received != accounts->exported + accounts->absorbed +
	    accounts->sampled_out + accounts->lost_malformed + accounts->lost_not_observed)
		abort();
}

/* The document parses, and no failure is missing from its sums. */
static void check_diagnosis(struct diagnosis *diagnosis, struct buffer *out)
{
	uint64_t failures = 0, grouped = diagnosis_beyond(diagnosis);
	cJSON *parsed;

	buffer_reset(out);
	encode_diagnoses(out, diagnosis, LANGUAGE_ENGLISH);
	if (out->failed)
		abort();
	parsed = cJSON_Parse(out->data);
	if (!parsed)
		abort();
	cJSON_Delete(parsed);
	for (int kind = EVENT_NONE; kind < EVENT_MAX; kind++)
		for (int outcome = OUTCOME_ERROR; outcome < OUTCOME_MAX; outcome++)
			failures += diagnosis_total(diagnosis, kind)->by_outcome[outcome];
	for (size_t i = 0; i < diagnosis_count(diagnosis); i++)
		grouped += diagnosis_group(diagnosis, i)->count;
	if (grouped != failures)
		abort();
}

static void feed(struct pipeline *pipeline, const uint8_t *data, size_t size)
{
	struct record_header header;

	while (size >= sizeof(header)) {
		void *bytes;

		memcpy(&header, data, sizeof(header));
		data += sizeof(header);
		size -= sizeof(header);
		if (header.size > size || header.size > RECORD_SIZE_MAX)
			return;
		/* A copy of its own, so that a byte beyond it is noticed. */
		bytes = malloc(header.size ? header.size : 1);
		memcpy(bytes, data, header.size);
		pipeline_take(pipeline, header.type, bytes, header.size);
		free(bytes);
		data += header.size;
		size -= header.size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct pipeline_options options = { .series_ceiling = 50, .seed = { 1, 2 },
						  .all_programs = size & 1 };
	struct {
		struct buffer out;
		struct diagnosis *diagnosis;
	} sink;
	struct pipeline *pipeline = pipeline_new(&options);

	buffer_init(&sink.out, 1u << 20);
	sink.diagnosis = diagnosis_new(8, size & 4);
	pipeline_add_sink(pipeline, &(struct sink){ &sink, encode, NULL });
	if (size >= 8 && !memcmp(data, RECORDING_MAGIC, 8)) {
		data += 8;
		size -= 8;
	}
	feed(pipeline, data, size);
	pipeline_refresh(pipeline, 1);
	check_accounts(pipeline);
	buffer_reset(&sink.out);
	encode_metrics(&sink.out, pipeline_metrics(pipeline), EXPOSITION_OPENMETRICS);
	encode_report(&sink.out, sink.diagnosis,
		      &(struct report_style){ size & 2, LANGUAGE_CHINESE, 40 + size % 61 });
	check_diagnosis(sink.diagnosis, &sink.out);
	pipeline_accounts_line(pipeline, 1, &sink.out);
	diagnosis_free(sink.diagnosis);
	pipeline_free(pipeline);
	buffer_free(&sink.out);
	return 0;
}
