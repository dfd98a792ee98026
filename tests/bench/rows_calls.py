# SPDX-License-Identifier: BSD-2-Clause
"""Rows 1 to 5: what a short system call costs under each collector."""
import contextlib

from figures import Figure, over, row, skipped
from measure import Agent, Floor, FLOORS, Worker, go_worker, interleave, modes, peers

MS = 150            # of one measure of a short act
NO_MODE = "this seamark has no such --syscalls"


@contextlib.contextmanager
def short_acts(*acts):
    """A Go program and another one, doing each act of theirs for the same time."""
    workers = {"go": go_worker(), "other": Worker(FLOORS)}
    floor = Worker(FLOORS)

    def take():
        return {f"{who} {act}": workers[who].ask(act, MS)
                for who, act in (one.split() for one in acts)}
    yield workers["go"], floor, take
    for worker in (*workers.values(), floor):
        worker.end()


def agents():
    return {name: Agent(*options) for name, options in modes().items()}


def added(brackets, acts):
    for name, bracket in brackets.items():
        for what in acts:
            yield over(f"{what} + {name}", "ns", bracket.added(what))


def unsteady(count):
    return Figure("measures thrown away, unsteady", count, "")


ACTS = ("go getppid", "go read", "other getppid", "other read")


@row("syscalls")
def syscalls(rounds):
    """A short call under each way to observe in turn: what it adds, as a multiple of the floors."""
    with short_acts(*ACTS) as (_, floor, take):
        brackets, thrown_away = interleave({"F0": Floor(floor, "empty"),
                                            "F1": Floor(floor, "clock"), **agents()}, take, rounds)
    f0, f1, mine = brackets["F0"], brackets["F1"], brackets["seamark"]
    yield Figure("bare getppid of a Go program", f0.bare("go getppid"), "ns")
    yield from added(brackets, ACTS)
    yield over("row 1: every call timed, a Go program", "F1", mine.multiples("go getppid", f1),
               1.15)
    if "seamark sampled" in brackets:
        yield over("row 2: counted, one in 16 timed, a Go program", "F0",
                   brackets["seamark sampled"].multiples("go getppid", f0), 1.25)
    else:
        yield skipped("row 2: counted, one in 16 timed, a Go program", NO_MODE)
    yield over("row 3: a program that is not observed", "F0", mine.multiples("other getppid", f0),
               1.20)
    yield over("row 3: the same, read", "F0", mine.multiples("other read", f0), 1.20)
    if "seamark off" in brackets:
        for what in ("go getppid", "other getppid"):
            yield over(f"row 4: no system calls observed, {what}", "ns",
                       brackets["seamark off"].added(what), 3)
    else:
        yield skipped("row 4: no system calls observed", NO_MODE)
    yield unsteady(thrown_away)


@row("connect")
def connects(rounds):
    """connect(2) of UDP, which sends nothing, with the record that tells of it."""
    acts = ("go connect", "other connect")
    with short_acts(*acts) as (_, floor, take):
        brackets, thrown_away = interleave(
            {"hook": Floor(floor, "connect"), "hook and record": Floor(floor, "connect-record"),
             **agents()}, take, rounds)
    yield Figure("bare connect of a Go program", brackets["hook"].bare("go connect"), "ns")
    yield from added(brackets, acts)
    for name, bracket in brackets.items():
        if name.startswith("seamark") and "sampled" not in name:
            yield over(f"row 5: connect with its record, {name}", "ns",
                       bracket.added("go connect"), 350)
            yield over(f"row 5: of an empty cgroup hook, {name}", "x",
                       bracket.multiples("go connect", brackets["hook"]), 1.7)
    yield unsteady(thrown_away)


@row("peers")
def beside_peers(rounds):
    """The same call under those of the known collectors that are installed."""
    with short_acts("go getppid") as (go, _, take):
        brackets, thrown_away = interleave({"seamark": Agent(), **peers(go.process.pid)}, take,
                                           min(rounds, 3))
    yield from added(brackets, ("go getppid",))
    mine = brackets["seamark"]
    for name, bar in (("syscount", 0.55), ("bpftrace", 0.30), ("strace -c", 1),
                      ("perf trace -s", 1)):
        if name in brackets:
            yield over(f"row 1: of what {name} adds", "x",
                       mine.multiples("go getppid", brackets[name]), bar)
        else:
            yield skipped(f"row 1: of what {name} adds", "it is not installed")
    yield unsteady(thrown_away)
