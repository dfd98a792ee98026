/* SPDX-License-Identifier: BSD-2-Clause */
/* The families in which Seamark tells of itself, in the order of the outputs. */
#include "user/pipeline/self_families.h"

const struct metric_family family_verdicts = {
	.name = "seamark_verdicts",
	.otlp_name = "seamark.verdicts",
	.unit = "",
	.otlp_unit = "{verdict}",
	.help = "Failures whose cause is known, by event and cause.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_container = {
	.name = "seamark_container",
	.otlp_name = "seamark.container",
	.unit = "",
	.otlp_unit = "",
	.help = "Containers seen, joining a container's id to its names, image, runtime and pod.",
	.type = METRIC_INFO,
};
const struct metric_family family_records = {
	.name = "seamark_self_records",
	.otlp_name = "seamark.self.records",
	.unit = "",
	.otlp_unit = "{record}",
	.help = "Records received from the kernel, by what became of them.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_hits = {
	.name = "seamark_self_probe_hits",
	.otlp_name = "seamark.self.probe.hits",
	.unit = "",
	.otlp_unit = "{event}",
	.help = "Acts that a probe saw end, by probe and lane.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_submitted = {
	.name = "seamark_self_probe_submitted",
	.otlp_name = "seamark.self.probe.submitted",
	.unit = "",
	.otlp_unit = "{event}",
	.help = "Of those, what reached the ring or a histogram.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_lost = {
	.name = "seamark_self_probe_lost",
	.otlp_name = "seamark.self.probe.lost",
	.unit = "",
	.otlp_unit = "{event}",
	.help = "Of those, what was lost in the kernel, by cause.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_missed = {
	.name = "seamark_self_probe_missed",
	.otlp_name = "seamark.self.probe.missed",
	.unit = "",
	.otlp_unit = "{run}",
	.help = "Runs of a probe's programs that the kernel left out, since the same one was "
		"interrupted on that CPU: what they would have seen is no hit.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_taken = {
	.name = "seamark_self_exporter_taken",
	.otlp_name = "seamark.self.exporter.taken",
	.unit = "",
	.otlp_unit = "{item}",
	.help = "Facts or spans that an exporter was given.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_fates = {
	.name = "seamark_self_exporter_items",
	.otlp_name = "seamark.self.exporter.items",
	.unit = "",
	.otlp_unit = "{item}",
	.help = "Of those, what became of them.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_waiting = {
	.name = "seamark_self_exporter_waiting",
	.otlp_name = "seamark.self.exporter.waiting",
	.unit = "",
	.otlp_unit = "{item}",
	.help = "Of those, what waits.",
	.type = METRIC_GAUGE,
};
const struct metric_family family_programs = {
	.name = "seamark_self_programs",
	.otlp_name = "seamark.self.programs",
	.unit = "",
	.otlp_unit = "{program}",
	.help = "Executables seen, by whether their TLS handshakes are observed, and why not.",
	.type = METRIC_GAUGE,
};
const struct metric_family family_probes = {
	.name = "seamark_self_probes",
	.otlp_name = "seamark.self.probes",
	.unit = "",
	.otlp_unit = "{probe}",
	.help = "Probes of the kernel, by whether they are in place, by which means, or why not.",
	.type = METRIC_GAUGE,
};
const struct metric_family family_evidence = {
	.name = "seamark_self_evidence",
	.otlp_name = "seamark.self.evidence",
	.unit = "",
	.otlp_unit = "{search}",
	.help = "Failures for which the host was searched for evidence, or no time was left.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_abandoned = {
	.name = "seamark_self_handshakes_abandoned",
	.otlp_name = "seamark.self.handshakes.abandoned",
	.unit = "",
	.otlp_unit = "{handshake}",
	.help = "Handshakes that began and never returned, by what ended inside them.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_parsed = {
	.name = "seamark_self_executables_parsed",
	.otlp_name = "seamark.self.executables.parsed",
	.unit = "",
	.otlp_unit = "{executable}",
	.help = "Executables given to the process that parses them, by how that ended.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_probed = {
	.name = "seamark_self_executables_probed",
	.otlp_name = "seamark.self.executables.probed",
	.unit = "",
	.otlp_unit = "{executable}",
	.help = "Executables with probes now, by whether a writer would wait until these are off.",
	.type = METRIC_GAUGE,
};
const struct metric_family family_detached = {
	.name = "seamark_self_executables_detached",
	.otlp_name = "seamark.self.executables.detached",
	.unit = "",
	.otlp_unit = "{executable}",
	.help = "Executables that probes were taken off again, by why.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_late = {
	.name = "seamark_self_processes_late",
	.otlp_name = "seamark.self.processes.late",
	.unit = "",
	.otlp_unit = "{process}",
	.help = "Processes that began before their program was probed, so that some handshakes "
		"were missed, or ended before it could be looked at.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_named = {
	.name = "seamark_self_containers",
	.otlp_name = "seamark.self.containers",
	.unit = "",
	.otlp_unit = "{container}",
	.help = "Containers that were looked for, by whether their name was found.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_naming = {
	.name = "seamark_self_container_lookups",
	.otlp_name = "seamark.self.container.lookups",
	.unit = "",
	.otlp_unit = "{lookup}",
	.help = "Daemons asked for a container's name, that failed to answer, and looks put off.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_pods = {
	.name = "seamark_self_pod_lists",
	.otlp_name = "seamark.self.pod.lists",
	.unit = "",
	.otlp_unit = "{list}",
	.help = "Lists of pods that Kubernetes was asked for, by whether they came.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_entries = {
	.name = "seamark_self_table_entries",
	.otlp_name = "seamark.self.table.entries",
	.unit = "",
	.otlp_unit = "{entry}",
	.help = "Entries of the tables that tell where processes are, gone ones for a minute.",
	.type = METRIC_GAUGE,
};
const struct metric_family family_refused = {
	.name = "seamark_self_table_refused",
	.otlp_name = "seamark.self.table.refused",
	.unit = "",
	.otlp_unit = "{entry}",
	.help = "What found no place in those tables.",
	.type = METRIC_COUNTER,
};
const struct metric_family family_series = {
	.name = "seamark_self_series",
	.otlp_name = "seamark.self.series",
	.unit = "",
	.otlp_unit = "{series}",
	.help = "Series held now.",
	.type = METRIC_GAUGE,
};
const struct metric_family family_overflowed = {
	.name = "seamark_self_series_overflowed",
	.otlp_name = "seamark.self.series.overflowed",
	.unit = "",
	.otlp_unit = "{series}",
	.help = "Label sets that went to a family's overflow series.",
	.type = METRIC_COUNTER,
};

const struct metric_family *const self_families[] = {
	&family_verdicts, &family_container, &family_records, &family_hits,
	&family_submitted, &family_lost, &family_missed, &family_taken, &family_fates,
	&family_waiting, &family_probes, &family_programs, &family_evidence,
	&family_abandoned, &family_parsed, &family_probed, &family_detached, &family_late,
	&family_named, &family_naming, &family_pods, &family_entries, &family_refused, &family_series,
	&family_overflowed,
	NULL,
};

int self_families_add(struct metrics *metrics)
{
	int result = 0;

	for (size_t i = 0; self_families[i] && !result; i++)
		result = metrics_add_family(metrics, self_families[i]);
	return result;
}
