#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Foreign executables: who parses them may do nothing else, and what it does costs nobody else."""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

from harness import (GO_RELEASES, NEWEST_GO, SEAMARK, Agent, Facts, accounts_close, build, check, equal,
                     main, path, run, start, test, wait_for)

STORM = int(os.environ.get("PARSER_STORM", "300"))


def child_of(agent):
    """The pid of the process that parses."""
    with open(f"/proc/{agent.process.pid}/task/{agent.process.pid}/children",
              encoding="ascii") as file:
        children = file.read().split()
    for pid in children:
        # It may end meanwhile.
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if file.read() == b"seamark\0parse\0":
                    return int(pid)
    return None


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def limits_of(pid):
    with open(f"/proc/{pid}/limits", encoding="utf-8") as file:
        return {line[:25].strip(): line[26:46].strip() for line in file}


def copy_of(release, name):
    """A program that no one has seen: another inode, and another size by a byte behind its end."""
    place = path(name)
    shutil.copyfile(build("firstlight", release), place)
    with open(place, "ab") as file:
        file.write(os.urandom(1 + len(name)))
    os.chmod(place, 0o755)
    return place


def run_twice(place):
    """The first time it may have shaken hands before it was known: its size is no test of that."""
    for _ in range(2):
        done = run([place, "-groups", "web"])
        equal((done.returncode, done.stderr[:300]), (0, b""), f"{place}: the run")


def second_run_is_whole(count, what):
    check(24 <= count <= 48, f"{count} handshakes of 24 to 48 {what}")


def handshakes(facts, name):
    return len(facts.of("tls.handshake", process_executable_name=name))


@test
def it_has_no_rights():
    agent = Agent()
    pid = child_of(agent)
    status = status_of(pid)
    for which in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        equal(int(status[which], 16), 0, which)
    equal(status["NoNewPrivs"], "1", "no new privileges")
    equal(status["Seccomp"], "2", "seccomp's mode")
    equal(status["Uid"].split(), ["65534"] * 4, "user ids")
    equal(status["Gid"].split(), ["65534"] * 4, "group ids")
    equal(status.get("Groups", "").split(), [], "groups")
    limits = limits_of(pid)
    equal(limits["Max cpu time"], "3", "processor time")
    equal(limits["Max core file size"], "0", "core files")
    equal(limits["Max file size"], "0", "file size")
    check(limits["Max address space"].isdigit(), "no limit of memory")
    open_files = {os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}
    equal({name.split(":")[0] for name in open_files}, {os.path.realpath(SEAMARK), "socket"}, "open files")
    with open(f"/proc/{pid}/environ", "rb") as file:
        equal(file.read(), b"", "its environment")
    agent.stop()
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"), 5, "the end of the child")


@test
def one_that_is_killed_costs_nothing_more():
    agent = Agent()
    for number in range(3):
        time.sleep(1)
        killed = child_of(agent)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: child_of(agent) not in (None, killed) and
                 status_of(child_of(agent))["Seccomp"] == "2", 10, "another child")
        run_twice(copy_of(NEWEST_GO, f"after{number}"))
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    for number in range(3):
        second_run_is_whole(handshakes(facts, f"after{number}"), f"after kill {number}")


@test
def one_that_hangs_costs_one_file():
    """As if a read had no end: five seconds, in which everything else goes on."""
    agent = Agent()
    hung = child_of(agent)
    os.kill(hung, signal.SIGSTOP)
    started = time.monotonic()
    done = run([copy_of(NEWEST_GO, "unlucky"), "-groups", "bind"])
    equal(done.returncode, 0, "the program's status")
    check(time.monotonic() - started < 4.5, "the program was held up")
    slowest = 0
    while child_of(agent) == hung and time.monotonic() - started < 12:
        asked = time.monotonic()
        equal(agent.get("/healthz"), "ok\n", "health")
        slowest = max(slowest, time.monotonic() - asked)
        time.sleep(0.1)
    check(slowest < 1.5, f"an answer took {slowest:.2f} s")
    wait_for(lambda: agent.total("seamark_self_executables_parsed_total", result="late") == 1, 5,
             "the late one is counted")
    check("the executable could not be parsed: reading it took longer" in agent.said(),
          agent.said())
    run_twice(copy_of(NEWEST_GO, "lucky"))
    facts, took = agent.stop()
    accounts_close(facts.accounts)
    check(took < 2, f"SIGTERM took {took:.2f} s")
    check(facts.of("bind", process_executable_name="unlucky"), "its binds were not observed")
    second_run_is_whole(handshakes(facts, "lucky"), "of the next program")
    print(f"# slowest answer while one parse hung: {slowest * 1000:.0f} ms")


@test
def what_a_process_goes_on_to_is_observed():
    """A shell is asked about, and the answer comes when the process runs the Go program already."""
    agent = Agent()
    manners = build("manners")
    equal(run([manners, "bind", "tcp", "127.0.0.1:0"]).returncode, 0, "the program's status")
    child = child_of(agent)
    os.mkfifo(path("go"))
    with open("/bin/sh", "rb") as file, open(path("shell"), "wb") as copy:
        copy.write(file.read() + os.urandom(16))
    os.chmod(path("shell"), 0o755)
    asked = agent.total("seamark_self_executables_parsed_total", result="answered")
    os.kill(child, signal.SIGSTOP)
    process = start([path("shell"), "-c", 'sleep 0.2; exec "$@"', "sh", manners, "wait-bind",
                     path("go"), "203.0.113.7:1"], stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL)
    wait_for(lambda: os.readlink(f"/proc/{process.pid}/exe") == manners, 5, "the Go program runs")
    time.sleep(0.2)
    os.kill(child, signal.SIGCONT)
    wait_for(lambda: agent.total("seamark_self_executables_parsed_total", result="answered") > asked,
             5, "the answer")
    time.sleep(0.2)
    with open(path("go"), "w", encoding="ascii") as file:
        file.write("\n")
    process.wait(10)
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    mine = [fact for fact in facts.of("bind") if fact["attributes"]["process.pid"] == process.pid]
    equal([fact["outcome"] for fact in mine], ["error"], "its bind")


@test
def a_touched_executable_is_the_same_program():
    """Its time of change is part of what the kernel knows a program by."""
    agent = Agent()
    place = path("touched")
    shutil.copy(build("stackgrowth"), place)
    process = start([place, "-n", "3000"], stdout=subprocess.DEVNULL)
    for number in range(4):
        time.sleep(0.5)
        os.utime(place, (1_000_000_000 + number, 1_000_000_000))
    equal(process.wait(60), 0, "the program's status")
    facts, _ = agent.stop()
    accounts_close(facts.accounts, lossless=False)
    mine = [fact["attributes"] for fact in facts.facts
            if fact["attributes"].get("process.pid") == process.pid]
    check(len(mine) > 6000, f"{len(mine)} facts")
    equal(len([one for one in mine if one.get("process.executable.name") != "touched"]), 0,
          "facts without the program")


@test
def a_storm_of_programs():
    """Hundreds of executables that nobody has seen begin at once: counted, and no fact is lost."""
    small = path("small")
    done = run(["sh", "-c", f"cd {os.path.dirname(small)} && printf 'module small\\n\\ngo 1.17\\n' "
                "> go.mod && printf 'package main\\nfunc main() {}\\n' > main.go"])
    go = os.path.join(os.path.dirname(build("firstlight")), "..", "..", "..", "go", NEWEST_GO,
                      "bin", "go")
    done = run([go, "build", "-ldflags=-s -w", "-o", small, "main.go"],
               cwd=os.path.dirname(small), env=dict(os.environ, CGO_ENABLED="0"))
    equal(done.returncode, 0, f"go build: {done.stderr}")
    with open(small, "rb") as file:
        content = file.read()
    places = []
    for number in range(STORM):
        places.append(path(f"storm{number}"))
        with open(places[-1], "wb") as file:
            file.write(content + b"\0" * number)
        os.chmod(places[-1], 0o755)
    agent = Agent()
    before = agent.total("seamark_self_executables_parsed_total", result="answered")
    started = time.monotonic()
    running = [subprocess.Popen([place]) for place in places]
    slowest = 0
    for one in running:
        asked = time.monotonic()
        one.wait()
        equal(one.returncode, 0, "a program's status")
        if asked - started < 5:
            equal(agent.get("/healthz"), "ok\n", "health")
            slowest = max(slowest, time.monotonic() - asked)
    parsed = agent.total("seamark_self_executables_parsed_total", result="answered") - before
    skipped = agent.total("seamark_self_executables_parsed_total", result="skipped")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    check(slowest < 1.5, f"an answer took {slowest:.2f} s")
    print(f"# {STORM} programs: {parsed} parsed, {skipped} skipped, the rest had ended before; "
          f"slowest answer {slowest * 1000:.0f} ms")


def patched(name, release, change):
    """firstlight with its bytes changed; what it does is the same."""
    place = path(name)
    with open(build("firstlight", release), "rb") as file:
        content = change(file.read())
    with open(place, "wb") as file:
        file.write(content)
    os.chmod(place, 0o755)
    return place


@test
def a_refusal_is_said_once_and_counted():
    place = patched("hidden", GO_RELEASES[0],
                    lambda content: content.replace(b"go1.19.8", b"unknown\0"))
    equal(run([SEAMARK, "inspect", place]).returncode, 3, "inspect's status")
    agent = Agent()
    for _ in range(3):
        equal(run([place, "-groups", "bind"]).returncode, 0, "the program's status")
    wait_for(lambda: agent.total("seamark_self_programs", handshakes="no_version") == 1, 5,
             "the refusal is counted")
    equal(len(re.findall(r"hidden: TLS handshakes are not observed: \S+", agent.said())), 1,
          f"lines about it in {agent.said()}")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    check(facts.of("bind", process_executable_name="hidden"), "its binds were not observed")


@test
def a_release_that_was_taken_out_is_not_needed():
    """What the types describe and the table names is enough from Go 1.20 on."""
    place = patched("untold", NEWEST_GO,
                    lambda content: content.replace(b"\xff Go buildinf:", b"\xff Go nothing!:"))
    equal(run([SEAMARK, "inspect", place]).returncode, 0, "inspect's status")
    done = run([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--", place, "-groups", "web"])
    equal(done.returncode, 0, "the program's status")
    facts = Facts(path("facts"))
    accounts_close(facts.accounts)
    equal(handshakes(facts, "untold"), 24, "handshakes")
    equal({fact["attributes"].get("process.runtime.version") for fact in facts.facts}, {None},
          "releases told")


@test
def probes_go_when_nobody_runs_the_program():
    agent = Agent("--keep-probes", "1")
    place = copy_of(NEWEST_GO, "brief")
    probed = agent.total("seamark_self_executables_probed")
    run_twice(place)
    wait_for(lambda: agent.total("seamark_self_executables_detached_total", why="unused") >= 1, 10,
             "the probes are taken off")
    wait_for(lambda: agent.total("seamark_self_executables_probed") <= probed, 5,
             "no more probed executables than before")
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    began = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{nanoseconds:09d}Z"
    run_twice(place)
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    again = [fact for fact in facts.of("tls.handshake", process_executable_name="brief")
             if fact["time"] >= began]
    second_run_is_whole(len(again), "after the probes were gone")


if __name__ == "__main__":
    main()
