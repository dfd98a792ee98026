# SPDX-License-Identifier: BSD-2-Clause
"""Emulated machines of both architectures: how QEMU is called, what is in their first file system,
and when a boot that failed is no failure of what is tested."""
import glob
import os
import subprocess
import tarfile

import image
from harness import CACHE, ROOT, SEAMARK, path

HERE = os.path.dirname(os.path.abspath(__file__))
TRIES, SECONDS = 3, 900
DISK_BYTES = 64 << 20
BOARD = ["-smp", "2", "-m", "1024", "-nodefaults", "-display", "none", "-serial", "stdio",
         "-no-reboot"]
NATIVE = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]


class Machine:
    """Everything in which one architecture differs from the other."""

    def __init__(self, name, tuple_, console, qemu):
        self.name, self.console, self.qemu = name, console, qemu
        native = name == NATIVE
        self.build = os.path.dirname(SEAMARK) + ("" if native else "-" + name)
        self.root = "" if native else os.path.join(CACHE, name)
        self.folders = [f"{self.root}{place}/{tuple_}" for place in ("/lib", "/usr/lib")]

    def programs(self):
        """What no test builds for itself."""
        tests = {name: os.path.join(self.build, "tests/bpf", name)
                 for name in ("test_acts", "test_off", "test_verifier")}
        return {"busybox": self.root + "/bin/busybox",
                "seamark": os.path.join(self.build, "seamark"), **tests}

    def initramfs(self, name, programs, files, folders):
        """files: beside the programs; folders: where libraries are beside this machine's own."""
        file = path(f"{name}-{self.name}.cpio")
        if not os.path.exists(file):
            image.make(path(f"{name}-{self.name}"), file, {**self.programs(), **programs},
                       {"init": os.path.join(HERE, "init"), **files}, self.folders + folders)
        return file


MACHINES = {
    # QEMU 7.2's cmpxchg16b, and its code patching across two threads, make stock kernels oops.
    "amd64": Machine("amd64", "x86_64-linux-gnu", "ttyS0",
                     ["qemu-system-x86_64", "-accel", "tcg,thread=single", "-cpu",
                      "max,cx16=off,la57=off"]),
    # A processor without pointer authentication, which costs three quarters of the time.
    "arm64": Machine("arm64", "aarch64-linux-gnu", "ttyAMA0",
                     ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57"]),
}


def kernel_file(series, machine):
    folder = os.path.join(CACHE, "linux", f"{series}-{machine.name}")
    return (glob.glob(folder + "/boot/vmlinuz-*") +
            glob.glob(folder + "/usr/lib/modules/*/vmlinuz"))[0]


def log_file(series, machine):
    """Kept with what was built."""
    return os.path.join(ROOT, os.path.dirname(SEAMARK), "vm", f"{series}-{machine.name}.log")


def boot_once(command, log):
    """Its serial console, written to log while it runs."""
    with open(log, "wb") as file:
        try:
            subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=file,
                           stderr=subprocess.STDOUT, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            file.write(b"\n(no end)\n")
    with open(log, encoding="utf-8", errors="replace") as file:
        return file.read()


def boot(series, machine, parts, initramfs):
    """(serial log, folder with what the parts said). A boot that did not get as far as its first
    process is QEMU's failure, not the kernel's, and is tried again; nothing after that is."""
    name = f"{series}-{machine.name}"
    disk, log = path(name + ".disk"), log_file(series, machine)
    os.makedirs(os.path.dirname(log), exist_ok=True)
    command = machine.qemu + BOARD + [
        "-kernel", kernel_file(series, machine), "-initrd", initramfs,
        "-append", f"console={machine.console} panic=-1 quiet parts={','.join(parts)}",
        "-drive", f"file={disk},format=raw,if=none,id=d", "-device", "nvme,drive=d,serial=seamark"]
    for _ in range(TRIES):
        with open(disk, "wb") as file:
            file.truncate(DISK_BYTES)
        said = boot_once(command, log)
        if "VM-INIT" in said:
            break
    results = path(name + ".results")
    os.makedirs(results)
    if "VM-EXIT" in said:
        with tarfile.open(disk) as archive:
            archive.extractall(results)
    os.remove(disk)
    return said, results
