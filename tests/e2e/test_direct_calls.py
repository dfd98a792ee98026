#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rung of kernels that take no program with both functions and tail calls: the programs of bind,
listen and connect are attached by themselves, and tell the same, no call twice and none left out."""
import collections
import json
import os
import platform
import sys

from harness import (SEAMARK, Agent, Facts, accounts_close, build, cases, check, equal, main, path,
                     run, test)
from ledger import agree

ACTS = 23
DIRECT = "--direct-calls"
CONFINE = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "confine.py"),
           "seccomp"]
NUMBERS = {"x86_64": {"bind": "49", "listen": "50", "connect": "42"},
           "aarch64": {"bind": "200", "listen": "201", "connect": "203"}}[platform.machine()]
NONE, EPERM = "999", "1"
# Its scenarios have deadlines of 40 ms: a host that stands still for longer spoils the plan.
UNEXPECTED, TRIES = 3, 3
# As a program that is none of Go's does them: each fails, but the first of each turn.
OTHER = """
import socket
for _ in range(%d):
    one = socket.socket()
    one.bind(("127.0.0.1", 0))
    for act in (socket.socket.bind, socket.socket.connect):
        with socket.socket() as other:
            try:
                act(other, one.getsockname())
            except OSError:
                pass
    one.close()
""" % ACTS


def observe(*command):
    """What was told, and its binds, listens and connects by outcome, error and cause."""
    done = run([SEAMARK, "run", "--quiet", DIRECT, "--facts", path("facts"), *command])
    told = Facts(path("facts"))
    accounts_close(told.accounts)
    counts = collections.Counter(
        (one["event"], one["outcome"], one["attributes"].get("error.type"),
         one.get("verdict", {}).get("cause")) for one in told.facts
        if one["event"] in ("bind", "listen", "connect"))
    return done, told, counts


@test
def a_ledger_agrees():
    for _ in range(TRIES):
        done, told, _ = observe("--", build("firstlight"), "-ledger", path("ledger"))
        if done.returncode != UNEXPECTED:
            break
    equal(done.returncode, 0, done.stderr.decode()[-2000:])
    with open(path("ledger"), encoding="utf-8") as file:
        agree(json.load(file)["acts"], told.facts)
    timed = told.accounts["probes"]["syscall"]["count"]
    check(timed["submitted"] > 5000, f"system calls: {timed}")


def repeated(*command):
    return ["--", "sh", "-c", f'for _ in $(seq {ACTS}); do "$@"; done', "sh", *command]


@cases(["bind", "listen"])
def a_filter_refuses(event):
    """It is asked before the kernel's own function: the call is left without having been entered."""
    served = [build("manners"), "bind", "tcp", "127.0.0.1:8194"]
    _, _, counts = observe(*repeated(*CONFINE, NUMBERS[event], EPERM, *served))
    wanted = {(event, "error", "EPERM", "denied_by_seccomp"): ACTS}
    if event == "listen":
        wanted["bind", "ok", None, None] = ACTS
    equal(dict(counts), wanted, "acts")


@test
def a_filter_that_allows_is_not_blamed():
    _, _, counts = observe(*repeated(*CONFINE, NONE, EPERM, build("manners"), "bind", "unix",
                                     "/nonexistent/socket"))
    equal(dict(counts), {("bind", "error", "ENOENT", "unix_path_missing"): ACTS}, "acts")


@test
def a_filter_refuses_connections():
    _, _, counts = observe(*repeated(*CONFINE, NUMBERS["connect"], EPERM, build("manners"), "dial",
                                     "tcp", "127.0.0.1:9", "500ms"))
    equal(dict(counts), {("connect", "error", "EPERM", "blocked_by_policy"): ACTS}, "acts")


@test
def other_programs_have_theirs_told():
    done, told, counts = observe("--all-programs", "--", sys.executable, "-c", OTHER)
    equal(done.returncode, 0, done.stderr.decode())
    by_event = collections.Counter()
    for (event, outcome, error, _), count in counts.items():
        by_event[event, outcome, error] += count
    equal(dict(by_event), {("bind", "ok", None): ACTS, ("bind", "error", "EADDRINUSE"): ACTS,
                           ("connect", "error", "ECONNREFUSED"): ACTS}, "acts")
    equal(told.accounts["probes"]["syscall"]["count"]["hits"], 0, "its calls are not timed")


@test
def the_means_are_told():
    done = run([SEAMARK, "doctor", "--json"])
    mixed = json.loads(done.stdout)["features"]["mixed_calls"]["state"] == "ok"
    for options, means in (([DIRECT], "raw_tp"), ([], "tail_call" if mixed else "raw_tp")):
        agent = Agent(*options)
        states = {labels["probe"]: labels.get("means") for labels in
                  (dict(labels) for name, labels in agent.samples()
                   if name == "seamark_self_probes")}
        agent.stop()
        equal(states["bind"], means, f"bind with {options}")
        equal(states["connect"], "+".join(dict.fromkeys([means, "raw_tp"])),
              f"connect with {options}")
        equal(states["syscall"], "raw_tp", f"syscall with {options}")


main()
