#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Struct layouts of releases that were measured, and of such as nobody knows: executables whose
release, and whose type data, were made unrecognisable, observed like any other."""
import collections
import glob
import json
import os
import re

from harness import (CACHE, GO_RELEASES, ROOT, SEAMARK, Facts, accounts_close, build, cases, check,
                     equal, main, path, run, take_back, test)
from ledger import EVENTS, details_agree, kind_of_act, kind_of_fact, match

TOOLCHAINS = {found.split("/")[-3]: found for found in
              sorted(glob.glob(os.path.join(CACHE, "go*", "1.*", "bin", "go")))}
MACHINES = ("amd64", "arm64")
# Where ten releases later is not to the point: what no Go toolchain in Debian has.
UNKNOWN = {19: 18, 22: 20}
# What the type data says, by names: without goid and vers two fields are lost, without
# the name of runtime.g all of it, for the place of the types is then not proven either.
WITHOUT = {"fields": (b"\x04goid", b"\x04vers"), "types": (b"\x0a*runtime.g",)}
UNEXPECTED, TRIES = 3, 3


def inspect(binary):
    done = run([SEAMARK, "inspect", "--json", binary])
    equal(done.returncode, 0, done.stderr.decode())
    return json.loads(done.stdout)


def spoilt(binary, without=()):
    """A copy that says it is of another release, and whose type data lacks these names."""
    with open(binary, "rb") as file:
        content = file.read()
    version = inspect(binary)["version"]
    minor = int(version.split(".")[1])
    other = re.sub(r"^1\.\d+", f"1.{UNKNOWN.get(minor, minor + 10)}", version)
    for name, instead in [(b"go" + version.encode(), b"go" + other.encode())] + [
            (one, one[:-1] + b"_") for one in without]:
        check(name in content, f"{binary} has no {name} in it")
        content = content.replace(name, instead)
    out = path("spoilt")
    # Never in place: somebody on this host may have probes in the one before.
    if os.path.exists(out):
        os.unlink(out)
    with open(out, "wb") as file:
        file.write(content)
    os.chmod(out, 0o755)
    equal(inspect(out)["version"], other, "the copy's release")
    return out


@test
def the_table_is_what_toolchains_say():
    done = run([os.path.join(ROOT, "tools", "generate-layouts"), "--check"], timeout=3600)
    for line in done.stdout.decode().splitlines():
        print("# " + line)
    equal(done.returncode, 0, done.stderr.decode())


@cases([(release, machine) for release in TOOLCHAINS for machine in MACHINES])
def type_data_says_what_dwarf_says(release, machine):
    """For each release there is: its table row, and what its stripped executable itself says."""
    binary = path("sample")
    done = run([TOOLCHAINS[release], "build", "-trimpath", "-ldflags=-s -w", "-o", binary,
                "./sample"], timeout=1800, cwd=os.path.join(ROOT, "tools", "layouts"),
               env=dict(os.environ, CGO_ENABLED="0", GOARCH=machine))
    equal(done.returncode, 0, done.stderr.decode())
    same_layout(binary)


@cases(GO_RELEASES)
def type_data_of_a_pie_says_it_too(release):
    same_layout(build("firstlight", release, True))


def same_layout(binary):
    measured, described = inspect(binary), inspect(spoilt(binary))
    equal(measured["layout"].pop("provenance"), "measured", "the release's provenance")
    equal(described["layout"].pop("provenance"), "described", "the copy's provenance")
    equal(described["layout"], measured["layout"], "the layout")
    equal(described["types"], measured["types"], "the address of the types")
    check(len(measured["layout"]) >= 15, "too few fields for a test")


@test
def a_fixed_field_that_moved_takes_away_what_hangs_on_it():
    """bpf/ reads peers, errors and the Config at offsets that every known release has."""
    whole = inspect(spoilt(build("firstlight")))
    moved = inspect(spoilt(build("firstlight"), (b"\x05raddr",)))
    check(whole["types"] and "conn_config" in whole["layout"], "the executable as it is")
    equal(moved["types"], 0, "the types, without which no name is read")
    equal({name for name in whole["layout"] if name not in moved["layout"]}, {"conn_config"},
          "fields that are lost")


@cases(["go1.27beta1", "go1.27rc1", "devel go1.27-0a1b2c3", "go1.27-devel_0a1b2c",
        "go1.27.3 X:newfound"])
def what_is_no_release_is_not_in_the_table(version):
    """The build info's version is written over, with its length; the settings behind it are lost."""
    with open(build("firstlight"), "rb") as file:
        content = file.read()
    at = content.index(b"\xff Go buildinf:") + 32
    content = content[:at] + bytes([len(version)]) + version.encode() + b"\0" + content[
        at + len(version) + 2:]
    with open(path("version"), "wb") as file:
        file.write(content)
    equal(inspect(path("version"))["layout"]["provenance"], "described", version)


@cases([(release, how) for release in GO_RELEASES for how in ("plain", "pie")])
def an_unknown_release_is_told_like_a_known_one(release, how):
    """Nothing is missing: the executable's type data says all that the table would say."""
    twice(tell_like_a_known_one, spoilt(build("firstlight", release, how == "pie")))


def twice(compare, *arguments):
    """As test_firstlight does: what a busy host spoils is right at the second try."""
    compare(*arguments)
    noted = take_back()
    if noted:
        print("# again, for: " + "; ".join(noted)[:500].replace("\n", " "))
        compare(*arguments)


def tell_like_a_known_one(binary):
    facts, acts = observe(binary)
    same_counts(map(kind_of_fact, facts), map(kind_of_act, acts))
    pairs = list(match(acts, facts))
    for act, fact in pairs:
        check(fact, f"no fact on the goroutine and at the time of {act}")
    details_agree(pairs)


@cases([(release, without) for release in GO_RELEASES for without in WITHOUT])
def what_only_the_process_can_prove_is_right(release, without):
    """Neither table nor type data: goroutines, versions and cipher suites are told as the running
    process proves them; errors and names only where type data is there."""
    twice(tell_what_is_proven, spoilt(build("firstlight", release), WITHOUT[without]), without)


def tell_what_is_proven(binary, without):
    facts, acts = observe(binary)
    same_counts((coarse(fact["event"], fact["outcome"]) for fact in facts),
                (coarse(act["event"], act["outcome"]) for act in acts))
    goroutines_agree(facts, acts)
    for fact in facts:
        told = {name for name in ("server.address", "tls.next_protocol", "network.peer.port",
                                  "tls.resumed") if name in fact["attributes"]}
        if fact["event"] == "tls.handshake" and without == "types":
            equal(told, set(), "told without any proof")
        if fact["event"] == "tls.handshake" and fact["outcome"] != "ok":
            check("tls.cipher" not in fact["attributes"], f"the cipher suite of a failure: {fact}")
    negotiated_agree(facts, acts)


def same_counts(found, wanted):
    """Says only what differs."""
    found, wanted = collections.Counter(found), collections.Counter(wanted)
    equal(found - wanted, collections.Counter(), "facts too many")
    equal(wanted - found, collections.Counter(), "facts too few")


def coarse(event, outcome):
    """Without type data nobody knows why a handshake failed, or that it was cancelled."""
    return event, outcome == "ok"


def goroutines_agree(facts, acts):
    """Each act with its goroutine has a fact, and what facts say beyond that is not of these."""
    wanted = collections.Counter((*coarse(act["event"], act["outcome"]), act["goroutine"])
                                 for act in acts if act.get("goroutine"))
    found = collections.Counter((*coarse(fact["event"], fact["outcome"]),
                                 fact["attributes"].get("go.goroutine.id")) for fact in facts)
    unproven = sum(count for kind, count in found.items() if not kind[2])
    print(f"# {sum(found.values())} facts, {unproven} without a goroutine")
    equal(unproven, 0, "facts without a goroutine")
    equal(wanted - found, collections.Counter(), "acts without a fact on their goroutine")


def negotiated_agree(facts, acts):
    """Versions and cipher suites of successes, on each goroutine as often as it saw them."""
    wanted, found = collections.Counter(), collections.Counter()
    for act in acts:
        if act["event"] == "tls.handshake" and act["outcome"] == "ok" and act.get("goroutine"):
            wanted[act["goroutine"], act["role"], act.get("version"), act.get("cipher")] += 1
    for fact in facts:
        if fact["event"] == "tls.handshake" and fact["outcome"] == "ok":
            one = fact["attributes"]
            found[one.get("go.goroutine.id"), one["tls.role"], one.get("tls.protocol.version"),
                  one.get("tls.cipher")] += 1
    check(sum(wanted.values()) > 200, "too few handshakes for a test")
    equal(wanted - found, collections.Counter(), "handshakes without what was negotiated")


def observe(binary):
    """Facts and acts of one run that went as planned."""
    for _ in range(TRIES):
        take_back()
        observed = run([SEAMARK, "run", "--quiet", "--facts", path("facts"), "--", binary, "-ledger",
                        path("ledger")])
        if observed.returncode != UNEXPECTED:
            break
    equal(observed.returncode, 0, observed.stderr.decode()[:3000])
    told = Facts(path("facts"))
    accounts_close(told.accounts)
    with open(path("ledger"), encoding="utf-8") as file:
        acts = json.load(file)["acts"]
    return [fact for fact in told.facts if fact["event"] in EVENTS], acts


if __name__ == "__main__":
    main()
