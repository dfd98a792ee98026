# SPDX-License-Identifier: BSD-2-Clause
"""Measuring: workers that do what a line says, collectors that come and go beside them, and what a
process used of a CPU, by the scheduler's own account and never by the kernel's BPF statistics."""
import contextlib
import glob
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from figures import median
from harness import NEWEST_GO, SEAMARK, Served, build

FLOORS = os.environ["FLOORS"]
# Of itself, or of what was added: where the two bare measures around an observed one differ by
# more, all three are thrown away.
UNSTEADY = 0.15


class Worker:
    """Obeys lines, and answers each with a number."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, act, what):
        self.process.stdin.write(f"{act} {what}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def go_worker():
    return Worker(build("bench", NEWEST_GO))


def cpu_ns(pid):
    """Of all its threads, those that live."""
    total = 0
    for place in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        with contextlib.suppress(OSError), open(place, encoding="utf-8") as file:
            total += int(file.read().split()[0])
    return total


def resident_kib(pid, which="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(which + r":\s+(\d+)", file.read()).group(1))


class Agent(Served):
    """seamark agent for the length of a with block."""

    def __init__(self, *options, within=()):
        self.command = [*within, SEAMARK, "agent", "--listen", "127.0.0.1:0", *options]

    def __enter__(self):
        self.began = time.monotonic()
        with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
            self.process = subprocess.Popen(self.command, stderr=log)
            found = None
            while not found:
                time.sleep(0.0005)
                ended = self.process.poll() is not None
                log.seek(0)
                found = re.search(r"metrics at (http://\S+)/metrics", log.read())
                if ended and not found:
                    log.seek(0)
                    raise RuntimeError(f"the agent did not start: {log.read()}")
        self.took = time.monotonic() - self.began
        self.url = found.group(1)
        self.address = self.url.partition("//")[2]
        return self

    @property
    def pid(self):
        return self.process.pid

    def settled(self, seconds=5):
        """What it counts of itself, once nothing more is under way."""
        end, before = time.monotonic() + seconds, None
        while time.monotonic() < end:
            now = self.accounts()
            if now == before:
                break
            before = now
            time.sleep(0.2)
        return before

    def accounts(self):
        """Of facts: hits, submitted, lost by cause, and the records that came in, by fate."""
        sums = {"hits": 0, "submitted": 0, "lost": {}, "records": {}}
        for (name, labels), value in self.samples().items():
            labels = dict(labels)
            which = name.removeprefix("seamark_self_probe_").removesuffix("_total")
            if name == "seamark_self_records_total":
                sums["records"][labels["fate"]] = int(value)
            elif labels.get("lane") != "fact":
                continue
            elif which in ("hits", "submitted"):
                sums[which] += int(value)
            elif which == "lost" and value:
                sums["lost"][labels["cause"]] = sums["lost"].get(labels["cause"], 0) + int(value)
        return sums

    def __exit__(self, *_):
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.stopping = time.monotonic() - began


def modes():
    """The ways in which this Seamark observes system calls: {name: options}. Nobody is too hot."""
    found = {"seamark": ("--hot-calls", "0")}
    for mode in ("sampled", "off"):
        with contextlib.suppress(RuntimeError):
            with Agent("--syscalls", mode):
                found[f"seamark {mode}"] = ("--syscalls", mode)
    return found


class Floor:
    """What the least possible collector costs."""

    def __init__(self, worker, *which, act="attach"):
        self.worker, self.which, self.act = worker, which, act

    def __enter__(self):
        for one in self.which:
            self.worker.ask(self.act, one)

    def __exit__(self, *_):
        self.worker.ask("detach", "-")


class Peer:
    """Another collector, given a moment to come up."""

    def __init__(self, *command):
        self.command = command

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(2)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
            return
        self.process.kill()
        self.process.wait()


BPFTRACE = ("tracepoint:raw_syscalls:sys_enter { @start[tid] = nsecs; } "
            "tracepoint:raw_syscalls:sys_exit /@start[tid]/ "
            "{ @ns[comm, args->id] = hist(nsecs - @start[tid]); delete(@start[tid]); }")


def peers(pid):
    """Those that are installed: a histogram of every system call, of all programs or of one."""
    known = {
        "syscount": ("/usr/sbin/syscount", "-L", "-i", "0"),
        "bpftrace": (shutil.which("bpftrace") or "/usr/bin/bpftrace", "-e", BPFTRACE),
        "strace -c": ("/usr/bin/strace", "-c", "-f", "-p", str(pid)),
        "perf trace -s": ("/usr/bin/perf", "trace", "-s", "-p", str(pid)),
    }
    return {name: Peer(*command) for name, command in known.items()
            if os.path.exists(command[0])}


class Bracket:
    """Bare, observed, bare again, on the same processes: what was added, round for round."""

    def __init__(self):
        self.rows = {}                       # {what: [(bare, observed) or None, one a round]}

    def note(self, before, observed, after):
        """Each {what: number}."""
        for what, one in before.items():
            bare = min(one, after[what])
            steady = max(one, after[what]) - bare <= UNSTEADY * max(bare, observed[what] - bare)
            self.rows.setdefault(what, []).append((bare, observed[what]) if steady else None)

    def pairs(self, what):
        return [pair for pair in self.rows.get(what, []) if pair]

    def bare(self, what):
        return median([bare for bare, _ in self.pairs(what)])

    def added(self, what):
        return [observed - bare for bare, observed in self.pairs(what)]

    def ratios(self, what):
        return [observed / bare for bare, observed in self.pairs(what)]

    def multiples(self, what, floor, times=1):
        """What this adds over what the floor adds in the same round."""
        return [(mine[1] - mine[0]) / (least[1] - least[0]) / times
                for mine, least in zip(self.rows.get(what, []), floor.rows.get(what, []))
                if mine and least and least[1] > least[0]]


def interleave(collectors, take, rounds, settle=0.3):
    """Each collector in turn, and bare between them: {name: Bracket}, and what was thrown away."""
    brackets = {name: Bracket() for name in collectors}
    for _ in range(rounds):
        before = take()
        for name, collector in collectors.items():
            with collector:
                time.sleep(settle)
                observed = take()
            after = take()
            brackets[name].note(before, observed, after)
            before = after
    return brackets, sum(pairs.count(None) for one in brackets.values()
                         for pairs in one.rows.values())


def machine():
    """What the figures depend on."""
    def first(place, pattern=r"(.*)"):
        with contextlib.suppress(OSError), open(place, encoding="utf-8") as file:
            found = re.search(pattern, file.read())
            return found.group(1).strip() if found else None
        return None
    weaknesses = "/sys/devices/system/cpu/vulnerabilities/"
    return {
        "kernel": os.uname().release, "machine": os.uname().machine, "cpus": os.cpu_count(),
        "processor": first("/proc/cpuinfo", r"model name\s*: (.*)"),
        "hypervisor": first("/sys/hypervisor/type") or
                      ("some" if "hypervisor" in (first("/proc/cpuinfo", r"(flags.*)") or "")
                       else "none"),
        "clock_source": first("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        "mitigations": {name: first(weaknesses + name) for name in
                        ("spectre_v2", "retbleed", "spec_rstack_overflow", "meltdown")},
        "bpf_jit": first("/proc/sys/net/core/bpf_jit_enable"),
    }
