#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Handshakes that end in every way, or never, in programs whose runtime is under stress: nothing of
the program changes, each return is counted, and no begun act stays behind."""
import os
import re
import subprocess

from harness import (GO_RELEASES, NEWEST_GO, Agent, accounts_close, build, cases, check, equal,
                     main, run, start, test)
from kernel import entries, maps_of, nothing_in_flight

# Handshakes of each peril; the storms take a tenth of it.
PERILS = int(os.environ.get("SAFETY_PERILS", "100"))
GOROUTINES = int(os.environ.get("SAFETY_GOROUTINES", "100000"))
PLAIN = ("--plain-uprobes",)
STORM = "profile,trace,dump,free,busy,exec"
OLDEST_GO = GO_RELEASES[0]


def play(program, *options, procs=2):
    return run([program, *options], timeout=900, env=dict(
        os.environ, GOMAXPROCS=str(procs), GODEBUG="asyncpreemptoff=0,gcshrinkstackoff=0"))


def returned(output):
    """How many handshakes came to their return: over TLS there are two to each end."""
    return sum(int(count) * (2 if line.startswith("over TLS") else 1)
               for line, count in re.findall(r"^(.*(?:ok|failed|returned)): (\d+)$", output, re.M))


def counted(agent):
    return agent.total("seamark_tls_handshake_duration_seconds_count",
                       process_executable_name="perils")


def same_under_observation(release, agent_options, options, procs):
    program = build("perils", release)
    alone = play(program, *options, procs=procs)
    agent = Agent(*agent_options)
    # From here on its file is known: the next run is seen from its first handshake.
    play(program, "-n", "1", "-perils", "plain")
    before = counted(agent)
    observed = play(program, *options, procs=procs)
    equal((observed.returncode, observed.stdout), (alone.returncode, alone.stdout), "the run")
    equal(alone.returncode, 0, f"the program's status ({alone.stderr[-2000:].decode()})")
    nothing_in_flight(agent.process.pid)
    equal(counted(agent) - before, returned(alone.stdout.decode()), "handshakes that returned")
    facts, _ = agent.stop()
    accounts_close(facts.accounts, lossless=False)
    lost = facts.accounts["probes"]["tls"]["fact"]["lost"]
    check("map_full" not in lost, f"a table was full: {lost}")


@cases([(release, procs) for release, procs in zip(GO_RELEASES, (1, 2, 8, 2))])
def every_ending(release, procs):
    same_under_observation(release, (), ("-n", str(PERILS)), procs)


@cases([OLDEST_GO, NEWEST_GO])
def every_ending_with_plain_uprobes(release):
    same_under_observation(release, PLAIN, ("-n", str(PERILS // 3)), 8)


@cases([(release, procs) for release, procs in zip(GO_RELEASES, (8, 2, 1, 8))])
def storms(release, procs):
    """Signals, tracebacks, collections and forks throughout."""
    same_under_observation(release, (), ("-n", str(PERILS // 10), "-disturb", STORM), procs)


@cases([OLDEST_GO, NEWEST_GO])
def a_crowd_and_collections_without_end(release):
    same_under_observation(release, (), ("-n", str(PERILS // 10), "-crowd", str(GOROUTINES),
                                         "-gc", "1"), 2)


@test
def a_server_whose_handshakes_never_return():
    """It lives on, and so do others: what its goroutines left is cleared away meanwhile."""
    agent = Agent()
    program = build("perils")
    play(program, "-n", "1", "-perils", "plain")
    number = maps_of(agent.process.pid)["handshakes"]
    server = start([program, "-n", str(PERILS * 10), "-perils", "server ends,client panics",
                    "-workers", "1000", "-linger", "60s"], stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if line == "all ended\n":
            break
    print(f"# {entries(number)} begun handshakes left of {2 * PERILS * 10}")
    nothing_in_flight(agent.process.pid)
    check(server.poll() is None, "the server did not live on")
    check(agent.total("seamark_self_handshakes_abandoned_total", ended="goroutine") > 0,
          "none was said to be abandoned")
    agent.stop()


if __name__ == "__main__":
    main()
