#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The facts of firstlight against its own ledger, for each Go release, plain and PIE."""
import json

from harness import (GO_RELEASES, NEWEST_GO, SEAMARK, Facts, accounts_close, build, cases, check,
                     equal, main, path, run)
from ledger import agree

TOLERANCE_NS, TOLERANCE_SHARE, WITHIN_SHARE = 1_000_000, 0.05, 0.95
# Its scenarios have deadlines of 40 ms: a host that stands still for longer spoils the plan.
UNEXPECTED, TRIES = 3, 3


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
    pairs = agree(acts, told.facts)
    durations_agree(pairs, release)
    traces_join(told.facts)
    diagnosis = observed.stderr.decode()
    for cause in ("address_in_use", "hostname_mismatch", "certificate_expired", "not_tls",
                  "refused_no_listener", "timeout"):
        check(cause in diagnosis, f"the diagnosis does not name {cause}")


@cases([(NEWEST_GO, "--plain-uprobes"), (NEWEST_GO, "--stub-uprobes")])
def the_same_with_an_older_kernels_uprobes(release, rung):
    """Without uprobe_multi, one perf event a site; without attach cookies, a program for each."""
    binary = build("firstlight", release)
    observed = run([SEAMARK, "run", "--quiet", rung, "--facts", path("facts"), "--",
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
