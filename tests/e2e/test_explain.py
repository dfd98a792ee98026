#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whatever a live agent puts out, and whatever the doctor names, seamark explain has words for."""
import json

from harness import SEAMARK, Agent, build, check, main, run, test, wait_for


def explained():
    done = run([SEAMARK, "explain", "--all", "--json", "--lang", "en"])
    return json.loads(done.stdout)["explanations"]


def names(kind):
    return {one["name"] for one in explained() if one["kind"] == kind}


@test
def every_series_of_a_live_scrape():
    receiver = "http://127.0.0.1:9"  # nobody listens: what is pushed waits, and is counted
    agent = Agent("--otlp", receiver)
    run([build("firstlight"), "--help"], timeout=60)
    wait_for(lambda: agent.total("seamark_self_executables_parsed_total", result="answered"), 20,
             "an executable that was parsed")
    metrics = {one["name"]: one for one in explained() if one["kind"] == "metric"}
    seen = set()
    for name, labels in agent.samples():
        stem = name
        for suffix in ("_created", "_bucket", "_count", "_sum"):
            stem = stem.removesuffix(suffix)
        one = metrics.get(stem) or metrics.get(stem + "_total")
        if not check(one, f"{name} is not explained"):
            continue
        seen.add(one["name"])
        words = {item["name"] for item in one.get("labels", [])}
        values = {item["name"] for item in one.get("values", [])}
        for label, value in labels:
            check(label in words | {"le"}, f"{name}: label {label} is not explained")
            if label in {pair.split("=")[0] for pair in values}:
                check(f"{label}={value}" in values, f"{name}: {label}={value} is not explained")
    # What no failure, no abandoned handshake and no container brings about.
    check(len(seen) > 20, f"only {len(seen)} families in the scrape: {sorted(seen)}")
    agent.stop()


@test
def everything_that_the_doctor_names():
    done = run([SEAMARK, "doctor", "--json"])
    found = json.loads(done.stdout)
    sections = {"host": names("host"), "capabilities": names("capability"),
                "features": names("feature"), "probes": names("probe")}
    for section, words in sections.items():
        check(found[section], f"the doctor has no {section}")
        for name, finding in found[section].items():
            check(name in words, f"{section}: {name} is not explained")
            cause = finding.get("cause")
            check(not cause or cause in names("refusal"), f"the cause {cause} is not explained")


main()
