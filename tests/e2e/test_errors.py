#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every way in which a handshake of Go's can fail, at both ends: what Seamark tells of each error
against what Go itself says of it."""
import json
import os

import book
from harness import CACHE, GO_RELEASES, SEAMARK, WORKLOADS, Facts, build, cases, equal, main, path, run


def build_cgo(workload, release, *flags):
    """Linked by the C compiler's linker."""
    out = path(f"{workload}-{release}-external")
    done = run([os.path.join(CACHE, "go", release, "bin", "go"), "build", "-trimpath",
                "-ldflags=-s -w -linkmode=external", "-o", out, *flags, "./" + workload],
               timeout=600, cwd=WORKLOADS, env=dict(os.environ, CGO_ENABLED="1"))
    assert not done.returncode, done.stderr.decode()
    return out


def compare(binary, *flags):
    done = run([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--", binary, *flags])
    equal(done.returncode, 0, f"the program ({done.stderr.decode()[-2000:]})")
    book.compare([json.loads(line) for line in done.stdout.splitlines()],
                 Facts(path("facts")).of("tls.handshake"))


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


main()
