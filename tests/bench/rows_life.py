# SPDX-License-Identifier: BSD-2-Clause
"""Rows 15 to 18: beginning and ending, also by force, and programs that come and go."""
import os
import threading
import time

from figures import Figure, over, row
from harness import NEWEST_GO, build
from measure import Agent, FLOORS, Worker, cpu_ns, go_worker, resident_kib
from rows_servers import Server, load

RATE = 500          # programs a second


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
    yield over("row 16: start, CPU until then", "ms", cpu, 35)
    yield over("row 16: start, resident", "MiB", resident, 16)


def spawn(command, rate, seconds):
    """Programs begin and end, so many a second where the machine can: how many there were."""
    start, count = time.monotonic(), 0
    while time.monotonic() < start + seconds:
        _, status = os.waitpid(os.posix_spawn(command[0], command, os.environ), 0)
        if status:
            raise RuntimeError(f"{command} ended with {status}")
        count += 1
        wait = start + count / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
    return count, time.monotonic() - start


def cores_of(agent, act, *arguments):
    """CPU time of the agent in each second of the act, and what came of that."""
    spent, began = cpu_ns(agent.pid), time.monotonic()
    result = act(*arguments)
    return (cpu_ns(agent.pid) - spent) / 1e9 / (time.monotonic() - began), result


@row("execs")
def execs(_):
    """500 programs a second begin and end: none of Go's, and one of Go's, always the same."""
    for what, command in (("none of Go's", ["/bin/true"]),
                          ("the same of Go's", [build("bench", NEWEST_GO), "end"])):
        with Agent() as agent:
            spawn(command, RATE, 0.5)
            time.sleep(1)
            idle, _ = cores_of(agent, time.sleep, 3)
            cores, (count, long) = cores_of(agent, spawn, command, RATE, 5)
        yield Figure(f"programs a second, {what}", count / long, "")
        yield Figure("the agent before it, of a core", idle * 100, "%")
        # Where the machine has no time for so many, what these cost says what all would.
        each = max(0, cores - idle) * long / count
        yield Figure(f"CPU of the agent for each, {what}", each * 1e6, "us")
        yield Figure(f"row 17: of a core for {RATE} a second, {what}",
                     (each * RATE + idle) * 100, "%", bar=2)


class Requests(threading.Thread):
    """A load in the background, and how much of it was answered."""

    def __init__(self, url, count):
        super().__init__()
        self.url, self.wanted, self.answered = url, count, 0

    def run(self):
        self.answered = load(self.url, self.wanted, "-disable-keepalive")


class Handshakes(threading.Thread):
    """The same of handshakes inside of one process."""

    def __init__(self, worker, count):
        super().__init__()
        self.worker, self.wanted, self.answered = worker, count, 0

    def run(self):
        self.answered = int(self.worker.ask("handshakes", self.wanted))


def left_behind(floor, before, seconds):
    """Of programs, links and maps what there still is more than before; they go after a while."""
    end = time.monotonic() + seconds
    while floor.ask("programs", "-") > before and time.monotonic() < end:
        time.sleep(0.01)
    return max(0, floor.ask("programs", "-") - before)


@row("kill")
def kill(rounds):
    """SIGKILL for the agent while its targets are busy: none may notice, nothing may stay."""
    errors, behind, took = 0, 0, []
    floor, go = Worker(FLOORS), go_worker()
    with Server("https") as server:
        for _ in range(rounds):
            before = floor.ask("programs", "-")
            busy = [Requests(server.url, 1000), Handshakes(go, 500)]
            with Agent() as agent:
                for one in busy:
                    one.start()
                time.sleep(0.4)
                alive = all(one.is_alive() for one in busy)
                attached = floor.ask("programs", "-") - before
                agent.process.kill()
                agent.process.wait()
                began = time.monotonic()
                behind += left_behind(floor, before, 10)
                took.append((time.monotonic() - began) * 1000)
            for one in busy:
                one.join()
            # A round in which nothing was going on proves nothing.
            errors += sum(one.wanted - one.answered for one in busy) if alive and attached else 1
    floor.end()
    go.end()
    yield Figure("row 18: requests and handshakes that failed", errors, "", bar=0)
    yield Figure("row 18: programs, links and maps left behind", behind, "", bar=0)
    yield over("row 18: until the last of them was gone", "ms", took)
