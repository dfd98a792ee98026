#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every way in which Go links an executable: stripped in three ways, its places must be those that nm
and objdump tell of its unstripped twin, and its handshakes those that it books itself."""
import bisect
import collections
import concurrent.futures
import functools
import json
import os
import re
import shutil
import struct

from harness import (CACHE, GO_RELEASES, NEWEST_GO, ROOT, SEAMARK, WORKLOADS, Facts, accounts_close,
                     cases, check, directory, equal, main, path, run, take_back, wanted)
from ledger import sides_agree

NAMES = ["crypto/tls.(*Conn).clientHandshake", "crypto/tls.(*Conn).serverHandshake"]
# Bytes within which an entry is probed: two instructions and a branch.
PROLOGUE = 24
OLDEST, MIDDLE = GO_RELEASES[0], GO_RELEASES[1:-1]
ENDS = [OLDEST, NEWEST_GO]
TOOLS = {"amd64": "", "arm64": "aarch64-linux-gnu-"}
NO_CGO, CGO = {"CGO_ENABLED": "0"}, {"CGO_ENABLED": "1"}
ARM64 = {"GOARCH": "arm64", "CC": "aarch64-linux-gnu-gcc"}
# With code in C, without which 1.19 links no runtime/cgo; and without glibc's resolver.
STATIC = "netgo,osusergo,threadlocals"
EXTERNAL, PIE = "-linkmode=external", "-buildmode=pie"


class Shape:
    """How it is built; and with which releases, for each kind of compilation costs a minute."""

    def __init__(self, releases, environment, *arguments, ldflags="", tags="", inner=False,
                 moves=False):
        self.releases, self.arguments, self.ldflags = releases, list(arguments), ldflags
        self.environment = dict(os.environ, **environment)
        self.machine = environment.get("GOARCH", "amd64")
        self.tags, self.inner = tags, inner
        self.moves = moves  # the data of -s -w, whose own flags are told within it


def since(minor):
    return [one for one in GO_RELEASES if int(one.split(".")[1]) >= minor]


SHAPES = {
    "static": Shape(GO_RELEASES, NO_CGO),
    "dynamic": Shape(GO_RELEASES, CGO),
    "pie": Shape(GO_RELEASES, NO_CGO, PIE),
    "static_pie": Shape(GO_RELEASES, CGO, PIE, ldflags=f"{EXTERNAL} -extldflags=-static-pie",
                        tags=STATIC),
    "external": Shape(GO_RELEASES, CGO, ldflags=EXTERNAL),
    "external_pie": Shape(GO_RELEASES, CGO, PIE, ldflags=EXTERNAL),
    "external_static": Shape(ENDS, CGO, ldflags=f"{EXTERNAL} -extldflags=-static",
                             tags=STATIC),
    "thread_locals": Shape(GO_RELEASES, CGO, tags="threadlocals"),
    "thread_locals_pie": Shape(GO_RELEASES, CGO, PIE, tags="threadlocals"),
    "embeds": Shape(GO_RELEASES, NO_CGO, tags="embeds", inner=True),
    "embeds_external_pie": Shape(ENDS, CGO, PIE, ldflags=EXTERNAL, tags="embeds", inner=True),
    "build_id": Shape(ENDS, NO_CGO, ldflags="-B 0x0102030405060708 -buildid="),
    "relro_now": Shape(ENDS, CGO, ldflags=f"{EXTERNAL} -extldflags=-Wl,-z,relro,-z,now"),
    "gold": Shape(ENDS, CGO, ldflags=f"{EXTERNAL} -extldflags=-fuse-ld=gold"),
    "gold_pie": Shape(ENDS, CGO, PIE, ldflags=f"{EXTERNAL} -extldflags=-fuse-ld=gold"),
    "lld": Shape(ENDS, CGO, ldflags=f"{EXTERNAL} -extldflags=-fuse-ld=lld"),
    "lld_pie": Shape(GO_RELEASES, CGO, PIE, ldflags=f"{EXTERNAL} -extldflags=-fuse-ld=lld"),
    "not_optimized": Shape(ENDS, NO_CGO, "-gcflags=all=-N -l"),
    "boring": Shape(ENDS, dict(CGO, GOEXPERIMENT="boringcrypto")),
    "fips": Shape(since(24), dict(NO_CGO, GOFIPS140="latest")),
    "race": Shape([NEWEST_GO], CGO, "-race"),
    "v3": Shape([NEWEST_GO], dict(NO_CGO, GOAMD64="v3")),
    "untrimmed": Shape([NEWEST_GO], NO_CGO, "-trimpath=false", moves=True),
    "arm64": Shape(GO_RELEASES, dict(NO_CGO, **ARM64)),
    "arm64_pie": Shape(ENDS, dict(NO_CGO, **ARM64), PIE),
    "arm64_external": Shape(ENDS, dict(CGO, **ARM64), ldflags=EXTERNAL),
    "arm64_thread_locals_pie": Shape([NEWEST_GO], dict(CGO, **ARM64), PIE, ldflags=EXTERNAL,
                                     tags="threadlocals"),
    "arm64_external_pie": Shape(ENDS, dict(CGO, **ARM64), PIE, ldflags=EXTERNAL),
}


def go_build(release, out, arguments, environment=None, folder=WORKLOADS, package="./shapes"):
    done = run([os.path.join(CACHE, "go", release, "bin", "go"), "build", "-trimpath", "-o", out,
                *arguments, package], timeout=900, cwd=folder,
               env=environment or dict(os.environ, **NO_CGO))
    if done.returncode:
        raise RuntimeError(f"go build ({release}, {arguments}): {done.stderr.decode()[-3000:]}")
    return out


def source(shape, release, place):
    if not shape.inner:
        return WORKLOADS
    folder = os.path.join(place, "embedding")
    shutil.copytree(WORKLOADS, folder)
    go_build(release, os.path.join(folder, "shapes", "inner"), ["-ldflags=-s -w"])
    return folder


def built(shape, release, out, folder, strip):
    arguments = shape.arguments + [f"-ldflags={'-s -w ' if strip else ''}{shape.ldflags}"]
    if shape.tags:
        arguments += ["-tags", shape.tags]
    return go_build(release, out, arguments, shape.environment, folder)


def without_sections(binary, out):
    with open(binary, "rb") as file:
        data = bytearray(file.read())
    struct.pack_into("<Q", data, 0x28, 0)
    struct.pack_into("<HHH", data, 0x3a, 64, 0, 0)
    with open(out, "wb") as file:
        file.write(data)
    os.chmod(out, 0o755)
    return out


def inspect(binary):
    done = run([SEAMARK, "inspect", "--json", binary])
    check(done.returncode in (0, 3), f"inspect ended with {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


Symbol = collections.namedtuple("Symbol", "address size")


@functools.lru_cache
def symbols(twin, machine):
    """Of the twin, as nm tells them. runtime.text is a section's, too, under some linkers."""
    found = {}
    for line in run([TOOLS[machine] + "nm", "-S", twin]).stdout.decode().splitlines():
        parts = re.fullmatch(r"([0-9a-f]{16}) (?:([0-9a-f]{16}) )?(\w) (.*)", line)
        if parts and (parts.group(4) in NAMES or parts.group(4).startswith("runtime.")):
            found[parts.group(4)] = Symbol(int(parts.group(1), 16), int(parts.group(2) or "0", 16))
    return found


def segments(binary):
    """(address, file offset, bytes) of what is executable."""
    with open(binary, "rb") as file:
        header = file.read(64)
        table, count = struct.unpack_from("<Q", header, 0x20)[0], struct.unpack_from("<H", header, 0x38)[0]
        file.seek(table)
        for _ in range(count):
            kind, flags, offset, address, _, size, _, _ = struct.unpack("<IIQQQQQQ", file.read(56))
            if kind == 1 and flags & 1:
                yield address, offset, size


def to_offset(binary, address):
    return next(offset + address - start for start, offset, size in segments(binary)
                if start <= address < start + size)


@functools.lru_cache
def instructions(twin, machine, symbol):
    """[(address, text)] of a function."""
    done = run([TOOLS[machine] + "objdump", "-d", "--no-show-raw-insn",
                f"--start-address={symbol.address}",
                f"--stop-address={symbol.address + symbol.size}", twin])
    return [(int(one.group(1), 16), one.group(2)) for one in
            re.finditer(r"^\s*([0-9a-f]+):\t(.*)$", done.stdout.decode(), re.M)]


def thread_pointer_to_g(twin, machine):
    """None where it can't be told by nm: on aarch64 without code in C there is no such place."""
    segment = re.search(r"^  TLS .* (0x\w+) *$", run(["readelf", "-lW", twin]).stdout.decode(), re.M)
    symbol = re.search(r"^(\w+) b runtime\.tls_g$",
                       run([TOOLS[machine] + "nm", twin]).stdout.decode(), re.M)
    if machine != "arm64" or not segment or not symbol:
        return None
    return max(16, int(segment.group(1), 16)) + int(symbol.group(1), 16)


def compare(binary, told, twin, machine, moved):
    """What Seamark tells of the stripped executable, with what was told of its twin."""
    known = symbols(twin, machine)
    if not check("refused" not in told, f"{binary} is refused: {told.get('why')}"):
        return
    equal(told["text"], known["runtime.text"].address, "where text begins")
    place = thread_pointer_to_g(twin, machine)
    if place:
        equal(told.get("tls_g"), place, "G from the thread pointer")
    if not moved:
        equal(told["types"], known["runtime.types"].address, "where type data begins")
    for function in told["functions"]:
        symbol = known[function["name"]]
        listing = instructions(twin, machine, symbol)
        returns = [to_offset(binary, address) for address, text in listing
                   if re.match(r"(ret|repz ret|bnd ret)", text)]
        check(len(returns) > 2, f"objdump finds {len(returns)} returns")
        equal(function["status"], "found", function["name"])
        equal(function.get("address"), symbol.address, f"address of {function['name']}")
        equal(function.get("file_offset"), to_offset(binary, symbol.address), "its file offset")
        equal(function.get("returns"), returns, f"returns of {function['name']}")
        boundaries = [to_offset(binary, address) for address, _ in listing]
        entry = function.get("entry_file_offset", -1)
        at = bisect.bisect_left(boundaries, entry)
        check(boundaries[at:at + 1] == [entry] and entry - boundaries[0] <= PROLOGUE,
              f"an entry at {entry} of {boundaries[:4]}")


def compare_build_ids(binary, told, release):
    """As the program headers tell: Go's own linker tells of GNU's note by a section only. Where Go's
    is taken out, go tool buildid shows the linker's, as raw bytes."""
    notes = run(["readelf", "--notes", "--wide",
                 without_sections(binary, binary + ".noted")]).stdout.decode()
    linkers = re.search(r"Build ID: ([0-9a-f]+)", notes)
    equal(told.get("gnu_build_id"), linkers and linkers.group(1), "the linker's build id")
    go = run([os.path.join(CACHE, "go", release, "bin", "go"), "tool", "buildid", binary]).stdout
    if b"/" not in go:
        go = b""
    equal(told.get("build_id", ""), go.decode().strip(), "Go's build id")


def observe(binary):
    """Counts by side and outcome, and that the goroutine of each is known."""
    alone = run([binary])
    equal(alone.returncode, 0, "without Seamark: " + alone.stderr.decode()[-500:])
    done = run([SEAMARK, "run", "--facts", path("facts"), "--", binary])
    equal(done.returncode, 0, done.stderr.decode()[-2000:])
    equal(done.stdout, alone.stdout, "output with and without observation")
    booked = json.loads(done.stdout.decode().splitlines()[0])
    told = Facts(path("facts"))
    accounts_close(told.accounts)
    sides_agree(booked, told)


CASES = [(name, release) for name, shape in SHAPES.items() for release in shape.releases]


def examine(name, release):
    """In a process of its own: what is wrong with the three, by which ways their places were found,
    and the one that tells the least of itself."""
    take_back()
    shape, place = SHAPES[name], path(f"{name}-{release}")
    os.mkdir(place)
    twin, stripped, by_strip, bare = (os.path.join(place, one) for one in
                                      ("twin", "stripped", "by_strip", "bare"))
    folder = source(shape, release, place)
    built(shape, release, twin, folder, strip=False)
    built(shape, release, stripped, folder, strip=True)
    run([TOOLS[shape.machine] + "strip", "-o", by_strip, twin])
    without_sections(stripped, bare)
    ways = {}
    for binary in (stripped, by_strip, bare):
        told = inspect(binary)
        ways[f"{told.get('pclntab_by')}, {told.get('moduledata_by')}"] = True
        compare(binary, told, twin, shape.machine, shape.moves and binary != by_strip)
        compare_build_ids(binary, told, release)
    # Hundreds of megabytes a kind, all of them at once.
    os.rename(bare, place + ".bare")
    shutil.rmtree(place)
    return take_back(), "; ".join(ways), place + ".bare"


@functools.lru_cache
def examined():
    """All that are asked for, as many at a time as there are processors, for a linker uses one; and
    before any is observed, for which the machine is to be quiet."""
    directory()
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        return {case: pool.submit(examine, *case) for case in CASES
                if wanted("found_or_refused " + "-".join(case))}


@cases(CASES)
def found_or_refused(name, release):
    """Never one file over another: probes of whoever watches this machine would stay in its inode."""
    wrong, ways, bare = examined()[name, release].result()
    for one in wrong:
        check(False, one)
    print("# by " + ways)
    if SHAPES[name].machine == "amd64":
        observe(bare)
    os.remove(bare)


main()
