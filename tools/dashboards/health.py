# SPDX-License-Identifier: BSD-2-Clause
"""The sixth dashboard: whether Seamark itself is well, and whether its accounts close."""
from boards import AGENTS, ANY, variables
from grafana import AMBER, GREEN, RED, dashboard, lines, stat, table

LOST = 'cause!="no_start"'      # a call that had begun before its probe was there


def own(name, more=""):
    return f"seamark_self_{name}{{{AGENTS}{more and ',' + more}}}"


def by(labels, name, more="", window="$__rate_interval"):
    return f"sum by ({labels}) (rate({own(name, more)}[{window}]))"


def recent(labels, name, more=""):
    grown = f"increase({own(name, more)}[5m])"
    return f"sum by ({labels}) ({grown})" if labels else f"sum({grown})"


def glance():
    return [
        stat("Agents", "Agents whose metrics arrive.", "short", f"count({own('series')})"),
        stat("Runs since", "How long the youngest of them runs.", "dtdurations",
             f"time() - max({own('start_time_seconds')})"),
        stat("Probes refused", "Probes that a kernel refused; seamark doctor says why.", "short",
             f"sum({own('probes', 'state=' + chr(34) + 'refused' + chr(34))}) or vector(0)", ANY),
        stat("Observations lost", "Lost in the kernel in the time shown; what had begun before its "
             "probe was there does not count.", "short",
             f"sum(increase({own('probe_lost_total', LOST)}[$__range]))", ANY),
        stat("Fullest table", "Fill of the fullest table.", "percentunit",
             f"max({own('table_entries')} / {own('table_limit')})",
             ((None, GREEN), (0.7, AMBER), (0.9, RED))),
        stat("Series", "Share of the series that an agent may hold (--series), the fullest.",
             "percentunit", f"max({own('series')} / {own('series_limit')})",
             ((None, GREEN), (0.7, AMBER), (0.9, RED))),
    ]


def agents():
    return [
        table("Each agent", "How long each runs, its series, and what it lost in the last hour.",
              [(f"time() - {own('start_time_seconds')}", "Runs for", "dtdurations"),
               (own("series"), "Series", "short"), (own("series_limit"), "Series at most", "short"),
               (f"sum by (job, instance) (increase({own('probe_lost_total', LOST)}[1h]))",
                "Lost in an hour", "short")],
              {"job": "Job", "instance": "Instance"}, 12),
        table("Probes", "By which means each is in place, or for which reason not.",
              [(f"sum by (instance, probe, state, means, reason) ({own('probes')})", "Probes",
                "short")],
              {"instance": "Instance", "probe": "Probe", "state": "State", "means": "Means",
               "reason": "Reason"}, 12),
    ]


def accounts():
    hits, kept, lost = (f"sum by (probe, lane) ({own(f'probe_{name}_total')})"
                        for name in ("hits", "submitted", "lost"))
    return [
        lines("Acts seen", "Acts that the probes saw end, a second.", "ops",
              [(by("probe", "probe_hits_total", 'lane="count"'), "{{probe}}")], 8, stacked=True),
        lines("Lost in the kernel", "Lost a second, by probe, lane and cause. ring_full and shed lose "
              "a fact's detail, never a count.", "ops",
              [(by("probe, lane, cause", "probe_lost_total", LOST), "{{probe}} {{lane}}: {{cause}}")],
              8),
        lines("Left out by the kernel", "Runs of probes that the kernel left out, a second: what these "
              "would have seen is no hit.", "ops",
              [(by("probe", "probe_missed_total"), "{{probe}}")], 8),
        lines("Not accounted for", "Hits less submitted less lost: no more than what is on its way at "
              "the moment of a scrape.", "short", [(f"{hits} - {kept} - {lost}", "{{probe}} {{lane}}")],
              8, min=None),
        lines("Records", "What became of the ring's records, a second.", "ops",
              [(by("fate", "records_total"), "{{fate}}")], 8, stacked=True),
        lines("Began unseen", "Acts of the last 5 minutes whose end was seen, but not their beginning: "
              "normal when an agent starts.", "short",
              [(recent("probe", "probe_lost_total", 'cause="no_start"'), "{{probe}}")], 8),
    ]


def room():
    return [
        lines("Series held", "Series that each agent holds, of how many it may.", "percentunit",
              [(f"{own('series')} / {own('series_limit')}", "{{instance}}")], 8, max=1),
        lines("Tables", "Fill of each table, the fullest agent's.", "percentunit",
              [(f"max by (table) ({own('table_entries')} / {own('table_limit')})", "{{table}}")], 8,
              max=1),
        lines("No room", "What found no room in the last 5 minutes.", "short",
              [(recent("", "series_overflowed_total"), "series, to a family's overflow"),
               (recent("table", "table_refused_total"), "{{table}}")], 8),
    ]


def exporters():
    return [
        lines("Given to exporters", "Facts and spans a second.", "ops",
              [(by("exporter", "exporter_taken_total"), "{{exporter}}")], 8),
        lines("What became of them", "Facts and spans a second, by fate; all but sent is lost.", "ops",
              [(by("exporter, fate", "exporter_items_total"), "{{exporter}}: {{fate}}")], 8),
        lines("Waiting", "Spans that wait to be pushed.", "short",
              [(f"sum by (exporter, instance) ({own('exporter_waiting')})",
                "{{exporter}} {{instance}}")], 8),
    ]


def knowledge():
    return [
        lines("Executables", "By whether their handshakes are observed, and why not.", "short",
              [(f"sum by (handshakes) ({own('programs')})", "{{handshakes}}")], 8, stacked=True),
        lines("Executables read", "Executables of the last 5 minutes that were parsed, by how that "
              "ended.", "short", [(recent("result", "executables_parsed_total"), "{{result}}")], 8),
        lines("Probes in executables", "Executables that have probes now, by whether a lease guards "
              "them, and those of the last 5 minutes that lost theirs.", "short",
              [(f"sum by (state) ({own('executables_probed')})", "{{state}}"),
               (recent("why", "executables_detached_total"), "detached: {{why}}")], 8),
        lines("Late processes", "Processes of the last 5 minutes that began before their program was "
              "probed, or were gone before it could be looked at.", "short",
              [(recent("state", "processes_late_total"), "{{state}}")], 8),
        lines("Evidence", "Failures of the last 5 minutes for which the host was searched, or there "
              "was no time for it.", "short", [(recent("result", "evidence_total"), "{{result}}")], 8),
        lines("Names of containers", "Containers of the last 5 minutes that were looked for, and "
              "daemons that were asked.", "short",
              [(recent("result", "containers_total"), "containers {{result}}"),
               (recent("result", "container_lookups_total"), "daemons {{result}}")], 8),
    ]


def health():
    return dashboard("seamark-health", "Seamark / Health", "Whether Seamark itself is well: probes, "
                     "accounts, room, exporters.", variables(with_programs=False),
                     [("At a glance", glance()), ("Agents", agents()), ("Accounts", accounts()),
                      ("Room", room()), ("Exporters", exporters()), ("What it knows", knowledge())])
