#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is pushed, decoded by the published protocol definitions, against the facts of the run."""
import calendar
import collections
import json
import os
import re
import time

from harness import (Agent, accounts_close, build, cases, check, equal, main, path, run, test,
                     wait_for)
from receiver import (ExportLogsServiceRequest, ExportMetricsServiceRequest, Sink, attributes_of,
                      decode, spans_of)
from servers import free_port

SCALE, ZERO_THRESHOLD = 2, 2.0 ** -24


def unix_ns(text):
    return (calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) * 10**9 +
            int(text[20:29]))


def span_equals_fact(span, attributes, fact):
    equal(span.trace_id.hex(), fact["trace_id"], "trace id")
    equal(span.parent_span_id.hex(), fact.get("parent_span_id", ""), "parent")
    equal(span.start_time_unix_nano, unix_ns(fact["time"]), "start")
    equal(span.end_time_unix_nano - span.start_time_unix_nano, fact["duration_ns"], "duration")
    equal(span.kind, 1, "kind")
    equal(span.status.code, 2 if fact["outcome"] == "error" else 0, "status")
    for key, value in fact["attributes"].items():
        equal(attributes.get(key), value, f"attribute {key}")
    if "verdict" in fact:
        equal(attributes.get("seamark.verdict.cause"), fact["verdict"]["cause"], "cause")
        equal(attributes.get("seamark.verdict.explanation"), fact["verdict"]["explanation"],
              "explanation")
    check(name_is_right(span.name, fact), f"name {span.name!r} of {fact}")


def name_is_right(name, fact):
    attributes = fact["attributes"]
    if fact["event"] == "tls.handshake":
        server = attributes.get("server.address") or attributes.get("network.peer.address")
        return name == ("TLS server handshake" if attributes["tls.role"] == "server" else
                        "TLS client handshake" + (f" {server}" if server else ""))
    if fact["event"] == "syscall.slow":
        return name == f"syscall {attributes['syscall.name']}"
    peer = "peer" if fact["event"] == "connect" else "local"
    address = attributes.get(f"network.{peer}.address", "")
    port = attributes.get(f"network.{peer}.port")
    shown = f"[{address}]" if ":" in address and port is not None else address
    where = shown if port is None else f"{shown}:{port}"
    verb = "socket connect" if fact["event"] == "connect" else fact["event"]
    return name == f"{verb} {where}".strip()


def histogram_counts(point):
    """Positive buckets by index."""
    return {point.positive.offset + place: count
            for place, count in enumerate(point.positive.bucket_counts) if count}


def exemplars_are_facts(point, facts, kept):
    """All of them of spans that were kept, where these are known; else there are some."""
    spans = {fact["span_id"]: fact for fact in facts if "span_id" in fact}
    check((kept is not None or point.exemplars) and len(point.exemplars) <= 4,
          f"{len(point.exemplars)} exemplars")
    for one in point.exemplars:
        fact = spans.get(one.span_id.hex(), {})
        check(kept is None or one.span_id.hex() in kept, f"an exemplar that was left out: {fact}")
        equal(fact.get("trace_id"), one.trace_id.hex(), "trace of an exemplar")
        check(abs(fact.get("duration_ns", 0) - one.as_double * 1e9) < 2,
              f"an exemplar of {one.as_double} s, its fact of {fact.get('duration_ns')} ns")


def metrics_agree(requests, facts, kept=None):
    """The last push against the facts: counts, sums and buckets."""
    last = decode(requests[-1], ExportMetricsServiceRequest)
    metrics = {metric.name: metric for resource in last.resource_metrics
               for scope in resource.scope_metrics for metric in scope.metrics}
    for event, name in (("bind", "bind"), ("connect", "connect"),
                        ("tls.handshake", "tls.handshake")):
        metric = metrics[f"seamark.{name}.duration"]
        equal(metric.unit, "s", "unit")
        equal(metric.exponential_histogram.aggregation_temporality, 2, "cumulative")
        mine = [fact for fact in facts if fact["event"] == event and
                fact["attributes"].get("process.executable.name") == "firstlight"]
        wanted, found = collections.Counter(fact["outcome"] for fact in mine), \
            collections.Counter()
        total = 0.0
        for point in metric.exponential_histogram.data_points:
            labels = attributes_of(point)
            if labels.get("process.executable.name") != "firstlight":
                continue
            found[labels["outcome"]] += point.count
            total += point.sum
            equal(point.scale, SCALE, "scale")
            equal(point.zero_threshold, ZERO_THRESHOLD, "zero threshold")
            equal(point.zero_count + sum(histogram_counts(point).values()), point.count,
                  "buckets against count")
            exemplars_are_facts(point, mine, kept)
        equal(found, wanted, f"observations of {name}")
        seconds = sum(fact["duration_ns"] for fact in mine) / 1e9
        check(abs(total - seconds) < 1e-6 * max(1, seconds), f"sum of {name}: {total}, {seconds}")


@cases(["http/protobuf", "http/json"])
def pushed_spans_and_metrics_are_the_facts(protocol):
    sink = Sink()
    agent = Agent("--otlp", sink.url, environment={
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OTEL_BSP_MAX_QUEUE_SIZE": "65536",
        "OTEL_METRIC_EXPORT_INTERVAL": "500",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-tenant=sea%20mark,authorization=Basic%20abc",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test"})
    equal(run([build("firstlight")]).returncode, 0, "firstlight")
    time.sleep(1)
    told, _ = agent.stop()
    accounts_close(told.accounts)
    for request in sink.received:
        equal(request["headers"]["Content-Encoding"], "gzip", "compression")
        equal(request["headers"]["x-tenant"], "sea mark", "header")
        equal(request["headers"]["authorization"], "Basic abc", "header")
    spans = spans_of(sink.of("/v1/traces"))
    facts = {fact["span_id"]: fact for fact in told.facts if "span_id" in fact}
    check(len(facts) > 2000, f"only {len(facts)} facts")
    equal(set(spans), set(facts), "ids of spans and facts")
    for span_id, (span, attributes) in spans.items():
        span_equals_fact(span, attributes, facts[span_id])
        equal(attributes.get("deployment.environment.name"), "test", "resource attribute")
    metrics_agree(sink.of("/v1/metrics"), told.facts)
    print(f"# {protocol}: {len(spans)} spans in {len(sink.of('/v1/traces'))} requests, "
          f"{len(sink.of('/v1/metrics'))} pushes of metrics")


@test
def rules_of_sampling_hold():
    """Failures are all there; of the rest, what the trace's number says; the sums are whole."""
    sink = Sink()
    agent = Agent("--otlp", sink.url, "--sample", "event=bind 0%", "--sample", "event=connect 25%",
                  environment={"OTEL_BSP_SCHEDULE_DELAY": "200", "OTEL_BSP_MAX_QUEUE_SIZE": "65536",
                               "OTEL_METRIC_EXPORT_INTERVAL": "500"})
    equal(run([build("firstlight")]).returncode, 0, "firstlight")
    time.sleep(1)
    exporter_accounts_close(agent)
    out = agent.total("seamark_self_exporter_items_total", exporter="otlp", fate="sampled_out")
    told, _ = agent.stop()
    spans = {one: span for one, (span, _) in spans_of(sink.of("/v1/traces")).items()}
    facts = {fact["span_id"]: fact for fact in told.facts if "span_id" in fact}
    equal(len(spans) + out, len(facts), "spans pushed and sampled out")
    threshold = {"bind": 1 << 56, "connect": 3 << 54}
    kept = collections.Counter()
    for one, fact in facts.items():
        number, least = int(fact["trace_id"][-14:], 16), threshold.get(fact["event"], 0)
        always = fact["outcome"] == "error" and fact.get("verdict") is not None
        check(one in spans or not always, f"a failure is missing: {fact}")
        check(one in spans or number < least, f"left out against the rule: {fact}")
        if one not in spans:
            continue
        state = spans[one].trace_state
        check(state == "ot=th:0" or (state == "ot=th:c" and fact["event"] == "connect" and
                                     number >= least), f"{state}: {fact}")
        kept[fact["event"], fact["outcome"], state] += 1
    equal(kept["bind", "ok", "ot=th:c"], 0, "binds that went well")
    check(kept["connect", "ok", "ot=th:c"] > 10, f"{kept}")
    metrics_agree(sink.of("/v1/metrics"), told.facts, set(spans))


DIFFERENCES = {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
               "OTEL_METRIC_EXPORT_INTERVAL": "200"}
EXPLICIT = {"OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION":
            "explicit_bucket_histogram"}


def points_of(requests, name, kind):
    """Those of firstlight, each with the labels that tell it apart, in the order of sending."""
    for request in requests:
        for resource in decode(request, ExportMetricsServiceRequest).resource_metrics:
            for metric in (one for scope in resource.scope_metrics for one in scope.metrics):
                if metric.name != name:
                    continue
                data = getattr(metric, kind)
                equal(data.aggregation_temporality, 1, f"temporality of {name}")
                for point in data.data_points:
                    labels = attributes_of(point)
                    if labels.get("process.executable.name") == "firstlight":
                        yield tuple(sorted(labels.items())), point


@cases([503, 400])
def differences_add_up(status):
    """Each begins where the last that was taken ended; what was refused comes with the next."""
    sink = Sink([(200, {}, b"", 0), (status, {}, b"", 0), (200, {}, b"", 0), (status, {}, b"", 0)])
    agent = Agent("--otlp", sink.url, environment={
        **DIFFERENCES, **EXPLICIT, "OTEL_TRACES_EXPORTER": "none"})
    equal(run([build("firstlight")]).returncode, 0, "firstlight")
    time.sleep(1.5)
    told, _ = agent.stop()
    taken = [one for one in sink.of("/v1/metrics") if one["status"] == 200]
    check(len(taken) >= 4 and len(taken) + 2 == len(sink.of("/v1/metrics")),
          f"{len(taken)} of {len(sink.of('/v1/metrics'))} requests were taken")
    for event in ("bind", "connect", "tls.handshake"):
        facts = told.of(event, process_executable_name="firstlight")
        count, total, ends = 0, 0.0, {}
        for labels, point in points_of(taken, f"seamark.{event}.duration", "histogram"):
            check(point.count > 0, "a point without anything new")
            equal(sum(point.bucket_counts), point.count, "buckets against count")
            equal((len(point.bucket_counts), len(point.explicit_bounds)), (29, 28), "buckets")
            check(ends.get(labels, 0) <= point.start_time_unix_nano < point.time_unix_nano,
                  "a difference that overlaps the one before")
            ends[labels] = point.time_unix_nano
            count, total = count + point.count, total + point.sum
        equal(count, len(facts), f"{event}: acts in all differences")
        seconds = sum(fact["duration_ns"] for fact in facts) / 1e9
        check(abs(total - seconds) < 1e-6 * max(1, seconds), f"{event}: {total} of {seconds} s")
    calls = sum(point.as_int for _, point in
                points_of(taken, "seamark.syscall.errors", "sum"))
    check(calls > 100, f"{calls} failed calls")


@cases(["http/protobuf", "http/json"])
def failures_are_log_records(protocol):
    """In words, beside the span of the same act; nothing of what went well."""
    sink = Sink()
    agent = Agent("--otlp", sink.url, environment={
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_BLRP_SCHEDULE_DELAY": "200", "OTEL_METRICS_EXPORTER": "none"})
    equal(run([build("failures")]).returncode, 0, "failures")
    time.sleep(1)
    exporter_accounts_close(agent, "otlp_logs")
    told, _ = agent.stop()
    wanted = {fact["span_id"]: fact for fact in told.facts if fact["event"] != "accounts" and
              (fact["outcome"] == "error" or fact["event"] == "syscall.slow")}
    found = {}
    for request in sink.of("/v1/logs"):
        for resource in decode(request, ExportLogsServiceRequest).resource_logs:
            who = attributes_of(resource.resource)
            for scope in resource.scope_logs:
                equal(scope.scope.name, "seamark", "scope")
                for one in scope.log_records:
                    found[one.span_id.hex()] = one, {**who, **attributes_of(one)}
    check(len(wanted) > 20, f"{len(wanted)} failures")
    equal(sorted(found), sorted(wanted), "log records")
    for span_id, (one, attributes) in found.items():
        fact, verdict = wanted[span_id], wanted[span_id].get("verdict", {})
        equal((one.trace_id.hex(), one.time_unix_nano, one.event_name),
              (fact["trace_id"], unix_ns(fact["time"]), fact["event"]), "a record")
        equal(attributes.get("seamark.verdict.cause"), verdict.get("cause"), "cause")
        equal(attributes["process.pid"], fact["attributes"]["process.pid"], "process")
        check(one.severity_number in (9, 10, 13), f"severity {one.severity_number}")
        for text in (verdict.get("explanation", ""), *verdict.get("fixes", [])):
            check(text in one.body.string_value, f"{text!r} is not in {one.body.string_value!r}")


@test
def logs_are_sent_where_they_are_wanted():
    sink = Sink()
    agent = Agent("--otlp", sink.url, environment={"OTEL_BSP_SCHEDULE_DELAY": "200"})
    run([build("failures")])
    time.sleep(0.5)
    agent.stop()
    check(sink.of("/v1/traces"), "no spans")
    equal(sink.of("/v1/logs"), [], "logs that nobody asked for")


def exporter_accounts_close(agent, *more):
    """taken = what became of it + what waits, in one scrape."""
    samples = agent.samples()
    for exporter in ("otlp", "facts", *more):
        def total(name):
            return sum(value for (found, labels), value in samples.items()
                       if found == f"seamark_self_exporter_{name}" and
                       ("exporter", exporter) in labels)
        equal(total("taken_total"), total("items_total") + total("waiting"),
              f"accounts of the exporter {exporter}")
        check(total("taken_total") > 0, f"{exporter} was given nothing")


def push(sink_url, *groups, wait=1.0, **environment):
    """An agent pushing to sink_url while firstlight runs; facts, stop time and what it said."""
    agent = Agent("--otlp", sink_url, environment={"OTEL_BSP_SCHEDULE_DELAY": "100",
                                                   "OTEL_METRIC_EXPORT_INTERVAL": "300",
                                                   "OTEL_BSP_MAX_QUEUE_SIZE": "65536",
                                                   **environment})
    run([build("firstlight"), "-groups", ",".join(groups) or "connect"])
    time.sleep(wait)
    scraped = time.monotonic()
    exporter_accounts_close(agent)
    check(time.monotonic() - scraped < 0.5, "a scrape was held up by the push")
    told, took = agent.stop()
    check(took < 2.0, f"SIGTERM took {took:.2f} s")
    return told, took, agent.said()


@cases([429, 502, 503, 504])
def what_may_be_retried_is(status):
    refusal = (status, {"Retry-After": "1"}, b"", 0)
    sink = Sink([refusal, refusal])
    told, _, _ = push(sink.url, wait=2.5)
    taken = [one for one in sink.of("/v1/traces") if one["status"] == 200]
    facts = {fact["span_id"] for fact in told.facts if "span_id" in fact}
    equal(set(spans_of(taken)), facts, f"spans after {status}")
    refused = [one for one in sink.received if one["status"] == status]
    equal(len(refused), 2, "refusals")
    again = [one for one in sink.received if one["path"] == refused[0]["path"]]
    if len(again) > 1 and refused[0]["path"] == "/v1/traces":
        check(again[1]["time"] - again[0]["time"] >= 0.99, "Retry-After was not kept")


@cases([400, 401, 413, 500])
def what_is_final_is_not_retried(status):
    sink = Sink([(status, {}, b"no", 0)] * 1000)
    told, _, said = push(sink.url)
    bodies = [one["body"] for one in sink.of("/v1/traces")]
    equal(len(bodies), len(set(bodies)), "the same request twice")
    check(f"answered {status}" in said, f"not told: {said}")
    check(told.facts, "no facts")


@test
def a_dead_endpoint_is_told_and_holds_nothing_up():
    _, _, said = push(f"http://127.0.0.1:{free_port()}")
    check("trying again" in said and "could not be sent before the end" in said, said)


@test
def a_black_hole_holds_nothing_up():
    sink = Sink([(200, {}, b"", 30)] * 100)
    _, took, said = push(sink.url)
    check("could not be sent before the end" in said, said)
    check(took < 2, f"{took} s")


@test
def the_last_word_on_metrics_is_sent():
    """Also where the one before is still under way when the end comes."""
    sink = Sink([(200, {}, b"", 0.6)] * 1000)
    agent = Agent("--otlp", sink.url, environment={"OTEL_METRIC_EXPORT_INTERVAL": "100",
                                                   "OTEL_TRACES_EXPORTER": "none"})
    run([build("firstlight"), "-groups", "connect,tls"])
    told, _ = agent.stop()
    metrics_agree(sink.of("/v1/metrics"), told.facts)


@test
def who_asks_for_time_gets_it_at_the_end_too():
    sink = Sink([(429, {"Retry-After": "30"}, b"", 0)] * 1000)
    push(sink.url)
    for page in ("/v1/traces", "/v1/metrics"):
        at_the_end = [one for one in sink.of(page)
                      if one["time"] > sink.received[-1]["time"] - 1.5]
        check(len(at_the_end) <= 3, f"{len(at_the_end)} requests to {page} in the last 1.5 s")


@test
def partial_success_is_told():
    partial = b"\x0a\x08\x08\x03\x12\x04full"
    sink = Sink([(200, {}, partial, 0)] * 100)
    _, _, said = push(sink.url)
    check("did not take 3: full" in said, said)


@test
def a_long_answer_is_not_kept():
    sink = Sink([(200, {}, b"x" * (8 << 20), 0)] * 4)
    agent = Agent("--otlp", sink.url, environment={"OTEL_METRIC_EXPORT_INTERVAL": "100"})
    wait_for(lambda: len(sink.received) > 5, 10, "pushes")
    with open(f"/proc/{agent.process.pid}/status", encoding="utf-8") as file:
        resident = int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])
    check(resident < 80_000, f"{resident} KiB resident")
    agent.stop()


@test
def tls_is_verified():
    sink = Sink(tls=True)
    _, _, said = push(sink.url)
    equal(sink.received, [], "requests over an untrusted certificate")
    check("OTLP" in said, said)
    told, _, _ = push(sink.url, OTEL_EXPORTER_OTLP_CERTIFICATE=path("ca.pem"))
    equal(set(spans_of(sink.of("/v1/traces"))),
          {fact["span_id"] for fact in told.facts if "span_id" in fact}, "spans over TLS")


@cases([("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "no-equals-sign"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://somewhere"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sometimes"),
        ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "pie")])
def wrong_variables_are_named(name, value):
    from harness import SEAMARK
    done = run([SEAMARK, "agent", "--listen", "none"], timeout=20, env=dict(
        os.environ, **{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", name: value}))
    equal(done.returncode, 2, "status")
    check(value in done.stderr.decode() or name in done.stderr.decode(), done.stderr.decode())


@test
def signals_have_their_own_endpoints():
    traces, metrics = Sink(), Sink()
    agent = Agent(environment={
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": traces.url + "/t",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": metrics.url,
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json", "OTEL_BSP_SCHEDULE_DELAY": "100",
        "OTEL_METRIC_EXPORT_INTERVAL": "300", "OTEL_EXPORTER_OTLP_COMPRESSION": "none"})
    run([build("firstlight"), "-groups", "connect"])
    time.sleep(1)
    agent.stop()
    equal({one["path"] for one in traces.received}, {"/t"}, "path of traces")
    equal({one["path"] for one in metrics.received}, {"/"}, "path of metrics")
    equal({one["headers"]["Content-Type"] for one in traces.received}, {"application/json"},
          "traces")
    check(all(json.loads(one["body"]) for one in traces.received), "JSON")
    equal({one["headers"]["Content-Type"] for one in metrics.received},
          {"application/x-protobuf"}, "metrics")


if __name__ == "__main__":
    main()
