# SPDX-License-Identifier: BSD-2-Clause
"""What must be right before any cost counts: numbers that another counted, too."""
import os
import re
import shutil
import subprocess
import time

from figures import Figure, row, skipped
from harness import NEWEST_GO, build, path
from measure import Agent, go_worker
from rows_probes import executables, found, inspected
from rows_servers import Server, load

CALLS = "seamark_syscall_duration_seconds_count"
SHAKES = "seamark_tls_handshake_duration_seconds_count"
LOSSES = ("seamark_self_probe_lost_total", "seamark_self_probe_missed_total",
          "seamark_self_series_overflowed_total")
# The end of a process cuts its threads' waits off: the kernel ends these calls, strace is gone.
CUT_OFF = ("futex", "nanosleep", "epoll_pwait", "epoll_wait", "pselect6", "restart_syscall")
THREADS_MAX = 32
# Before it the process is another program, after it none.
EDGES = ("execve", "exit_group")


def sums(samples, family, label):
    """{value of the label: sum over everything else}, of the worker's program."""
    found_sums = {}
    for (name, labels), value in samples.items():
        labels = dict(labels)
        if name == family and labels.get("process_executable_name") == "bench":
            found_sums[labels[label]] = found_sums.get(labels[label], 0) + int(value)
    return found_sums


def told_by_strace(name):
    with open(name, encoding="utf-8") as file:
        return {match[2]: int(match[1]) for match in re.finditer(
            r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", file.read(), re.M)
            if match[2] != "total"}


def is_off(name, mine, other):
    if name in CUT_OFF:
        return not other <= mine <= other + THREADS_MAX
    return name not in EDGES and mine != other


@row("gates")
def gates(_):
    """What Seamark counts equals what strace, the load and objdump count, to the last one."""
    binary, go = build("bench", NEWEST_GO), go_worker()
    with Agent() as agent:
        go.ask("getppid", 50)
        time.sleep(0.5)
        yield from calls_as_strace(agent, binary)
        yield from calls_as_made(agent, go)
        yield from handshakes_as_made(agent, go)
        samples = agent.samples()
        yield Figure("histograms whose buckets don't sum up", wrong_sums(samples), "", bar=0)
        yield Figure("losses and runs left out", losses(samples), "", bar=0)
    go.end()
    yield from sites_as_disassembled()


def losses(samples):
    """But for calls that had begun when the agent came."""
    return sum(value for (name, labels), value in samples.items() if name in LOSSES and
               ("cause", "no_start") not in labels)


def calls_as_strace(agent, binary):
    """Beside strace, which stops the program twice at every call: counts stay what they are."""
    if not shutil.which("strace"):
        yield skipped("system calls that strace counts otherwise", "strace is not installed")
        return
    before, log = sums(agent.samples(), CALLS, "syscall_name"), path("strace")
    subprocess.run(["strace", "-f", "-c", "-o", log, binary, "calls"], check=True)
    time.sleep(0.5)
    after, other = sums(agent.samples(), CALLS, "syscall_name"), told_by_strace(log)
    mine = {name: count - before.get(name, 0) for name, count in after.items()}
    names = set(mine) | set(other)
    yield Figure("calls that strace counted", sum(other.values()), "")
    yield Figure("system calls that strace counts otherwise",
                 sum(is_off(name, mine.get(name, 0), other.get(name, 0)) for name in names) +
                 (len(other) < 40), "", bar=0)


def calls_as_made(agent, go):
    before = sums(agent.samples(), CALLS, "syscall_name").get("connect", 0)
    made = go.ask("connects@20000", 1000)
    time.sleep(0.5)
    counted = sums(agent.samples(), CALLS, "syscall_name").get("connect", 0) - before
    yield Figure("connects that were made", made, "")
    yield Figure("connects that were counted otherwise", abs(counted - made), "", bar=0)


def handshakes_as_made(agent, go):
    before = sums(agent.samples(), SHAKES, "tls_role")
    made = go.ask("handshakes", 1000)
    with Server("https") as server:
        # Its program is probed already: it is the worker's.
        answered = load(server.url, 500, "-disable-keepalive")
    time.sleep(0.5)
    after = sums(agent.samples(), SHAKES, "tls_role")
    for role, wanted in (("client", made), ("server", made + answered)):
        counted = after.get(role, 0) - before.get(role, 0)
        yield Figure(f"handshakes of {role}s that were made", wanted, "")
        yield Figure(f"handshakes of {role}s that were counted otherwise", abs(counted - wanted),
                     "", bar=0)
    yield Figure("handshakes that began and did not end", agent.total(
        "seamark_self_handshakes_abandoned_total"), "", bar=0)


def wrong_sums(samples):
    """Every bucket holds those below it, and the last is the count."""
    buckets, wrong = {}, 0
    for (name, labels), value in samples.items():
        if name.endswith("_bucket"):
            rest = tuple(pair for pair in labels if pair[0] != "le")
            buckets.setdefault((name[:-len("_bucket")], rest), []).append(
                (float(dict(labels)["le"]), value))
    for (family, labels), rows in buckets.items():
        values = [value for _, value in sorted(rows)]
        wrong += values != sorted(values) or values[-1] != samples[family + "_count", labels]
    return wrong + (not buckets)


def disassembled(file, start, stop):
    """{address: mnemonic}, as objdump has them."""
    listed = subprocess.run(["objdump", "-d", "--no-show-raw-insn", file,
                             f"--start-address={start}", f"--stop-address={stop}"],
                            check=True, capture_output=True, text=True).stdout
    return {int(at, 16): word for at, word in re.findall(r"^ *([0-9a-f]+):\s+(\w+)", listed, re.M)}


def is_branch_behind_call(file, branch):
    """Where a handshake ends: behind a call, and up to a conditional jump nothing else goes away."""
    words = disassembled(file, branch["address"], branch["branch_address"] + 16)
    before = [words[at] for at in sorted(words) if at < branch["returns_to"]]
    between = [words[at] for at in sorted(words)
               if branch["returns_to"] <= at < branch["branch_address"]]
    last = words.get(branch["branch_address"], "")
    return (before[-1] == "call" and re.fullmatch("j(?!mp).*", last) and
            branch["returns_to"] in words and not [word for word in between
                                                   if word[0] == "j" or word in ("call", "ret")])


def sites_as_disassembled():
    """Each probed offset, where another disassembler says that an instruction begins, and which."""
    if os.uname().machine != "x86_64" or not shutil.which("objdump"):
        yield skipped("sites that objdump does not confirm", "objdump reads x86_64 here")
        return
    count = wrong = 0
    for file in executables():
        branch = inspected(file).get("exit")
        if branch:
            count += 1
            wrong += not is_branch_behind_call(file, branch)
        for function in found(file):
            shift = function["address"] - function["file_offset"]
            known = disassembled(file, function["address"], function["address"] + function["size"])
            entry = {"push": "push", "branch": "jbe"}.get(function["entry"])
            sites = [(function["entry_address"], entry),
                     *((offset + shift, "ret") for offset in function["returns"])]
            count += len(sites)
            wrong += sum(at not in known or (word and known[at] != word) for at, word in sites)
            wrong += list(known.values()).count("ret") != len(function["returns"])
    yield Figure("sites that are probed, all Go releases", count, "")
    yield Figure("sites that objdump does not confirm", wrong + (not count), "", bar=0)
