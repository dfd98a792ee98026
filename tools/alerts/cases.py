# SPDX-License-Identifier: BSD-2-Clause
"""When each alert must fire, and when it must not: alert, how, series of one value a minute in
promtool's notation, and the moment that is looked at."""
FIRING = 'count by (alertname, severity) (ALERTS{{alertname="{}",alertstate="firing"}})'
LABELS = '{{alertname="{}",severity="{}"}}'


def series(name, **labels):
    labels = {"job": "seamark", "instance": "host-a", **labels}
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items() if value) + "}"


def own(name, **labels):
    return series("seamark_self_" + name, **labels)


def count(event, error, container="c1", **labels):
    """Of a program that acted: all that went well, or failed with that error."""
    outcome = {"outcome": "error", "error_type": error} if error else {"outcome": "ok"}
    return series(f"seamark_{event}_duration_seconds_count", container_id=container,
                  process_executable_name="shop", **outcome, **labels)


def lost(lane, cause):
    return own("probe_lost_total", probe="tls", lane=lane, cause=cause)


def hits(lane):
    return own("probe_hits_total", probe="tls", lane=lane)


WATCHED = {own("series"): "100x200", own("start_time_seconds"): "0x200"}
# Prometheus comes back after it was away; and an agent that has just begun.
BACK = {own("series"): "_x20 100x60", own("start_time_seconds"): "_x20 0x60"}
YOUNG = {own("series"): "_x20 100x60", own("start_time_seconds"): "_x20 1200x60"}
BORN, OLD, GROWS, FLAT = "_x20 1x60", "1x100", "1x20 2x60", "0x20 1x60"

def connects(good, bad):
    return {count("connect", ""): good, count("connect", "ECONNREFUSED"): bad}


def handshakes(good, bad, error="unknown_authority"):
    return {count("tls_handshake", "", tls_role="client"): good,
            count("tls_handshake", error, tls_role="client"): bad}


CASES = [
    ("SeamarkBindFailed", "fires for a program that fails once and is gone",
     {**WATCHED, count("bind", "EACCES"): "_x20 1x4 stale"}, "23m"),
    ("SeamarkBindFailed", "fires for a program that had failed before",
     {**WATCHED, count("bind", "EADDRINUSE"): GROWS}, "25m"),
    ("SeamarkBindFailed", "fires for a listen",
     {**WATCHED, count("listen", "EADDRINUSE"): BORN}, "25m"),
    ("SeamarkBindFailed", "fires where the agent is as young as the failure",
     {**YOUNG, count("bind", "EACCES"): BORN}, "25m"),
    ("SeamarkBindFailed", "stays quiet about what failed long ago",
     {**WATCHED, count("bind", "EACCES"): OLD}, "50m"),
    ("SeamarkBindFailed", "stays quiet about old failures when Prometheus was away",
     {**BACK, count("bind", "EACCES"): BORN}, "25m"),
    ("SeamarkBindFailed", "stays quiet about Go's question for IPv6",
     {**WATCHED, count("bind", "EADDRNOTAVAIL"): BORN}, "25m"),
    ("SeamarkBindFailed", "stays quiet about binds that go well",
     {**WATCHED, count("bind", ""): GROWS}, "25m"),
    ("SeamarkBindKeepsFailing", "fires for a program that is started again and again",
     {**WATCHED, **{count("bind", "EACCES", f"c{number}"): f"_x{number} 1x60"
                    for number in (12, 13, 14)}}, "21m"),
    ("SeamarkBindKeepsFailing", "stays quiet about two failures",
     {**WATCHED, **{count("bind", "EACCES", f"c{number}"): f"_x{number} 1x60"
                    for number in (12, 14)}}, "21m"),
    ("SeamarkConnectFailuresHigh", "fires where a sixth fails", connects("0+50x120", "0+10x120"),
     "90m"),
    ("SeamarkConnectFailuresHigh", "stays quiet where one of fifty fails",
     connects("0+50x120", "0+1x120"), "90m"),
    ("SeamarkConnectFailuresHigh", "stays quiet about one failure of a program that rarely connects",
     connects("1x120", "0x85 1x60"), "90m"),
    ("SeamarkConnectsFail", "fires where two thirds fail", connects("0+10x120", "0+20x120"), "90m"),
    ("SeamarkConnectsFail", "stays quiet where a sixth fails", connects("0+50x120", "0+10x120"),
     "90m"),
    ("SeamarkTlsFailuresHigh", "fires where one class of error takes a tenth",
     handshakes("0+50x120", "0+5x120"), "90m"),
    ("SeamarkTlsFailuresHigh", "stays quiet where one of fifty fails",
     handshakes("0+50x120", "0+1x120"), "90m"),
    ("SeamarkTlsFailuresHigh", "stays quiet when it has been over for long",
     handshakes("0+50x120", "0+5x30 150x90"), "90m"),
    ("SeamarkTlsHandshakesFail", "fires where two thirds fail", handshakes("0+10x120", "0+20x120"),
     "90m"),
    ("SeamarkTlsHandshakesFail", "stays quiet where a tenth fails",
     handshakes("0+50x120", "0+5x120"), "90m"),
    ("SeamarkCertificateExpired", "fires at the first",
     {**WATCHED, **handshakes("0+50x120", BORN, "certificate_expired")}, "22m"),
    ("SeamarkCertificateExpired", "stays quiet about other errors",
     {**WATCHED, **handshakes("0+50x120", BORN, "unknown_authority")}, "22m"),
    ("SeamarkCertificateExpired", "stays quiet when it is over",
     {**WATCHED, **handshakes("0+50x120", BORN, "certificate_expired")}, "60m"),
    ("SeamarkCertificateNotYetValid", "fires at the first",
     {**WATCHED, **handshakes("0+50x120", BORN, "certificate_not_yet_valid")}, "22m"),
    ("SeamarkCertificateNotYetValid", "stays quiet about expired ones",
     {**WATCHED, **handshakes("0+50x120", BORN, "certificate_expired")}, "22m"),
    ("SeamarkAgentDown", "fires when an agent that was there can't be scraped",
     {series("up"): "1x10 0x60", own("series"): "100x10 stale"}, "20m"),
    ("SeamarkAgentDown", "stays quiet about what else can't be scraped",
     {series("up", job="other"): "0x60", series("up"): "1x60", **WATCHED}, "20m"),
    ("SeamarkAbsent", "fires where there is no agent", {series("up", job="other"): "1x60"}, "15m"),
    ("SeamarkAbsent", "stays quiet where there is one", WATCHED, "15m"),
    ("SeamarkRestarts", "fires at the fourth",
     {own("start_time_seconds"): "0x5 300x5 600x5 900x5 1200x60"}, "40m"),
    ("SeamarkRestarts", "stays quiet about one", {own("start_time_seconds"): "0x5 300x60"}, "40m"),
    ("SeamarkProbeRefused", "fires where one is refused",
     {own("probes", probe="tls", state="refused", reason="EPERM"): "1x60"}, "10m"),
    ("SeamarkProbeRefused", "stays quiet where all work",
     {own("probes", probe="tls", state="works", means="raw_tp"): "1x60"}, "10m"),
    ("SeamarkFactsLost", "fires where a twentieth is lost",
     {hits("fact"): "0+100x120", lost("fact", "ring_full"): "0+5x120"}, "90m"),
    ("SeamarkFactsLost", "stays quiet about what began before its probe",
     {hits("fact"): "0+100x120", lost("fact", "no_start"): "0+5x120"}, "90m"),
    ("SeamarkFactsLost", "stays quiet where a thousandth is lost",
     {hits("fact"): "0+1000x120", lost("fact", "shed"): "0+1x120"}, "90m"),
    ("SeamarkCountsLost", "fires at the first", {lost("count", "series_full"): FLAT}, "25m"),
    ("SeamarkCountsLost", "stays quiet about facts and what began before its probe",
     {lost("fact", "ring_full"): FLAT, lost("count", "no_start"): FLAT}, "25m"),
    ("SeamarkRunsMissed", "fires where a twentieth is left out",
     {hits("count"): "0+100x120", own("probe_missed_total", probe="tls"): "0+5x120"}, "60m"),
    ("SeamarkRunsMissed", "stays quiet where a thousandth is",
     {hits("count"): "0+1000x120", own("probe_missed_total", probe="tls"): "0+1x120"}, "60m"),
    ("SeamarkRecordsMalformed", "fires at the first",
     {own("records_total", fate="malformed"): FLAT}, "25m"),
    ("SeamarkRecordsMalformed", "stays quiet about the other fates",
     {own("records_total", fate="exported"): "0+100x60",
      own("records_total", fate="malformed"): "0x60"}, "25m"),
    ("SeamarkExporterLoses", "fires where a receiver refuses",
     {own("exporter_items_total", exporter="otlp", fate="refused"): "0+10x60"}, "30m"),
    ("SeamarkExporterLoses", "stays quiet about what is sent",
     {own("exporter_items_total", exporter="otlp", fate="sent"): "0+10x60",
      own("exporter_items_total", exporter="otlp", fate="refused"): "0x60"}, "30m"),
    ("SeamarkParserFails", "fires where the parser died",
     {own("executables_parsed_total", result="died"): FLAT}, "25m"),
    ("SeamarkParserFails", "stays quiet about what was read",
     {own("executables_parsed_total", result="answered"): "0+1x60"}, "25m"),
    ("SeamarkSeriesNearLimit", "fires where four hours will do",
     {own("series"): "12000+50x120", own("series_limit"): "20000x120"}, "80m"),
    ("SeamarkSeriesNearLimit", "stays quiet where they stay",
     {own("series"): "12000x120", own("series_limit"): "20000x120"}, "80m"),
    ("SeamarkSeriesNearLimit", "stays quiet about a young agent's first series",
     {own("series"): "0+100x120", own("series_limit"): "20000x120"}, "80m"),
    ("SeamarkSeriesOverflowed", "fires at the first", {own("series_overflowed_total"): FLAT}, "25m"),
    ("SeamarkSeriesOverflowed", "stays quiet before", {own("series_overflowed_total"): "0x60"},
     "25m"),
    ("SeamarkTableNearLimit", "fires where four hours will do",
     {own("table_entries", table="contexts"): "2100+10x120",
      own("table_limit", table="contexts"): "4095x120"}, "80m"),
    ("SeamarkTableNearLimit", "stays quiet where it stays",
     {own("table_entries", table="contexts"): "3000x120",
      own("table_limit", table="contexts"): "4095x120"}, "80m"),
    ("SeamarkTableFull", "fires at the first", {own("table_refused_total", table="cgroups"): FLAT},
     "25m"),
    ("SeamarkTableFull", "stays quiet before", {own("table_refused_total", table="cgroups"): "0x60"},
     "25m"),
]
