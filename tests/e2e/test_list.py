#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What seamark list says of processes that run: each with its release, its container, and why not all
of it is observed; nothing is loaded, so that no lock and no right beside /proc's is needed."""
import errno
import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import termios

from harness import (CACHE, GO_RELEASES, NEWEST_GO, NOBODY, SEAMARK, build, cases, check, container,
                     directory, equal, main, path, run, start, test, wait_for)
from runtimes import ENVIRONMENT, Docker

LONG = "60000"          # milliseconds: the test ends it
MANY, LISTS = 50, 15
ID = "11572f1157" * 6 + "1157"
SLEEPER = "package main\n\nimport \"time\"\n\nfunc main() { time.Sleep(time.Minute) }\n"
ALWAYS = ["bind", "connect", "syscall"]


def listing(*options, status=0, prefix=()):
    done = run([*prefix, SEAMARK, "list", "--json", *options])
    check(done.returncode == status, f"list ended with {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def of(pid, told, kind="processes"):
    found = [one for one in told[kind] if one["process.pid"] == pid]
    equal(len(found), 1, f"entries of process {pid}")
    return found[0] if found else {}


def started(command, **options):
    """A process that has become what it was started to be."""
    child = start(command, stdout=subprocess.DEVNULL, **options)
    program = os.path.realpath(command[0] if command[0] != "sh" else "/bin/sh")
    wait_for(lambda: os.readlink(f"/proc/{child.pid}/exe") == program or command[0] == "sh", 5,
             f"{command[0]} has started")
    return child


def copy(binary, name):
    shutil.copy(binary, path(name))
    return path(name)


def sleeper(name, *arguments, **environment):
    """A Go program without TLS."""
    folder = path("sleeper")
    os.makedirs(folder, exist_ok=True)
    for file, text in (("go.mod", "module seamark.test/sleeper\n\ngo 1.19\n"), ("main.go", SLEEPER)):
        with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
            out.write(text)
    done = run([os.path.join(CACHE, "go", NEWEST_GO, "bin", "go"), "build", "-trimpath", "-o",
                path(name), *arguments, "."], timeout=600, cwd=folder,
               env=dict(os.environ, CGO_ENABLED="0", **environment))
    equal(done.returncode, 0, done.stderr.decode()[-1000:])
    return path(name)


@cases([GO_RELEASES[0], NEWEST_GO])
def releases(release):
    child = started([copy(build("brief", release), "brief"), LONG])
    told = of(child.pid, listing())
    said = json.loads(run([SEAMARK, "inspect", "--json", path("brief")]).stdout)
    equal(told["process.runtime.version"], said["version"], "release")
    check(said["version"].startswith(release), f"{said['version']} is no {release}")
    equal(told["process.executable.path"], path("brief"), "path")
    equal(told["observed"], ALWAYS + ["tls"], "observed")
    equal(told.get("reason"), "client_only", "a program that serves no TLS")


@test
def reasons():
    without = started([sleeper("without")])
    beside = started([copy("/bin/sleep", "beside"), "60"])
    children = {without: (ALWAYS, "no_crypto_tls")}
    try:
        children[started([sleeper("other32", GOARCH="386")])] = ([], "32_bit")
    except OSError as error:
        equal(error.errno, errno.ENOEXEC, "error of a 32-bit program")
        print("# this kernel runs no 32-bit programs: none is asked about")
    if shutil.which("upx"):
        packed = path("packed")
        equal(run(["upx", "-q", "-1", "-o", packed, build("brief")]).returncode, 0, "upx")
        children[started([packed, LONG])] = (ALWAYS, "packed")
    told = listing()
    for child, (observed, reason) in children.items():
        one = of(child.pid, told)
        equal(one.get("observed"), observed, f"observed of what is {reason}")
        equal(one.get("reason"), reason, "reason")
        check(one.get("why"), "a reason without words")
        equal(run([SEAMARK, "explain", f"handshakes={reason}"]).returncode, 0, "its explanation")
    check(beside.pid not in [one["process.pid"] for one in told["processes"]], "sleep is listed")
    every = listing("--all")
    one = of(beside.pid, every)
    equal((one["observed"], one["reason"]), ([], "not_go"), "sleep, among all")
    equal([one for one in every["processes"] if not one.get("process.executable.path")], [],
          "processes without a file, as threads of the kernel are")


def processor_time(binaries):
    """Milliseconds that lists of just these take, their parsers' among them: many, for the kernel
    counts in ticks."""
    script = ('for one in "$@"; do "$one" 60000 >/dev/null & done; sleep 0.5; TIMEFORMAT="%3U %3S"; '
              f"time for _ in $(seq {LISTS}); do {SEAMARK} list --json; done")
    done = run(["unshare", "--pid", "--fork", "--mount-proc", "bash", "-c", script, "bash", *binaries])
    told = [json.loads(line)["processes"] for line in done.stdout.splitlines()]
    equal([len(one) for one in told], [len(binaries)] * LISTS, "processes in their own namespace")
    times = re.findall(r"^([\d.]+) ([\d.]+)$", done.stderr.decode(), re.M)
    return sum(float(one) for one in times[0]) * 1e3


@test
def many_of_one_executable():
    """Hundreds cost no more than looking at each: the file is parsed once."""
    binary = copy(build("brief"), "many")
    none, shared = processor_time([]), processor_time([binary] * MANY)
    own = processor_time([copy(binary, f"many.{number}") for number in range(MANY)])
    print(f"# none: {none:.0f} ms, {MANY} of one file: {shared:.0f} ms, of as many: {own:.0f} ms")
    check(shared - none < (own - none) / 2, "one file is parsed again and again")


@test
def order():
    binary = copy(build("brief"), "ordered")
    pids = {started([binary, LONG]).pid for _ in range(5)}
    found = [one["process.pid"] for one in listing()["processes"] if one["process.pid"] in pids]
    equal(found, sorted(pids), "order")


@test
def containers():
    with container(f"/docker/{ID}") as within:
        child = start([*within, build("brief"), LONG], stdout=subprocess.DEVNULL)
        wait_for(lambda: os.path.basename(os.readlink(f"/proc/{child.pid}/exe")) == "brief", 5,
                 "the program has started")
        told = of(child.pid, listing())
        equal((told["container.id"], told["container.runtime.name"]), (ID, "docker"), "container")
        check(ID[:12] in run([SEAMARK, "list"]).stdout.decode(), "its short id, for eyes")
        child.terminate()
        child.wait()


@test
def names_of_docker():
    docker = Docker(build("brief"))
    identity = run(["docker", "-H", docker.socket, "run", "-d", "--rm", "--network", "none", "--name",
                    "shop", "brief:1", "/brief", LONG], env=ENVIRONMENT).stdout.decode().strip()
    try:
        told = listing("--runtime-root", path("docker") + "/data")
        found = [one for one in told["processes"] if one.get("container.id") == identity]
        equal(len(found), 1, f"processes of container {identity}")
        equal(found[0].get("container.name"), "shop", "its name")
        equal(found[0].get("container.image.name"), "brief", "its image")
        check(" shop " in run([SEAMARK, "list", "--runtime-root", path("docker") +
                               "/data"]).stdout.decode(), "its name, for eyes")
    finally:
        run(["docker", "-H", docker.socket, "kill", "shop"], env=ENVIRONMENT)


@test
def without_rights():
    """One's own are listed; that there are others is said, with the right that shows them."""
    os.chmod(directory(), 0o755)
    mine = started([copy(build("brief"), "mine"), LONG], user=65534, group=65534,
                   extra_groups=[])
    others = started([copy(build("brief"), "others"), LONG])
    told = listing(status=1, prefix=NOBODY)
    equal(of(mine.pid, told)["observed"], ALWAYS + ["tls"], "one's own")
    one = of(others.pid, told, "unread")
    equal((one["process.executable.name"], one["reason"]), ("others", "missing_cap_sys_ptrace"),
          "another user's")
    check("observed" not in one, "what is not known is told")
    names = {one["process.executable.name"] for one in told["unread"]}
    equal(names & {"kthreadd", "rcu_sched", "ksoftirqd/0"}, set(), "threads of the kernel")
    done = run([*NOBODY, SEAMARK, "list"])
    check(b"CAP_SYS_PTRACE" in done.stdout and b"sudo" in done.stdout, done.stdout.decode())


@test
def what_only_its_owner_reads():
    os.chmod(directory(), 0o755)
    closed = copy(build("brief"), "closed")
    os.chmod(closed, 0o711)
    child = started([closed, LONG], user=65534)
    prefix = ["setpriv", "--reuid", "65533", "--clear-groups", "--inh-caps=+sys_ptrace",
              "--ambient-caps=+sys_ptrace"]
    told = listing(status=1, prefix=prefix)
    equal(of(child.pid, told, "unread")["reason"], "missing_cap_dac_read_search", "reason")


@test
def hidden_processes():
    """Where /proc hides others, the list says so, for it can't count them."""
    script = ("mount -t proc -o hidepid=invisible proc /proc && exec setpriv --reuid 65534 "
              f"--clear-groups --inh-caps=-all {SEAMARK} list --json")
    done = run(["unshare", "--mount", "sh", "-c", script])
    told = json.loads(done.stdout)
    equal([one["name"] for one in told["notes"]], ["hidepid"], "notes")
    equal(done.returncode, 1, "status")
    inside = json.loads(run(["unshare", "--pid", "--fork", "--mount-proc", SEAMARK, "list",
                             "--json"]).stdout)
    equal([one["name"] for one in inside["notes"]], ["pid_namespace"], "notes in a namespace")


@test
def names_that_forge():
    """A program's name can't write to the terminal, nor a line of the table."""
    forged = copy(build("brief"), "a\x1b[31mb\n1 c")
    child = started([forged, LONG])
    done = run([SEAMARK, "list"])
    check(b"\x1b" not in done.stdout, "an escape of the program's name came through")
    check(not re.search(rb"^1 c", done.stdout, re.M), "a line of the program's name came through")
    equal(of(child.pid, listing())["process.executable.name"], "a\\x1b[31mb\\x0a1 c", "name")


def on_terminal(columns, *options):
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    child = subprocess.Popen([SEAMARK, "list", *options], stdout=follower, stderr=follower)
    os.close(follower)
    said = b""
    while True:
        try:
            more = os.read(leader, 65536)
        except OSError:
            break
        if not more:
            break
        said += more
    os.close(leader)
    child.wait()
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode()).replace("\r", "").split("\n")


def wide(line):
    return sum(2 if "\u2e80" <= one <= "\uffef" else 1 for one in line)


@cases([60, 80, 100])
def fits(columns):
    child = started([copy(build("brief"), "a-program-with-a-name-that-is-long"), LONG])
    for language in ("en", "zh"):
        lines = on_terminal(columns, "--lang", language)
        check(any(str(child.pid) in line for line in lines), f"the process is not there: {lines}")
        for line in lines:
            check(wide(line) <= columns, f"{wide(line)} columns of {columns}: {line}")
            check(line == line.rstrip(), f"spaces at the end of: {line!r}")


@test
def wrong_usage():
    for arguments in (["x"], ["--lang", "de"], ["--nothing"]):
        equal(run([SEAMARK, "list", *arguments]).returncode, 2, f"list {arguments}")
    done = run([SEAMARK, "list", "--runtime-root", "/nothing/there"])
    equal(done.returncode, 1, "a root that is not there")
    check(b"/nothing/there" in done.stderr, done.stderr.decode())


main()
