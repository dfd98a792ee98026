# SPDX-License-Identifier: BSD-2-Clause
"""What a process holds in the kernel, asked of the kernel."""
import contextlib
import glob
import json
import os
import re

from harness import check, run, wait_for

# Tables of acts that have begun and not ended.
IN_FLIGHT = ("bind_calls", "connect_calls", "connecting", "handshakes", "shaking")


def bpftool(*words):
    return json.loads(run(["bpftool", "--json", *words]).stdout or "[]")


def opened(pid):
    """What the kernel says of each descriptor that the process has."""
    for name in glob.glob(f"/proc/{pid}/fdinfo/*"):
        with contextlib.suppress(OSError), open(name, encoding="utf-8") as file:
            yield file.read()


def maps_of(pid):
    """{name: id} of the maps that the process has descriptors of."""
    found = {}
    for text in opened(pid):
        number = re.search(r"^map_id:\s*(\d+)", text, re.M)
        if number:
            shown = bpftool("map", "show", "id", number.group(1))
            found[shown["name"]] = int(number.group(1))
    return found


def entries(map_id):
    return len(bpftool("map", "dump", "id", str(map_id)))


def nothing_in_flight(pid, seconds=10):
    """All tables of begun acts come to be empty."""
    tables = {name: number for name, number in maps_of(pid).items() if name in IN_FLIGHT}
    check(set(tables) == set(IN_FLIGHT), f"tables found: {sorted(tables)}")
    left = {}

    def none():
        left.clear()
        left.update({name: count for name, count in
                     ((name, entries(number)) for name, number in tables.items()) if count})
        return not left
    if not wait_for(none, seconds, "empty tables of begun acts"):
        check(False, f"left in flight: {left}")


def held(pid):
    """Programs, maps and links that the process holds: {("prog", 12), ...}."""
    found = set()
    for text in opened(pid):
        # A link tells its program, too, after its own number.
        number = re.search(r"^(link|prog|map)_id:\s*(\d+)", text, re.M)
        if number:
            found.add((number.group(1), int(number.group(2))))
    return found


def everything():
    """All programs, maps and links that there are: {("prog", 12), ...}."""
    return {(kind, one["id"]) for kind in ("prog", "map", "link") for one in bpftool(kind, "show")}


def gone(objects, seconds):
    """None of them exists any more: numbers are not used again."""
    wait_for(lambda: not objects & everything(), seconds,
             f"the end of {len(objects)} objects in the kernel")


@contextlib.contextmanager
def nothing_left():
    """Maps go when the programs that had them are freed: after a grace period, which may be long
    where all processors are busy."""
    before = everything()
    yield
    wait_for(lambda: not everything() - before, 20, "programs, maps and links to be gone")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s*(\d+)", file.read()).group(1))


def slab_kib():
    """Memory of the kernel's own that can't be taken back at will."""
    with open("/proc/meminfo", encoding="utf-8") as file:
        return int(re.search(r"SUnreclaim:\s*(\d+)", file.read()).group(1))
