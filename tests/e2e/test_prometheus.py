#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A real Prometheus scrapes the agent; promtool and a second parser read every line."""
import gzip
import os
import re
import secrets
import time
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text_format

from harness import (Agent, accounts_close, build, cases, check, container, equal, main, program, run,
                     test, wait_for)
from prometheus import NEWER, Prometheus

SCRAPES_FOR_SECONDS = int(os.environ.get("SCRAPE_SECONDS", "60"))
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
PROTOBUF = ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
            "encoding=delimited")


def scraped_accounts_close(agent):
    """In one scrape, where nothing goes on: with Prometheus' own calls that takes a few tries."""
    def total(samples, name, *wanted):
        return sum(value for (found, labels), value in samples.items()
                   if found == f"seamark_self_{name}_total" and set(wanted) <= set(labels))

    def open_accounts():
        samples = agent.samples()
        wrong = {}
        for probe in ("process", "syscall", "bind", "connect", "tls"):
            for lane in ("fact", "count"):
                which = (("probe", probe), ("lane", lane))
                rest = (total(samples, "probe_hits", *which) -
                        total(samples, "probe_submitted", *which) -
                        total(samples, "probe_lost", *which))
                if rest:
                    wrong[probe, lane] = rest
        received = total(samples, "records")
        submitted = total(samples, "probe_submitted", ("lane", "fact"))
        if received != submitted:
            wrong["records"] = (received, submitted)
        return wrong
    wait_for(lambda: not open_accounts(), 10, "a scrape whose accounts close")


@test
def a_real_prometheus_scrapes():
    agent = Agent()
    prometheus = Prometheus(agent.url.split("//")[1])
    binary = build("firstlight")
    end = time.monotonic() + SCRAPES_FOR_SECONDS
    runs = 0
    while time.monotonic() < end:
        equal(run([binary]).returncode, 0, "firstlight")
        runs += 1
    time.sleep(3)
    equal([value for _, value in prometheus.query('up{job="seamark"}')], [1.0], "up")
    missed = prometheus.query('count_over_time(up{job="seamark"}[1m]) - '
                              'sum_over_time(up{job="seamark"}[1m])')
    equal(sum(value for _, value in missed), 0.0, "scrapes that failed")
    for family in ("tls_handshake", "connect", "bind", "syscall"):
        found = prometheus.query(f"histogram_quantile(0.9, sum by (le) (seamark_{family}_duration_"
                                 'seconds_bucket{process_executable_name="firstlight"}))')
        equal(len(found), 1, f"histogram_quantile of {family}")
        check(found and 0 < found[0][1] < 60, f"quantile of {family}: {found}")
    rate = prometheus.query("sum(rate(seamark_tls_handshake_duration_seconds_count[30s]))")
    check(rate and rate[0][1] > 0, f"rate of handshakes: {rate}")
    handshakes = sum(value for _, value in prometheus.query(
        'seamark_tls_handshake_duration_seconds_count{process_executable_name="firstlight"}'))
    scraped_accounts_close(agent)
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    equal(handshakes, len(facts.of("tls.handshake", process_executable_name="firstlight")),
          "handshakes in Prometheus against the facts")
    print(f"# {runs} runs of firstlight, {int(handshakes)} handshakes, "
          f"{SCRAPES_FOR_SECONDS} s of scrapes")


@test
def every_line_is_accepted():
    agent = Agent()
    run([build("firstlight")])
    text = agent.get()
    checked = run([program("promtool"), "check", "metrics"], input=text.encode())
    equal(checked.returncode, 0, "promtool: " + (checked.stdout + checked.stderr).decode())
    families = {family.name: family for family in openmetrics(agent.get(Accept=OPENMETRICS))}
    for name in ("seamark_bind_duration_seconds", "seamark_connect_duration_seconds",
                 "seamark_tls_handshake_duration_seconds", "seamark_syscall_duration_seconds"):
        equal(families[name].type, "histogram", f"type of {name}")
        equal(families[name].unit, "seconds", f"unit of {name}")
    for family in families.values():
        check(family.documentation, f"{family.name} has no help")
        check(family.name.startswith("seamark_"), f"{family.name} has no prefix")
    equal({family.name for family in text_format(text)} >= {"seamark_verdicts_total"} or
          "seamark_verdicts" in families, True, "verdicts")
    agent.stop()


@test
def both_formats_tell_the_same():
    agent = Agent()
    run([build("firstlight"), "-groups", "connect,tls"])
    time.sleep(0.3)
    wanted = re.compile(r"^seamark_(?:bind|connect|tls)\S*_(?:bucket|count)\{.*$", re.M)
    one, other = (wanted.findall(re.sub(r" # \{.*", "", agent.get(Accept=how)))
                  for how in ("text/plain", OPENMETRICS))
    equal(sorted(one), sorted(other), "samples")
    check(len(one) > 100, f"only {len(one)} samples")
    agent.stop()


ACCEPTS = [
    (None, "text/plain; version=0.0.4"),
    ("*/*", "text/plain; version=0.0.4"),
    ("text/html", "text/plain; version=0.0.4"),
    ("application/openmetrics-text", "application/openmetrics-text; version=1.0.0"),
    ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     "application/openmetrics-text; version=1.0.0"),
    ("application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.9",
     "text/plain; version=0.0.4"),
    ("application/openmetrics-text;version=0.0.1", "text/plain; version=0.0.4"),
    ("application/openmetrics-text;q=0", "text/plain; version=0.0.4"),
    (PROTOBUF + ";q=0.6," + OPENMETRICS + ";q=0.5,text/plain;q=0.3", PROTOBUF.split(";")[0]),
    (PROTOBUF + ";q=0.4," + OPENMETRICS + ";q=0.5", "application/openmetrics-text; version=1.0.0"),
    (PROTOBUF.replace("delimited", "text") + ",*/*;q=0.1", "text/plain; version=0.0.4"),
]


@test
def formats_are_negotiated():
    agent = Agent()
    for accept, wanted in ACCEPTS:
        for encoding in ("", "gzip", "gzip;q=0", "br, gzip;q=0.5"):
            request = urllib.request.Request(agent.url + "/metrics", headers={
                "Accept-Encoding": encoding, **({"Accept": accept} if accept else {})})
            with urllib.request.urlopen(request, timeout=10) as answer:
                body, headers = answer.read(), answer.headers
            check(headers["Content-Type"].startswith(wanted),
                  f"{accept}: {headers['Content-Type']}")
            zipped = encoding in ("gzip", "br, gzip;q=0.5")
            equal(headers["Content-Encoding"], "gzip" if zipped else None, f"encoding {encoding}")
            plain = gzip.decompress(body) if zipped else body
            equal(plain.endswith(b"# EOF\n"), "openmetrics" in wanted, "the end of the exposition")
    agent.stop()


@cases(["/healthz 200", "/readyz 200", "/ 200", "/api/v1/diagnoses 200", "/nowhere 404",
        "/metrics/ 404", "/api/v1 404"])
def pages_answer(page):
    name, status = page.split()
    agent = Agent()
    done = run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", agent.url + name])
    equal(done.stdout.decode(), status, name)
    for method in ("POST", "PUT", "DELETE"):
        done = run(["curl", "-s", "-X", method, "-d", "x", "-o", "/dev/null", "-w", "%{http_code}",
                    agent.url + "/metrics"])
        equal(done.stdout.decode(), "405", method)
    agent.stop()


EXEMPLARS = "exemplar-storage"
SCRAPERS = {"2.42": (program("prometheus"), [EXEMPLARS]),
            "2.53": (NEWER, [EXEMPLARS, "native-histograms"])}


def scraped(agent, prometheus, query):
    """What it finds once it has scraped what the agent shows now."""
    wanted = agent.total("seamark_tls_handshake_duration_seconds_count",
                         process_executable_name="firstlight")
    def told():
        found = prometheus.query(query)
        return found and sum(value for _, value in found) == wanted
    wait_for(told, 20, f"{wanted} handshakes in Prometheus")
    return wanted


@cases(SCRAPERS)
def exemplars_lead_to_spans(version):
    """Each is a span of that duration, of a bucket that counts it."""
    binary, features = SCRAPERS[version]
    agent = Agent()
    prometheus = Prometheus(agent.url.split("//")[1], binary=binary, features=features)
    run([build("firstlight")])
    native = "native-histograms" in features
    scraped(agent, prometheus, "histogram_count(seamark_tls_handshake_duration_seconds)" if native
            else "seamark_tls_handshake_duration_seconds_count")
    time.sleep(2)
    families = ["tls_handshake", "connect", "bind"]
    found = {name: prometheus.exemplars(f"seamark_{name}_duration_seconds"
                                        f"{'' if native else '_bucket'}") for name in families}
    facts, _ = agent.stop()
    for name, event in zip(families, ("tls.handshake", "connect", "bind")):
        spans = {fact["trace_id"]: fact["duration_ns"] for fact in facts.of(event)}
        check(len(found[name]) >= 3, f"{name}: {len(found[name])} exemplars")
        for trace, seconds in found[name].items():
            check(trace in spans and abs(spans[trace] - seconds * 1e9) < 2,
                  f"{name}: exemplar {trace} of {seconds} s, span of {spans.get(trace)} ns")


@test
def native_histograms_are_the_kernels_slots():
    """Of four a doubling: a quantile is the middle of its slot, as the facts have it."""
    agent = Agent()
    prometheus = Prometheus(agent.url.split("//")[1], binary=NEWER, features=["native-histograms"])
    run([build("firstlight")])
    name = 'seamark_tls_handshake_duration_seconds{process_executable_name="firstlight"}'
    count = scraped(agent, prometheus, f"histogram_count({name})")
    total = prometheus.query(f"sum(histogram_sum({name}))")[0][1]
    quantile = prometheus.query(f"histogram_quantile(0.5, sum({name}))")[0][1]
    equal(prometheus.query("seamark_tls_handshake_duration_seconds_bucket"), [], "classic series")
    check(prometheus.query("seamark_self_records_total")[0][1] > 0, "no counter came through")
    check(prometheus.query("seamark_self_probes"), "no gauge came through")
    facts, _ = agent.stop()
    took = sorted(fact["duration_ns"] / 1e9 for fact in
                  facts.of("tls.handshake", process_executable_name="firstlight"))
    equal(count, len(took), "handshakes")
    check(abs(total - sum(took)) < 1e-6, f"sum {total} of {sum(took)} s")
    middle = took[(len(took) - 1) // 2]
    check(middle / 1.2 < quantile < middle * 1.2, f"median {quantile} of {middle} s")


def fetched(agent, encoding):
    """The page as it was sent, and as it reads."""
    request = urllib.request.Request(agent.url + "/metrics", headers={
        "Accept": OPENMETRICS, "Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=30) as response:
        body = response.read()
        parts = response.headers["Transfer-Encoding"] == "chunked"
    return parts, gzip.decompress(body) if encoding == "gzip" else body


@test
def a_large_page_comes_in_parts():
    """Of more than 2 MiB: nothing of it is missing or told twice, compressed or not."""
    agent = Agent()
    binary = build("bench")
    for _ in range(14):
        with container(f"/docker/{secrets.token_hex(32)}") as enter:
            equal(run([*enter, binary, "calls"]).returncode, 0, "the calls")
    for encoding in ("identity", "gzip"):
        parts, text = fetched(agent, encoding)
        check(parts and len(text) > 2 << 20, f"{len(text)} bytes, in parts: {parts}")
        check(text.endswith(b"\n# EOF\n"), "it has an end")
        names = [line.rsplit(b"} ", 1)[0] for line in text.splitlines() if line[:1] != b"#"]
        equal(len(names), len(set(names)), "each series once")
        equal(len(re.findall(rb"(?m)^# TYPE seamark_syscall_duration_seconds ", text)), 1, "heads")
        told = re.findall(rb'(?m)^seamark_syscall_duration_seconds_count{container_id="(.*?)"', text)
        equal(len(set(told)), 14, "containers told")
    accounts_close(agent.stop()[0].accounts)


if __name__ == "__main__":
    main()
