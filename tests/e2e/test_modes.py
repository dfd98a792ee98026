#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""How much is asked of system calls: each timed, or each counted and one in 16 timed, for good or
while a program is hot. The counts are exact in every mode, and across the changes from one to another."""
import contextlib
import subprocess
import time

from harness import Agent, accounts_close, build, check, equal, main, path, read_lines, run, start, \
    test, wait_for, SEAMARK

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


main()
