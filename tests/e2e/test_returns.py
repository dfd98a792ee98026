#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The return sites of every function of large programs, as objdump has them. A function that is given
up is no difference, but there may be few of them."""
import bisect
import collections
import os
import re
import subprocess

from harness import CACHE, NEWEST_GO, SEAMARK, cases, check, equal, main, path, program, run, test

LISTER = os.path.join(os.path.dirname(SEAMARK), "tests", "tools", "functions")
OBJDUMP = {"x86_64": "objdump", "aarch64": "aarch64-linux-gnu-objdump"}
# A return with whatever prefix; and a far one or one from an interrupt, which must be nowhere.
RETURN = r"\s(ret|repz ret|bnd ret|retw|data16 ret|lret|iret|reta[ab]|eret)"
ADDRESS = re.compile(r"\s*([0-9a-f]+):")
GIVEN_UP_SHARE = 0.001  # none of those that were seen is one that is probed
MILLISECONDS = 50
functions_compared = 0

Function = collections.namedtuple("Function", "start size status returns name")


def listed(binary):
    with open(path("functions"), "w+", encoding="utf-8") as file:
        subprocess.run([LISTER, binary], stdout=file, check=True, timeout=120)
        file.seek(0)
        for line in file:
            address, size, status, returns, name = line.rstrip("\n").split(" ", 4)
            yield Function(int(address, 16), int(size, 16), status,
                           [] if returns == "-" else [int(one, 16) for one in returns.split(",")],
                           name)


def disassembled(binary, machine):
    """The addresses of objdump's returns, in order."""
    shell = f"{OBJDUMP[machine]} -d --no-show-raw-insn {binary} | grep -E '{RETURN}'"
    found = run(["sh", "-c", shell], timeout=300)
    return [int(ADDRESS.match(line).group(1), 16) for line in found.stdout.decode().splitlines()
            if ADDRESS.match(line)]


def go_command():
    """The go command of the newest release, for the other machine: not small, and there to be built."""
    out = path("go.arm64")
    environment = dict(os.environ, CGO_ENABLED="0", GOARCH="arm64")
    done = run([os.path.join(CACHE, "go", NEWEST_GO, "bin", "go"), "build", "-trimpath", "-o", out,
                "cmd/go"], timeout=900, env=environment)
    equal(done.returncode, 0, done.stderr.decode())
    return out


def compare(binary, machine):
    global functions_compared
    wanted = disassembled(binary, machine)
    statuses = collections.Counter()
    differences = []
    for function in listed(binary):
        statuses[function.status] += 1
        if function.status not in ("found", "no_return"):
            print(f"# given up: {function.name}: {function.status}")
            continue
        first = bisect.bisect_left(wanted, function.start)
        last = bisect.bisect_left(wanted, function.start + function.size)
        if wanted[first:last] != function.returns:
            differences.append((function.name, hex(function.start)))
    total = sum(statuses.values())
    given_up = total - statuses["found"] - statuses["no_return"]
    functions_compared += total - given_up
    equal(differences, [], f"{len(differences)} functions of {binary} differ from objdump")
    check(given_up <= GIVEN_UP_SHARE * total, f"{given_up} of {total} functions were given up")
    print(f"# {os.path.basename(binary)}: {total} functions, {len(differences)} differ, "
          f"{dict(statuses)}, {len(wanted)} returns")


@cases([("prometheus", "x86_64"), ("caddy", "x86_64"), ("etcd", "x86_64"), ("go", "aarch64")])
def returns_are_objdumps(name, machine):
    compare(program(name) if machine == "x86_64" else go_command(), machine)


@cases(["as_it_is", "without_sections"])
def a_large_executable_takes_little_time(how):
    """The least of many runs, for others may use this machine; told in full, asked for only thrice."""
    binary = program("prometheus")
    if how == "without_sections":
        with open(binary, "rb") as file:
            data = bytearray(file.read())
        data[0x28:0x30] = bytes(8)
        data[0x3c:0x40] = bytes(4)
        binary = path("prometheus")
        with open(binary, "wb") as file:
            file.write(data)
    least, median = map(int, run([LISTER, "--time", "30", binary]).stdout.split())
    print(f"# {os.path.getsize(binary)} bytes: least {least / 1000:.1f} ms, "
          f"median {median / 1000:.1f} ms")
    check(least < 3 * MILLISECONDS * 1000, f"{least} us")


@test
def enough_was_compared():
    check(functions_compared >= 100000, f"only {functions_compared} functions were compared")


main()
