#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The facts of firstlight against its own ledger, for each Go release, plain and PIE."""
import collections
import json

from harness import (GO_RELEASES, NEWEST_GO, SEAMARK, Facts, accounts_close, build, cases, check,
                     equal, main, path, run, take_back)

EVENTS = ("bind", "listen", "connect", "tls.handshake")
TOLERANCE_NS, TOLERANCE_SHARE, WITHIN_SHARE = 1_000_000, 0.05, 0.95
CLOCK_SLACK_NS = 2_000_000
# Its scenarios have deadlines of 40 ms: a host that stands still for longer spoils the plan.
UNEXPECTED, TRIES = 3, 3


def kind_of_act(act):
    return (act["event"], act.get("transport", ""), act.get("role", ""), act["outcome"],
            act.get("error_type", ""), act.get("alert", 0))


def kind_of_fact(fact):
    attributes = fact["attributes"]
    transport = attributes.get("network.transport", "")
    return (fact["event"], "" if fact["event"] == "tls.handshake" else transport,
            attributes.get("tls.role", ""), fact["outcome"], attributes.get("error.type", ""),
            attributes.get("tls.alert", 0))


def unix_ns(time):
    """"2026-01-02T03:04:05.123456789Z", without losing a digit."""
    import calendar
    import time as clock
    return (calendar.timegm(clock.strptime(time[:19], "%Y-%m-%dT%H:%M:%S")) * 10**9 +
            int(time[20:29]))


def match(acts, facts):
    """Pairs each act that has a clock with the one fact of its kind, goroutine and moment."""
    waiting = collections.defaultdict(list)
    for fact in sorted(facts, key=lambda one: one["time"]):
        waiting[kind_of_fact(fact), fact["attributes"].get("go.goroutine.id")].append(fact)
    for act in sorted(acts, key=lambda one: one["start_ns"]):
        if not act.get("duration_ns") or not act.get("goroutine"):
            continue
        end = act["start_ns"] + act["duration_ns"]
        candidates = waiting[kind_of_act(act), act["goroutine"]]
        found = next((fact for fact in candidates
                      if act["start_ns"] - CLOCK_SLACK_NS <= unix_ns(fact["time"]) <=
                      end + CLOCK_SLACK_NS), None)
        if found:
            candidates.remove(found)
        yield act, found


def durations_agree(pairs, release):
    measured = agreeing = 0
    for act, fact in pairs:
        if not fact:
            continue
        difference = abs(act["duration_ns"] - fact["duration_ns"])
        measured += 1
        agreeing += difference <= max(TOLERANCE_NS, TOLERANCE_SHARE * act["duration_ns"])
    check(measured > 500, f"only {measured} durations could be compared")
    check(agreeing >= WITHIN_SHARE * measured,
          f"{agreeing} of {measured} durations agree, Go {release}")
    print(f"# Go {release}: {agreeing} of {measured} durations within 1 ms or 5 %")


def details_agree(pairs):
    names = {"local_port": "network.local.port", "peer_port": "network.peer.port",
             "version": "tls.protocol.version", "cipher": "tls.cipher",
             "server_name": "server.address", "protocol": "tls.next_protocol"}
    for act, fact in pairs:
        if not fact or act["event"] != "tls.handshake":
            continue
        attributes = fact["attributes"]
        for ours, theirs in names.items():
            if act.get(ours):
                equal(attributes.get(theirs), act[ours], f"{theirs} of {act['label']}")
        if act["outcome"] == "ok":
            equal(attributes.get("tls.resumed"), act.get("resumed", False),
                  f"tls.resumed of {act['label']}")


def traces_join(facts):
    """A client's handshake is the child of its connect, on the same connection."""
    connects = {fact["span_id"]: fact for fact in facts if fact["event"] == "connect"}
    joined = 0
    for fact in facts:
        parent = connects.get(fact.get("parent_span_id"))
        if fact["event"] != "tls.handshake" or not parent:
            continue
        joined += 1
        equal(fact["trace_id"], parent["trace_id"], "trace of connect and handshake")
        for key in ("network.local.port", "network.peer.port"):
            equal(fact["attributes"][key], parent["attributes"][key], f"{key} of the two")
    check(joined > 200, f"only {joined} handshakes share a trace with their connect")


@cases([(release, how) for release in GO_RELEASES for how in ("plain", "pie")])
def agrees_with_its_ledger(release, how):
    """A second try where one act differs: seen once in some 30,000 handshakes, one whose context was
    cancelled was told as closed. A reading of memory that fails for a moment would explain it, which
    is not proven; a fault in the probes shows twice."""
    observe_and_compare(release, how)
    noted = take_back()
    if noted:
        print("# again, for: " + "; ".join(noted)[:500].replace("\n", " "))
        observe_and_compare(release, how)


def observe_and_compare(release, how):
    binary = build("firstlight", release, how == "pie")
    for _ in range(TRIES):
        alone = run([binary])
        observed = run([SEAMARK, "run", "--facts", path("facts"), "--", binary, "-ledger",
                        path("ledger")])
        if UNEXPECTED not in (alone.returncode, observed.returncode):
            break
    equal(alone.returncode, 0, "firstlight alone: " + alone.stdout.decode()[-500:])
    equal(observed.returncode, 0, observed.stderr.decode()[-2000:])
    equal(observed.stdout, alone.stdout, "output with and without observation")

    with open(path("ledger"), encoding="utf-8") as file:
        acts = json.load(file)["acts"]
    told = Facts(path("facts"))
    accounts_close(told.accounts)
    mine = [fact for fact in told.facts if fact["event"] in EVENTS]
    wanted, found = (collections.Counter(map(kind_of_act, acts)),
                     collections.Counter(map(kind_of_fact, mine)))
    for kind in sorted(set(wanted) | set(found)):
        equal(found[kind], wanted[kind], f"facts of {kind}")
    check(sum(found.values()) > 2000, "too few facts for a test")

    pairs = list(match(acts, mine))
    for act, fact in pairs:
        check(fact, f"no fact on the goroutine and at the time of {act}")
    durations_agree(pairs, release)
    details_agree(pairs)
    traces_join(mine)
    diagnosis = observed.stderr.decode()
    for cause in ("address_in_use", "hostname_mismatch", "certificate_expired", "not_tls",
                  "refused_no_listener", "timeout"):
        check(cause in diagnosis, f"the diagnosis does not name {cause}")


@cases([NEWEST_GO])
def the_same_with_an_older_kernels_uprobes(release):
    """Without uprobe_multi, one perf event a site."""
    binary = build("firstlight", release)
    observed = run([SEAMARK, "run", "--quiet", "--plain-uprobes", "--facts", path("facts"), "--",
                    binary, "-ledger", path("ledger")])
    equal(observed.returncode, 0, observed.stderr.decode()[-2000:])
    with open(path("ledger"), encoding="utf-8") as file:
        acts = json.load(file)["acts"]
    told = Facts(path("facts"))
    accounts_close(told.accounts)
    equal(len(told.of("tls.handshake")),
          sum(act["event"] == "tls.handshake" for act in acts), "handshakes")


if __name__ == "__main__":
    main()
