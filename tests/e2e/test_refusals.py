#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Files that are not what Seamark probes, or lie about what they are: each is refused with its own
reason, or its places are still the right ones."""
import json
import os
import shutil
import struct

from harness import (CACHE, NEWEST_GO, SEAMARK, build, cases, check, equal, path, program, run, test,
                     main)

GO = os.path.join(CACHE, "go", NEWEST_GO, "bin", "go")
MAGIC = b"\xff Go buildinf:"
TABLE_MAGIC = struct.pack("<I", 0xfffffff1) + b"\0\0\1\x08"
REFUSED, FAILED = 3, 1
TINY = """package main

import "C"

//export Answer
func Answer() int { return 42 }

func main() {}
"""


def inspect(name):
    done = run([SEAMARK, "inspect", "--json", name])
    check(done.returncode in (0, REFUSED, FAILED), f"inspect {name}: ended with {done.returncode}")
    return json.loads(done.stdout) if done.stdout else {"failed": done.stderr.decode()}


def is_refused(name, reason):
    told = inspect(name)
    equal(told.get("refused"), reason, f"refusal of {name}")
    check(told.get("why"), "a refusal without a sentence")


def places(told):
    return [told.get("text"), told.get("types"), told.get("functions")]


def tiny(name, *arguments, cgo=False, **environment):
    folder = path("tiny")
    if not os.path.exists(folder):
        os.mkdir(folder)
        with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as file:
            file.write("module seamark.test/tiny\n\ngo 1.19\n")
    with open(os.path.join(folder, "main.go"), "w", encoding="utf-8") as file:
        file.write(TINY if cgo else "package main\n\nfunc main() {}\n")
    environment = dict(os.environ, CGO_ENABLED="1" if cgo else "0", **environment)
    done = run([GO, "build", "-trimpath", "-o", path(name), *arguments, "."], timeout=600, cwd=folder,
               env=environment)
    equal(done.returncode, 0, done.stderr.decode()[-2000:])
    return path(name)


def good():
    """A stripped executable that is taken, and its bytes."""
    name = build("shapes")
    with open(name, "rb") as file:
        return name, bytearray(file.read())


def written(data):
    name = path("altered")
    if os.path.exists(name):
        os.remove(name)
    with open(name, "wb") as file:
        file.write(data)
    return name


@cases([("386", "32_bit"), ("riscv64", "machine"), ("s390x", "machine")])
def other_machines(machine, reason):
    is_refused(tiny("other", GOARCH=machine), reason)


@cases(["plugin", "c-shared"])
def libraries(mode):
    library = tiny("library.so", f"-buildmode={mode}", cgo=True)
    is_refused(library, "shared")
    # Without a word of the build settings, by its headers.
    with open(library, "rb") as file:
        data = file.read()
    is_refused(written(data.replace(b"build\t-buildmode=", b"build\t-buildmodf=")), "shared")


@test
def a_c_program_with_go_inside_is_taken():
    """An executable with one Go runtime, wherever its main comes from; nm knows where Go's text is."""
    archive = tiny("tiny.a", "-buildmode=c-archive", cgo=True)
    with open(path("main.c"), "w", encoding="utf-8") as file:
        file.write('#include "tiny.h"\nint main(void) { return (int)Answer() - 42; }\n')
    done = run(["gcc", "-o", path("inside"), path("main.c"), archive, "-lpthread"])
    equal(done.returncode, 0, done.stderr.decode())
    listed = run(["nm", path("inside")]).stdout.decode().splitlines()
    text = [int(line.split()[0], 16) for line in listed if line.endswith(" runtime.text")]
    run(["strip", path("inside")])
    equal(run([path("inside")]).returncode, 0, "what Go answers")
    told = inspect(path("inside"))
    equal([told.get("text")], text, "where Go's text begins")
    equal({one["status"] for one in told["functions"]}, {"absent"}, "functions")


@test
def packed():
    if not shutil.which("upx"):
        print("# no upx here: not looked at")
        return
    equal(run(["upx", "-1", "-o", path("packed"), build("shapes")]).returncode, 0, "upx")
    is_refused(path("packed"), "packed")


@test
def not_go():
    is_refused("/bin/true", "not_go")
    is_refused(os.path.realpath("/lib/x86_64-linux-gnu/libc.so.6"), "not_go")
    is_refused(__file__, "not_elf")
    for data in (b"", b"\x7f", b"\x7fELF", b"\x7fELF" + bytes(60)):
        is_refused(written(data), "32_bit" if len(data) > 60 else "not_elf")


@test
def no_file_at_all():
    os.mkfifo(path("fifo"))
    for name in ("/", path("fifo"), "/dev/zero", path("nothing")):
        done = run([SEAMARK, "inspect", name], timeout=5)
        equal(done.returncode, FAILED, f"inspect {name}")
        check(name.encode() in done.stderr, f"{name} is not named: {done.stderr}")


@test
def functions_that_the_linker_left_out():
    told = inspect(program("hey"))
    equal([one["status"] for one in told["functions"]], ["found", "absent"], "a client's functions")
    told = inspect(tiny("without"))
    equal([one["status"] for one in told["functions"]], ["absent"] * 2, "functions without TLS")


@test
def cut_off_anywhere():
    """What the kernel would map is there, or the file is refused."""
    name, data = good()
    whole = places(inspect(name))
    table, count = struct.unpack_from("<Q", data, 0x20)[0], struct.unpack_from("<H", data, 0x38)[0]
    headers = [struct.unpack_from("<IIQQQQQQ", data, table + 56 * i) for i in range(count)]
    needed = max(one[2] + one[5] for one in headers if one[0] == 1)
    lengths = list(range(0, 1024, 61)) + [len(data) * i // 40 for i in range(40)]
    for length in lengths + [needed - 1, needed, len(data) - 1]:
        told = inspect(written(data[:length]))
        if length >= needed:
            equal(places(told), whole, f"places when cut at {length}")
        else:
            check(told.get("refused") in ("not_elf", "truncated"), f"cut at {length}: {told}")


def varint(value):
    return bytes([value & 0x7f | 0x80, value >> 7]) if value > 0x7f else bytes([value])


def with_build(data, version=None, replace=None):
    """The build information with another version or setting, its whole length kept."""
    at = data.index(MAGIC) + 32
    size = data[at]
    old, rest = bytes(data[at + 1:at + 1 + size]), at + 1 + size
    length, used = data[rest] & 0x7f | data[rest + 1] << 7, 2
    check(data[rest] & 0x80 and data[rest + 1] < 0x80, "a length of two bytes was expected")
    module = bytes(data[rest + used:rest + used + length])
    version = version.encode() if version else old
    module = module.replace(*replace) if replace else module
    room = 1 + size + used + length - 1 - len(version) - used
    module = module[:room].ljust(room, b"\n")
    data[at:rest + used + length] = (bytes([len(version)]) + version + varint(room) + module)
    return written(data)


def is_proven_without_release(told, wanted):
    """No release is known: what is told was found in the executable itself, and is right."""
    check("refused" not in told, f"refused: {told}")
    equal(told.get("text"), wanted["text"], "where text begins")
    equal(told.get("functions"), wanted["functions"], "functions")
    check(told.get("types") in (0, wanted["types"]), f"types at {told.get('types')}")
    check(told.get("layout", {}).get("provenance") != "measured", "a layout without a release")


@cases(["unknown", "devel +0a1b2c3d", "go1", "go1.27.3x", "go1.22.", "go1.99999999999"])
def versions_unreadable(version):
    name, data = good()
    is_proven_without_release(inspect(with_build(data, version)), inspect(name))


@cases([("go1.16.15", "too_old"), ("go0.9", "too_old"), ("go1.18.2 X:noregabi", "stack_abi"),
        ("go1.17.1 X:noregabiargs,x", "stack_abi")])
def versions_refused(version, reason):
    is_refused(with_build(good()[1], version), reason)


@cases([("go1.24rc1", "unreleased"), ("go1.28-devel_ab", "unreleased"),
        ("devel go1.24-0a1b2c3 Tue", "unreleased"), ("go1.25beta2", "unreleased"),
        ("go1.22.12 (Red Hat 1.22.12-1.el9)", "either"), ("go1.27.3-X:boringcrypto", "either"),
        ("go1.24-custom X:nodwarf5", "either"), ("go1.27", "measured"), ("go1.27.99", "measured")])
def versions_taken(version, provenance):
    """For what was not released nothing is claimed that only a release's name would tell."""
    name, data = good()
    told = inspect(with_build(data, version))
    check(version.replace("devel ", "")[2:].startswith(told.get("version", "-").split("-")[0]),
          f"{version} is told as {told.get('version')}")
    found = told.get("layout", {}).get("provenance")
    if provenance != "either":
        equal(found == "measured", provenance == "measured", f"measured, and is {found}")
    if provenance == "unreleased":
        check(told.get("types") in (0, inspect(name)["types"]), f"types at {told.get('types')}")
    equal(told.get("text"), inspect(name)["text"], "where text begins")


@test
def settings_refused():
    lines = b"build\tCGO_ENABLED=0\nbuild\tGOARCH=amd64\n"
    is_refused(with_build(good()[1], replace=(lines, b"build\tGOEXPERIMENT=noregabiargs\n")),
               "stack_abi")


@test
def aarch64_before_its_register_abi():
    folder = path("arm64")
    done = run([GO, "build", "-trimpath", "-ldflags=-s -w", "-o", folder, "./shapes"], timeout=900,
               cwd=os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                "workloads"),
               env=dict(os.environ, CGO_ENABLED="0", GOARCH="arm64"))
    equal(done.returncode, 0, done.stderr.decode())
    with open(folder, "rb") as file:
        data = bytearray(file.read())
    is_refused(with_build(data, "go1.17.13"), "stack_abi")


def patched(offset, form, value):
    data = good()[1]
    struct.pack_into(form, data, offset, value)
    return written(data)


def load_header(data, number):
    """File offset of a PT_LOAD's header."""
    table, count = struct.unpack_from("<Q", data, 0x20)[0], struct.unpack_from("<H", data, 0x38)[0]
    loads = [table + 56 * i for i in range(count)
             if struct.unpack_from("<I", data, table + 56 * i)[0] == 1]
    return loads[number]


@test
def obfuscated():
    name, data = good()
    is_refused(written(data.replace(TABLE_MAGIC, b"\x55" + TABLE_MAGIC[1:])), "no_pclntab")
    is_proven_without_release(inspect(written(data.replace(MAGIC, b"\xff Go buildinx:"))),
                              inspect(name))


@test
def segments_that_lie():
    data = good()[1]
    first, second = load_header(data, 0), load_header(data, 1)
    address = struct.unpack_from("<Q", data, first + 16)[0]
    is_refused(patched(second + 32, "<Q", 1 << 40), "malformed")	# more in the file than in memory
    data = good()[1]
    struct.pack_into("<QQ", data, second + 32, 1 << 40, 1 << 40)
    is_refused(written(data), "truncated")
    is_refused(patched(second + 40, "<Q", (1 << 64) - 1), "malformed")
    is_refused(patched(second + 16, "<Q", address), "malformed")	# one over the other
    is_refused(patched(second + 16, "<Q", struct.unpack_from("<Q", data, second + 16)[0] + 8),
               "malformed")					# the kernel can't map it so
    is_refused(patched(0x38, "<H", 0), "malformed")
    is_refused(patched(0x38, "<H", 0xffff), "malformed")
    # Code that is not executable is no code: nothing confirms the table.
    is_refused(patched(first + 4, "<I", 4), "no_moduledata")


@test
def sections_that_lie():
    """They are hints. Where they mislead, what they should name is found without them."""
    name, data = good()
    wanted = places(inspect(name))
    sections, count = struct.unpack_from("<Q", data, 0x28)[0], struct.unpack_from("<H", data, 0x3c)[0]
    for offset, value in ((0x28, sections + 64), (0x28, 1 << 62), (0x28, 64)):
        equal(places(inspect(patched(offset, "<Q", value))), wanted, f"places with {value:#x}")
    table = data.index(TABLE_MAGIC)
    for i in range(count):
        header = sections + 64 * i
        offset = struct.unpack_from("<Q", data, header + 24)[0]
        if offset == table:
            for field, value in ((16, 8), (16, 1 << 62), (24, 1 << 62), (32, 100), (32, 1 << 62)):
                equal(places(inspect(patched(header + field, "<Q", value))), wanted,
                      f"places when field {field} of the table's section is {value:#x}")


@test
def tables_that_lie():
    """Table and module data contradict each other: which of them is right can't be known."""
    data = good()[1]
    table = data.index(TABLE_MAGIC)
    count, rows = (struct.unpack_from("<Q", data, table + offset)[0] for offset in (8, 64))
    for value in (count - 1, count + 1, 11, 9999999):
        is_refused(patched(table + 8, "<Q", value), "no_moduledata")
    is_refused(patched(table + 8, "<Q", 1 << 40), "no_pclntab")
    for field in (32, 64):
        for value in (8, 1 << 63):
            told = inspect(patched(table + field, "<Q", value))
            check(told.get("refused") in ("no_moduledata", "no_pclntab"), f"field {field}: {told}")
    # The first, the last, and one in the midst: the table is no longer sorted.
    for row in (0, count, count // 2):
        is_refused(patched(table + rows + 8 * row, "<I", 0xfffffff0), "no_moduledata")


@test
def module_data_that_lies():
    name, data = good()
    text = struct.pack("<Q", inspect(name)["text"])
    table = data.index(TABLE_MAGIC)
    found = 0
    at = data.find(text)
    while at >= 0:
        # moduledata.text is 176 bytes into it, and minpc two words before.
        if data[at - 16:at - 8] == text and at > table:
            found += 1
            is_refused(patched(at, "<Q", inspect(name)["text"] + 16), "no_moduledata")
        at = data.find(text, at + 8)
    equal(found, 1, "module data in the file")


main()
