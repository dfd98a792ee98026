# SPDX-License-Identifier: BSD-2-Clause
"""Rows 9, 10 and what is beyond: records under way from the kernel, and more of them than are
read."""
import contextlib
import os
import subprocess
import time

from figures import Figure, row, skipped
from harness import control_group_mounts
from measure import Agent, FLOORS, cpu_ns, go_worker, resident_kib

INJECT = os.path.join(os.path.dirname(FLOORS), "inject")
SECONDS, MILLION = 10, 1000000
PERIOD_US = 20000       # in which a share of a CPU is given out
FLAT_MIB = 1            # what memory may grow by and still be flat


class Flood:
    """What one flood of acts came to, by the load's own count and by the agent's."""

    def __init__(self, agent, load, act, seconds):
        before, spent, began = agent.settled(), cpu_ns(agent.pid), time.monotonic()
        self.made = int(load.ask(act, int(seconds * 1000)))
        self.seconds = time.monotonic() - began
        self.cores = (cpu_ns(agent.pid) - spent) / 1e9 / self.seconds
        # By then whatever is in the ring must be out of it; the question takes a moment, too.
        time.sleep(0.9)
        after = agent.accounts()
        self.read_within_a_second = after["submitted"] == sum(after["records"].values())
        after = agent.settled()
        self.ns = cpu_ns(agent.pid) - spent
        self.hits = after["hits"] - before["hits"]
        self.submitted = after["submitted"] - before["submitted"]
        self.lost = sum(after["lost"].values()) - sum(before["lost"].values())
        self.read = sum(after["records"].values()) - sum(before["records"].values())

    @property
    def unaccounted(self):
        """Acts that no account has, and those that it has in two ways."""
        return abs(self.hits - self.submitted - self.lost) + abs(self.submitted - self.read) + \
            max(0, self.made - self.hits)

    @property
    def times(self):
        """As many acts as records were read."""
        return self.made / max(1, self.submitted)


@contextlib.contextmanager
def flooded(*options):
    """An agent that knows the program which makes the flood."""
    load = go_worker()
    with Agent(*options) as agent:
        load.ask("connects@1000", 200)
        yield agent, load
    load.end()


def told(what, flood):
    yield Figure(f"{what}: a second", flood.made / flood.seconds, "")
    yield Figure(f"{what}: lost, each counted", flood.lost / max(1, flood.made) * 100, "%")
    yield Figure(f"{what}: of a core", flood.cores * 100, "%", bar=100)
    yield Figure(f"{what}: the agent's CPU time for each fact",
                 flood.ns / max(1, flood.submitted), "ns")
    yield Figure(f"{what}: acts that no account has", flood.unaccounted, "", bar=0)


class Injected:
    """Records that are thrown away at the door: what the way to it costs, and what it carries."""

    def __init__(self, agent, rate, seconds):
        before, spent, began = agent.accounts(), cpu_ns(agent.pid), time.monotonic()
        done = subprocess.run([INJECT, str(rate), str(int(seconds * 1000))], check=True,
                              capture_output=True, text=True)
        self.seconds = time.monotonic() - began
        self.went_in, self.refused = map(int, done.stdout.split())
        after = agent.settled()
        self.read = after["records"]["malformed"] - before["records"]["malformed"]
        self.ns = cpu_ns(agent.pid) - spent

    @property
    def made(self):
        return self.went_in + self.refused


@row("way")
def way(_):
    """The ring and its reader by themselves: a million records a second, and all that go."""
    with Agent() as agent:
        calm = Injected(agent, MILLION, SECONDS)
        full = Injected(agent, 0, 2)
    yield Figure("row 9: records a second", calm.made / calm.seconds, "")
    yield Figure("row 9: a million records a second, lost", calm.refused, "", bar=0)
    yield Figure("row 9: a million records a second, of a core",
                 calm.ns / calm.seconds / 1e9 * 100, "%", bar=1.5)
    yield Figure("row 9: a million records a second, CPU for each",
                 calm.ns / max(1, calm.read), "ns", bar=15)
    yield Figure("row 9: went in and were not counted", abs(calm.went_in - calm.read), "", bar=0)
    yield Figure("as many records as go, a second", full.made / full.seconds, "")
    yield Figure("of these refused", full.refused / full.made * 100, "%")
    yield Figure("row 9: as many records as go, went in and were not counted",
                 abs(full.went_in - full.read), "", bar=0)


@row("ring")
def ring(_):
    """Real acts as fast as a thread, and as all CPUs, can make them, each with a record."""
    with flooded() as (agent, load):
        yield from told("row 9: one thread's connects", Flood(agent, load, "connects@0/1", SECONDS))
        yield from told("row 9: connects of all CPUs", Flood(agent, load, "connects@0", SECONDS))
        yield from told("row 9: binds that fail", Flood(agent, load, "binds@0", SECONDS / 2))
    count = os.cpu_count()
    if count <= 2:
        yield skipped("row 10: more CPUs that make records",
                      f"not on this host: of its {count} CPUs one reads")
        return
    with flooded() as (agent, load):
        one = Flood(agent, load, "connects@0/1", SECONDS / 2)
        several = Flood(agent, load, f"connects@0/{count - 1}", SECONDS / 2)
        yield Figure(f"row 10: {count - 1} times what one CPU makes, of what these make",
                     (count - 1) * one.made / one.seconds / (several.made / several.seconds), "x",
                     bar=1 / 0.9)


def groups_of_cpu():
    """Where the tree of control groups that shares CPUs out is, and whether it is of version 1."""
    mounts = control_group_mounts()
    first = [place for place, kind, options in mounts
             if kind == "cgroup" and "cpu" in options.split(",")]
    second = [place for place, kind, _ in mounts if kind == "cgroup2"]
    return (first or second)[0], bool(first)


def write(place, text):
    with open(place, "w", encoding="utf-8") as file:
        file.write(text)


@contextlib.contextmanager
def allowed(pid, cores):
    """The process gets so much of a CPU and no more."""
    root, is_first = groups_of_cpu()
    folder, quota = root + "/seamark-bench", str(int(max(1000, cores * PERIOD_US)))
    os.makedirs(folder)
    try:
        if is_first:
            write(folder + "/cpu.cfs_period_us", str(PERIOD_US))
            write(folder + "/cpu.cfs_quota_us", quota)
        else:
            write(root + "/cgroup.subtree_control", "+cpu")
            write(folder + "/cpu.max", f"{quota} {PERIOD_US}")
        write(folder + "/cgroup.procs", str(pid))
        yield
    finally:
        write(root + "/cgroup.procs", str(pid))
        os.rmdir(folder)


@row("overload")
def overload(_):
    """Acts come 2, 5 and 10 times as fast as the agent may read them: it is given less of a CPU."""
    with flooded() as (agent, load):
        full = Flood(agent, load, "connects@0", 3)
        began, need = resident_kib(agent.pid), full.ns / max(1, full.submitted)
        for times in (2, 5, 10):
            share = full.made / full.seconds / times * need / 1e9
            with allowed(agent.pid, share):
                flood = Flood(agent, load, "connects@0", 4)
                late = not flood.read_within_a_second
            what = f"overload, {times} times"
            yield Figure(f"{what}: acts for each that was read", flood.times, "x")
            yield Figure(f"{what}: of a core", flood.cores * 100, "%", bar=100)
            yield Figure(f"{what}: acts that no account has", flood.unaccounted, "", bar=0)
            yield Figure(f"{what}: not read up a second later", int(late), "", bar=0)
        yield Figure("overload: memory grew by", (resident_kib(agent.pid) - began) / 1024, "MiB",
                     bar=FLAT_MIB)
        calm = Flood(agent, load, "connects@10000", 2)
        yield Figure("overload: lost of a calm load after it", calm.lost, "", bar=0)
