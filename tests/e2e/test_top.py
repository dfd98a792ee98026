#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""seamark top: on a terminal of its own, by keys and signals, and what --once counts, to the last act."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess

from harness import (SEAMARK, build, cases, check, container, equal, main, path, run, start, test)
from terminal import Terminal

GOOD, BAD = os.urandom(32).hex(), os.urandom(32).hex()
CONNECTS, REFUSED = 23, 3
MANNERS, DIALER = build("manners"), build("dialer")
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38;5;\d+)m")


@contextlib.contextmanager
def listener():
    child = start([MANNERS, "hold", "tcp", "127.0.0.1:0"], stdin=subprocess.PIPE,
                  stdout=subprocess.PIPE, text=True)
    try:
        yield child.stdout.readline().strip()
    finally:
        child.terminate()
        child.wait()


@contextlib.contextmanager
def failing(program=None):
    """Somebody in a container dials a port where nobody listens, again and again."""
    with container(f"/docker/{BAD}") as inside:
        loop = 'while :; do "$0" dial tcp 127.0.0.1:9 >/dev/null; sleep 0.2; done'
        child = start([*inside, "sh", "-c", loop, program or MANNERS],
                      preexec_fn=os.setsid)
        try:
            yield
        finally:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@contextlib.contextmanager
def terminal(*options, **how):
    one = Terminal([SEAMARK, "top", "--lang", "en", *options], **how)
    try:
        check(one.shows("by FAILS", 20), f"no table: {one.screen.lines()}")
        yield one
    finally:
        one.close()


def act(address):
    """What is counted: 23 connects in one container, three refused in the other."""
    with container(f"/docker/{GOOD}") as good, container(f"/docker/{BAD}") as bad:
        done = run([*good, DIALER, "tcp", address, "5s", str(CONNECTS)])
        equal(done.returncode, 0, done.stdout)
        for _ in range(REFUSED):
            run([*bad, MANNERS, "dial", "tcp", "127.0.0.1:9"])


def once(*options):
    with listener() as address:
        child = start([SEAMARK, "top", "--once", "--interval", "3", "--lang", "en", *options],
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        said = child.stderr.readline()
        while said and "counting for" not in said:
            said = child.stderr.readline()
        act(address)
        out = child.communicate(timeout=30)[0]
    equal(child.returncode, 0, f"exit code ({said})")
    return out


def outcomes(rows, identity, program):
    found = [row for row in rows if row.get("container", {}).get("id") == identity and
             row.get("program") == program]
    equal(len(found), 1, f"rows of {program}")
    told = found[0]["acts"].get("connect", {}) if found else {}
    return tuple(told.get(key) for key in ("ok", "error", "cancelled")), told


@test
def once_counts_to_the_last():
    told = json.loads(once("--json"))
    counts, connect = outcomes(told["rows"], GOOD, "dialer")
    equal(counts, (CONNECTS, 0, 0), "connects of the one")
    check(0 < connect["p50_ns"] <= connect["p99_ns"] < 1e9, f"quantiles: {connect}")
    counts, connect = outcomes(told["rows"], BAD, "manners")
    equal(counts, (0, REFUSED, 0), "connects of the other")
    check("p99_ns" not in connect, "a quantile of nothing")
    calls = [row for row in told["rows"] if row.get("program") == "dialer"][0]["calls"]
    equal([call["count"] for call in calls if call["name"] == "connect"], [CONNECTS], "calls")
    check(told["from"] < told["to"], f"from {told['from']} to {told['to']}")
    equal(sum(row["acts"].get("connect", {}).get("error", 0) for row in told["rows"]),
          told["total"]["acts"]["connect"]["error"], "the total's failures")


@test
def once_is_a_table():
    lines = once().splitlines()
    check(not any("\x1b" in line for line in lines), "colours in a pipe")
    check(any(line.endswith("× socket connect 127.0.0.1:9: refused_no_listener")
              for line in lines), "each row that fails, below")
    rows = [line.split() for line in lines[:lines.index("")] if line.startswith((GOOD[:12], BAD[:12]))]
    equal([row[:2] for row in rows], [[BAD[:12], "manners"], [GOOD[:12], "dialer"]],
          "rows, those that fail first")
    check(rows and 0.4 <= float(rows[0][2]) <= 1.1, f"failures a second: {rows}")
    check(any(line.endswith("refused_no_listener") for line in lines), "why it fails")


@test
def once_filters():
    told = json.loads(once("--json", "--container", BAD[:8]))
    equal({row["container"]["id"] for row in told["rows"]}, {BAD}, "containers")
    equal(told["total"]["acts"]["connect"]["error"], REFUSED, "their total")
    told = json.loads(once("--json", "--program", "dialer"))
    equal({row["program"] for row in told["rows"]}, {"dialer"}, "programs")
    equal(told["total"]["acts"]["connect"], told["rows"][0]["acts"]["connect"], "the total")


@test
def keys_and_sizes():
    with failing(), terminal("--interval", "2") as one:
        lines = one.shows(BAD[:12] + r".* manners ") or [""]
        equal(len(lines), 24, "lines")
        check(any("1 × connect 127.0.0.1:9: refused" in line or "× " in line
                  for line in lines[-2:]), f"the marked row's failure: {lines[-2:]}")
        check(lines[-1].startswith("Enter why  / filter"), f"keys: {lines[-1]}")
        check("WHY IT FAILS" not in "".join(lines) or len(lines[1]) <= 80, "width")

        one.size(40, 120)
        lines = one.shows(r"manners .*refused_no_listener$", 5)
        check(lines and len(lines) == 40 and lines[-1].startswith("Enter why"),
              f"at 120x40: {one.screen.lines()}")
        one.size(10, 40)
        lines = one.shows("by FAILS", 5)
        check(lines and lines[-1].startswith("Enter why"), f"at 40x10: {one.screen.lines()}")
        one.size(24, 80)

        one.press(">")
        check(one.shows("by BIND", 5), "the next order")
        one.press("<")
        check(one.shows("by FAILS", 5), "the order before")
        one.press("w")
        check(one.shows(r"last \d+ s, by", 5), "a longer window")
        one.press("/nobody")
        check(one.shows(r"^0 of \d+ programs", 5), f"the filter: {one.screen.lines()}")
        one.press("\x1b")
        check(one.shows("manners", 5), "without the filter")
        one.press("/mann\r")
        check(one.shows(r"/mann  last", 5), "the filter is told")
        one.press("\r")
        check(one.shows(r"What mends it", 5), f"a detail: {one.screen.lines()}")
        check(any("connect 127.0.0.1:9: refused_no_listener" in line
                  for line in one.screen.lines()), "its verdict")
        one.press("\x1bOB\x1bOB")
        check(one.shows(r"lines 3-", 5), f"scrolled: {one.screen.lines()}")
        one.press("?")
        check(one.shows("hold the picture", 5), "help")
        one.press("?\x1b")
        check(one.shows("by FAILS", 5), "back in the table")
        check(not one.modes_are_back(), "no key would come without Enter")
        one.press("q")
        equal(one.ended(), 0, "exit code")
        check(one.modes_are_back(), "the terminal's modes")
        check(one.raw.rstrip().rfind(b"\x1b[?1049l") > one.raw.rfind(b"\x1b[?1049h"),
              "the alternate screen is left")
        check(one.raw.rfind(b"\x1b[?25h") > one.raw.rfind(b"\x1b[?25l"), "the cursor is back")
        check(COLOUR.search(one.raw), "no colours where there may be some")


@cases(["\x03", "\x1c", "TERM", "HUP"])
def every_way_out(way):
    with terminal() as one:
        if len(way) == 1:
            one.press(way)
        else:
            os.kill(one.pid, getattr(signal, "SIG" + way))
        equal(one.ended(), 0, "exit code")
        check(one.modes_are_back(), "the terminal's modes")
        check(one.raw.rfind(b"\x1b[?1049l") > one.raw.rfind(b"\x1b[?1049h"), "the screen")


@test
def stops_and_goes_on():
    with terminal() as one:
        one.press("\x1a")
        check(one.stopped(), "it did not stop")
        check(one.modes_are_back(), "the terminal's modes while it is stopped")
        one.read(0.2)
        one.size(30, 100)
        os.kill(one.pid, signal.SIGCONT)
        check(one.shows("by FAILS", 5), f"after it: {one.screen.lines()}")
        check(one.screen.lines()[-1].startswith("Enter why"), "at its new size")
        check(not one.modes_are_back(), "no keys after it")
        one.press("q")
        equal(one.ended(), 0, "exit code")
        check(one.modes_are_back(), "the terminal's modes")


@test
def without_colours():
    with failing():
        for environment in ({"NO_COLOR": "1"}, {"TERM": "vt100"}):
            with terminal("--interval", "1", environment=environment) as one:
                check(one.shows("manners "), f"a row: {one.screen.lines()}")
                one.read(1.5)
                check(not COLOUR.search(one.raw), f"colours with {environment}")
                one.press("q")
                equal(one.ended(), 0, "exit code")


@test
def a_terminal_that_cannot_be_painted_on():
    one = Terminal([SEAMARK, "top", "--interval", "1", "--lang", "en"],
                   environment={"TERM": "dumb"})
    try:
        check(one.shows("can't be painted on"), f"why: {one.screen.lines()}")
        check(one.shows("last [12] s"), f"a table: {one.screen.lines()}")
        check(b"\x1b[H" not in one.raw and b"\x1b[2J" not in one.raw, "it is painted on")
        one.press("\x03")
        equal(one.ended(), 0, "exit code")
    finally:
        one.close()


@test
def names_cannot_paint():
    name = path("\x1b[2J\u202e数据\u0301")
    shutil.copy(MANNERS, name)
    with failing(name), terminal("--interval", "1") as one:
        check(one.shows(r"\\x1b\[2J\?数据"), f"a hostile name: {one.screen.lines()}")
        check("\u202e".encode() not in one.raw, "text runs backwards")
        lines = one.screen.lines()
        check(lines[0].startswith("seamark top") and lines[-1].startswith("Enter why"),
              f"the picture: {lines}")
        one.press("q")
        equal(one.ended(), 0, "exit code")


@test
def in_chinese():
    one = Terminal([SEAMARK, "top", "--interval", "1", "--lang", "zh"])
    try:
        check(one.shows("容器或单元", 20), "headings")
        one.press("?")
        check(one.shows("定住画面；计数继续", 5), "help")
        one.press("q")
        equal(one.ended(), 0, "exit code")
    finally:
        one.close()
    done = run([SEAMARK, "top", "--facts", "-"])
    equal((done.returncode, done.stdout), (2, b""), "facts on the screen's stdout")


@test
def errors_leave_the_terminal():
    one = Terminal(["setpriv", "--reuid", "65534", "--clear-groups", "--inh-caps=-all", SEAMARK,
                    "top"])
    try:
        equal(one.ended(), 4, "exit code")
        check(b"\x1b[?1049h" not in one.raw and b"CAP_" in one.raw, f"said: {one.raw[:300]}")
        check(one.modes_are_back(), "the terminal's modes")
    finally:
        one.close()


if __name__ == "__main__":
    main()
