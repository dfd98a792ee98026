#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every way in which a handshake of Go's can fail, at both ends: what Seamark tells of each error
against what Go itself says of it."""
import json
import os

import book
from harness import (CACHE, GO_RELEASES, NEWEST_GO, SEAMARK, WORKLOADS, Facts, build, cases, equal, main,
                     path, run)


def build_cgo(workload, release, *flags):
    """Linked by the C compiler's linker."""
    out = path(f"{workload}-{release}-external")
    done = run([os.path.join(CACHE, "go", release, "bin", "go"), "build", "-trimpath",
                "-ldflags=-s -w -linkmode=external", "-o", out, *flags, "./" + workload],
               timeout=600, cwd=WORKLOADS, env=dict(os.environ, CGO_ENABLED="1"))
    assert not done.returncode, done.stderr.decode()
    return out


def observe(binary, *flags, **environment):
    """What the program booked, and the handshakes that it made."""
    done = run([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--", binary, *flags],
               env=dict(os.environ, **environment))
    equal(done.returncode, 0, f"the program ({done.stderr.decode()[-2000:]})")
    return ([json.loads(line) for line in done.stdout.splitlines()],
            Facts(path("facts")).of("tls.handshake"))


def compare(binary, *flags):
    book.compare(*observe(binary, *flags))


@cases(GO_RELEASES)
def test_static(release):
    compare(build("failures", release))


@cases(GO_RELEASES)
def test_position_independent(release):
    compare(build("failures", release, pie=True))


@cases(GO_RELEASES)
def test_linked_by_c(release):
    compare(build_cgo("failures", release))


@cases([GO_RELEASES[0], GO_RELEASES[-1]])
def test_linked_by_c_position_independent(release):
    compare(build_cgo("failures", release, "-buildmode=pie"))


# Constants whose pages are in no page table, as in a program that has just begun.
@cases(GO_RELEASES)
def test_pages_that_are_not_there(release):
    compare(build("failures", release), "-forget")


# From Go 1.26 on a handshake's own context may not know yet why it ended.
@cases(GO_RELEASES)
def test_contexts(release):
    book.compare_contexts(*observe(build("contexts", release)))


# Everybody is late where a processor is taken.
@cases([NEWEST_GO])
def test_contexts_on_a_busy_machine(release):
    book.compare_contexts(*observe(build("contexts", release, pie=True), "-busy=1", "-rounds=1",
                                   "-together=50", GOMAXPROCS="2"))


main()
