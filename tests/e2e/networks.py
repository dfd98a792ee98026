# SPDX-License-Identifier: BSD-2-Clause
"""Network namespaces, filters and policies that tests make for themselves, and take away again."""
import contextlib
import ctypes
import os
import re
import struct
import subprocess
import sys
import tempfile

LIBC = ctypes.CDLL(None, use_errno=True)
BPF = 321 if os.uname().machine == "x86_64" else 280
CONNECT = 42 if os.uname().machine == "x86_64" else 203
PROG_LOAD, PROG_ATTACH = 5, 8
CGROUP_SOCK_ADDR, INET4_CONNECT = 18, 10


def ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL)


class Network:
    """A network namespace with loopback up, and a process that keeps it as a pod's pause does."""

    def __init__(self, name):
        self.name = f"seamark-{os.getpid()}-{name}"
        ip("netns", "add", self.name)
        self.ip("link", "set", "lo", "up")
        self.keeper = subprocess.Popen([*self.enter(), "sleep", "1000"])

    def ip(self, *words):
        ip("-n", self.name, *words)

    def enter(self, hosts=None):
        """What to put before a command to run it in there, perhaps with its own /etc/hosts."""
        command = ["ip", "netns", "exec", self.name]
        if hosts:
            command += ["sh", "-c", f'mount --bind {hosts} /etc/hosts; exec "$@"', "sh"]
        return command

    def sysctl(self, name, value):
        subprocess.run([*self.enter(), "sysctl", "-qw", f"{name}={value}"], check=True)

    def close(self):
        self.keeper.kill()
        self.keeper.wait()
        ip("netns", "del", self.name)


@contextlib.contextmanager
def network(name="a"):
    one = Network(name)
    try:
        yield one
    finally:
        one.close()


@contextlib.contextmanager
def pair():
    """Two networks joined by a cable: 10.9.0.1 and 2001:db8:9::1, 10.9.0.2 and 2001:db8:9::2."""
    with network("a") as one, network("b") as two:
        one.ip("link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", two.name)
        for number, each in enumerate((one, two), 1):
            each.ip("address", "add", f"10.9.0.{number}/24", "dev", "cable")
            each.ip("address", "add", f"2001:db8:9::{number}/64", "dev", "cable", "nodad")
            each.ip("link", "set", "cable", "up")
        yield one, two


def swallow(one, two, address):
    """What one sends to the address reaches two, which has no such address and keeps silent."""
    shown = subprocess.run(["ip", "-n", two.name, "link", "show", "cable"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    one.ip("neigh", "replace", address, "lladdr", re.search(r"link/ether (\S+)", shown).group(1),
           "dev", "cable", "nud", "permanent")


# Run as a program: python3 networks.py COMMAND... under a filter that refuses connect(2).
def forbid_connect():
    instructions = struct.pack("=HBBI", 0x20, 0, 0, 0) + \
        struct.pack("=HBBI", 0x15, 0, 1, CONNECT) + \
        struct.pack("=HBBI", 0x06, 0, 0, 0x00050000 | 1) + \
        struct.pack("=HBBI", 0x06, 0, 0, 0x7fff0000)
    held = ctypes.create_string_buffer(instructions, len(instructions))
    program = struct.pack("HxxxxxxP", 4, ctypes.addressof(held))
    if LIBC.prctl(38, 1, 0, 0, 0) or LIBC.prctl(22, 2, ctypes.c_char_p(program), 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


FORBID_CONNECT = [sys.executable, os.path.abspath(__file__)]


def _bpf(command, attributes):
    held = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    result = LIBC.syscall(BPF, command, held, 128)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _load_refusal(name):
    """r0 = 0; exit: what is asked is refused."""
    code = ctypes.create_string_buffer(struct.pack("=BBhi", 0xb7, 0, 0, 0) +
                                       struct.pack("=BBhi", 0x95, 0, 0, 0), 16)
    licence = ctypes.create_string_buffer(b"GPL")
    return _bpf(PROG_LOAD, struct.pack("=IIQQIIQII16sII", CGROUP_SOCK_ADDR, 2,
                                       ctypes.addressof(code), ctypes.addressof(licence), 0, 0, 0,
                                       0, 0, name.encode(), 0, INET4_CONNECT))


@contextlib.contextmanager
def forbidding_cgroup(name):
    """A control group whose programs may not connect; yields what to put before a command."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        root = re.search(r" (/\S*) \S+ (?:shared:\d+ )?- cgroup2 ", file.read()).group(1)
    folder = tempfile.mkdtemp(prefix="seamark-", dir=root)
    program, group = _load_refusal(name), os.open(folder, os.O_RDONLY)
    try:
        _bpf(PROG_ATTACH, struct.pack("=IIII", group, program, INET4_CONNECT, 0))
        yield ["sh", "-c", f'echo $$ > {folder}/cgroup.procs; exec "$@"', "sh"]
    finally:
        os.close(group)
        os.close(program)
        with contextlib.suppress(OSError):
            os.rmdir(folder)


if __name__ == "__main__":
    forbid_connect()
    os.execvp(sys.argv[1], sys.argv[1:])
