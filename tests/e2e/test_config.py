#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The agent's configuration file, read again on SIGHUP: what can change does, what can't is said, and a
file with a mistake changes nothing. The command line wins over it."""
import glob
import json
import os
import re
import signal
import subprocess
import time

from harness import (CACHE, NEWEST_GO, SEAMARK, Agent, accounts_close, build, cases, check, equal,
                     main, path, read_lines, run, start, test, wait_for)

GOFMT = glob.glob(os.path.join(CACHE, "go", NEWEST_GO, "usr/lib/go-*/bin/gofmt"))[0]
USAGE = 2


def write(text, name="seamark.yaml"):
    """As a whole, as editors do it."""
    with open(path(name + ".new"), "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path(name + ".new"), path(name))
    return path(name)


def slow_reads(agent):
    """How many facts a Go program gives whose read(2) takes 0.4 s."""
    with subprocess.Popen([GOFMT], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        for piece in (b"package main\n", b"\nfunc main() {}\n", b"\n"):
            time.sleep(0.4)
            child.stdin.write(piece)
            child.stdin.flush()
        child.stdin.close()
        child.wait(10)
    agent.get()
    time.sleep(0.3)
    return sum(fact["event"] == "syscall.slow" and fact["attributes"]["process.pid"] == child.pid
               and fact["attributes"]["syscall.name"] == "read"
               for fact in read_lines(agent.facts_file))


def reloads(agent):
    return {one: agent.total("seamark_self_config_reloads_total", result=one)
            for one in ("applied", "restart_needed", "rejected")}


def lines(agent):
    return [line for line in agent.said().splitlines() if "seamark.yaml" in line]


def reload(agent):
    """Sends SIGHUP and returns the one line that answers."""
    before = len(lines(agent))
    agent.process.send_signal(signal.SIGHUP)
    wait_for(lambda: len(lines(agent)) > before, 5, "an answer to SIGHUP")
    time.sleep(0.05)
    said = lines(agent)[before:]
    equal(len(said), 1, f"lines of an answer ({said})")
    return said[0] if said else ""


def ends_well(agent):
    facts, _ = agent.stop()
    accounts_close(facts.accounts)


@test
def what_can_change_changes():
    config = write("slow-ms: 3600000\nlang: en\nseries: 5000\nkeep-probes: 1000\n")
    agent = Agent("--config", config)
    equal(slow_reads(agent), 0, "slow reads before")
    write("slow-ms: 200\nlang: zh\nseries: 6000\nkeep-probes: 1\n")
    equal(reload(agent), f"seamark: {config} was read again: slow-ms, series, lang, keep-probes "
          "changed", "what is said")
    check(slow_reads(agent) > 0, "no slow read after")
    child = start([build("firstlight"), "-groups", "bind"], stdout=subprocess.DEVNULL)
    child.wait(60)
    wait_for(lambda: re.search("[\u4e00-\u9fff]", json.dumps(agent.diagnoses(),
             ensure_ascii=False)), 5, "a verdict in Chinese")
    wait_for(lambda: agent.total("seamark_self_executables_detached_total", why="unused"), 10,
             "probes off a program that nobody has run for a second")
    equal(reload(agent), f"seamark: {config} was read again: nothing changed", "the second time")
    equal(reloads(agent), {"applied": 2, "restart_needed": 0, "rejected": 0}, "reloads")
    # A line that is taken out is at its default again.
    write("# slow-ms: 100\n")
    check("slow-ms, series, " in reload(agent), lines(agent)[-1])
    ends_well(agent)


@test
def a_lower_ceiling_holds_for_what_comes():
    config = write("series: 20000\n")
    agent = Agent("--config", config)
    write("series: 1\n")
    reload(agent)
    start([build("firstlight"), "-groups", "bind"], stdout=subprocess.DEVNULL).wait(60)
    wait_for(lambda: agent.total("seamark_bind_duration_seconds_count",
                                 otel_metric_overflow="true"), 5, "the overflow series")
    ends_well(agent)


@test
def what_can_not_change_waits_for_a_restart():
    config = write("slow-ms: 3600000\n")
    agent = Agent("--config", config)
    write("slow-ms: 100\nall-programs: true\nring-kib: 8192\nlisten: 127.0.0.1:1\n")
    said = reload(agent)
    equal(said, f"seamark: {config} was read again: slow-ms changed; all-programs, ring-kib: needs a "
          "restart, until then the old value stays", "what is said")
    check(slow_reads(agent) > 0, "slow-ms did not change")
    check("ring-kib" in reload(agent), "it is forgotten that a restart is needed")
    equal(reloads(agent), {"applied": 0, "restart_needed": 2, "rejected": 0}, "reloads")
    ends_well(agent)


# What the file holds, and what the line says of it.
BAD = {
    "half written": ("slow-ms: 1", r"seamark\.yaml: its last line has no end: half written\?"),
    "emptied": ("", r"seamark\.yaml: it is empty: half written\?"),
    "unknown key": ("lang: en\nslow_ms: 1\n", r"seamark\.yaml:2:1: there is no option 'slow_ms'; is "
                    "slow-ms meant"),
    "out of range": ("slow-ms: 0\n", r"seamark\.yaml:1:10: slow-ms takes a whole number from 1"),
    "wrong at the end": ("slow-ms: 1\nlang: zh\nseries: many\n", r"seamark\.yaml:3:9: series takes"),
    "no YAML": ("slow-ms: 1\n\tlang: zh\n", r"seamark\.yaml:2:1: this is no YAML: .* tab"),
    "not text": ("slow-ms: 1\n\x00\n", r"seamark\.yaml:2:1: there is a NUL byte"),
    "overridden, and wrong": ("series: none\n", r"seamark\.yaml:1:9: series takes"),
    "large": ("#" * (1 << 20) + "\n", r"seamark\.yaml: it is larger than"),
}


@test
def a_bad_file_keeps_the_old():
    config = write("slow-ms: 100\n")
    agent = Agent("--config", config, "--series", "5000")
    for how, (text, line) in BAD.items():
        write(text)
        said = reload(agent)
        check(re.match("seamark: .*" + line + ".*; what was read before stays$", said),
              f"{how}: {said}")
    os.remove(config)
    check("can't be read: No such file" in reload(agent), lines(agent)[-1])
    equal(reloads(agent)["rejected"], len(BAD) + 1, "rejected")
    check(slow_reads(agent) > 0, "slow-ms did not stay")
    write("slow-ms: 3600000\n")
    check(reload(agent).endswith("slow-ms changed"), lines(agent)[-1])
    equal(slow_reads(agent), 0, "slow reads after the file is good again")
    ends_well(agent)


@cases(list(BAD))
def an_agent_does_not_start_with_a_bad_file(how):
    text, line = BAD[how]
    config = write(text)
    done = run([SEAMARK, "agent", "--config", config], timeout=20)
    equal(done.returncode, USAGE, "exit status")
    check(re.match("seamark: .*" + line, done.stderr.decode()), done.stderr)
    equal(done.stderr.count(b"\n"), 1, "lines")
    done = run([SEAMARK, "config", "check", config])
    equal(done.returncode, 1, "exit status of check")
    check(re.match("seamark: .*" + line, done.stderr.decode()), done.stderr)
    told = json.loads(run([SEAMARK, "config", "check", "--json", config]).stdout)
    check(told["good"] is False and told["problem"], told)
    check(f"{told.get('line')}:{told.get('column')}:" in done.stderr.decode() or
          "line" not in told, told)


@test
def sighups_in_a_crowd_lose_nothing():
    """While programs come and go, and half of the files are bad; also before all is in place."""
    config = write("slow-ms: 100\n")
    agent = Agent("--config", config)
    children = [start([build("firstlight"), "-groups", "bind,connect"], stdout=subprocess.DEVNULL)
                for _ in range(3)]
    sent = 0
    while any(child.poll() is None for child in children) or sent < 100:
        write(f"slow-ms: {1 + sent}\n" if sent % 2 else "slow-ms: none\n")
        agent.process.send_signal(signal.SIGHUP)
        sent += 1
        time.sleep(0.01)
    equal(agent.process.poll(), None, f"the agent ended ({agent.said()[-500:]})")
    wait_for(lambda: sum(reloads(agent).values()) == len(lines(agent)), 5, "reloads and lines")
    counts = reloads(agent)
    check(counts["applied"] and counts["rejected"], counts)
    ends_well(agent)


@test
def a_sighup_during_the_start_is_kept():
    config = write("slow-ms: 100\n")
    with open(path("early.log"), "w+", encoding="utf-8") as log:
        child = start([SEAMARK, "agent", "--config", config, "--listen", "none"], stderr=log)
        wait_for(lambda: _blocks_sighup(child.pid), 5, "SIGHUP is waited for")
        child.send_signal(signal.SIGHUP)
        wait_for(lambda: "was read again" in open(log.name, encoding="utf-8").read(), 20, "a reload")
        child.terminate()
        equal(child.wait(10), 0, "exit status")


def _blocks_sighup(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        mask = int(re.search(r"^SigBlk:\s*(\w+)", file.read(), re.M).group(1), 16)
    return mask & 1 << signal.SIGHUP - 1


@test
def without_a_file_sighup_does_nothing():
    agent = Agent()
    agent.process.send_signal(signal.SIGHUP)
    time.sleep(0.2)
    equal(agent.process.poll(), None, "the agent ended")
    equal(reloads(agent), {"applied": 0, "restart_needed": 0, "rejected": 0}, "reloads")
    ends_well(agent)


def printed(*words):
    return {key: (one["value"], one["from"], one.get("line")) for key, one in json.loads(
        run([SEAMARK, "config", "print", "--json", *words]).stdout).items()}


@test
def the_command_line_wins():
    config = write("all-programs: true\nno-lease: true\nslow-ms: 7\nruntime-root: [/a, /b]\n")
    found = printed("--config", config, "--no-lease=false", "--runtime-root", "/c", "--slow-ms=9")
    equal(found["all-programs"], (True, "file", 1), "all-programs")
    equal(found["no-lease"], (False, "command line", None), "no-lease")
    equal(found["slow-ms"], (9, "command line", None), "slow-ms")
    equal(found["runtime-root"], (["/c"], "command line", None), "runtime-root")
    equal(found["series"], (20000, "default", None), "series")
    equal(found["otlp"], (None, "default", None), "otlp")
    # What is printed is a file that says the same.
    shown = run([SEAMARK, "config", "print", "--config", config, "--slow-ms", "9"]).stdout.decode()
    again = printed("--config", write(shown, "shown.yaml"))
    equal({key: one[0] for key, one in again.items()},
          {key: one[0] for key, one in printed("--config", config, "--slow-ms", "9").items()},
          "values")


@test
def the_commented_file_is_good():
    text = run([SEAMARK, "config", "defaults"]).stdout.decode()
    config = write(text)
    equal(run([SEAMARK, "config", "check", config]).stdout.decode(), f"{config} is good\n", "check")
    equal(printed("--config", config), printed(), "its values")
    told = json.loads(run([SEAMARK, "config", "defaults", "--json"]).stdout)
    equal([one["key"] for one in told], re.findall("^#([a-z-]+): ", text, re.M), "its keys")
    shown = run([SEAMARK, "agent", "--help"]).stdout.decode()
    for one in told:
        check(f"--{one['key']} " in shown, f"agent --help lacks {one['key']}")


@test
def wrong_words_are_refused():
    for words in ([], ["nothing"], ["check"], ["check", "a", "b"], ["print", "a"], ["print", "--x"],
                  ["defaults", "a"], ["reference", "--lang", "fr"]):
        done = run([SEAMARK, "config", *words])
        equal(done.returncode, USAGE, f"exit status of config {words}")
        equal((done.stdout, done.stderr.count(b"\n")), (b"", 1), f"config {words}")


main()
