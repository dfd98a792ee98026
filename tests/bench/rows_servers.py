# SPDX-License-Identifier: BSD-2-Clause
"""Rows 7 and 8: what a Go server's requests cost it."""
import re
import subprocess

from figures import Figure, over, row
from harness import NEWEST_GO, build, program
from measure import Agent, Bracket, cpu_ns, peers


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
