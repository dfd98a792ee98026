#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Executables that were probed and are then written over in place: the same inode, other code. The
kernel would put the old breakpoints into the new code; the program must run as it does alone."""
import os
import shutil
import time

from harness import (GO_RELEASES, Agent, accounts_close, build, cases, check, equal, main, path, run,
                     test)

ROUNDS = int(os.environ.get("SAFETY_OVERWRITES", "4"))
OPTIONS = ("-n", "50", "-perils", "plain,pipe,over TLS,cancel")
# Seconds that whoever writes may wait until probes are off: one by one, where there is no
# uprobe_multi, which took 2.3 s on a busy machine.
WRITER_MAX, WRITER_MAX_PLAIN = 1, 10


def overwrite(place, source, like=None, longest=WRITER_MAX):
    """As cp does. like: to this size, and with the file's former times, as touch -r would."""
    with open(source, "rb") as file:
        content = file.read()
    before = os.stat(place)
    began = time.monotonic()
    # Opened for writing: this is what waits until the lease is given back.
    with open(place, "r+b") as file:
        file.truncate(0)
        took = time.monotonic() - began
        file.write(content)
        if like:
            file.truncate(like)
    if like:
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    equal(os.stat(place).st_ino, before.st_ino, "the inode")
    check(took < longest, f"the writer waited {took:.2f} s")
    return took


def run_one(agent, place, alone, what):
    done = run([place, *OPTIONS])
    equal((done.returncode, done.stdout), (alone.returncode, alone.stdout),
          f"{what}: {done.stderr[-600:].decode()}")
    # It is not to be running when it is written over, and probed by then.
    check(agent.process.poll() is None, "the agent ended")


def overwritten(agent, restored, longest=WRITER_MAX):
    place = path("program")
    programs = [build("perils", release) for release in (GO_RELEASES[0], GO_RELEASES[-1])]
    alone = run([programs[0], *OPTIONS])
    equal(run([programs[1], *OPTIONS]).stdout, alone.stdout, "the two releases, alone")
    like = max(os.path.getsize(one) for one in programs) if restored else None
    shutil.copy(programs[0], place)
    if like:
        os.truncate(place, like)
    run_one(agent, place, alone, "before")
    slowest = 0
    for number in range(1, ROUNDS + 1):
        slowest = max(slowest, overwrite(place, programs[number % 2], like, longest))
        run_one(agent, place, alone, f"round {number}, at once")
        time.sleep(1)
        run_one(agent, place, alone, f"round {number}, later")
    print(f"# the longest that a writer waited: {slowest * 1000:.0f} ms")


@cases([False, True])
def written_over_in_place(restored):
    """Also where size and time of change stay what they were."""
    agent = Agent()
    overwritten(agent, restored)
    equal((agent.total("seamark_self_executables_detached_total", why="written_over"),
           agent.total("seamark_self_executables_probed", state="unleased")), (ROUNDS, 0),
          "executables written over, and those without a lease")
    facts, _ = agent.stop()
    accounts_close(facts.accounts, lossless=False)
    told = facts.of("tls.handshake", process_executable_name="program")
    releases = {fact["attributes"]["process.runtime.version"].rsplit(".", 1)[0] for fact in told}
    equal(releases, {GO_RELEASES[0], GO_RELEASES[-1]}, "releases told")
    # 50 of each peril; what runs at once may begin before it is probed.
    most = (2 * ROUNDS + 1) * 50 * (2 + 2 + 4 + 1)
    check(most * 0.4 < len(told) <= most, f"{len(told)} handshakes told of {most}")
    names = [fact["attributes"].get("tls.protocol.version") for fact in told
             if fact["outcome"] == "ok"]
    equal(set(names), {"1.3"}, "versions told of successes")


@test
def written_over_by_plain_uprobes():
    overwritten(Agent("--plain-uprobes"), False, WRITER_MAX_PLAIN)


if __name__ == "__main__":
    main()
