#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""No target crashes or changes: stacks that move under the probes, floods, and Seamark's own end."""
import os
import re
import signal
import subprocess
import time

from harness import (GO_RELEASES, NEWEST_GO, SEAMARK, Agent, Facts, accounts_close, build, cases,
                     check, container, equal, main, path, program, run, start, test)
from ledger import endings_agree
from servers import free_port, hey, start_caddy

HANDSHAKES = int(os.environ.get("SAFETY_HANDSHAKES", "100000"))


def run_stackgrowth(release, count, *seamark):
    return run([*seamark, build("stackgrowth", release), "-n", str(count)], timeout=900)


@cases(GO_RELEASES)
def growing_stacks_change_nothing(release):
    alone = run_stackgrowth(release, 4000)
    observed = run_stackgrowth(release, 4000, SEAMARK, "run", "--quiet", "--facts", path("facts"),
                               "--")
    equal((observed.returncode, observed.stdout), (alone.returncode, alone.stdout), "the run")
    facts = Facts(path("facts"))
    accounts_close(facts.accounts)
    endings_agree(alone.stdout.decode(), facts)


@test
def a_hundred_thousand_handshakes():
    """Both ends of each are in the process: twice as many are observed."""
    alone = run_stackgrowth(NEWEST_GO, HANDSHAKES // 2)
    started = time.monotonic()
    observed = run_stackgrowth(NEWEST_GO, HANDSHAKES // 2, SEAMARK, "run", "--quiet", "--facts",
                               path("facts"), "--")
    took = time.monotonic() - started
    equal((observed.returncode, observed.stdout), (alone.returncode, alone.stdout), "the run")
    accounts = Facts(path("facts")).accounts
    accounts_close(accounts, lossless=False)
    found = re.findall(r" (ok|failed): (\d+)", alone.stdout.decode())
    equal(accounts["probes"]["tls"]["fact"]["hits"], sum(int(count) for _, count in found),
          "handshakes that returned")
    print(f"# {HANDSHAKES} handshakes in {took:.0f} s, facts lost: "
          f"{accounts['probes']['tls']['fact']['lost'] or 'none'}")


@test
def a_flood_closes_its_accounts():
    """A ring of 64 KiB: facts are lost, and said to be; counts are not."""
    done = run_stackgrowth(NEWEST_GO, 4000, SEAMARK, "run", "--quiet", "--ring-kib", "64",
                           "--facts", path("facts"), "--")
    facts = Facts(path("facts"))
    accounts_close(facts.accounts, lossless=False)
    returned = sum(int(count) for _, count in
                   re.findall(r" (ok|failed): (\d+)", done.stdout.decode()))
    tls = facts.accounts["probes"]["tls"]
    equal(tls["fact"]["hits"], returned, "handshakes that returned")
    equal(len(facts.of("tls.handshake")), tls["fact"]["submitted"], "facts against submitted")


@test
def the_end_of_seamark_leaves_nothing():
    """SIGKILL in the middle: the program goes on, and the kernel takes every probe back."""
    target = start([build("stackgrowth"), "-n", "6000"], stdout=subprocess.PIPE)
    for _ in range(4):
        agent = Agent()
        time.sleep(0.4)
        agent.process.send_signal(signal.SIGKILL)
        agent.process.wait()
        time.sleep(0.1)
    out, _ = target.communicate(timeout=120)
    equal(target.returncode, 0, "the program's status")
    equal(out, run_stackgrowth(NEWEST_GO, 6000).stdout, "the program's output")
    left = run(["bpftool", "prog", "show"]).stdout.decode()
    check("handshake_enter" not in left, "programs are left in the kernel")


@test
def sigterm_ends_it_in_time():
    """With many executables probed and traffic under way."""
    port = free_port()
    start_caddy(port)
    agent = Agent()
    for release in GO_RELEASES:
        for pie in (False, True):
            run([build("firstlight", release, pie), "-groups", "connect"])
    load = start([program("hey"), "-z", "20s", "-c", "4", "-disable-keepalive", "-host",
                  "localhost", f"https://localhost:{port}/"], stdout=subprocess.DEVNULL)
    time.sleep(1.5)
    facts, took = agent.stop()
    check(took < 2, f"SIGTERM took {took:.2f} s")
    accounts_close(facts.accounts)
    check(len(facts.of("tls.handshake")) > 100, "no traffic")
    load.terminate()
    print(f"# SIGTERM to exit: {took:.2f} s")


@test
def a_flood_of_others_holds_nothing_up():
    """Two processes that do nothing but fail to bind: half a million records a second."""
    agent = Agent("--all-programs")
    flood = ["/usr/bin/python3", "-c", "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0)"
             ")\nwhile True:\n try: s.bind(('127.0.0.1', 1))\n except OSError: pass"]
    floods = [start(flood) for _ in range(2)]
    time.sleep(1)
    slowest = 0
    for _ in range(5):
        asked = time.monotonic()
        equal(agent.get("/healthz"), "ok\n", "health")
        slowest = max(slowest, time.monotonic() - asked)
    facts, took = agent.stop()
    for one in floods:
        one.kill()
    accounts_close(facts.accounts, lossless=False)
    check(slowest < 1.5, f"an answer took {slowest:.2f} s")
    check(took < 2, f"SIGTERM took {took:.2f} s")
    print(f"# {facts.accounts['probes']['bind']['fact']['hits']} binds, slowest answer "
          f"{slowest * 1000:.0f} ms, SIGTERM to exit {took:.2f} s")


@test
def a_noisy_container_costs_no_other_its_facts():
    """One fails to bind without a pause, three times over; the other's twenty a second are all told."""
    fail = ("import socket, sys, time\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\n"
            "count, pause = int(sys.argv[1]), float(sys.argv[2])\nwhile count:\n count -= 1\n"
            " try: s.bind(('127.0.0.1', 1))\n except OSError: pass\n if pause: time.sleep(pause)")
    noisy, quiet = ("a" * 64, "b" * 64)
    agent = Agent("--all-programs", "--ring-kib", "512")
    with container(f"/docker/{noisy}") as enter_noisy, container(f"/docker/{quiet}") as enter_quiet:
        floods = [start([*enter_noisy, "/usr/bin/python3", "-c", fail, "-1", "0"]) for _ in range(3)]
        time.sleep(0.5)
        run([*enter_quiet, "/usr/bin/python3", "-c", fail, "60", "0.05"])
        for one in floods:
            one.kill()
            one.wait()
    facts, _ = agent.stop()
    accounts_close(facts.accounts, lossless=False)
    lost = facts.accounts["probes"]["bind"]["fact"]["lost"]
    check(sum(lost.values()) > 0, "it was no flood")
    told = {one: sum(fact["outcome"] == "error" for fact in facts.of("bind", container_id=one))
            for one in (noisy, quiet)}
    equal(told[quiet], 60, f"the quiet container's facts, beside {told[noisy]} and {lost} lost")


@test
def killed_targets_leave_no_trace():
    """Programs that die in the middle of a handshake: none is told as a success."""
    agent = Agent()
    silent = start(["/usr/bin/python3", "-c",
                    "import socket, time\ns = socket.socket(); s.bind(('127.0.0.1', 0)); "
                    "s.listen(99); print(s.getsockname()[1], flush=True); time.sleep(60)"],
                   stdout=subprocess.PIPE, text=True)
    port = silent.stdout.readline().strip()
    for _ in range(20):
        victim = start([program("hey"), "-n", "5", "-c", "5", f"https://127.0.0.1:{port}/"],
                       stdout=subprocess.DEVNULL)
        time.sleep(0.1)
        victim.kill()
        victim.wait()
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    equal(facts.of("tls.handshake", process_executable_name="hey"), [], "handshakes told")
    check(len(facts.of("connect", process_executable_name="hey")) >= 60, "too few connects")


@test
def an_executable_that_is_replaced_is_looked_at_again():
    agent = Agent()
    place = path("program")
    for number, release in enumerate(GO_RELEASES * 3):
        with open(build("firstlight", release), "rb") as file:
            content = file.read()
        with open(place + ".new", "wb") as file:
            file.write(content)
        os.chmod(place + ".new", 0o755)
        os.rename(place + ".new", place)
        done = run([place, "-groups", "web"])
        equal(done.returncode, 0, f"run {number} of Go {release}: {done.stderr[-300:]}")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    told = facts.of("tls.handshake", process_executable_name="program")
    equal(len(told), 24 * len(GO_RELEASES) * 3, "handshakes")
    for release in GO_RELEASES:
        equal(len([fact for fact in told if fact["attributes"]["process.runtime.version"].startswith(
            release)]), 72, f"handshakes of Go {release}")


@test
def load_generators_that_come_and_go_are_seen_from_the_start():
    port = free_port()
    start_caddy(port)
    seen = 0
    for _ in range(5):
        agent = Agent()
        hey(1, 1, f"https://localhost:{port}/")
        facts, _ = agent.stop()
        accounts_close(facts.accounts)
        seen += len(facts.of("tls.handshake", process_executable_name="hey"))
    print(f"# {seen} of 5 first handshakes of a program never seen before")
    check(seen >= 4, f"only {seen} of 5 first handshakes")


if __name__ == "__main__":
    main()
