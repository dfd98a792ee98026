#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""One executable of a layer that many containers share, each through an overlay of its own: it is one
program to Seamark, probed once, from the first instruction of every container but the first."""
import collections
import contextlib
import json
import os
import shutil
import ssl
import socket
import subprocess
import time

from harness import (SEAMARK, Agent, Facts, accounts_close, build, check, equal, main, path, run,
                     start, test)

SHARED = 12     # containers of one image
DONE = {"ok": 17, "failed": 6}


@contextlib.contextmanager
def overlays(count, *workloads, below=None):
    """Folders that show one layer with the workloads; below: a layer that is there already."""
    base = path(f"overlays.{time.monotonic_ns()}")
    lower = below or os.path.join(base, "lower")
    os.makedirs(lower, exist_ok=True)
    for workload in workloads:
        shutil.copy(build(workload), lower)
    shown = []
    try:
        for number in range(count):
            upper, work, merged = (os.path.join(base, f"{name}{number}")
                                   for name in ("upper", "work", "merged"))
            for folder in (upper, work, merged):
                os.makedirs(folder)
            subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                            f"lowerdir={lower},upperdir={upper},workdir={work}", merged], check=True)
            shown.append(merged)
        yield shown
    finally:
        for merged in shown:
            subprocess.run(["umount", "-l", merged], check=False, stderr=subprocess.DEVNULL)


def probed(agent):
    """Executables, those of Go programs that this host runs besides among them."""
    time.sleep(1)
    return agent.total("seamark_self_executables_probed")


def late(agent, state):
    return agent.total("seamark_self_processes_late_total", state=state)


def handshakes(facts, pid):
    """Of one process, by side and outcome."""
    found = collections.Counter()
    for fact in facts.of("tls.handshake", process_pid=pid):
        found[fact["attributes"]["tls.role"], fact["outcome"]] += 1
    return found


def run_shapes(folder):
    child = start([os.path.join(folder, "shapes")], stdout=subprocess.PIPE)
    booked = json.loads(child.communicate(timeout=60)[0])
    equal(booked, {"client": DONE, "server": DONE}, "what the program booked")
    return child.pid


def all_seen(facts, pids):
    wanted = {(side, outcome): DONE[count] for side in ("client", "server")
              for outcome, count in (("ok", "ok"), ("error", "failed"))}
    for number, pid in enumerate(pids):
        equal(dict(handshakes(facts, pid)), wanted, f"handshakes of container {number}")
        for fact in facts.of("tls.handshake", process_pid=pid):
            if fact["outcome"] == "error" and fact["attributes"]["tls.role"] == "client":
                equal(fact["attributes"]["error.type"], "unknown_authority", "error.type")
                check(fact["error"].get("go_type"), f"no chain of types: {fact}")


@test
def one_layer_is_one_program():
    with overlays(SHARED, "shapes") as shown:
        agent = Agent()
        before = probed(agent)
        run_shapes(shown[0])    # may be over before it is probed
        time.sleep(1)
        pids = [run_shapes(folder) for folder in shown]
        equal(probed(agent) - before, 1, "executables probed")
        equal(late(agent, "probed"), 1, "processes that began before their program was probed")
        facts, _ = agent.stop()
    accounts_close(facts.accounts)
    all_seen(facts, pids)
    lost = facts.accounts["probes"]["tls"]["fact"]["lost"].get("no_start", 0)
    check(lost <= 2, f"{lost} returns without their entries: more than were under way at first")


@test
def begun_together_before_it_was_read():
    """All wait for one answer; none is probed twice."""
    with overlays(SHARED, "shapes") as shown:
        agent = Agent("--no-lease")
        before = probed(agent)
        for child in [start([os.path.join(folder, "shapes")], stdout=subprocess.DEVNULL)
                      for folder in shown]:
            equal(child.wait(60), 0, "exit status")
        time.sleep(1)
        pids = [run_shapes(folder) for folder in shown[:3]]
        equal(probed(agent) - before, 1, "executables probed")
        facts, _ = agent.stop()
    accounts_close(facts.accounts)
    all_seen(facts, pids)


@test
def an_overlay_over_an_overlay():
    with overlays(1, "shapes") as outer, overlays(2, below=outer[0]) as inner:
        agent = Agent()
        before = probed(agent)
        run_shapes(outer[0])
        time.sleep(1)
        pids = [run_shapes(folder) for folder in inner + outer]
        equal(probed(agent) - before, 1, "executables probed")
        facts, _ = agent.stop()
    accounts_close(facts.accounts)
    all_seen(facts, pids)


def shake(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with contextlib.suppress(OSError), context.wrap_socket(plain):
            pass


def serve(folder):
    """A server that takes one connection; it fails, for it has no certificate."""
    child = start([os.path.join(folder, "shakes"), "-server", "-exit"], stdout=subprocess.PIPE,
                  text=True)
    return child, int(child.stdout.readline().rsplit(":", 1)[1])


@test
def probes_stay_while_any_container_runs_it():
    """The one through whose overlay they were put in ends long before the other."""
    with overlays(2, "shakes") as shown:
        agent = Agent("--keep-probes", "2")
        before = probed(agent)
        first, port = serve(shown[0])
        second, later = serve(shown[1])
        shake(port)
        first.wait(10)
        subprocess.run(["umount", "-l", shown[0]], check=True)
        time.sleep(6)
        equal(probed(agent) - before, 1, "executables probed, some run by others only")
        shake(later)
        second.wait(10)
        time.sleep(6)
        equal(probed(agent) - before, 0, "executables probed that nobody runs")
        facts, _ = agent.stop()
    accounts_close(facts.accounts)
    for child in (first, second):
        equal(dict(handshakes(facts, child.pid)), {("server", "error"): 1}, "handshakes")


@test
def written_over_in_one_container():
    """The write goes to that container's own layer: a new file, and the others keep theirs."""
    other = build("perils")
    with overlays(2, "shapes") as shown:
        agent = Agent()
        before = probed(agent)
        run_shapes(shown[0])
        time.sleep(1)
        with open(other, "rb") as file, open(os.path.join(shown[1], "shapes"), "r+b") as own:
            own.truncate(0)
            own.write(file.read())
        done = run([os.path.join(shown[1], "shapes"), "-n", "20", "-perils", "plain"])
        equal(done.returncode, 0, f"the new program: {done.stderr[-500:]}")
        time.sleep(1)
        pids = [run_shapes(shown[0])]
        again = run([os.path.join(shown[1], "shapes"), "-n", "20", "-perils", "plain"])
        equal((again.returncode, again.stdout), (0, done.stdout), "the new program, probed")
        equal(probed(agent) - before, 2, "executables probed")
        facts, _ = agent.stop()
    accounts_close(facts.accounts, lossless=False)
    all_seen(facts, pids)


@test
def what_was_never_looked_at_is_counted():
    """Programs that are new and over at once: read, or gone before."""
    agent = Agent()
    time.sleep(1)
    for number in range(50):
        place = shutil.copy("/bin/true", path(f"true{number}"))
        subprocess.run([place], check=True)
    time.sleep(1)
    read = agent.total("seamark_self_executables_parsed_total", result="answered")
    gone = late(agent, "gone")
    print(f"# {gone} of 50 were gone")
    check(read + gone >= 50, f"{read} read, {gone} gone")
    agent.stop()


@test
def run_from_an_overlay():
    with overlays(1, "shapes") as shown:
        done = run([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--",
                    os.path.join(shown[0], "shapes")])
    equal(done.returncode, 0, done.stderr.decode()[-1000:])
    facts = Facts(path("facts"))
    accounts_close(facts.accounts)
    all_seen(facts, [facts.of("process.start")[-1]["attributes"]["process.pid"]])


if __name__ == "__main__":
    main()
