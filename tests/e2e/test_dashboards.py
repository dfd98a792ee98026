#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every query of every dashboard, every variable and every rule, asked of a real Prometheus that
scrapes a real agent while Go programs bind, connect, shake hands and fail; and what promtool says."""
import glob
import json
import os
import re
import time

from harness import (ROOT, SEAMARK, Agent, build, check, container, equal, main, path, program, run,
                     test, wait_for)
from prometheus import Prometheus
from servers import free_port

TOOLS = os.path.join(ROOT, "tools")
RULES = os.path.join(TOOLS, "alerts", "seamark.rules.yaml")
VOCABULARY = os.path.join(os.path.dirname(SEAMARK), "tools", "dashboards", "vocabulary")
RUNS = 3        # in each place: a rate is one only of what grows
BEGAN, STEPS = time.time(), 12
CONTAINER = "5eaf00d0" * 8
# As Grafana puts them in, All chosen everywhere.
VALUES = {"__rate_interval": "1m", "__range": "1h", "job": "seamark"}

# What has no data here, and why.
NO_DATA = {
    "seamark-tls, Below TLS 1.2 A": "the program agrees on TLS 1.2 and 1.3 only",
}
# Other containers may be about, so that these may have some.
NO_VALUES = {
    "namespace": "there is no Kubernetes here",
    "pod": "there is no Kubernetes here",
    "container": "no runtime tells what the container is called",
}


def filled_in(query, **chosen):
    values = {**VALUES, **chosen}
    return re.sub(r"\$\{?(\w+)\}?", lambda found: values.get(found.group(1), ".*"), query)


def has_data(result):
    values = [value for one in result for value in one.get("values", [one.get("value")])]
    return any(value[1] != "NaN" for value in values)


def boards():
    for name in sorted(glob.glob(TOOLS + "/dashboards/*.json")):
        with open(name, encoding="utf-8") as file:
            yield json.load(file)


def ask_target(prometheus, target, **chosen):
    query, now = filled_in(target["expr"], **chosen), time.time()
    if target["instant"]:
        return prometheus.ask("query", query=query)["result"]
    return prometheus.ask("query_range", query=query, start=BEGAN, end=now,
                          step=(now - BEGAN) / STEPS)["result"]


def targets():
    for board in boards():
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                yield f"{board['uid']}, {panel['title']} {target['refId']}", target


def ask_boards(prometheus):
    asked = 0
    for where, target in targets():
        try:
            found = has_data(ask_target(prometheus, target))
        except RuntimeError as error:
            check(False, f"{where}: {error}: {filled_in(target['expr'])}")
            continue
        asked += 1
        equal(found, where not in NO_DATA, f"{where} has data; {filled_in(target['expr'])}")
    for board in boards():
        for annotation in board["annotations"]["list"]:
            prometheus.ask("query", query=filled_in(annotation["expr"]))
    return asked


def choices_count(prometheus):
    """Of a namespace that is not there nothing is shown, and of a program only what it did."""
    for where, target in targets():
        if "$namespace" in target["expr"]:
            check(not prometheus.query(filled_in(target["expr"], namespace="nowhere")),
                  f"{where} shows what is in no namespace")
        if "$program" in target["expr"]:
            check(not prometheus.query(filled_in(target["expr"], program="nobody")),
                  f"{where} shows what other programs did")


def totals_are_whole(prometheus):
    """What a series was born with is counted, once."""
    asked = dict(targets())
    for where, wanted in (
            ("seamark-bind, Binds that failed A",
             'sum(seamark_bind_duration_seconds_count{outcome="error"})'),
            ("seamark-bind, Address in use A", 'sum(seamark_verdicts_total{cause="address_in_use"})'),
            ("seamark-tls, Certificates out of date A",
             'sum(seamark_tls_handshake_duration_seconds_count'
             '{error_type=~"certificate_expired|certificate_not_yet_valid"})')):
        shown = prometheus.query(filled_in(asked[where]["expr"], __range="1h"))
        equal([value for _, value in shown], [value for _, value in prometheus.query(wanted)], where)


def ask_variables(prometheus):
    for board in boards():
        for variable in board["templating"]["list"]:
            if variable["type"] != "query":
                continue
            series, label = re.fullmatch(r"label_values\((.*), (\w+)\)",
                                         filled_in(variable["definition"])).groups()
            values = prometheus.ask(f"label/{label}/values", **{"match[]": series})
            where = f"{board['uid']}, ${variable['name']}"
            check(values or variable["name"] in NO_VALUES, f"{where} has no values")


def ask_rules(prometheus):
    groups = prometheus.ask("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    for rule in rules:
        equal((rule["health"], rule.get("lastError", "")), ("ok", ""), f"rule {rule['name']}")
        found = has_data(prometheus.ask("query", query=rule["query"])["result"])
        if rule["type"] == "recording":
            check(found, f"{rule['name']} has no data")
    check(len(rules) > 30, f"only {len(rules)} rules")
    return len(rules)


def alerts_tell(prometheus):
    """The program failed once in its container, and that is told with all that is known of it."""
    alerts = [one for one in prometheus.ask("alerts")["alerts"] if one["state"] == "firing"]
    for name in ("SeamarkBindFailed", "SeamarkCertificateExpired"):
        own = [one for one in alerts if one["labels"]["alertname"] == name and
               one["labels"].get("container_id") == CONTAINER]
        check(own, f"{name} does not fire: {sorted({a['labels']['alertname'] for a in alerts})}")
    for one in alerts:
        told = one["annotations"]
        for text in told.values():
            check(not re.search(r"<no value>|<error|\{\{|%!", text), f"annotation {text!r}")
        check(os.path.exists(os.path.join(ROOT, told["runbook"])), f"no {told['runbook']}")
    texts = [one["annotations"]["summary"] for one in alerts]
    check(any("firstlight on 127.0.0.1" in text and CONTAINER in text for text in texts),
          f"summaries: {texts}")
    unexpected = {one["labels"]["alertname"] for one in alerts} & {
        "SeamarkAgentDown", "SeamarkAbsent", "SeamarkRestarts", "SeamarkCountsLost",
        "SeamarkRecordsMalformed", "SeamarkParserFails", "SeamarkSeriesOverflowed"}
    equal(unexpected, set(), "alerts about Seamark itself")


@test
def every_query_finds_its_data():
    agent = Agent("--otlp", f"http://127.0.0.1:{free_port()}")
    prometheus = Prometheus(agent.url.split("//")[1], RULES)
    binary = build("firstlight")
    with container(f"/docker/{CONTAINER}") as inside:
        for _ in range(RUNS):
            equal(run([binary]).returncode, 0, "firstlight")
            equal(run(inside + [binary]).returncode, 0, "firstlight in a container")
        wait_for(lambda: prometheus.query('ALERTS{alertname="SeamarkBindFailed"}'), 10, "an alert")
        asked = ask_boards(prometheus)
        choices_count(prometheus)
        totals_are_whole(prometheus)
        ask_variables(prometheus)
        rules = ask_rules(prometheus)
        alerts_tell(prometheus)
    agent.stop()
    print(f"# {asked} queries of dashboards, {rules} rules")


# Their values are the world's.
OPEN = re.compile(r"container_|k8s_|process_|syscall_name|seamark_|handshakes|means|reason|error_type")


@test
def the_vocabulary_is_the_agents():
    """What the generator holds queries against is what an agent shows."""
    done = run([VOCABULARY, os.path.join(ROOT, "tests/golden/firstlight.recording")])
    families = json.loads(done.stdout)["families"]
    known = {}
    for name, family in families.items():
        for suffix in {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",),
                       "info": ("_info",), "gauge": ("",)}[family["type"]]:
            known[name + suffix] = family["labels"]
    agent = Agent("--otlp", f"http://127.0.0.1:{free_port()}", "--journal", "failed",
                  environment={"OTEL_LOGS_EXPORTER": "otlp"})
    run([build("firstlight")])
    samples = agent.samples()
    agent.stop()
    for name, labels in samples:
        if not check(name in known, f"{name} is not in the vocabulary"):
            continue
        for label, value in labels:
            if label == "le":
                continue
            if check(label in known[name], f"{name} has a label {label}") and not OPEN.match(label):
                check(value in known[name][label] or name == "seamark_verdicts_total",
                      f"{name}, {label}: {value!r}")
    shown = {name for name, _ in samples}
    # Of containers and of hot programs, of which there is none here.
    equal(set(known) - shown, {"seamark_container_info", "seamark_syscalls_sampled"},
          "in the vocabulary, and shown by no agent")
    # What agent.c and vocabulary.c spell out each for itself.
    for name in known:
        if not name.startswith("seamark_self_") or name == "seamark_self_probes":
            continue
        for label, values in known[name].items():
            there = {dict(labels).get(label) for found, labels in samples if found == name}
            check(OPEN.match(label) or set(values) <= there,
                  f"{name}, {label}: {sorted(set(values) - there)} is never shown")


@test
def promtool_is_content():
    done = run([program("promtool"), "check", "rules", RULES])
    equal(done.returncode, 0, (done.stdout + done.stderr).decode())
    done = run([program("promtool"), "test", "rules", "seamark.test.yaml"],
               cwd=os.path.join(TOOLS, "alerts"))
    equal(done.returncode, 0, (done.stdout + done.stderr).decode())


AGENT = 'job="seamark",instance="a"'
# A container whose name comes late and which is gone at the end, and a program of the host.
NAMING = {
    f'seamark_self_probes{{{AGENT},probe="process",state="works",means="raw_tp"}}': "1x60",
    f'seamark_self_probes{{{AGENT},probe="tls",state="works",means="raw_tp"}}': "1x60",
    f'seamark_container_info{{{AGENT},container_id="c1"}}': "1x3 stale",
    f'seamark_container_info{{{AGENT},container_id="c1",container_name="web",'
    'k8s_namespace_name="market",k8s_pod_name="shop-0"}': "_x4 1x16 stale",
    f'seamark_verdicts_total{{{AGENT},container_id="c1",process_executable_name="shop",'
    'event="bind",cause="address_in_use"}': "_x8 2x3 3x10 stale",
    f'seamark_verdicts_total{{{AGENT},process_executable_name="tool",event="bind",'
    'cause="address_in_use"}': "_x8 7x60",
}
SHOP = ('{instance="a",process_executable_name="shop",event="bind",cause="address_in_use",'
        'container_name="web",k8s_namespace_name="market",k8s_pod_name="shop-0"}', 3)
TOOL = ('{instance="a",process_executable_name="tool",event="bind",cause="address_in_use"}', 7)
CHOICES = [({}, [TOOL, SHOP]), ({"namespace": "market"}, [SHOP]), ({"container": "web"}, [SHOP]),
           ({"program": "tool"}, [TOOL]), ({"namespace": "market", "program": "tool"}, [])]


@test
def containers_are_named_and_chosen():
    query = dict(targets())["seamark-overview, Top causes A"]["expr"]
    asked = [{"expr": filled_in(query, __range="30m", job="seamark", **choices), "eval_time": "35m",
              "exp_samples": [{"labels": labels, "value": value} for labels, value in wanted]}
             for choices, wanted in CHOICES]
    series = [{"series": name, "values": values} for name, values in NAMING.items()]
    with open(path("naming.yaml"), "w", encoding="utf-8") as file:
        json.dump({"tests": [{"interval": "1m", "input_series": series, "promql_expr_test": asked}]},
                  file)
    done = run([program("promtool"), "test", "rules", path("naming.yaml")])
    equal(done.returncode, 0, (done.stdout + done.stderr).decode())


if __name__ == "__main__":
    main()
