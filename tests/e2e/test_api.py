#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The JSON API of the agent: each answer against the facts and the scrape of the same agent."""
import collections
import concurrent.futures
import datetime
import gzip
import json
import urllib.error
import urllib.request

from harness import Agent, build, check, container, equal, main, run, test, wait_for

OUTCOMES = ("ok", "error", "cancelled")
CONTAINER = "0123456789abcdef" * 4
HARMLESS = {"happy_eyeballs_loser"}


def ask(agent, page, method="GET", **headers):
    """Status, headers and body."""
    request = urllib.request.Request(agent.url + page, method=method, headers={
        key.replace("_", "-"): value for key, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def api(agent, page):
    status, headers, body = ask(agent, "/api/v1/" + page)
    equal(status, 200, page)
    equal(headers["Content-Type"], "application/json", f"type of {page}")
    equal(headers["Cache-Control"], "no-store", f"caching of {page}")
    return json.loads(body)


def moment(text):
    return datetime.datetime.strptime(text[:26], "%Y-%m-%dT%H:%M:%S.%f")


def quantiles_are_sane(act, what):
    found = [act[name] for name in ("p50_ns", "p90_ns", "p99_ns") if name in act]
    equal(bool(found), act.get("ok", 1) > 0, f"quantiles of {what} against its successes")
    check(found == sorted(found) and all(0 < one <= 181019335983 for one in found),
          f"quantiles of {what}: {found}")


class Scrape:
    """One scrape, asked many times."""

    def __init__(self, agent):
        self.samples = agent.samples()

    def total(self, name, **labels):
        wanted = set(labels.items())
        return int(sum(value for (found, have), value in self.samples.items()
                       if found == name and wanted <= set(have)))


def rows_of(activity, program):
    return [row for row in activity["rows"] if row.get("program") == program]


def activity_agrees(agent, program):
    """Counts of its acts and calls are those of the scrape."""
    activity = api(agent, "activity?seconds=3600")
    scrape = Scrape(agent)
    row, = rows_of(activity, program)
    names = {"bind": ("bind", {}), "connect": ("connect", {}),
             "tls.client": ("tls_handshake", {"tls_role": "client"}),
             "tls.server": ("tls_handshake", {"tls_role": "server"})}
    for kind, (family, labels) in names.items():
        act = row["acts"].get(kind, dict.fromkeys(OUTCOMES, 0))
        for outcome in OUTCOMES:
            equal(act[outcome], scrape.total(f"seamark_{family}_duration_seconds_count",
                                             process_executable_name=program, outcome=outcome,
                                             **labels), f"{kind} {outcome} of {program}")
        if kind in row["acts"]:
            quantiles_are_sane(act, kind)
    check(row["calls"] and len(row["calls"]) <= 20, f"calls: {len(row['calls'])}")
    for call in row["calls"]:
        labels = {"process_executable_name": program, "syscall_name": call["name"]}
        equal(call["count"], scrape.total("seamark_syscall_duration_seconds_count", **labels),
              f"{call['name']} of {program}")
        equal(call["errors"], scrape.total("seamark_syscall_errors_total", **labels),
              f"errors of {call['name']} of {program}")
    costs = [call["sum_ns"] for call in row["calls"]]
    equal(costs, sorted(costs, reverse=True), "calls, the costliest first")
    check("futex" in {call["name"] for call in row["calls"] if call["waits"]}, "futex waits")
    check(moment(activity["from"]) < moment(activity["to"]), "the stretch of an activity")


def history_agrees(agent, program, event, family):
    history = api(agent, f"history?event={event}&program={program}")
    scrape = Scrape(agent)
    bounds = history["bounds_ns"]
    equal(bounds, sorted(set(bounds)), f"bounds of {event}")
    times = [moment(column["time"]) for column in history["columns"]]
    equal(times, sorted(set(times)), f"columns of {event}")
    check(times and all(time.second % 10 == 0 and not time.microsecond for time in times),
          f"times of {event}: {times}")
    sums = collections.Counter()
    for column in history["columns"]:
        for outcome in OUTCOMES:
            sums[outcome] += column[outcome]
        in_cells = sum(count for _, count in column["cells"])
        whole = column["ok"] + (column["error"] if event == "syscalls" else 0)
        equal(in_cells, whole, f"cells of {event} at {column['time']}")
        check(all(0 <= index < len(bounds) for index, _ in column["cells"]), "indices of cells")
        quantiles_are_sane({**column, "ok": whole}, event)
    equal(sum(sums.values()), scrape.total(f"seamark_{family}_duration_seconds_count",
                                           process_executable_name=program), f"acts of {event}")
    if event == "syscalls":
        equal(sums["error"], scrape.total("seamark_syscall_errors_total",
                                          process_executable_name=program), "failed calls")


def is_failure(fact):
    return fact["outcome"] != "ok" and fact.get("verdict", {}).get("cause") not in HARMLESS


def failures_agree(answer, facts):
    """The newest first, each as its line has it. Others on this host may fail later."""
    failed = [fact for fact in facts if is_failure(fact)]
    found = answer["failures"]
    count = len(found) + answer["beyond"]
    check(0 < count <= len(failed), f"{count} failures of {len(failed)}")
    equal(found, failed[:count][::-1][:200], "failures against the facts")


def traces_agree(answer, traces, facts):
    """A trace may have got a span between both answers, or have given way."""
    spans = collections.defaultdict(list)
    for fact in facts:
        if "trace_id" in fact:
            spans[fact["trace_id"]].append(fact)
    count = len(answer["traces"]) + answer["beyond"]
    check(0 < count <= len(spans), f"{count} traces of {len(spans)}")
    for line, whole in zip(answer["traces"], traces):
        wanted = spans[line["trace_id"]]
        first = min(wanted, key=lambda fact: fact["time"])
        equal(line["name"].split()[0], {"bind": "bind", "connect": "socket", "listen": "listen",
                                        "tls.handshake": "TLS", "syscall.slow": "syscall"}
              [first["event"]], "what a trace is called")
        equal(line["time"], first["time"], "when it began")
        for fact in whole or []:
            check(fact in wanted, f"a span that is no fact: {fact}")
        check(whole is None or line["spans"] <= len(whole) <= len(wanted), "number of spans")


def spans_of(agent, trace_id):
    status, _, body = ask(agent, "/api/v1/traces/" + trace_id)
    check(status in (200, 404), f"{trace_id}: {status}")
    return json.loads(body)["spans"] if status == 200 else None


@test
def answers_agree_with_facts_and_scrape():
    agent = Agent()
    for program in ("failures", "firstlight"):
        equal(run([build(program)]).returncode, 0, program)
    wait_for(lambda: api(agent, "status")["events"]["received"] ==
             api(agent, "status")["events"]["received"], 5, "rest")
    for program in ("failures", "firstlight"):
        activity_agrees(agent, program)
        for event, family in (("connect", "connect"), ("bind", "bind"),
                              ("tls.handshake", "tls_handshake"), ("syscalls", "syscall")):
            history_agrees(agent, program, event, family)
    failures = api(agent, "failures?limit=200")
    chinese = api(agent, "failures?limit=200&lang=zh")
    groups = {language: api(agent, f"diagnoses?lang={language}")["diagnoses"]
              for language in ("en", "zh")}
    traces = api(agent, "traces?limit=200")
    whole = [spans_of(agent, one["trace_id"]) for one in traces["traces"]]
    check(sum(spans is not None for spans in whole) > 100, "traces that could be looked at")
    facts, _ = agent.stop()
    failures_agree(failures, facts.facts)
    traces_agree(traces, whole, facts.facts)
    equal([fact["verdict"]["cause"] for fact in chinese["failures"] if "verdict" in fact],
          [fact["verdict"]["cause"] for fact in failures["failures"] if "verdict" in fact],
          "causes in both languages")
    texts = [one["verdict"]["explanation"] for one in chinese["failures"] + groups["zh"]
             if "verdict" in one]
    check(not any("一" <= letter <= "鿿" for group in groups["en"] if "verdict" in group
                  for letter in group["verdict"]["explanation"]), "English texts")
    check(texts and all(any("一" <= letter <= "鿿" for letter in text) for text in texts),
          f"Chinese texts: {texts[:1]}")


@test
def the_agent_tells_of_itself():
    agent = Agent("--lang", "en")
    run([build("firstlight"), "-groups", "bind"])
    status = api(agent, "status")
    samples = agent.samples()
    equal(status["ready"], True, "ready")
    equal(status["step_seconds"], 10, "step")
    equal({probe["name"]: probe["state"] for probe in status["probes"]},
          {dict(labels)["probe"]: dict(labels)["state"] for name, labels in samples
           if name == "seamark_self_probes"}, "probes")
    equal(status["series"]["ceiling"], 20000, "ceiling")
    check(status["history_bytes"] < 1 << 20, f"an idle history: {status['history_bytes']}")
    check(moment(status["started"]) <= moment(status["history_since"]) <= moment(status["now"]),
          "times")
    equal([one["name"] for one in status["exporters"]], ["facts"], "exporters")
    exporter = status["exporters"][0]
    equal(exporter["taken"], sum(exporter["fates"].values()) + exporter["waiting"], "its items")
    check(status["events"]["received"] >= status["events"]["exported"] > 0, "events")
    agent.stop()


@test
def containers_are_told_apart():
    agent = Agent()
    with container(f"/docker/{CONTAINER}") as inside:
        equal(run([*inside, build("firstlight"), "-groups", "connect"]).returncode, 0, "firstlight")
        row, = rows_of(api(agent, "activity"), "firstlight")
        equal(row["container"]["id"], CONTAINER, "container")
        equal(row["container"]["runtime"], "docker", "runtime")
        here = api(agent, f"history?event=connect&container={CONTAINER}")
        equal(sum(column["ok"] for column in here["columns"]), row["acts"]["connect"]["ok"],
              "connects of the container")
        equal(api(agent, "history?event=connect&container=another")["columns"], [],
              "connects of another")
        check(CONTAINER in {trace.get("container", {}).get("id")
                            for trace in api(agent, "traces")["traces"]}, "traces")
    agent.stop()


REFUSED = {
    400: ["activity?seconds=0", "activity?seconds=3601", "activity?seconds=60x", "activity?seconds",
          "activity?second=60", "activity?seconds=1&seconds=1", "history", "history?event=listen",
          "history?event=connect&container=", "history?event=connect&container=a%00b",
          "history?event=connect&" + "&".join(f"unit{i}=x" for i in range(50)),
          "diagnoses?limit=1", "failures?limit=201", "failures?limit=-1", "failures?lang=de", "traces?limit=1e1",
          "traces?%ff=%fe", "status?x=1", "history?event=connect&program=" + "x" * 600],
    404: ["", "statu", "status/", "status/x", "traces/", "traces/" + "0" * 32, "traces/x",
          "traces/" + "0" * 31 + "g", "traces/../status", "../../etc/passwd"],
}


@test
def what_makes_no_sense_is_refused():
    agent = Agent()
    for wanted, pages in REFUSED.items():
        for page in pages:
            status, headers, body = ask(agent, "/api/v1/" + page)
            equal(status, wanted, page)
            equal(headers["Content-Type"], "text/plain; charset=utf-8", f"type of {page}")
            text = body.decode("ascii")
            check(text.endswith("\n") and text.count("\n") == 1 and len(text) > 5,
                  f"{page}: {text!r}")
    equal(ask(agent, "/api/v1/status", "POST")[0], 405, "POST")
    equal(ask(agent, "/api/v1/status", "HEAD")[::2], (200, b""), "HEAD")
    agent.stop()


@test
def answers_are_small_where_asked():
    agent = Agent()
    run([build("failures")])
    for page in ("activity", "history?event=syscalls", "failures", "traces"):
        status, headers, body = ask(agent, "/api/v1/" + page, Accept_Encoding="gzip")
        equal((status, headers["Content-Encoding"], headers["Vary"]),
              (200, "gzip", "Accept-Encoding"), page)
        json.loads(gzip.decompress(body))
    agent.stop()


@test
def many_may_ask_at_once():
    agent = Agent()
    pages = ["/metrics", "/api/v1/status", "/api/v1/activity", "/api/v1/history?event=connect",
             "/api/v1/failures", "/api/v1/traces"]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [(page, pool.submit(ask, agent, page)) for page in pages * 10]
        equal(run([build("failures")]).returncode, 0, "failures")
        for page, answer in answers:
            status, _, body = answer.result()
            equal(status, 200, page)
            if page != "/metrics":
                json.loads(body)
    activity_agrees(agent, "failures")
    agent.stop()


@test
def a_history_may_be_declined():
    agent = Agent("--history", "0")
    check("history_since" not in api(agent, "status"), "no history in the status")
    for page in ("activity", "history?event=bind"):
        status, _, body = ask(agent, "/api/v1/" + page)
        equal(status, 404, page)
        check(b"--history 0" in body, f"{page}: {body}")
    equal(api(agent, "failures")["failures"], [], "failures")
    agent.stop()


main()
