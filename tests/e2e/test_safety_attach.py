#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Probes come and go under load, executables are replaced, removed, copied and linked: programs run as
they do alone, and the kernel holds nothing afterwards."""
import json
import os
import shutil
import signal
import subprocess
import threading
import time

from harness import (GO_RELEASES, NEWEST_GO, SEAMARK, Agent, accounts_close, build, cases, check,
                     equal, main, path, run, start, test, wait_for)
from kernel import descriptors, gone, held, resident_kib, slab_kib

CYCLES = int(os.environ.get("SAFETY_ATTACHMENTS", "1000"))
EXECUTABLES = int(os.environ.get("SAFETY_EXECUTABLES", "200"))
LOAD = ("-n", "300", "-perils", "plain,server ends,pipe,over TLS,cancel", "-gc", "10")
OLDEST_GO = GO_RELEASES[0]


class Load:
    """A program over and over, until it is told to stop: each run must be as the first was."""

    def __init__(self, program, *options):
        self.command = [program, *options]
        self.alone = run(self.command, timeout=300)
        equal(self.alone.returncode, 0, "the program's status alone")
        self.runs, self.stopping = 0, False
        self.thread = threading.Thread(target=self.go_on, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failed):
        self.stopping = True
        self.thread.join()
        check(self.runs > 0, "no run came to its end")

    def go_on(self):
        while not self.stopping:
            done = run(self.command, timeout=300)
            if not equal((done.returncode, done.stdout),
                         (self.alone.returncode, self.alone.stdout),
                         f"run {self.runs}: {done.stderr[-1500:].decode()}"):
                break
            self.runs += 1


def inspect(program, kind):
    """Offsets in the file: of entries and of ends, which are the returns for plain uprobes."""
    told = json.loads(run([SEAMARK, "inspect", "--json", program]).stdout)
    found = [one for one in told["functions"] if one["status"] == "found"]
    returns = [offset for one in found for offset in one["returns"]]
    ends = [told["exit"]["branch_file_offset"]] if "exit" in told and kind == "multi" else returns
    return [str(one["entry_file_offset"]) for one in found], [str(offset) for offset in ends]


def code(pid, program):
    """The text of a running program as it is now, and as its file has it; static executables."""
    with open(program, "rb") as file:
        whole = file.read()
    found = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as lines, \
            open(f"/proc/{pid}/mem", "rb") as memory:
        for line in lines:
            words = line.split()
            if "x" in words[1] and len(words) > 5 and words[5] == program:
                begin, end = (int(word, 16) for word in words[0].split("-"))
                memory.seek(begin)
                offset = int(words[2], 16)
                found.append((memory.read(end - begin), whole[offset:offset + end - begin]))
    return found


def intact(process, program):
    """Soon: the last to hold a probe may have been another, or the kernel's own end of work."""
    def same():
        parts = code(process.pid, program)
        return parts and all(now[:len(once)] == once[:len(now)] for now, once in parts)
    wait_for(same, 30, "text in memory as it is in the file")


# A detach takes 30 to 50 ms, without uprobe_multi a second and more.
@cases([(NEWEST_GO, "multi", 1), (OLDEST_GO, "multi", 10), (NEWEST_GO, "plain", 150)])
def attached_and_detached_under_load(release, kind, share):
    cycles = max(CYCLES // share, 4)
    program = build("perils", release)
    entries, ends = inspect(program, kind)
    resident = start([program, "-n", "1", "-perils", "plain", "-linger", "900s"],
                     stdout=subprocess.DEVNULL)
    with Load(program, *LOAD) as load:
        slab = slab_kib()
        done = run([os.path.join(os.path.dirname(SEAMARK), "tests/bpf/attach_cycles"), program,
                    str(cycles), kind, *entries, "-", *ends], timeout=600)
    equal(done.returncode, 0, f"the attacher's status ({done.stderr.decode()})")
    told = json.loads(done.stdout)
    equal(told["cycles"], cycles, "cycles")
    equal(told["descriptors"][1], told["descriptors"][0], "the attacher's descriptors")
    check(told["seen"] > 0, "no handshake was seen meanwhile")
    check(resident.poll() is None, "a program that stood by has ended")
    intact(resident, program)
    print(f"# {kind}: {cycles} cycles in {told['seconds']} s, a detach {told['detach_ms']} ms, "
          f"{told['seen']} handshakes seen, {load.runs} runs, kernel memory {slab_kib() - slab:+} KiB")


@cases([("SIGTERM", ()), ("SIGKILL", ()), ("SIGTERM", ("--plain-uprobes",))])
def agents_come_and_go(by, options):
    program = build("perils")
    resident = start([program, "-n", "1", "-perils", "plain", "-linger", "900s"],
                     stdout=subprocess.DEVNULL)
    with Load(program, *LOAD):
        for _ in range(2):
            agent = Agent(*options)
            time.sleep(0.5)
            objects = held(agent.process.pid)
            check(len(objects) > 10, f"the agent holds only {objects}")
            agent.process.send_signal(getattr(signal, by))
            equal(agent.process.wait(30), -9 if by == "SIGKILL" else 0, "the agent's status")
            gone(objects, 30)
    intact(resident, program)


def web(program):
    """24 handshakes, and what it did otherwise."""
    return run([program, "-groups", "web"])


def ran_well(done, what):
    equal(done.returncode, 0, f"{what}: {done.stderr[-300:]}")


@test
def replaced_and_removed_while_it_runs():
    """By rename, by removal, and the same path again with other content."""
    agent = Agent()
    place, old, new = path("program"), build("perils", OLDEST_GO), build("perils", NEWEST_GO)
    options = ["-n", "200", "-perils", "plain,pipe,over TLS"]
    alone = run([old, *options])
    for number in range(6):
        shutil.copy(old if number % 2 else new, place)
        running = start([place, *options], stdout=subprocess.PIPE)
        time.sleep(0.1)
        if number < 3:
            shutil.copy(new if number % 2 else old, place + ".new")
            os.rename(place + ".new", place)
            equal(run([place, *options]).stdout, alone.stdout, f"{number}: the one in its place")
        os.remove(place)
        out, _ = running.communicate(timeout=120)
        equal((running.returncode, out), (0, alone.stdout), f"{number}: the one that ran")
    facts, _ = agent.stop()
    accounts_close(facts.accounts, lossless=False)
    # Each of nine runs: 200 pairs of each peril, and twice that over TLS; the first may begin early.
    hits, most = len(facts.of("tls.handshake", process_executable_name="program")), 9 * 200 * 8
    check(most * 0.7 < hits <= most, f"{hits} handshakes, {most} were made")


@test
def copies_and_links():
    """Two copies are two executables, two links to one are one; each handshake is told once."""
    agent = Agent()
    one, two, link = path("one"), path("two"), path("link")
    shutil.copy(build("firstlight"), one)
    shutil.copy(one, two)
    os.link(one, link)
    for place in (one, two, link, one, two, link):
        ran_well(web(place), place)
    # Once more from the path that was linked, with the first name gone.
    os.remove(one)
    ran_well(web(link), "the link that is left")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    told = [len(facts.of("tls.handshake", process_executable_name=os.path.basename(place)))
            for place in (one, two, link)]
    equal((told[1], sum(told)), (2 * 24, 7 * 24), "handshakes of the copy, and of all")


@test
def many_executables():
    """Each a file of its own: descriptors and memory grow by little, and the end comes in time."""
    agent = Agent()
    place, built, first = path("each"), build("shakes"), None
    for number in range(EXECUTABLES):
        shutil.copy(built, f"{place}{number}")
        # Nobody listens: it dials, fails, and exits with 1, as it does alone.
        equal(run([f"{place}{number}", "-wait", "0s", "-linger", "0s", "-address",
                   "127.0.0.1:1"]).returncode, 1, "status")
        os.remove(f"{place}{number}")
        if number == EXECUTABLES // 4:
            time.sleep(0.5)
            first = descriptors(agent.process.pid), resident_kib(agent.process.pid)
    time.sleep(0.5)
    last = descriptors(agent.process.pid), resident_kib(agent.process.pid)
    count = EXECUTABLES - 1 - EXECUTABLES // 4
    each = (last[0] - first[0]) / count, (last[1] - first[1]) / count
    objects = held(agent.process.pid)
    _, took = agent.stop()
    gone(objects, 10)
    check(each[0] <= 4, f"{each[0]:.1f} descriptors an executable")
    check(each[1] <= 256, f"{each[1]:.0f} KiB an executable")
    check(took < 3, f"SIGTERM took {took:.1f} s")
    print(f"# an executable: {each[0]:.1f} descriptors, {each[1]:.1f} KiB; "
          f"SIGTERM to exit with {EXECUTABLES}: {took:.2f} s")


if __name__ == "__main__":
    main()
