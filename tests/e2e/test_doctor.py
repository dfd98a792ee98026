#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""seamark doctor tells the truth about this host: what it says is found out here by other means."""
import ctypes
import glob
import json
import os
import platform
import re
import resource
import struct
import unicodedata

from harness import SEAMARK, check, equal, main, run, test
from kernel import nothing_left

LIBC = ctypes.CDLL(None, use_errno=True)
BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
MAP_CREATE, PROG_LOAD, RAW_TRACEPOINT_OPEN, LINK_CREATE = 0, 5, 17, 28
TYPE_KPROBE, TYPE_RAW_TP, TYPE_TRACING, TYPE_LSM = 2, 17, 26, 29
ATTACH_RAW_TP, ATTACH_FENTRY, ATTACH_FEXIT, ATTACH_LSM, ATTACH_ITER = 23, 24, 25, 27, 28
KIND_FUNC, KIND_TYPEDEF = 12, 8
NOTHING = struct.pack("<QQ", 0xb7, 0x95)
SECTIONS = ("host", "capabilities", "features", "probes")


def doctor(*options, code=0):
    done = run([SEAMARK, "doctor", *options])
    equal(done.returncode, code, f"exit status of doctor ({done.stderr.decode()})")
    equal(done.stderr, b"", "stderr of doctor")
    return done.stdout.decode()


def told():
    return json.loads(doctor("--json"))


def bpf(command, attributes):
    """A descriptor, or the negative errno."""
    fd = LIBC.syscall(BPF, command, attributes, len(attributes))
    return fd if fd >= 0 else -ctypes.get_errno()


def load(kind, attach, type_id):
    code = ctypes.create_string_buffer(NOTHING)
    licence = ctypes.create_string_buffer(b"GPL")
    return bpf(PROG_LOAD, struct.pack(
        "<IIQQIIQII16sIIIIQIIQIII", kind, 2, ctypes.addressof(code), ctypes.addressof(licence),
        0, 0, 0, 0, 0, b"test", 0, attach, 0, 0, 0, 0, 0, 0, 0, type_id, 0))


def kernel_types():
    """{(kind, name): id} of functions and typedefs in the kernel's own description."""
    with open("/sys/kernel/btf/vmlinux", "rb") as file:
        data = file.read()
    header, types, size, strings = struct.unpack_from("<4xIIII", data)
    at, end, found, number = header + types, header + types + size, {}, 0
    # Words behind each kind's head; pairs: for each of its members.
    extra = {1: 4, 3: 12, 14: 4, 17: 4}
    members = {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}
    while at < end:
        name, info = struct.unpack_from("<II", data, at)
        kind, count = info >> 24 & 0x1f, info & 0xffff
        number += 1
        if kind in (KIND_FUNC, KIND_TYPEDEF):
            begin = header + strings + name
            found[kind, data[begin:data.index(0, begin)].decode()] = number
        at += 12 + extra.get(kind, 0) + members.get(kind, 0) * count
    return found


def attached(kind, attach, type_id):
    """0, or the errno of loading or attaching a program that does nothing."""
    if type_id is None:
        return 2
    program = load(kind, attach, type_id)
    if program < 0:
        return -program
    if attach == ATTACH_ITER:
        link = bpf(LINK_CREATE, struct.pack("<IIII", program, 0, attach, 0) + bytes(32))
    else:
        link = bpf(RAW_TRACEPOINT_OPEN, struct.pack("<QII", 0, program, 0))
    for fd in (link, program):
        if fd >= 0:
            os.close(fd)
    return max(0, -link)


def errno_of(answer):
    names = {"EPERM": 1, "ENOENT": 2, "EACCES": 13, "EINVAL": 22, "ENOTSUPP": 524}
    return names.get(answer.get("error"), answer.get("error", 0))


@test
def features_are_as_the_kernel_answers():
    types = kernel_types()
    wanted = {
        "tp_btf": (TYPE_TRACING, ATTACH_RAW_TP,
                   types.get((KIND_TYPEDEF, "btf_trace_sched_process_exit"))),
        "fentry": (TYPE_TRACING, ATTACH_FENTRY, types.get((KIND_FUNC, "bpf_fentry_test2"))),
        "fexit": (TYPE_TRACING, ATTACH_FEXIT, types.get((KIND_FUNC, "bpf_fentry_test2"))),
        "lsm": (TYPE_LSM, ATTACH_LSM, types.get((KIND_FUNC, "bpf_lsm_sb_remount"))),
        "iter_task": (TYPE_TRACING, ATTACH_ITER, types.get((KIND_FUNC, "bpf_iter_task"))),
        "iter_task_file": (TYPE_TRACING, ATTACH_ITER, types.get((KIND_FUNC, "bpf_iter_task_file"))),
    }
    features = told()["features"]
    for name, how in wanted.items():
        equal(errno_of(features[name]), attached(*how), f"what becomes of {name}")
    for name in ("kprobe", "uprobe"):
        there = os.path.exists(f"/sys/bus/event_source/devices/{name}")
        check(there or features[name].get("error") == "ENOENT", f"{name}: {features[name]}")
        check(not there or "ENOENT" != features[name].get("error"), f"{name}: {features[name]}")
    for name, one in features.items():
        equal(one["state"], "note" if "error" in one else "ok", f"state of {name}")
        check("error" not in one or one["stage"] in ("find", "load", "attach", "arrive"), one)
    check("23/23" in features["uprobe"]["found"], features["uprobe"])


@test
def refused_here_is_told_so():
    """This host's own refusals are its policy's, as far as it shows."""
    features = told()["features"]
    for name in ("fentry", "fexit", "lsm"):
        if features[name].get("error") == "EPERM":
            equal(features[name].get("cause"), "policy", f"cause of {name}")
            check("Nothing is lost" in features[name]["lost"], features[name])


def effective():
    with open("/proc/self/status", encoding="utf-8") as file:
        return int(re.search(r"^CapEff:\s*(\w+)", file.read(), re.M).group(1), 16)


@test
def capabilities_are_those_of_the_process():
    bits = {"CAP_BPF": 39, "CAP_PERFMON": 38, "CAP_SYS_PTRACE": 19, "CAP_DAC_READ_SEARCH": 2,
            "CAP_LEASE": 28, "CAP_SYS_RESOURCE": 24, "CAP_SYS_ADMIN": 21}
    capabilities = told()["capabilities"]
    equal(set(capabilities), set(bits), "capabilities")
    for name, bit in bits.items():
        held = effective() >> bit & 1
        equal(capabilities[name]["found"], "held" if held else "missing", name)


def first_word(name):
    with open(name, encoding="utf-8") as file:
        return file.read().split()[0]


@test
def the_host_is_as_its_files_say():
    host = told()["host"]
    uname = os.uname()
    equal(host["kernel"]["found"], f"{uname.release}, {uname.machine}", "kernel")
    check(str(os.stat("/sys/kernel/btf/vmlinux").st_size) in host["btf"]["found"], host["btf"])
    for name, where in (("perf_event_paranoid", "kernel/perf_event_paranoid"),
                        ("unprivileged_bpf_disabled", "kernel/unprivileged_bpf_disabled"),
                        ("pid_max", "kernel/pid_max"), ("lease_break_time", "fs/lease-break-time")):
        value = first_word("/proc/sys/" + where)
        check(re.match(value + r"\b", host[name]["found"]), f"{name}: {host[name]}")
    equal(host["clock_source"]["found"], first_word(
        "/sys/devices/system/clocksource/clocksource0/current_clocksource"), "clock")
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    limit = "unlimited" if soft == resource.RLIM_INFINITY else f"{soft // 1024} KiB"
    check(host["memlock"]["found"].startswith(limit), host["memlock"])
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        kinds = re.findall(r" - (cgroup2?) \S+ (\S+)", file.read())
    first = {kind for kind, options in kinds if kind == "cgroup2" or "name=" not in options}
    word = {("cgroup",): "version 1", ("cgroup2",): "version 2",
            ("cgroup", "cgroup2"): "hybrid"}[tuple(sorted(first))]
    check(host["cgroups"]["found"].startswith(word), host["cgroups"])


@test
def every_probe_is_tried():
    probes = told()["probes"]
    equal(list(probes), ["process", "syscall", "bind", "connect", "tls", "sockets"], "probes")
    for name, one in probes.items():
        equal(one["state"], "ok", f"{name}: {one}")
    mixed = told()["features"]["mixed_calls"]["state"] == "ok"
    equal(probes["bind"]["found"], "tail_call" if mixed else "raw_tp", "how bind is observed")
    check("uprobe" in probes["tls"]["found"], probes["tls"])
    check("iterator" in probes["sockets"]["found"], probes["sockets"])


@test
def the_table_says_what_the_json_says():
    """In 80 columns, in both languages, Chinese characters counted as two."""
    for language in ("en", "zh"):
        all_told = json.loads(doctor("--json", "--lang", language))
        table = doctor("--lang", language)
        for line in table.splitlines():
            wide = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)
            check(wide <= 80, f"{wide} columns: {line}")
        rows = re.findall(r"^  (ok|note|loss|unfit) +(\S+)", table, re.M)
        equal(rows, [(one["state"], name) for section in SECTIONS
                     for name, one in all_told[section].items()], "rows of the table")
    check(table.isascii() is False and "本机适合" in table, "the Chinese judgement")


@test
def nothing_stays_behind():
    setting = first_word("/sys/kernel/rcu_expedited")
    with nothing_left():
        doctor()
    equal(first_word("/sys/kernel/rcu_expedited"), setting, "rcu_expedited")
    equal(glob.glob("/sys/fs/bpf/*seamark*"), [], "pins")


@test
def it_takes_little_time():
    """CPU time: others on this machine don't count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    doctor()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    check(used < 2, f"doctor used {used:.2f} s")


@test
def wrong_words_are_refused():
    for options in (["--nothing"], ["argument"], ["--lang", "fr"]):
        done = run([SEAMARK, "doctor", *options])
        equal(done.returncode, 2, f"exit status of doctor {options}")
        check(done.stderr, f"doctor {options} says nothing")
    check("--json" in doctor("--help"), "help")


main()
