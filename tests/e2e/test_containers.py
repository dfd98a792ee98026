#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Containers of real runtimes, and a thousand that come and go: the id and the runtime of each fact,
metric and verdict are those that the runtime itself says, or there are none."""
import collections
import concurrent.futures
import contextlib
import os
import re
import subprocess
import time
import uuid

from harness import Agent, build, cases, check, container, equal, main, run, test, wait_for
from runtimes import ALL, Runc

LONG = "400"            # milliseconds before it acts: it was seen before
LONG_LIVED, SHORT_LIVED = 2, 5
STAGED, REAL = 970, 30
WARM = 300              # of the staged, before memory is looked at
# What is bounded fills: a histogram is 1 KiB in 8,192 places, a diagnosis' group 13 KiB in 1,000.
GROWTH_MOST_KIB = 14 * 1024
PROGRAM = "brief"


def of_program(facts, event):
    return facts.of(event, process_executable_name=PROGRAM)


def failed(facts, event):
    return [fact for fact in of_program(facts, event) if fact["outcome"] == "error"]


def who(fact):
    attributes = fact["attributes"]
    return attributes.get("container.id"), attributes.get("container.runtime.name")


def metrics_name(agent, runtime, ids):
    samples = agent.samples()
    for one in ids:
        binds = [dict(labels) for (name, labels) in samples
                 if name == "seamark_bind_duration_seconds_count" and
                 dict(labels).get("container_id") == one and
                 dict(labels).get("error_type") == "EADDRINUSE"]
        equal(len(binds), 1, f"series of failed binds of {one}")
        known = [dict(labels).get("container_runtime_name") for (name, labels) in samples
                 if name == "seamark_container_info" and dict(labels).get("container_id") == one]
        equal(known, [runtime], f"runtime of {one} in seamark_container_info")


def diagnoses_name(agent, runtime, ids):
    found = {(group["container"]["id"], group["container"].get("runtime"))
             for group in agent.diagnoses()["diagnoses"]
             if group.get("verdict", {}).get("cause") == "address_in_use" and group.get("container")}
    check({(one, runtime) for one in ids} <= found, f"diagnoses of {found}, wanted {ids}")


@cases(list(ALL))
def names_what_the_runtime_names(runtime):
    """Two that wait before they act, and five that live for milliseconds."""
    made = ALL[runtime](build(PROGRAM))
    agent = Agent()
    runs = [made.run(LONG) for _ in range(LONG_LIVED)]
    runs += [made.run() for _ in range(SHORT_LIVED)]
    ids = [one for one, _ in runs]
    inside = {one: int(said.split()[-1]) for one, said in runs}
    wait_for(lambda: agent.total("seamark_bind_duration_seconds_count",
                                 error_type="EADDRINUSE") >= len(ids), 5, "failed binds")
    metrics_name(agent, runtime, ids)
    diagnoses_name(agent, runtime, ids)
    facts, _ = agent.stop()

    binds, shakes = failed(facts, "bind"), failed(facts, "tls.handshake")
    equal(collections.Counter(map(who, binds)),
          collections.Counter((one, runtime) for one in ids), "containers of failed binds")
    for fact in binds:
        equal(fact.get("verdict", {}).get("cause"), "address_in_use", "cause of a failed bind")
        attributes = fact["attributes"]
        equal(attributes.get("process.vpid", attributes["process.pid"]),
              inside.get(attributes.get("container.id")), "pid inside the container")
        check(attributes.get("process.vpid") != attributes["process.pid"], "vpid is the pid")
    seen = collections.Counter(map(who, shakes))
    check(seen.keys() <= {(one, runtime) for one in ids}, f"containers of handshakes: {seen}")
    for one in ids[:LONG_LIVED]:
        equal(seen[one, runtime], 1, f"handshakes of {one}, that waited")
    for fact in shakes:
        equal(fact["verdict"]["cause"], "not_tls", "cause of a failed handshake")
    for event in ("listen", "connect", "process.start", "process.exit"):
        for fact in of_program(facts, event):
            check(who(fact) in {(one, runtime) for one in ids}, f"{event} of {who(fact)}")
    print(f"# {runtime}: {len(binds)} of {len(ids)} binds, {sum(seen.values())} of {len(ids)} "
          "handshakes seen, all under their names")


@test
def one_that_ran_before():
    """It began before the agent: its pid inside and its container are known all the same."""
    runc = Runc(build(PROGRAM))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(runc.run, "6000", name="before")
        wait_for(lambda: run(["pgrep", "-x", PROGRAM]).stdout.split(), 5, "the container's start")
        agent = Agent()
        running.result()
    facts, _ = agent.stop()
    binds = failed(facts, "bind")
    equal([who(fact) for fact in binds], [("before", "runc")], "container of the failed bind")
    equal([fact["attributes"].get("process.vpid") for fact in binds], [1], "pid inside")


@contextlib.contextmanager
def group_of_pids(name):
    """A container that its runtime put into one tree only, which is not the one looked at."""
    folder = f"/sys/fs/cgroup/pids/docker/{name}"
    os.makedirs(folder)
    try:
        yield ["sh", "-c", f'echo $$ > {folder}/cgroup.procs; exec "$@"', "sh"]
    finally:
        wait_for(lambda: not run(["rmdir", folder]).returncode, 5, "an empty group")


@test
def another_tree_tells():
    """Only on hosts with trees of version 1: the fact says what /proc/PID/cgroup says in any line."""
    if not os.path.isdir("/sys/fs/cgroup/pids") or not os.path.isdir("/sys/fs/cgroup/memory"):
        return
    binary, name = build(PROGRAM), uuid.uuid4().hex + uuid.uuid4().hex
    agent = Agent()
    with group_of_pids(name) as enter:
        equal(run(enter + [binary, "20"]).returncode, 0, "brief in a group of pids")
    equal(run([binary]).returncode, 0, "brief outside")
    facts, _ = agent.stop()
    equal([who(fact) for fact in failed(facts, "bind")], [(name, "docker"), (None, None)],
          "containers of failed binds")


def resident_kib(agent):
    with open(f"/proc/{agent.process.pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def stage(binary):
    """A group as Docker makes it, for one process; its pid and the id of the container."""
    name = uuid.uuid4().hex + uuid.uuid4().hex
    with container(f"/docker/{name}") as enter:
        child = subprocess.Popen(enter + [binary], stdout=subprocess.DEVNULL)
        check(child.wait(20) == 0, "a staged container failed")
    return child.pid, name


def stage_many(binary, count):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        return list(pool.map(lambda _: stage(binary), range(count)))


def is_right(fact, staged, real):
    one, runtime = who(fact)
    if runtime == "docker":
        return (fact["attributes"]["process.pid"], one) in staged
    return runtime == "runc" and one in real


@test
def a_thousand_that_come_and_go():
    """Thirty of runc's among them, in Docker's groups and its own. After a minute nothing is kept."""
    binary = build(PROGRAM)
    runc = Runc(binary)
    agent = Agent("--series", "200")
    before = agent.total("seamark_self_table_entries", table="cgroups")
    started = time.monotonic()
    staged = stage_many(binary, WARM)
    agent.samples()
    resident = resident_kib(agent)
    staged += stage_many(binary, STAGED - WARM)
    real = [runc.run()[0] for _ in range(REAL)]
    took = time.monotonic() - started
    most = resident_kib(agent)
    held = agent.total("seamark_self_table_entries", table="cgroups")
    check(held > before + 100, f"{held} groups held, {before} before")

    wait_for(lambda: agent.total("seamark_self_table_entries", table="cgroups") <= before + 5, 80,
             "groups forgotten")
    wait_for(lambda: agent.total("seamark_self_table_entries", table="processes") <= 5, 20,
             "processes forgotten")
    after = resident_kib(agent)
    check(after <= resident + GROWTH_MOST_KIB,
          f"{resident} KiB after {WARM}, {after} KiB when {STAGED + REAL} are forgotten")
    equal(agent.total("seamark_self_table_refused_total"), 0, "refused entries")
    facts, _ = agent.stop()

    # One that ends before its file is looked at has no program's name: the container's it has.
    binds = [fact for fact in facts.of("bind", error_type="EADDRINUSE")
             if fact["attributes"].get("process.executable.name", PROGRAM) == PROGRAM]
    named = [fact for fact in binds if who(fact)[0]]
    wrong = [who(fact) for fact in named if not is_right(fact, set(staged), set(real))]
    equal(wrong, [], "wrong containers")
    equal(len(binds), STAGED + REAL, "failed binds")
    check(len(named) >= 0.99 * len(binds), f"{len(binds) - len(named)} binds without a container")
    equal(len({who(fact) for fact in named}), len(named), "containers, each once")
    print(f"# {len(binds)} binds in {took:.0f} s: {len(named)} named right, 0 wrong, "
          f"{len(binds) - len(named)} unnamed, {len(binds) - len(failed(facts, 'bind'))} without a "
          f"program; {held} groups held, RSS {resident} KiB after {WARM}, "
          f"{most} KiB at the end, {after} KiB after a minute")


if __name__ == "__main__":
    main()
