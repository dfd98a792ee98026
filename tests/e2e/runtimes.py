# SPDX-License-Identifier: BSD-2-Clause
"""Container runtimes as tools/setup unpacked them, each with folders and sockets of its own, so
that none meets one that is installed. No image is pulled, no network made."""
import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import uuid

from harness import CACHE, check, directory, path, run, start, wait_for

ROOT = os.path.join(CACHE, "runtimes")
ENVIRONMENT = {
    "PATH": f"{ROOT}/usr/sbin:{ROOT}/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LD_LIBRARY_PATH": f"{ROOT}/usr/lib/x86_64-linux-gnu:{ROOT}/lib/x86_64-linux-gnu",
    "HOME": "/root",
}
IMAGE = "shop.test/brief:1.2"


def tool(name, *arguments, timeout=60):
    done = run([name, *arguments], timeout=timeout, env=ENVIRONMENT)
    check(done.returncode == 0, f"{name} {' '.join(arguments[-4:])}: {done.returncode}: "
          f"{(done.stdout + done.stderr).decode()[-1000:]}")
    return done.stdout.decode().strip()


def service(name, *arguments):
    """A daemon that ends with the test."""
    with open(path(f"{os.path.basename(name)}.log"), "ab") as log:
        return start([name, *arguments], env=ENVIRONMENT, stdout=log, stderr=log,
                     stdin=subprocess.DEVNULL)


def root_file_system(binary):
    """A folder with nothing in it but the program."""
    folder = path("rootfs")
    for name in ("proc", "sys", "dev", "tmp", "etc", "run"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    target = os.path.join(folder, "brief")
    if not os.path.exists(target):
        shutil.copy(binary, target)
    return folder


def add(archive, name, data, mode=0o644):
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), mode
    archive.addfile(member, io.BytesIO(data))


def image_archive(binary):
    """As `docker save` writes it: the program and nothing else."""
    layer, out = io.BytesIO(), path("image.tar")
    with open(binary, "rb") as file, tarfile.open(fileobj=layer, mode="w") as archive:
        add(archive, "brief", file.read(), 0o755)
    digest = hashlib.sha256(layer.getvalue()).hexdigest()
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["/brief"]},
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]}}).encode()
    manifest = [{"Config": hashlib.sha256(config).hexdigest() + ".json", "Layers": ["layer.tar"],
                 "RepoTags": [IMAGE]}]
    with tarfile.open(out, "w") as archive:
        add(archive, "layer.tar", layer.getvalue())
        add(archive, manifest[0]["Config"], config)
        add(archive, "manifest.json", json.dumps(manifest).encode())
    return out


class Docker:
    runtime = "docker"

    def __init__(self, binary):
        folder = path("docker")
        self.socket = f"unix://{folder}/s"
        os.makedirs(folder, exist_ok=True)
        service("dockerd", "--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "-H",
                self.socket, "--pidfile", f"{folder}/pid", "--iptables=false", "--ip-masq=false",
                "--bridge=none", "--storage-driver=vfs")
        wait_for(lambda: os.path.exists(f"{folder}/s") and not run(
            ["docker", "-H", self.socket, "info"], env=ENVIRONMENT).returncode, 30, "dockerd")
        archive = subprocess.run(["tar", "-C", root_file_system(binary), "-c", "."], check=True,
                                 stdout=subprocess.PIPE).stdout
        subprocess.run([f"{ROOT}/usr/bin/docker", "-H", self.socket, "import", "-", "brief:1"],
                       input=archive, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)

    def run(self, *arguments, options=()):
        """The container's id as the runtime knows it, and what it printed."""
        file = path(f"cid.{uuid.uuid4().hex}")
        said = tool("docker", "-H", self.socket, "run", "--rm", "--network", "none", "--cidfile",
                    file, *options, "brief:1", "/brief", *arguments)
        with open(file, encoding="utf-8") as kept:
            return kept.read().strip(), said


class Containerd:
    runtime = "containerd"

    def __init__(self, binary):
        folder = path("containerd")
        self.root = root_file_system(binary)
        self.state = f"{folder}/state"
        self.socket = f"{self.state}/containerd.sock"
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/config.toml", "w", encoding="utf-8") as file:
            file.write(f'version = 2\nroot = "{folder}/root"\nstate = "{self.state}"\n'
                       'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
                       f'[grpc]\naddress = "{self.socket}"\n')
        service("containerd", "--config", f"{folder}/config.toml")
        wait_for(lambda: os.path.exists(self.socket) and not run(
            ["ctr", "-a", self.socket, "version"], env=ENVIRONMENT).returncode, 30, "containerd")

    def take(self, archive):
        """An image that containers can be made of."""
        tool("ctr", "-a", self.socket, "image", "import", "--snapshotter", "native", archive)

    def run_image(self, name, *arguments):
        return tool("ctr", "-a", self.socket, "run", "--rm", "--snapshotter", "native", IMAGE, name,
                    "/brief", *arguments)

    def run(self, *arguments, options=()):
        name = f"ctr-{uuid.uuid4().hex[:8]}"
        said = tool("ctr", "-a", self.socket, "run", "--rm", *options, "--rootfs", self.root, name,
                    "/brief", *arguments)
        return name, said


class Podman:
    runtime = "podman"

    def __init__(self, binary):
        folder = path("podman")
        self.root = root_file_system(binary)
        os.makedirs(folder, exist_ok=True)
        # Podman gives it no environment, and it starts another Podman when the container ends.
        conmon = f"{folder}/conmon"
        with open(conmon, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexport LD_LIBRARY_PATH={ENVIRONMENT['LD_LIBRARY_PATH']}\n"
                       f'exec {ROOT}/usr/bin/conmon "$@"\n')
        os.chmod(conmon, 0o755)
        self.command = ["podman", "--root", f"{folder}/root", "--runroot", f"{folder}/run",
                        "--tmpdir", f"{folder}/tmp", "--cgroup-manager=cgroupfs",
                        "--storage-driver=vfs", "--events-backend=file", "--conmon",
                        conmon, "--runtime", f"{ROOT}/usr/sbin/runc"]

    def run(self, *arguments, options=()):
        file = path(f"cid.{uuid.uuid4().hex}")
        said = tool(*self.command, "run", "--rm", "--network", "none", "--cidfile", file,
                    "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", *options,
                    "--rootfs", self.root, "/brief", *arguments)
        with open(file, encoding="utf-8") as kept:
            return kept.read().strip(), said


class Runc:
    runtime = "runc"

    def __init__(self, binary):
        self.bundle = path("bundle")
        self.state = path("runc")
        os.makedirs(self.bundle, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{self.bundle}/config.json")
        tool("runc", "spec", "--bundle", self.bundle)
        with open(f"{self.bundle}/config.json", encoding="utf-8") as file:
            self.specification = json.load(file)
        self.specification["process"].pop("rlimits")
        self.specification["process"]["terminal"] = False
        self.specification["root"]["path"] = root_file_system(binary)

    def run(self, *arguments, cgroup=None, name=None):
        name = name or f"runc-{uuid.uuid4().hex[:8]}"
        bundle = f"{directory()}/bundle.{name}"
        os.makedirs(bundle)
        self.specification["process"]["args"] = ["/brief", *arguments]
        self.specification["linux"].pop("cgroupsPath", None)
        if cgroup:
            self.specification["linux"]["cgroupsPath"] = cgroup
        with open(f"{bundle}/config.json", "w", encoding="utf-8") as file:
            json.dump(self.specification, file)
        said = tool("runc", "--root", self.state, "run", "--bundle", bundle, name)
        shutil.rmtree(bundle)
        return name, said


ALL = {one.runtime: one for one in (Docker, Containerd, Podman, Runc)}
