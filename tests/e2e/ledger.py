# SPDX-License-Identifier: BSD-2-Clause
"""What programs booked of their own acts, firstlight above all, and the facts that Seamark told of
them."""
import calendar
import collections
import re
import time

from harness import check, equal

EVENTS = ("bind", "listen", "connect", "tls.handshake")
CLOCK_SLACK_NS = 2_000_000
ENDINGS = ("ok", "failed", "panicked", "gone")


def kind_of_act(act):
    return (act["event"], act.get("transport", ""), act.get("role", ""), act["outcome"],
            act.get("error_type", ""), act.get("alert", 0))


def kind_of_fact(fact):
    attributes = fact["attributes"]
    transport = attributes.get("network.transport", "")
    return (fact["event"], "" if fact["event"] == "tls.handshake" else transport,
            attributes.get("tls.role", ""), fact["outcome"], attributes.get("error.type", ""),
            attributes.get("tls.alert", 0))


def unix_ns(moment):
    """"2026-01-02T03:04:05.123456789Z", without losing a digit."""
    return (calendar.timegm(time.strptime(moment[:19], "%Y-%m-%dT%H:%M:%S")) * 10**9 +
            int(moment[20:29]))


def match(acts, facts, slack_ns=CLOCK_SLACK_NS):
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
                      if act["start_ns"] - slack_ns <= unix_ns(fact["time"]) <= end + slack_ns),
                     None)
        if found:
            candidates.remove(found)
        yield act, found


def details_agree(pairs, absent_most=0):
    """No detail is another than the act's, and absent_most at most are not known."""
    names = {"local_port": "network.local.port", "peer_port": "network.peer.port",
             "version": "tls.protocol.version", "cipher": "tls.cipher",
             "server_name": "server.address", "protocol": "tls.next_protocol"}
    absent = []
    for act, fact in pairs:
        if not fact or act["event"] != "tls.handshake":
            continue
        attributes = fact["attributes"]
        for ours, theirs in names.items():
            if act.get(ours) and theirs not in attributes:
                absent.append(f"{theirs} of {act['label']}")
            elif act.get(ours):
                equal(attributes.get(theirs), act[ours], f"{theirs} of {act['label']}")
        if act["outcome"] == "ok":
            equal(attributes.get("tls.resumed"), act.get("resumed", False),
                  f"tls.resumed of {act['label']}")
    check(len(absent) <= absent_most, f"not known: {absent}")
    if absent:
        print(f"# not known: {absent}")


def agree(acts, facts, slack_ns=CLOCK_SLACK_NS, least=2000, absent_most=0):
    """Exact counts of each kind, and a fact for each act; returns the pairs."""
    mine = [fact for fact in facts if fact["event"] in EVENTS]
    wanted, found = (collections.Counter(map(kind_of_act, acts)),
                     collections.Counter(map(kind_of_fact, mine)))
    for kind in sorted(set(wanted) | set(found)):
        equal(found[kind], wanted[kind], f"facts of {kind}")
    check(sum(found.values()) > least, "too few facts for a test")
    pairs = list(match(acts, mine, slack_ns))
    for act, fact in pairs:
        check(fact, f"no fact on the goroutine and at the time of {act}")
    details_agree(pairs, absent_most)
    return pairs


def sides_agree(booked, told):
    """Handshakes by side and outcome, as a program counted them, each on a known goroutine."""
    for side, counts in booked.items():
        facts = told.of("tls.handshake", tls_role=side)
        outcomes = collections.Counter(fact["outcome"] for fact in facts)
        equal(outcomes["ok"], counts["ok"], f"good handshakes, {side}")
        equal(sum(outcomes.values()), counts["ok"] + counts["failed"], f"handshakes, {side}")
        check(counts["ok"] > 10 and counts["failed"] > 5, f"{side} booked {counts}")
    for fact in told.of("tls.handshake") + told.of("connect"):
        check(fact["attributes"].get("go.goroutine.id"), f"no goroutine: {fact}")


def endings_agree(printed, told):
    """Handshakes by side and by how they ended, as stackgrowth prints them."""
    for role in ("client", "server"):
        found = re.findall(rf" {role}\s+(\w+): (\d+)", printed)
        wanted = {ending: sum(int(count) for what, count in found if what == ending)
                  for ending in ENDINGS}
        mine = [fact["outcome"] for fact in told.of("tls.handshake", tls_role=role)]
        equal(mine.count("ok"), wanted["ok"], f"{role}: handshakes that succeeded")
        equal(mine.count("error"), wanted["failed"], f"{role}: handshakes that failed")
