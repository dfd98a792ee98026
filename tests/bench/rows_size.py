# SPDX-License-Identifier: BSD-2-Clause
"""Row 14: an executable as large as they get, found, checked and probed."""
import os
import re
import subprocess
import time

from bulk import build_bulk
from figures import Figure, over, row
from harness import SEAMARK
from measure import Agent, FLOORS, Worker, resident_kib

PIECE = 1 << 20


def forget(file):
    """The page cache keeps nothing of it: nobody may run it."""
    fd = os.open(file, os.O_RDONLY)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def timed(act):
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def inspect(file):
    subprocess.run([SEAMARK, "inspect", "--json", file], check=True, stdout=subprocess.DEVNULL)


def pclntab(file):
    """Where Go's table of functions is in it: offset and size."""
    listed = subprocess.run(["readelf", "-SW", file], check=True, capture_output=True,
                            text=True).stdout
    found = re.search(r"\.gopclntab +\w+ +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+)", listed)
    return [int(number, 16) for number in found.groups()]


def read_part(file, offset, size):
    with open(file, "rb", buffering=0) as opened:
        opened.seek(offset)
        while size > 0:
            size -= len(opened.read(min(size, PIECE)))


def family_kib(pid, which):
    """Of the agent and the process in which it reads executables."""
    children = f"/proc/{pid}/task/{pid}/children"
    with open(children, encoding="utf-8") as file:
        return sum(resident_kib(one, which) for one in [pid, *map(int, file.read().split())])


def probed_after(agent, floor, file):
    """Milliseconds from the start of a program until its probes are on, and the program."""
    before = floor.ask("links", "-")
    began = time.perf_counter()
    process = subprocess.Popen([file])
    while floor.ask("links", "-") == before:
        if time.perf_counter() > began + 10 or agent.process.poll() is not None:
            break
        time.sleep(0.0005)
    return (time.perf_counter() - began) * 1000, process


def read_again(agent):
    """Executables that were read less those that are known: others may come at any time."""
    return agent.total("seamark_self_executables_parsed_total") - \
        agent.total("seamark_self_programs")


@row("executable")
def executable(rounds):
    """A stripped executable of 90 MB or more: all its sites found, checked and probed."""
    file, floor = build_bulk(), Worker(FLOORS)
    warm, cold, table, whole, grown, second = [], [], [], [], [], 0
    for _ in range(rounds):
        inspect(file)
        warm.append(timed(lambda: inspect(file)))
        forget(file)
        table.append(timed(lambda: read_part(file, *pclntab(file))))
        forget(file)
        cold.append(timed(lambda: inspect(file)))
        with Agent() as agent:
            time.sleep(0.3)
            before = family_kib(agent.pid, "VmRSS")
            took, process = probed_after(agent, floor, file)
            whole.append(took)
            grown.append((family_kib(agent.pid, "VmHWM") - before) / 1024)
            known = read_again(agent)
            another = subprocess.Popen([file])
            time.sleep(0.3)
            second += max(0, read_again(agent) - known)
            for one in (process, another):
                one.kill()
                one.wait()
    floor.end()
    yield Figure("its size", os.stat(file).st_size / 1e6, "MB")
    yield Figure("of it, the table of functions", pclntab(file)[1] / 1e6, "MB")
    yield over("inspected, from start to end", "ms", warm)
    yield over("row 14: a large executable, probed since its program's start", "ms", whole, 20)
    yield over("the table of functions read, from the disk", "ms", table)
    yield over("row 14: a large executable, inspected from the disk, of reading its table", "x",
               [one / other for one, other in zip(cold, table)], 1.1)
    yield over("row 14: a large executable, memory that it took", "MiB", grown, 16)
    yield Figure("row 14: a large executable, read again for its second process", second, "", bar=0)
