# SPDX-License-Identifier: BSD-2-Clause
"""Rows 14 to 17: beginning, ending, and programs that come and go."""
import os
import subprocess
import time

from figures import Figure, over, row
from harness import SEAMARK, program
from measure import Agent, cpu_ns, resident_kib


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
