#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""How much is asked of system calls: each timed, or each counted and one in 16 timed, for good or
while a program is hot; or none but bind, listen and connect looked at. The counts are exact in every
mode, and across the changes from one to another."""
import collections
import contextlib
import json
import subprocess
import time

from harness import Agent, Facts, accounts_close, build, check, equal, main, path, read_lines, run, \
    start, test, wait_for, SEAMARK
from ledger import EVENTS, agree, kind_of_fact, match, kind_of_act

DURATION = "seamark_syscall_duration_seconds"
HOT = 20000             # calls a second, for the test's agents


class Caller:
    """The workload, told what to call and how often; what it was told, added up."""

    def __init__(self):
        self.process = start([build("calls")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True)
        self.made = {}

    def make(self, act, count):
        self.process.stdin.write(f"{act} {count}\n")
        self.process.stdin.flush()
        equal(self.process.stdout.readline(), f"{act} {count}\n", "the workload's answer")
        self.made[act] = self.made.get(act, 0) + count

    def end(self):
        self.process.stdin.close()
        equal(self.process.wait(10), 0, "the workload's exit status")


def calls(agent, name):
    return agent.total(DURATION + "_count", process_executable_name="calls", syscall_name=name)


def is_sampled(agent):
    return agent.total("seamark_syscalls_sampled", process_executable_name="calls")


def buckets(agent, name):
    """[(upper bound in seconds, how many up to it)]"""
    return sorted((float(dict(labels)["le"]), int(value))
                  for (family, labels), value in agent.samples().items()
                  if family == DURATION + "_bucket" and
                  {("process_executable_name", "calls"), ("syscall_name", name)} <= set(labels))


@contextlib.contextmanager
def observed(*options):
    """An agent and the workload; at the end its accounts close."""
    agent, caller = Agent(*options), Caller()
    yield agent, caller
    caller.end()
    facts, _ = agent.stop()
    accounts_close(facts.accounts)


def check_counts(agent, caller):
    names = {"getppid": "getppid", "fchdir": "fchdir", "nap": "clock_nanosleep"}
    for act, count in caller.made.items():
        equal(calls(agent, names[act]), count, f"calls of {names[act]}")
        have = buckets(agent, names[act])
        equal(have[-1][1], count, f"{names[act]} in all buckets")
        equal(have, sorted(have, key=lambda one: one[1]), f"{names[act]}, bucket by bucket")
    equal(agent.total("seamark_syscall_errors_total", process_executable_name="calls",
                      syscall_name="fchdir", error_type="EBADF"), caller.made.get("fchdir", 0),
          "errors of fchdir")


@test
def sampled_counts_are_exact():
    with observed("--syscalls", "sampled") as (agent, caller):
        for act, count in (("getppid", 1), ("fchdir", 3), ("getppid", 30001), ("fchdir", 7001),
                           ("nap", 4000)):
            caller.make(act, count)
            check_counts(agent, caller)
        equal(is_sampled(agent), 1, "told to be sampled")


@test
def sampled_durations_are_like_all():
    """A quarter of 4,000 take two milliseconds: of the 250 that are timed about as many do."""
    with observed("--syscalls", "sampled") as (agent, caller):
        caller.make("nap", 4000)
        have = buckets(agent, "clock_nanosleep")
        below = max((count for bound, count in have if bound < 0.0019), default=0)
        # Each timed one stands for itself and those up to the next: 4 % to either side is one deviation.
        check(0.75 - 0.16 < below / 4000 < 0.75 + 0.16, f"{below} of 4000 are short")
        total = sum(value for (name, labels), value in agent.samples().items()
                    if name == DURATION + "_sum" and ("syscall_name", "clock_nanosleep") in labels)
        check(2e-3 * (4000 - below) * 0.95 < total, f"{total} s in all")


@test
def a_hot_program_is_sampled_and_timed_again():
    with observed("--hot-calls", str(HOT)) as (agent, caller):
        caller.make("getppid", 1000)
        equal(is_sampled(agent), 0, "told to be sampled before it was hot")
        deadline = time.monotonic() + 20
        while not is_sampled(agent):
            check(time.monotonic() < deadline, "it is hot, and not sampled")
            caller.make("getppid", HOT)
            check_counts(agent, caller)
        caller.make("fchdir", 1000)
        check_counts(agent, caller)
        wait_for(lambda: not is_sampled(agent), 20, "a cool program's calls to be timed again")
        caller.make("nap", 8)
        check_counts(agent, caller)


@test
def nobody_is_too_hot_where_none_shall_be():
    with observed("--hot-calls", "0") as (agent, caller):
        end = time.monotonic() + 8
        while time.monotonic() < end:
            caller.make("getppid", HOT)
        equal(is_sampled(agent), 0, "told to be sampled")
        check_counts(agent, caller)


@test
def one_command_is_sampled_when_asked_to():
    name = path("run.jsonl")
    done = run([SEAMARK, "run", "--quiet", "--syscalls", "sampled", "--facts", name, "--",
                build("calls")], input="getppid 30000\nnap 100\n", text=True)
    equal((done.returncode, done.stdout), (0, "getppid 30000\nnap 100\n"), "the program's own")
    accounts_close(read_lines(name)[-1])


def off_means():
    """How --syscalls=off sees bind on this host: "fentry+fexit" or "cgroup+raw_tp"."""
    done = run([SEAMARK, "doctor", "--json"])
    found = json.loads(done.stdout)["host"]["syscalls_off"]["found"]
    return found.split(": ")[1]


def seen_by_hooks(act):
    """What is left of an act that only hooks saw, as the reference has it; None: nothing."""
    tcp, datagram = act.get("transport") == "tcp", act.get("transport") == "udp"
    if act["event"] == "tls.handshake":
        return act
    if not (tcp or datagram and act["event"] == "bind"):
        return None
    known = act["outcome"] != "error" or act["event"] == "connect" and \
        act["error_type"] in ("ECONNREFUSED", "ECONNRESET", "ETIMEDOUT")
    return act if known else {key: act[key] for key in act if key not in ("error_type", "duration_ns")}


def run_off(*arguments):
    """A program's acts by its own ledger, what was told of them, and what it said; as it says alone."""
    binary = build("firstlight")
    for _ in range(3):
        alone = run([binary])
        done = run([SEAMARK, "run", "--syscalls", "off", "--facts", path("off.jsonl"), *arguments, "--",
                    binary, "-ledger", path("off.ledger")])
        if 3 not in (alone.returncode, done.returncode):
            break
    equal((alone.returncode, done.returncode), (0, 0), done.stderr.decode()[-2000:])
    equal(done.stdout, alone.stdout, "output with and without observation")
    with open(path("off.ledger"), encoding="utf-8") as file:
        acts = json.load(file)["acts"]
    told = Facts(path("off.jsonl"))
    accounts_close(told.accounts)
    return acts, told, done.stderr.decode()


@test
def calls_are_seen_with_all_others_left_alone():
    """Exactly as far as the means goes that this host allows, and what that leaves out is said."""
    hooks = "cgroup" in off_means()
    acts, told, said = run_off()
    check("the syscall probe is off, as asked for" in said and
          ("by hooks" if hooks else "by probes of functions") in said, said[:600])
    check("syscall" not in told.accounts["probes"], "the syscall probe is loaded")
    if not hooks:
        agree(acts, told.facts)
        return
    acts = [act for act in map(seen_by_hooks, acts) if act]
    mine = [fact for fact in told.facts if fact["event"] in EVENTS]
    wanted, found = (collections.Counter(map(kind_of_act, acts)),
                     collections.Counter(map(kind_of_fact, mine)))
    for kind in sorted(set(wanted) | set(found)):
        equal(found[kind], wanted[kind], f"facts of {kind}")
    check(sum(found.values()) > 2000, "too few facts for a test")
    for act, fact in match(acts, mine):
        check(fact, f"no fact on the goroutine and at the time of {act}")


@test
def what_hooks_did_not_see_is_not_made_up():
    """A failed bind is a fact without an errno and without a duration, and in no histogram."""
    if "cgroup" not in off_means():
        print("# skipped: this host has probes of functions")
        return
    _, told, _ = run_off()
    failed = [fact for fact in told.facts if fact["event"] == "listen" or
              fact["event"] == "bind" and fact["outcome"] == "error"]
    check(len(failed) > 500, f"only {len(failed)} facts without an end")
    for fact in failed:
        check("duration_ns" not in fact and "error.type" not in fact["attributes"] and
              "trace_id" not in fact, f"made up: {fact}")
    for probe, events in (("bind", ("bind", "listen")), ("connect", ("connect",))):
        mine = [fact for fact in told.facts if fact["event"] in events]
        lanes = told.accounts["probes"][probe]
        equal(lanes["fact"]["submitted"], len(mine), f"{probe}: facts")
        equal(lanes["count"]["submitted"], sum("duration_ns" in fact for fact in mine),
              f"{probe}: what is in histograms")
    exits = told.of("process.exit")
    check(exits and all("process.executable.name" in fact["attributes"] for fact in exits),
          f"who exited is not told: {exits}")


@test
def an_agent_says_what_is_off():
    with observed("--syscalls", "off") as (agent, caller):
        caller.make("getppid", 1000)
        equal(agent.total("seamark_self_probes", probe="syscall", state="off"), 1, "the syscall probe")
        equal(agent.total("seamark_self_probes", probe="bind", state="works", means=off_means()), 1,
              "the bind probe")
        equal(agent.total(DURATION + "_count"), 0, "calls that were timed")
        check("the syscall probe is off, as asked for" in agent.said(), agent.said())


main()
