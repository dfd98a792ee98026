# SPDX-License-Identifier: BSD-2-Clause
"""Recording rules and alerts. Names of records: what they are told apart by, the metric, how it was
taken: program:seamark_connect_failures:ratio_rate5m."""
PROGRAM = "job, instance, container_id, seamark_systemd_unit, process_executable_name"
FAILED = 'outcome="error"'
# A race's loser and what the program gave up are neither success nor failure.
DECIDED = 'outcome=~"ok|error"'
# What had begun before its probe was there is no loss.
LOST = 'cause!="no_start"'

WHO = ("{{ $labels.process_executable_name }} on {{ $labels.instance }}"
       "{{ with $labels.container_id }} in container {{ . }}{{ end }}"
       "{{ with $labels.seamark_systemd_unit }} of {{ . }}{{ end }}")


def record(name, by, query, **labels):
    labels_after = [label.strip() for label in by.split(",")] + list(labels)
    return {"record": name, "expr": query, "labels": labels, "gives": labels_after}


def alert(name, severity, query, summary, description, wait="0m", keep=None):
    return {"alert": name, "expr": query, "for": wait, "severity": severity, "keep": keep,
            "summary": summary, "description": description}


def grown(metric, matchers, window):
    """increase() leaves out what a series was born with, and a program that dies of its first failure
    gives one that is born with all that it will ever hold. A series is taken for newly born only where
    somebody looked before, or the agent itself is young: Prometheus may have been away."""
    one = f"{metric}{{{matchers}}}"
    return (f"(({one} unless {one} offset {window})\n"
            f"  and on (job, instance) (seamark_self_series offset {window}\n"
            f"    or time() - seamark_self_start_time_seconds < {seconds(window)}))\n"
            f"or\n(increase({one}[{window}]) > 0)")


def seconds(window):
    return int(window[:-1]) * {"m": 60, "h": 3600}[window[-1]]


def indent(text, by=2):
    return "\n".join(" " * by + line for line in text.split("\n"))


def total(by, query):
    return f"sum by ({by}) (\n{indent(query)}\n)"


def ratio(by, metric, window):
    return (f"sum by ({by}) (rate({metric}{{{FAILED}}}[{window}]))\n/\n"
            f"sum by ({by}) (rate({metric}{{{DECIDED}}}[{window}]))")


def records():
    connect = "seamark_connect_duration_seconds_count"
    tls = "seamark_tls_handshake_duration_seconds_count"
    found = []
    for event in ("bind", "listen"):
        found.append(record(f"program:seamark_{event}_failures:increase10m", PROGRAM + ", error_type",
                            total(PROGRAM + ", error_type",
                                  grown(f"seamark_{event}_duration_seconds_count", FAILED, "10m"))))
    for name, metric in (("connect", connect), ("tls_handshake", tls)):
        found.append(record(f"program:seamark_{name}s:rate5m", PROGRAM,
                            f"sum by ({PROGRAM}) (rate({metric}{{{DECIDED}}}[5m]))"))
        for window in ("5m", "1h"):
            found.append(record(f"program:seamark_{name}_failures:ratio_rate{window}", PROGRAM,
                                ratio(PROGRAM, metric, window)))
        found.append(record(f"job:seamark_{name}_failures:ratio_rate5m", "job",
                            ratio("job", metric, "5m")))
    by_class = f"{PROGRAM}, tls_role, error_type"
    for window in ("5m", "1h"):
        found.append(record(
            f"program_class:seamark_tls_handshake_failures:ratio_rate{window}", by_class,
            f"sum by ({by_class}) (rate({tls}{{{FAILED}}}[{window}]))\n"
            f"/ on ({PROGRAM}, tls_role) group_left ()\n"
            f"sum by ({PROGRAM}, tls_role) (rate({tls}{{{DECIDED}}}[{window}]))"))
    found.append(record(
        "program:seamark_certificates_out_of_date:increase15m", PROGRAM + ", tls_role, error_type",
        total(PROGRAM + ", tls_role, error_type",
              grown(tls, 'error_type=~"certificate_expired|certificate_not_yet_valid"', "15m"))))
    for window in ("5m", "1h"):
        lost = f"seamark_self_probe_lost_total{{{LOST}}}[{window}]"
        found.append(record(
            f"probe:seamark_self_lost:ratio_rate{window}", "job, instance, probe, lane",
            f"sum by (job, instance, probe, lane) (rate({lost}))\n/\n"
            f"(sum by (job, instance, probe, lane) "
            f"(rate(seamark_self_probe_hits_total[{window}])) > 0)"))
    found.append(record("table:seamark_self_table_entries:ratio", "job, instance, table",
                        "seamark_self_table_entries / seamark_self_table_limit"))
    found.append(record("instance:seamark_self_series:ratio", "job, instance",
                        "seamark_self_series / seamark_self_series_limit"))
    return found


def program_alerts():
    failures = ("(program:seamark_bind_failures:increase10m{0}\n"
                "or program:seamark_listen_failures:increase10m{0})")
    return [
        # EADDRNOTAVAIL: Go itself asks at a program's start whether [::1] is there.
        alert("SeamarkBindFailed", "warning",
              failures.format('{error_type!="EADDRNOTAVAIL"}') + " > 0",
              f"{WHO} could not listen: {{{{ $labels.error_type }}}}",
              "A bind or listen was refused in the last 10 minutes. Its cause and what mends it stand "
              "on the agent's page /api/v1/diagnoses.",
              keep=f"{PROGRAM}, error_type"),
        alert("SeamarkBindKeepsFailing", "critical",
              "sum without (container_id) " +
              failures.format('{error_type!="EADDRNOTAVAIL"}') + " >= 3",
              "{{ $labels.process_executable_name }} on {{ $labels.instance }} fails to listen again "
              "and again: {{ $labels.error_type }}",
              "{{ $value | printf \"%.0f\" }} binds or listens were refused within 10 minutes, in "
              "whichever containers: most likely it is started again and again.", wait="5m",
              keep="job, instance, seamark_systemd_unit, process_executable_name, error_type"),
        alert("SeamarkConnectFailuresHigh", "warning",
              "program:seamark_connect_failures:ratio_rate5m > 0.1\n"
              "and program:seamark_connect_failures:ratio_rate1h > 0.02\n"
              "and program:seamark_connects:rate5m > 0.05",
              f"{WHO}: {{{{ $value | humanizePercentage }}}} of its connects fail",
              "More than 10 % of the connects of the last 5 minutes failed, and more than 2 % of the "
              "last hour's.", wait="5m", keep=PROGRAM),
        alert("SeamarkConnectsFail", "critical",
              "program:seamark_connect_failures:ratio_rate5m > 0.5\n"
              "and program:seamark_connect_failures:ratio_rate1h > 0.1\n"
              "and program:seamark_connects:rate5m > 0.05",
              f"{WHO}: {{{{ $value | humanizePercentage }}}} of its connects fail",
              "More than half of the connects of the last 5 minutes failed, and more than 10 % of the "
              "last hour's.", wait="5m", keep=PROGRAM),
        alert("SeamarkTlsFailuresHigh", "warning",
              "program_class:seamark_tls_handshake_failures:ratio_rate5m > 0.05\n"
              "and program_class:seamark_tls_handshake_failures:ratio_rate1h > 0.01\n"
              f"and on ({PROGRAM})\n"
              "  program:seamark_tls_handshakes:rate5m > 0.02",
              f"{WHO}: {{{{ $value | humanizePercentage }}}} of its handshakes as a "
              "{{ $labels.tls_role }} fail with {{ $labels.error_type }}",
              "More than 5 % of the handshakes of the last 5 minutes failed with this class of Go "
              "error, and more than 1 % of the last hour's.", wait="5m",
              keep=f"{PROGRAM}, tls_role, error_type"),
        alert("SeamarkTlsHandshakesFail", "critical",
              "program:seamark_tls_handshake_failures:ratio_rate5m > 0.5\n"
              "and program:seamark_tls_handshake_failures:ratio_rate1h > 0.1\n"
              "and program:seamark_tls_handshakes:rate5m > 0.02",
              f"{WHO}: {{{{ $value | humanizePercentage }}}} of its TLS handshakes fail",
              "More than half of the handshakes of the last 5 minutes failed, and more than 10 % of "
              "the last hour's.", wait="5m", keep=PROGRAM),
        alert("SeamarkCertificateExpired", "critical",
              'program:seamark_certificates_out_of_date:increase15m{error_type="certificate_expired"}'
              " > 0",
              f"{WHO} met an expired certificate as a {{{{ $labels.tls_role }}}}",
              "A handshake of the last 15 minutes failed since a certificate had expired. Whose, and "
              "since when, stands on the agent's page /api/v1/diagnoses.",
              keep=f"{PROGRAM}, tls_role, error_type"),
        alert("SeamarkCertificateNotYetValid", "warning",
              "program:seamark_certificates_out_of_date:increase15m"
              '{error_type="certificate_not_yet_valid"} > 0',
              f"{WHO} met a certificate that is not valid yet as a {{{{ $labels.tls_role }}}}",
              "A handshake of the last 15 minutes failed since a certificate was not valid yet: it is "
              "used too early, or a clock is wrong.", keep=f"{PROGRAM}, tls_role, error_type"),
    ]


def health_alerts():
    probe = "{{ $labels.probe }} on {{ $labels.instance }}"
    return [
        alert("SeamarkAgentDown", "critical",
              "up == 0\nand on (job, instance) count_over_time(seamark_self_series[1d])",
              "No metrics come from the agent {{ $labels.instance }}",
              "Prometheus can't scrape an agent that it scraped within the last day.", wait="5m",
              keep="job, instance"),
        alert("SeamarkAbsent", "critical", "absent(seamark_self_series)",
              "No agent of Seamark sends metrics",
              "Not one agent's metrics are in Prometheus: none runs, or the job that scrapes them is "
              "gone.", wait="10m", keep=""),
        alert("SeamarkRestarts", "warning", "changes(seamark_self_start_time_seconds[1h]) > 3",
              "The agent {{ $labels.instance }} began anew {{ $value }} times within an hour",
              "The agent does not stay up: what happens in between is not observed.",
              keep="job, instance"),
        alert("SeamarkProbeRefused", "warning", 'seamark_self_probes{state="refused"} == 1',
              f"The kernel refuses the probe {probe}: {{{{ $labels.reason }}}}",
              "What this probe observes is missing on that host.", wait="5m",
              keep="job, instance, probe, reason"),
        alert("SeamarkFactsLost", "warning",
              'probe:seamark_self_lost:ratio_rate5m{lane="fact"} > 0.01\n'
              'and probe:seamark_self_lost:ratio_rate1h{lane="fact"} > 0.001',
              f"{{{{ $value | humanizePercentage }}}} of the facts of {probe} are lost",
              "More than 1 % of the facts of the last 5 minutes got lost in the kernel, and more than "
              "0.1 % of the last hour's. Counts are whole.", wait="10m",
              keep="job, instance, probe, lane"),
        alert("SeamarkCountsLost", "critical",
              f'increase(seamark_self_probe_lost_total{{lane="count",{LOST}}}[10m]) > 0',
              f"Counts of {probe} get lost: {{{{ $labels.cause }}}}",
              "Metrics of this probe tell less than what happened on that host.",
              keep="job, instance, probe, lane, cause"),
        alert("SeamarkRunsMissed", "warning",
              "sum by (job, instance, probe) (rate(seamark_self_probe_missed_total[15m]))\n/\n"
              "(sum by (job, instance, probe) "
              '(rate(seamark_self_probe_hits_total{lane="count"}[15m])) > 0)\n> 0.01',
              f"The kernel leaves out {{{{ $value | humanizePercentage }}}} of the runs of {probe}",
              "What these runs would have seen is in no metric.", wait="15m",
              keep="job, instance, probe"),
        alert("SeamarkRecordsMalformed", "critical",
              'increase(seamark_self_records_total{fate="malformed"}[10m]) > 0',
              "The agent {{ $labels.instance }} can't decode its own records",
              "Records of the kernel contradict themselves: this is a fault of Seamark.",
              keep="job, instance, fate"),
        alert("SeamarkExporterLoses", "warning",
              'increase(seamark_self_exporter_items_total{fate!="sent"}[10m]) > 0',
              "The exporter {{ $labels.exporter }} of {{ $labels.instance }} loses what it was given: "
              "{{ $labels.fate }}",
              "{{ $value | printf \"%.0f\" }} facts or spans of the last 10 minutes did not arrive.",
              wait="5m", keep="job, instance, exporter, fate"),
        alert("SeamarkParserFails", "warning",
              'increase(seamark_self_executables_parsed_total{result!="answered"}[15m]) > 0',
              "The agent {{ $labels.instance }} could not read an executable: {{ $labels.result }}",
              "Handshakes of that program are not observed; binds, connects and system calls are.",
              keep="job, instance, result"),
        alert("SeamarkSeriesNearLimit", "warning",
              "predict_linear(seamark_self_series[1h], 4 * 3600) > seamark_self_series_limit\n"
              "and instance:seamark_self_series:ratio > 0.5",
              "The agent {{ $labels.instance }} will be out of series within four hours",
              "Beyond the limit new containers and programs share one series for each metric.",
              wait="15m", keep="job, instance"),
        alert("SeamarkSeriesOverflowed", "warning",
              "increase(seamark_self_series_overflowed_total[10m]) > 0",
              "The agent {{ $labels.instance }} is out of series",
              "New containers and programs share one series for each metric; sums are whole.",
              keep="job, instance"),
        alert("SeamarkTableNearLimit", "warning",
              "predict_linear(seamark_self_table_entries[1h], 4 * 3600) > seamark_self_table_limit\n"
              "and table:seamark_self_table_entries:ratio > 0.5",
              "The table of {{ $labels.table }} of {{ $labels.instance }} will be full within four "
              "hours",
              "Beyond its limit, new ones are not told apart or not placed in their containers.",
              wait="15m", keep="job, instance, table"),
        alert("SeamarkTableFull", "warning",
              "increase(seamark_self_table_refused_total[10m]) > 0",
              "The table of {{ $labels.table }} of {{ $labels.instance }} is full",
              "New ones are not placed in their containers.", keep="job, instance, table"),
    ]


GROUPS = [("seamark.records", records()), ("seamark.programs", program_alerts()),
          ("seamark.health", health_alerts())]
