#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Hosts that lack or refuse something: every command says in one line what, why and what mends it, and
exits with 4; or it works without, and says and shows what is lost. Nothing hangs, nothing stays."""
import contextlib
import json
import os
import platform
import re
import sys
import time

import harness
from harness import (SEAMARK, Agent, Facts, accounts_close, build, cases, check, equal, main, path,
                     run, start, test, wait_for)
from kernel import nothing_left

CONFINE = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "confine.py"),
           "seccomp"]
BPF, PERF_EVENT_OPEN, SECCOMP = {"x86_64": ("321", "298", "317"),
                                 "aarch64": ("280", "241", "277")}[platform.machine()]
EPERM, ENOSYS = "1", "38"
NO_RIGHTS = 4
PARANOID = "/proc/sys/kernel/perf_event_paranoid"
USER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
NEEDED = "+bpf,+perfmon,+sys_ptrace"


def mounted(command):
    """In a mount namespace of its own, after a command there."""
    return ["unshare", "-m", "sh", "-c", command + ' && exec "$@"', "sh"]


def without(*capabilities):
    dropped = ",".join("-" + one for one in capabilities)
    return ["setpriv", "--bounding-set", dropped, "--inh-caps=-all"]


# What is wrong: how it is brought about, what the line says, and which of doctor's checks tells.
UNFIT = {
    "no capability": ([*USER, "--inh-caps=-all"], r"missing CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE; "
                      r"run it with sudo", "capabilities", "CAP_BPF"),
    "no CAP_BPF": (without("bpf", "sys_admin"), r"missing CAP_BPF; run it", "capabilities",
                   "CAP_BPF"),
    "no CAP_PERFMON": (without("perfmon", "sys_admin"), r"missing CAP_PERFMON; run it",
                       "capabilities", "CAP_PERFMON"),
    "no CAP_SYS_PTRACE": (without("sys_ptrace"), r"missing CAP_SYS_PTRACE; run it", "capabilities",
                          "CAP_SYS_PTRACE"),
    "no type information": (mounted("mount -t tmpfs none /sys/kernel/btf"),
                            r"btf: none at .* CONFIG_DEBUG_INFO_BTF=y", "host", "btf"),
    "empty type information": (mounted("mount --bind /dev/null /sys/kernel/btf/vmlinux"),
                               r"btf: none at .* CONFIG_DEBUG_INFO_BTF=y", "host", "btf"),
    "no sysfs": (mounted("umount -R -l /sys"), r"btf: .* mount -t sysfs", "host", "btf"),
    "no proc": (mounted("mount -t tmpfs none /proc"), r"proc: not mounted\..* mount -t proc", "host",
                "proc"),
    "own pid namespace": (["unshare", "-pf", "--mount-proc"], r"pid_namespace: .*--pid=host", "host",
                          "pid_namespace"),
    "own pid namespace, the host's proc": (["unshare", "-pf"], r"pid_namespace: .*--pid=host",
                                           "host", "pid_namespace"),
    "own user namespace": (["unshare", "-r"], r"user_namespace: .*--userns=host", "host",
                           "user_namespace"),
    "no cgroups": (mounted("umount -R -l /sys/fs/cgroup"), r"cgroups: none mounted\..*mount -t "
                   r"cgroup2", "host", "cgroups"),
    "bpf forbidden": ([*CONFINE, BPF, EPERM], r"process probe: Operation not permitted\..* seccomp "
                      r"filter .*seccomp=unconfined", "probes", "process"),
    "bpf unknown": ([*CONFINE, BPF, ENOSYS], r"process probe: Function not implemented\..* seccomp "
                    r"filter .*seccomp=unconfined", "probes", "process"),
    "no filters": ([*CONFINE, SECCOMP, EPERM], r"parsed apart from Seamark", "host", "parser"),
    "few descriptors": (["prlimit", "--nofile=24:24"], r"probe.*: Too many open files\..*"
                        r"LimitNOFILE", "probes", "process"),
    "locked down": (mounted("mount -t tmpfs none /sys/kernel/security && echo 'none integrity "
                            "[confidentiality]' > /sys/kernel/security/lockdown"),
                    r"lockdown: confidentiality\..*lockdown=integrity", "host", "lockdown"),
}


def is_refused(prefix, words, line):
    started = time.monotonic()
    done = run([*prefix, SEAMARK, *words], timeout=30)
    took = time.monotonic() - started
    said = done.stderr.decode()
    equal(done.returncode, NO_RIGHTS, f"exit status of {words[0]} ({said})")
    equal(said.count("\n"), 1, f"lines of {words[0]} ({said})")
    check(said.startswith("seamark: ") and re.search(line, said), f"{words[0]} says {said!r}")
    equal(done.stdout, b"", f"stdout of {words[0]}")
    check(took < 20, f"{words[0]} took {took:.1f} s")


@cases(list(UNFIT))
def unfit(how):
    prefix, line, section, name = UNFIT[how]
    with nothing_left():
        is_refused(prefix, ["run", "--", "touch", path("touched")], line)
        check(not os.path.exists(path("touched")), "the command was started")
        is_refused(prefix, ["agent", "--listen", "127.0.0.1:0"], line)
        is_refused(prefix, ["trace"], line)
        told = doctor(prefix, NO_RIGHTS)
        equal(told.get(section, {}).get(name, {}).get("state"), "unfit", f"{name} ({told})")
        check(told[section][name].get("change"), f"no advice on {name}")


def doctor(prefix, code):
    done = run([*prefix, SEAMARK, "doctor", "--json"], timeout=30)
    equal(done.returncode, code, f"exit status of doctor ({done.stderr.decode()})")
    return json.loads(done.stdout)


def observed(prefix, *options):
    """Facts of firstlight's binds and handshakes, and what was said before them."""
    facts = path("facts")
    os.chmod(path(""), 0o777)
    with contextlib.suppress(FileNotFoundError):
        os.remove(facts)
    done = run([*prefix, SEAMARK, "run", "--quiet", "--facts", facts, *options, "--",
                build("firstlight"), "-groups", "bind,tls"], timeout=60)
    equal(done.returncode, 0, f"exit status ({done.stderr.decode()[-2000:]})")
    found = Facts(facts)
    accounts_close(found.accounts)
    return found, done.stderr.decode()


# Nothing of these costs an event: how, and the state of doctor's check.
THREE = [*USER, "--inh-caps=" + NEEDED, "--ambient-caps=" + NEEDED]
HARMLESS = {
    "hidden processes": (mounted("mount -t proc -o hidepid=2 proc /proc"), "host", "proc", "ok"),
    "hidden processes, a user": ([*mounted("mount -t proc -o hidepid=2 proc /proc"), *THREE],
                                 "capabilities", "CAP_LEASE", "loss"),
    "no right to lock memory": (["prlimit", "--memlock=0:0"], "host", "memlock", "ok"),
    "no CAP_SYS_ADMIN": (without("sys_admin"), "capabilities", "CAP_SYS_ADMIN", "note"),
    "no CAP_LEASE": (without("lease"), "capabilities", "CAP_LEASE", "loss"),
    "no CAP_DAC_READ_SEARCH": (without("dac_read_search"), "capabilities", "CAP_DAC_READ_SEARCH",
                               "loss"),
    "three capabilities": (THREE, "capabilities", "CAP_LEASE", "loss"),
    "read-only sysfs": (mounted("mount -o remount,bind,ro /sys"), "host", "rcu_expedited", "loss"),
    "no perf events": ([*CONFINE, PERF_EVENT_OPEN, EPERM], "features", "uprobe", "note"),
    "own network namespace": (["unshare", "-n", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"],
                              "host", "net_namespace",
                              "note" if os.path.exists("/proc/1/ns/net") else "ok"),
}


@cases(list(HARMLESS))
def works_all_the_same(how):
    prefix, section, name, state = HARMLESS[how]
    expected = {"ok": 0, "note": 0, "loss": 1}[state]
    with nothing_left():
        found, said = observed(prefix)
        check(found.of("bind"), "no binds")
        check(found.of("tls.handshake"), f"no handshakes ({said[-1000:]})")
        told = doctor(prefix, expected)
        equal(told[section][name]["state"], state, f"{name}: {told[section][name]}")
        equal({one["state"] for one in told["probes"].values()}, {"ok"}, "probes")


@test
def a_paranoid_kernel():
    """At any value: whoever holds CAP_PERFMON passes."""
    with open(PARANOID, encoding="utf-8") as file:
        before = file.read()
    try:
        with open(PARANOID, "w", encoding="utf-8") as file:
            file.write("4\n")
        found, _ = observed(THREE)
        check(found.of("tls.handshake"), "no handshakes")
        check(doctor([], 0)["host"]["perf_event_paranoid"]["found"].startswith("4;"), "doctor")
    finally:
        with open(PARANOID, "w", encoding="utf-8") as file:
            file.write(before)


LOST = re.compile(r"^seamark: the tls probe's uprobes can't be attached: (.*)\. TLS handshakes are not "
                  r"observed; bind and connect still are\. (.*)$", re.M)

# Why perf events, the only way here, are refused; a word of the cause.
PLAIN = {
    "by a filter": ([*CONFINE, PERF_EVENT_OPEN, EPERM], "A seccomp filter on this process"),
    "for want of CAP_SYS_ADMIN": (without("sys_admin"), "need CAP_SYS_ADMIN"),
}


@cases(list(PLAIN))
def without_uprobes_the_rest_goes_on(how):
    """As on a kernel without uprobe_multi: handshakes are lost, and it is said once; binds are not."""
    prefix, word = PLAIN[how]
    whole, _ = observed([])
    with nothing_left():
        found, said = observed(prefix, "--plain-uprobes")
        lost = LOST.findall(said)
        equal(len(lost), 1, f"lines about the loss ({said[:2000]})")
        check(lost and word in lost[0][1], f"cause: {lost}")
        equal(said.count("handshakes are not observed"), 1, f"it is said again: {said[:2000]}")
        equal(len(found.of("tls.handshake")), 0, "handshakes")
        equal(len(found.of("bind")), len(whole.of("bind")), "binds")


@contextlib.contextmanager
def every_command_behind(prefix):
    script = path("poor-seamark")
    with open(script, "w", encoding="utf-8") as file:
        words = " ".join(f"'{word}'" for word in [*prefix, SEAMARK])
        file.write(f'#!/bin/sh\nexec {words} "$@"\n')
    os.chmod(script, 0o755)
    harness.SEAMARK = script
    try:
        yield
    finally:
        harness.SEAMARK = SEAMARK


def probe_states(agent):
    return {labels["probe"]: labels for labels in
            (dict(labels) for name, labels in agent.samples() if name == "seamark_self_probes")}


@test
def the_metrics_show_each_probe():
    agent = Agent()
    states = probe_states(agent)
    agent.stop()
    equal(set(states), {"process", "syscall", "bind", "connect", "tls", "sockets"}, "probes")
    equal({one["state"] for one in states.values()}, {"works"}, "states")
    check("uprobe" in states["tls"]["means"], states["tls"])


@test
def the_metrics_show_a_loss():
    with every_command_behind([*CONFINE, PERF_EVENT_OPEN, EPERM]):
        agent = Agent("--plain-uprobes")
        states = probe_states(agent)
        child = start([build("firstlight"), "-groups", "bind,tls"], stdout=-3)
        child.wait(60)
        wait_for(lambda: agent.total("seamark_bind_duration_seconds_count",
                                     process_executable_name="firstlight"), 10, "binds")
        equal(agent.total("seamark_tls_handshake_duration_seconds_count"), 0, "handshakes")
        equal(len(LOST.findall(agent.said())), 1, f"lines about the loss ({agent.said()})")
        agent.stop()
    equal((states["tls"]["state"], states["tls"]["reason"]), ("refused", "EPERM"), "tls")
    equal({name for name, one in states.items() if one["state"] == "works"},
          {"process", "syscall", "bind", "connect", "sockets"}, "what works")


main()
