# SPDX-License-Identifier: BSD-2-Clause
"""Measuring: workers that do what a line says, collectors that come and go beside them, and what a
process used of a CPU, by the scheduler's own account and never by the kernel's BPF statistics."""
import contextlib
import glob
import os
import re
import shutil
import signal
import statistics
import subprocess
import time

from harness import NEWEST_GO, SEAMARK, build

FLOORS = os.environ["FLOORS"]
UNSTEADY = 0.15     # two bare measures around an observed one that differ by more are thrown away


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


class Agent:
    """seamark agent for the length of a with block."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.began = time.monotonic()
        self.process = subprocess.Popen([SEAMARK, "agent", "--listen", "127.0.0.1:0",
                                         *self.options], stderr=subprocess.PIPE, text=True)
        line = ""
        while "metrics at" not in line:
            line = self.process.stderr.readline()
            if not line:
                raise RuntimeError("the agent did not start")
        self.took = time.monotonic() - self.began
        self.address = re.search(r"http://([^/]+)/metrics", line).group(1)
        return self

    @property
    def pid(self):
        return self.process.pid

    def __exit__(self, *_):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.stopping = time.monotonic() - began
        self.process.stderr.close()


class Floor:
    """What the least possible collector costs."""

    def __init__(self, worker, which):
        self.worker, self.which = worker, which

    def __enter__(self):
        self.worker.ask("attach", self.which)

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

    def __init__(self, name, take):
        self.name, self.take = name, take    # take() gives {what: number}
        self.rows = {}                       # {what: [(bare, observed), ...]}
        self.thrown_away = 0

    def round(self, collector, settle=0.3):
        before = self.take()
        with collector:
            time.sleep(settle)
            observed = self.take()
        after = self.take()
        for what, one in before.items():
            bare = min(one, after[what])
            if max(one, after[what]) > bare * (1 + UNSTEADY):
                self.thrown_away += 1
                continue
            self.rows.setdefault(what, []).append((bare, observed[what]))

    def bare(self, what):
        return median([bare for bare, _ in self.rows.get(what, [])])

    def added(self, what):
        return [observed - bare for bare, observed in self.rows.get(what, [])]

    def ratios(self, what):
        return [observed / bare for bare, observed in self.rows.get(what, [])]


def median(values):
    return statistics.median(values) if values else None


def quartiles(values):
    if len(values) < 2:
        return values[0:1] * 2
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return [low, high]


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
        "load": os.getloadavg()[0],
    }
