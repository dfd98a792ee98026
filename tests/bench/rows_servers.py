# SPDX-License-Identifier: BSD-2-Clause
"""Rows 7 and 8: what a Go server's requests cost it."""
import re
import subprocess

from figures import Figure, over, row, skipped
from harness import NEWEST_GO, build, program
from measure import Agent, Floor, FLOORS, Worker, cpu_ns, interleave, modes, peers
from rows_probes import places

CLIENTS = 8


def load(url, requests, *options):
    """How many of them were answered; a closed loop."""
    done = subprocess.run([program("hey"), "-n", str(requests), "-c", str(CLIENTS), *options, url],
                          check=True, capture_output=True, text=True)
    return sum(map(int, re.findall(r"\[200\]\s+(\d+) responses", done.stdout)))


class Server:
    """The worker as a server, for the length of a with block."""

    def __init__(self, kind):
        self.command = [build("bench", NEWEST_GO), kind]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        return self

    @property
    def pid(self):
        return self.process.pid

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def served(kind, rounds, requests, *options, probes=()):
    """CPU time of a Go server for each request of a closed loop, under each collector, and under
    what does nothing at system calls and at these probes."""
    with Server(kind) as server:
        def take():
            began = cpu_ns(server.pid)
            answered = load(server.url, requests, *options)
            return {"request": (cpu_ns(server.pid) - began) / answered}
        take()
        agents = {name: Agent(*mode) for name, mode in modes().items()}
        floor = Worker(FLOORS)
        floors = {"F1": Floor(floor, "clock")}
        if probes:
            floors["empty probes"] = Floor(floor, *probes, act="probe")
        measured = interleave({**floors, **agents, **peers(server.pid)}, take, rounds, 0.5)
        floor.end()
        return measured


def server_figures(what, bars, measured):
    brackets, thrown_away = measured
    yield Figure("bare, a request", (brackets["seamark"].bare("request") or 0) / 1000, "us")
    for name, bracket in brackets.items():
        yield over(f"{what}, server CPU + {name}", "x", bracket.ratios("request"), bars.get(name))
    yield over(f"{what}, of what F1 adds", "x",
               brackets["seamark"].multiples("request", brackets["F1"]))
    for name in bars:
        if name not in brackets:
            yield skipped(f"{what}, server CPU + {name}", "this seamark has no such --syscalls")
    yield Figure("measures thrown away, unsteady", thrown_away, "")


@row("http")
def http_server(rounds):
    """Requests over connections that stay."""
    yield from server_figures("row 7: HTTP", {"seamark": 1.09, "seamark sampled": 1.05,
                                              "seamark off": 1.02},
                              served("http", min(rounds, 3), 15000))


@row("https")
def https_server(rounds):
    """A connection and a full handshake for each request."""
    yield from server_figures("row 8: HTTPS", {"seamark": 1.03, "seamark off": 1.01},
                              served("https", min(rounds, 3), 1500, "-disable-keepalive",
                                     probes=places(build("bench", NEWEST_GO))))
