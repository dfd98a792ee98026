# SPDX-License-Identifier: BSD-2-Clause
"""Rows 1 to 5: what a short system call costs under each collector."""
import contextlib

from figures import Figure, over, row
from measure import Agent, Bracket, Floor, FLOORS, Worker, go_worker, median, peers

MS = 250            # of one measure of a short act


@contextlib.contextmanager
def short_acts():
    """A Go program and another one, doing short system calls for the same time each."""
    go, other, floor = go_worker(), Worker(FLOORS), Worker(FLOORS)

    def take():
        return {"go getppid": go.ask("getppid", MS), "go read": go.ask("read", MS),
                "go connect": go.ask("connect", MS), "other getppid": other.ask("getppid", MS)}
    yield go, floor, take
    for worker in (go, other, floor):
        worker.end()


@row("syscalls")
def syscalls(rounds):
    """A short call under each collector in turn: what it adds, as a multiple of the floors."""
    with short_acts() as (go, floor, take):
        collectors = {"F0": Floor(floor, "empty"), "F1": Floor(floor, "clock"),
                      "seamark": Agent(), **peers(go.process.pid)}
        brackets = {name: Bracket(name, take) for name in collectors}
        for _ in range(rounds):
            for name, collector in collectors.items():
                brackets[name].round(collector, 0.5)
    f0 = median(brackets["F0"].added("go getppid"))
    f1 = median(brackets["F1"].added("go getppid"))
    yield Figure("bare getppid of a Go program", brackets["F0"].bare("go getppid"), "ns")
    for name, bracket in brackets.items():
        for what in ("go getppid", "go read", "other getppid"):
            yield over(f"{what} + {name}", "ns", bracket.added(what))
    mine = median(brackets["seamark"].added("go getppid"))
    yield Figure("row 1: full histogram, a Go program", mine / f1, "F1", bar=1.15)
    yield Figure("row 3: a program that is not observed",
                 median(brackets["seamark"].added("other getppid")) /
                 median(brackets["F0"].added("other getppid")), "F0", bar=1.20)
    yield over("row 5: connect, with its record", "ns", brackets["seamark"].added("go connect"))
    for name, bar in (("syscount", 0.55), ("bpftrace", 0.30)):
        if name in brackets:
            yield Figure(f"row 1: of what {name} adds",
                         mine / median(brackets[name].added("go getppid")), "x", bar=bar)
    yield Figure("F0", f0, "ns")
    yield Figure("measures thrown away, unsteady", sum(one.thrown_away for one in
                                                       brackets.values()), "")
