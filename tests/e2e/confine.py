#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Starts a command behind a guard of the kernel, by raw system calls:
  confine.py seccomp CALL ERRNO COMMAND...   the call (a number) fails with that errno
  confine.py landlock bind COMMAND...        no TCP port may be bound
  confine.py landlock socket COMMAND...      no unix socket may be made
cgroup_program() attaches a BPF program that refuses, to a control group."""
import contextlib
import ctypes
import os
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, BPF = 444, 446, 321
ACCESS_FS_MAKE_SOCK, ACCESS_NET_BIND_TCP = 1 << 9, 1 << 0
BPF_PROG_LOAD, BPF_PROG_ATTACH, BPF_PROG_DETACH = 5, 8, 9
CGROUP_SOCK_ADDR = 18
ATTACH_TYPES = {"bind4": 8, "bind6": 9, "connect4": 10, "connect6": 11}
CGROUP2 = "/sys/fs/cgroup/unified" if os.path.isdir("/sys/fs/cgroup/unified") else "/sys/fs/cgroup"


def done(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what)
    return result


def no_new_privs():
    done(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def seccomp(number, errno):
    def instruction(code, yes, no, value):
        return struct.pack("HBBI", code, yes, no, value)
    # Loads the number; if it is that one, fails with errno, else allows.
    program = (instruction(0x20, 0, 0, 0) + instruction(0x15, 0, 1, number) +
               instruction(0x06, 0, 0, 0x00050000 | errno) + instruction(0x06, 0, 0, 0x7fff0000))
    held = ctypes.create_string_buffer(program)
    filters = struct.pack("HxxxxxxQ", 4, ctypes.addressof(held))
    no_new_privs()
    done(LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0), "seccomp")


def landlock(what):
    wanted = {"socket": (ACCESS_FS_MAKE_SOCK, 0), "bind": (0, ACCESS_NET_BIND_TCP)}[what]
    rules = struct.pack("QQ", *wanted)
    ruleset = done(LIBC.syscall(LANDLOCK_CREATE_RULESET, rules, len(rules), 0), "landlock")
    no_new_privs()
    done(LIBC.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0), "landlock")
    os.close(ruleset)


def has_landlock():
    """Network rules came with the fourth version of its interface."""
    return LIBC.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1) >= 4


def _bpf(command, attributes):
    return LIBC.syscall(BPF, command, attributes, len(attributes))


@contextlib.contextmanager
def cgroup_program(kind, name, group="seamark-test"):
    """A program of that name refuses; yields the command that puts what follows into the group."""
    folder = os.path.join(CGROUP2, group)
    os.makedirs(folder, exist_ok=True)
    # r0 = 0; exit
    code = ctypes.create_string_buffer(struct.pack("<QQ", 0xb7, 0x95))
    licence = ctypes.create_string_buffer(b"GPL")
    load = struct.pack("<IIQQIIQII16sII", CGROUP_SOCK_ADDR, 2, ctypes.addressof(code),
                       ctypes.addressof(licence), 0, 0, 0, 0, 0, name.encode(), 0,
                       ATTACH_TYPES[kind])
    program = done(_bpf(BPF_PROG_LOAD, load), "program")
    directory = os.open(folder, os.O_RDONLY)
    attach = struct.pack("<IIII", directory, program, ATTACH_TYPES[kind], 0)
    done(_bpf(BPF_PROG_ATTACH, attach), "attach")
    try:
        yield ["sh", "-c", f'echo $$ > {folder}/cgroup.procs; exec "$@"', "sh"]
    finally:
        _bpf(BPF_PROG_DETACH, attach)
        os.close(directory)
        os.close(program)
        with contextlib.suppress(OSError):
            os.rmdir(folder)


if __name__ == "__main__":
    if sys.argv[1] == "seccomp":
        seccomp(int(sys.argv[2]), int(sys.argv[3]))
        os.execvp(sys.argv[4], sys.argv[4:])
    landlock(sys.argv[2])
    os.execvp(sys.argv[3], sys.argv[3:])
