# SPDX-License-Identifier: BSD-2-Clause
"""What is measured. Each row gives figures; the bars hold for those that have one."""
import contextlib
import http.client
import os
import re
import secrets
import subprocess
import time

from harness import NEWEST_GO, SEAMARK, build, container, program
from measure import (Agent, Bracket, Floor, FLOORS, Worker, cpu_ns, go_worker, median, peers,
                     quartiles, resident_kib)

MS = 250            # of one measure of a short act
ROWS = {}


def row(name):
    def decorate(function):
        ROWS[name] = function
        return function
    return decorate


class Figure:
    """A number, what it is, how it spread, and the bar that it must not pass."""

    def __init__(self, what, value, unit, values=(), bar=None):
        self.what, self.value, self.unit, self.bar = what, value, unit, bar
        self.low, self.high = quartiles(list(values)) if values else (None, None)

    @property
    def missed(self):
        return self.bar is not None and (self.value is None or self.value > self.bar)


def over(what, unit, values, bar=None):
    return Figure(what, median(values), unit, values, bar)


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


@row("uprobes")
def uprobes(rounds):
    """The two ways in which a kernel gets over a probed instruction."""
    worker = Worker(FLOORS)
    brackets = {which: Bracket(which, lambda: {"site": worker.ask("site", MS)})
                for which in ("emulated", "stepped")}
    for _ in range(rounds):
        for which, bracket in brackets.items():
            # A bare call takes a nanosecond: a tenth of that is no unsteadiness.
            before = worker.ask("site", 50)
            with Floor(worker, which):
                bracket.rows.setdefault("site", []).append((before, worker.ask("site", MS)))
    worker.end()
    for which, bracket in brackets.items():
        yield over(f"an empty uprobe, {which}", "ns", bracket.added("site"))


@row("handshakes")
def handshakes(rounds):
    """CPU time of a TLS 1.3 handshake, both ends in one process."""
    go = go_worker()
    for act in ("tls", "tls-refused"):
        bracket = Bracket(act, lambda act=act: {act: go.ask(act, 1500)})
        for _ in range(rounds):
            bracket.round(Agent(), 0.5)
        yield Figure(f"bare {act}, both ends", (bracket.bare(act) or 0) / 1000, "us")
        yield over(f"{act}, both ends", "x", bracket.ratios(act))
    go.end()


def served(kind, rounds, requests, *options):
    """CPU time of a Go server for each request of a closed loop, as a multiple of bare."""
    server = subprocess.Popen([build("bench", NEWEST_GO), kind], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()

    def take():
        began = cpu_ns(server.pid)
        done = subprocess.run([program("hey"), "-n", str(requests), "-c", "8", *options, url],
                              check=True, capture_output=True, text=True)
        answered = sum(map(int, re.findall(r"\[200\]\s+(\d+) responses", done.stdout)))
        return {"request": (cpu_ns(server.pid) - began) / answered}
    take()
    collectors = {"seamark": Agent(), **{name: peer for name, peer in peers(server.pid).items()
                                         if name in ("syscount", "bpftrace")}}
    brackets = {name: Bracket(name, take) for name in collectors}
    for _ in range(rounds):
        for name, collector in collectors.items():
            brackets[name].round(collector, 0.5)
    server.kill()
    server.wait()
    return brackets


def server_figures(what, bar, brackets):
    yield Figure("bare, a request", (brackets["seamark"].bare("request") or 0) / 1000, "us")
    for name, bracket in brackets.items():
        yield over(f"{what}, server CPU + {name}", "x", bracket.ratios("request"),
                   bar if name == "seamark" else None)


@row("http")
def http_server(rounds):
    """Requests over connections that stay."""
    yield from server_figures("row 7: HTTP", 1.09, served("http", rounds, 40000))


@row("https")
def https_server(rounds):
    """A connection and a full handshake for each request."""
    yield from server_figures("row 8: HTTPS", 1.03,
                              served("https", rounds, 2000, "-disable-keepalive"))


@row("start")
def start_and_stop(rounds):
    """From exec to the first scrape that can be answered, and from SIGTERM to the end."""
    starts, stops, cpu, resident = [], [], [], []
    for _ in range(rounds):
        with Agent() as agent:
            starts.append(agent.took * 1000)
            cpu.append(cpu_ns(agent.pid) / 1e6)
            resident.append(resident_kib(agent.pid) / 1024)
        stops.append(agent.stopping * 1000)
    yield over("row 15: stop", "ms", stops, 60)
    yield over("row 16: start", "ms", starts, 40)
    yield over("row 16: CPU until then", "ms", cpu, 35)
    yield over("row 16: resident", "MiB", resident, 16)


def scrape(connection):
    began = time.perf_counter()
    connection.request("GET", "/metrics", headers={"Accept": "application/openmetrics-text"})
    text = connection.getresponse().read()
    return time.perf_counter() - began, text


def scraped(agent, times):
    """How long each took, what one cost, and how many series there were, each bucket one."""
    connection = http.client.HTTPConnection(agent.address)
    scrape(connection)
    began = cpu_ns(agent.pid)
    took = sorted(scrape(connection)[0] * 1000 for _ in range(times))
    spent = (cpu_ns(agent.pid) - began) / times / 1e6
    _, text = scrape(connection)
    return took, spent, len(re.findall(rb"(?m)^[^#]", text)), len(text)


def fill(containers):
    """Each makes 40 system calls, of which most fail: some 1,300 series, as Prometheus counts."""
    binary = build("bench", NEWEST_GO)
    for _ in range(containers):
        with container(f"/docker/{secrets.token_hex(32)}") as enter:
            subprocess.run([*enter, binary, "calls"], check=True)


@row("scrape")
def scrapes(_):
    """Ten thousand series over loopback, as Prometheus counts them: each bucket is one."""
    with Agent() as agent:
        fill(3)
        took, spent, series, size = scraped(agent, 200)
        yield Figure("series", series, "")
        yield Figure("size", size / 1e6, "MB")
        yield Figure("row 13: p50", took[100], "ms", took, 1)
        yield Figure("row 13: p99", took[197], "ms", bar=2)
        yield Figure("row 13: CPU", spent, "ms", bar=0.5)
        fill(145)
        took, spent, series, size = scraped(agent, 30)
        yield Figure("series of 150 containers", series, "")
        yield Figure("their scrape: p50", took[15], "ms", took)
        yield Figure("their scrape: CPU for 10,000", spent * 10000 / series, "ms", bar=0.5)
        yield Figure("resident with these", resident_kib(agent.pid) / 1024, "MiB", bar=32)


@row("executable")
def executable(rounds):
    """A large stripped executable, read whole and all its sites found."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([SEAMARK, "inspect", "--json", program("caddy")], check=True,
                       stdout=subprocess.DEVNULL)
        took.append((time.perf_counter() - began) * 1000)
    yield Figure("its size", os.stat(program("caddy")).st_size / 1e6, "MB")
    yield over("row 14: inspected", "ms", took)


@row("execs")
def execs(_):
    """500 programs a second begin and end."""
    with Agent() as agent:
        time.sleep(1)
        began, start, count = cpu_ns(agent.pid), time.monotonic(), 0
        while time.monotonic() < start + 5:
            subprocess.run(["/bin/true"], check=True)
            count += 1
            wait = start + count / 500 - time.monotonic()
            if wait > 0:
                time.sleep(wait)
        long = time.monotonic() - start
        spent = (cpu_ns(agent.pid) - began) / 1e9
    yield Figure("programs a second", count / long, "")
    yield Figure("row 17: of a core", spent / long * 100, "%", bar=2)
