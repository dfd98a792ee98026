# SPDX-License-Identifier: BSD-2-Clause
"""Row 6 and what is around it: probes in Go programs."""
import json
import os
import subprocess

from figures import Figure, median, over, row
from harness import GO_RELEASES, NEWEST_GO, SEAMARK, build
from measure import Agent, Bracket, Floor, FLOORS, Worker, go_worker, interleave

MS = 250            # of one measure of a short act


def inspected(file):
    done = subprocess.run([SEAMARK, "inspect", "--json", file], check=True, capture_output=True)
    return json.loads(done.stdout)


def found(file):
    return [one for one in inspected(file)["functions"] if one["status"] == "found"]


def empty_uprobes(rounds):
    """The two ways in which a kernel gets over a probed instruction: {way: [ns, ...]}."""
    worker = Worker(FLOORS)
    brackets = {which: Bracket() for which in ("emulated", "stepped")}
    for _ in range(rounds):
        for which, bracket in brackets.items():
            # A bare call takes a nanosecond: a tenth of that is no unsteadiness.
            before = {"site": worker.ask("site", 50)}
            with Floor(worker, which):
                bracket.note(before, {"site": worker.ask("site", MS)}, before)
    worker.end()
    return {which: bracket.added("site") for which, bracket in brackets.items()}


def executables():
    """Of every Go release that is here, as it is built by default and position-independent."""
    for release in GO_RELEASES:
        for pie in (False, True):
            yield build("firstlight", release, pie)


def stepped_shares():
    """Of entries and of ends that are probed, those that the kernel steps over, in %."""
    reports = [inspected(file) for file in executables()]
    entries = [one for report in reports for one in report["functions"] if one["status"] == "found"]
    stepped = sum(one["entry"] not in ("push", "branch") for one in entries)
    # A return is stepped on x86_64, and emulated on aarch64; so is a branch on both.
    ends = [end for report in reports for end in ends_of(report)]
    returns = 0 if os.uname().machine == "aarch64" else ends.count("return")
    return stepped / len(entries) * 100, returns / len(ends) * 100


def ends_of(report):
    """Of each end that is probed, what it is."""
    if "exit" in report:
        return ["branch"]
    return ["return" for one in report["functions"] for _ in one.get("returns", ())]


def places(binary):
    """Where a server's handshakes begin and end: file and offset."""
    report = inspected(binary)
    server = [one for one in report["functions"] if one["name"].endswith("serverHandshake")][0]
    ends = [report["exit"]["branch_file_offset"]] if "exit" in report else server["returns"]
    return [f"{binary}:{offset}" for offset in (server["entry_file_offset"], *ends)]


@row("uprobes")
def uprobes(rounds):
    """A pair of probes, at the beginning and at the end of a handshake that ends at once."""
    empty = empty_uprobes(rounds)
    for which, values in empty.items():
        yield over(f"an empty uprobe, {which}", "ns", values)
    two = 2 * median(empty["emulated"])
    go, floor = go_worker(), Worker(FLOORS)
    pair = places(build("bench", NEWEST_GO))
    entry = pair[:1]
    brackets, thrown_away = interleave(
        {"an empty probe at the entry": Floor(floor, *entry, act="probe"),
         "empty probes at entry and end": Floor(floor, *pair, act="probe"),
         "seamark, a failure told": Agent()},
        lambda: {"shake": go.ask("shake", MS)}, rounds)
    go.end()
    floor.end()
    for name, bracket in brackets.items():
        yield over(name, "ns", bracket.added("shake"))
    for name in list(brackets)[1:]:
        yield over(f"row 6: {name}, of two that are emulated", "x",
                   [one / two for one in brackets[name].added("shake")], 1.3)
    entries, ends = stepped_shares()
    yield Figure("row 6: entries that are stepped, all Go releases", entries, "%", bar=0)
    yield Figure("row 6: ends that are stepped, all Go releases", ends, "%", bar=0)
    yield Figure("measures thrown away, unsteady", thrown_away, "")


@row("handshakes")
def handshakes(rounds):
    """CPU time of a TLS 1.3 handshake, both ends in one process."""
    go = go_worker()
    acts = ("tls", "tls-refused")
    brackets, _ = interleave({"seamark": Agent()},
                             lambda: {act: go.ask(act, 1000) for act in acts}, rounds)
    go.end()
    for act in acts:
        yield Figure(f"bare {act}, both ends", (brackets["seamark"].bare(act) or 0) / 1000, "us")
        yield over(f"{act}, both ends", "x", brackets["seamark"].ratios(act))
