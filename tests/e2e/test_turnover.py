#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""More programs and more places than the kernel side has numbers for, in their turn: nobody is left
without a number, and nobody is told under the name of who had it before."""
import os
import platform
import shutil
import struct
import subprocess
import uuid

from harness import Agent, accounts_close, build, check, container, equal, main, path, test, wait_for

NUMBERS = 4096          # PROGRAMS_MAX and CONTEXTS_MAX of include/aggregate.h
OTHERS, GO, WAVES = 5040, 60, 10
# exit(0), as few bytes as an executable can have.
EXIT = {"x86_64": (62, b"\x6a\x3c\x58\x31\xff\x0f\x05"),
        "aarch64": (183, b"\xa8\x0b\x80\xd2\x00\x00\x80\xd2\x01\x00\x00\xd4")}


def tiny():
    machine, code = EXIT[platform.machine()]
    base, head = 0x400000, 64 + 56
    size = head + len(code)
    return (b"\x7fELF\x02\x01\x01" + bytes(9) +
            struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, base + head, 64, 0, 0, 64, 56, 1, 64, 0, 0) +
            struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 4096) + code)


def run_others(folder, numbers):
    """Each a file of its own, there until the end: no inode comes again."""
    image = tiny()
    for number in numbers:
        name = os.path.join(folder, str(number))
        with open(name, "wb") as file:
            file.write(image + struct.pack("<Q", number))
        os.chmod(name, 0o755)
        _, status = os.waitpid(os.posix_spawn(name, [name], {}), 0)
        equal(status, 0, name)


def run_go(binary, number):
    """A program of its own in a container of its own: the container's id and the program's name."""
    name, one = path(f"brief-{number}"), uuid.uuid4().hex + uuid.uuid4().hex
    shutil.copy(binary, name)
    with container(f"/docker/{one}") as enter:
        equal(subprocess.call(enter + [name], stdout=subprocess.DEVNULL), 0, name)
    return one, os.path.basename(name)


def who(fact):
    return (fact["attributes"].get("container.id"),
            fact["attributes"].get("process.executable.name"))


def of_resident(agent):
    return agent.total("seamark_bind_duration_seconds_count", process_executable_name="resident")


def wave(number, folder, binary):
    """So many that are none of Go's and, among them, a few that are."""
    go = GO // WAVES
    others = OTHERS // WAVES // go
    wanted = []
    for index in range(number * go, (number + 1) * go):
        run_others(folder, range(index * others, (index + 1) * others))
        wanted.append(run_go(binary, index))
    return wanted


@test
def numbers_find_new_owners():
    binary, folder = build("brief"), path("others")
    os.makedirs(folder)
    resident = path("resident")
    shutil.copy(binary, resident)
    agent = Agent("--keep-probes", "2")
    wanted, most = [], 0
    for number in range(WAVES):
        equal(subprocess.call([resident], stdout=subprocess.DEVNULL), 0, "the resident")
        wanted += wave(number, folder, binary)
        most = max(most, agent.total("seamark_self_table_entries", table="programs"))
    wait_for(lambda: agent.total("seamark_self_table_entries", table="contexts") < 200, 30,
             "contexts that are free again")
    resident_binds = of_resident(agent)
    samples = agent.samples()
    facts, _ = agent.stop()

    accounts_close(facts.accounts)
    equal(facts.accounts["probes"]["bind"]["count"]["lost"], {}, "binds that were not counted")
    binds = [fact for fact in facts.of("bind") if who(fact)[1] == "resident"]
    equal(resident_binds, len(binds), "binds of the program that came each time, counted and told")
    check(len(binds) >= 2 * (WAVES - 1), f"{len(binds)} binds of it, two each time")
    names = dict(wanted)
    failed = [who(fact) for fact in facts.of("bind")
              if fact["outcome"] == "error" and who(fact)[0] in names]
    named = [one for one in failed if one[1]]
    equal(sorted(one for one, _ in failed), sorted(names), "containers of failed binds")
    equal([one for one in named if names[one[0]] != one[1]], [], "programs under another's name")
    # How many live long enough to be looked at is the machine's affair; that some do is not.
    check(len(named) > 0.2 * len(names), f"{len(named)} programs of {len(names)} have a name")
    counted = [(dict(labels).get("container_id"), dict(labels).get("process_executable_name"))
               for (name, labels) in samples if name == "seamark_bind_duration_seconds_count" and
               dict(labels).get("error_type") == "EADDRINUSE"]
    equal(sorted((one for one in counted if one[0] in names), key=str), sorted(failed, key=str),
          "series of failed binds")
    check(OTHERS + GO > NUMBERS > most, f"{most} programs at a time")
    print(f"# {OTHERS + GO} programs and as many contexts, {most} known at a time at most, "
          f"{len(names) - len(named)} of {len(names)} gone before they were looked at")


if __name__ == "__main__":
    main()
