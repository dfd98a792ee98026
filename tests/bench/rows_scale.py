# SPDX-License-Identifier: BSD-2-Clause
"""Many containers: what a thousand at a time cost, and ten thousand one after the other."""
import concurrent.futures
import http.client
import os
import re
import secrets
import subprocess
import time

import kernel
from figures import Figure, row
from harness import NEWEST_GO, build, container
from measure import Agent, cpu_ns, go_worker, resident_kib
from rows_calls import MS
from rows_scrape import fill

CONTAINERS = 1000
CHURN = int(os.environ.get("CHURN", "10000"))
AT_A_TIME = 8       # to move a process takes a grace period of the kernel's
KEPT_SECONDS = 60   # what is gone is remembered for so long
SECONDS = 5         # of one measure of the collector's share of a core


def maps_bytes(pid):
    """Of all maps that the process holds, by the kernel's own account; a shared one counts once."""
    sizes = {}
    for text in kernel.opened(pid):
        found = dict(re.findall(r"(?m)^(map_id|memlock):\s+(\d+)", text))
        if "map_id" in found:
            sizes[found["map_id"]] = int(found["memlock"])
    return sum(sizes.values())


def page(agent):
    """The lines of a scrape, of which none is kept: there may be a million."""
    connection = http.client.HTTPConnection(agent.address)
    connection.request("GET", "/metrics", headers={"Accept": "application/openmetrics-text"})
    yield from connection.getresponse()
    connection.close()


def value(agent, begin):
    return sum(float(line.split()[-1]) for line in page(agent) if line.startswith(begin))


def share(agent, seconds):
    """Of a core, in percent."""
    began = cpu_ns(agent.pid)
    time.sleep(seconds)
    return (cpu_ns(agent.pid) - began) / seconds / 1e7


@row("containers")
def containers(_):
    """A thousand containers of 40 system calls each, and what a call costs among so many."""
    go = go_worker()
    bare = go.ask("getppid", MS)
    with Agent("--series", "50000") as agent:
        time.sleep(1)
        one = go.ask("getppid", MS) - bare
        idle = resident_kib(agent.pid)
        fill(CONTAINERS)
        many = go.ask("getppid", MS) - bare
        resident, maps = resident_kib(agent.pid), maps_bytes(agent.pid)
        # Without what it takes to know them: these have just come.
        quiet = share(agent, SECONDS)
        go.process.stdin.write(f"getppid {SECONDS * 1000 + 500}\n")
        go.process.stdin.flush()
        busy = share(agent, SECONDS)
        go.process.stdout.readline()
        began, size, lines, histograms = cpu_ns(agent.pid), 0, 0, 0
        for line in page(agent):
            size, lines = size + len(line), lines + 1
            histograms += line.startswith(b"seamark_syscall_duration_seconds_count{")
        spent = (cpu_ns(agent.pid) - began) / 1e6
        most = resident_kib(agent.pid, "VmHWM")
    go.end()
    yield Figure("histograms of system calls", histograms, "")
    yield Figure("row 11: maps of the kernel", maps / 1e6, "MB")
    yield Figure("row 11: a thousand containers, just made, nothing goes on, of a core",
                 quiet, "%", bar=0.5)
    yield Figure("row 11: a thousand containers, a call every 500 ns, of a core",
                 busy, "%", bar=0.5)
    yield Figure("row 11: a thousand containers, added to a call, of what is with one",
                 many / one, "x", bar=1.1)
    yield Figure("row 11: resident before these", idle / 1024, "MiB", bar=16)
    yield Figure("row 11: a thousand containers, resident", resident / 1024, "MiB", bar=32)
    yield Figure("row 11: a thousand containers, resident in a scrape, at most",
                 most / 1024, "MiB", bar=32)
    yield Figure("its size", size / 1e6, "MB")
    yield Figure("row 11: a thousand containers, scrape, CPU for 10,000 series",
                 spent * 10000 / lines, "ms", bar=0.5)


def live_and_die(_):
    """A container's whole life: two binds, of which one is refused, a connect, a failed handshake."""
    with container(f"/docker/{secrets.token_hex(32)}") as enter:
        return subprocess.run([*enter, build("brief", NEWEST_GO)], check=False,
                              stdout=subprocess.DEVNULL).returncode


# Of each such life; a listening socket is counted with the binds. A failed handshake goes through
# the ring, since only user space can name its error.
ACTS = {"binds": ("bind", "count", 3), "connects": ("connect", "count", 1),
        "handshakes": ("tls", "fact", 1)}


def submitted(agent):
    """What came through, also of containers that are gone: {acts: number}."""
    return {acts: agent.total("seamark_self_probe_submitted_total", probe=probe, lane=lane)
            for acts, (probe, lane, _) in ACTS.items()}


@row("churn")
def churn(_):
    """Containers come, work and go, more than can be known at a time: nothing of them stays."""
    with Agent() as agent:
        live_and_die(0)
        time.sleep(2)
        before = submitted(agent)
        resident, spent, began = resident_kib(agent.pid), cpu_ns(agent.pid), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            failed = sum(pool.map(live_and_die, range(CHURN)))
        took, spent = time.monotonic() - began, cpu_ns(agent.pid) - spent
        agent.settled()
        samples = agent.samples()
        kept = {name: agent.total("seamark_self_table_entries", table=name)
                for name in {dict(labels)["table"] for found, labels in samples
                             if found == "seamark_self_table_entries"}}
        refused = agent.total("seamark_self_table_refused_total")
        lost = {acts: CHURN * ACTS[acts][2] - (count - before[acts])
                for acts, count in submitted(agent).items()}
        most = resident_kib(agent.pid, "VmHWM")
        time.sleep(KEPT_SECONDS + 15)
        agent.samples()
        left = {name: agent.total("seamark_self_table_entries", table=name) for name in kept}
        after = resident_kib(agent.pid)
    yield Figure("containers that came and went", CHURN, "")
    yield Figure("a second", CHURN / took, "")
    yield Figure("programs that did not end well", failed, "", bar=0)
    for acts, count in lost.items():
        yield Figure(f"row 12: {acts} that are not accounted for", count, "", bar=0)
    yield Figure("row 12: what a full table refused", refused, "", bar=0)
    for name, count in sorted(left.items()):
        yield Figure(f"row 12: {name}, at its end", kept[name], "")
        yield Figure(f"row 12: {name}, {KEPT_SECONDS + 15} s later", count, "")
    yield Figure("row 12: resident, at most, a container", (most - resident) / CHURN, "KiB", bar=4)
    yield Figure("row 12: resident afterwards, a container", (after - resident) / CHURN, "KiB")
    yield Figure("the collector's CPU, a container", spent / CHURN / 1000, "us")
