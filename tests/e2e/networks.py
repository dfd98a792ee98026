# SPDX-License-Identifier: BSD-2-Clause
"""Network namespaces that tests make for themselves, and take away again."""
import contextlib
import os
import re
import subprocess


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
