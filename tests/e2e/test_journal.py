#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Facts as a journal gets them: a socket in its place, which the agent alone sees there. A real
journal takes them in tests/packages."""
import array
import os
import socket
import struct
import threading
import time

from harness import SEAMARK, Agent, build, check, equal, main, path, run, test

ITEMS = "seamark_self_exporter_items_total"
WITHIN = ("mkdir -p /run/systemd && mount -t tmpfs none /run/systemd && "
          'mkdir /run/systemd/journal && mount --bind "$0" /run/systemd/journal && exec "$@"')


class Journal:
    """Its socket; entries are lists of (name, value)."""

    def __init__(self, reads=True):
        self.entries, self.files = [], 0
        self.folder = path("journal")
        os.makedirs(self.folder, exist_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(self.folder, "socket"))
        self.reader = threading.Thread(target=self.read, daemon=True)
        if reads:
            self.reader.start()

    def read(self):
        while True:
            data, control, _, _ = self.socket.recvmsg(1 << 20, socket.CMSG_SPACE(4))
            for _, _, handed in control:
                with open(array.array("i", handed)[0], "rb") as one:
                    data = one.read()
                self.files += 1
            if data == b"end":
                return
            self.entries.append(fields(data))

    def close(self):
        where = os.path.join(self.folder, "socket")
        if self.reader.is_alive():
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
                last.sendto(b"end", where)
            self.reader.join()
        self.socket.close()
        os.unlink(where)


def fields(data):
    found = []
    while data:
        name, _, data = data.partition(b"\n")
        if b"=" in name:
            name, _, value = name.partition(b"=")
        else:
            size = struct.unpack("<Q", data[:8])[0]
            value, data = data[8:8 + size], data[8 + size:]
            equal(data[:1], b"\n", "the end of a field")
            data = data[1:]
        found.append((name.decode(), value.decode()))
    return found


def observed(*options):
    """Facts of what failures did under an agent with these options, and its journal's accounts."""
    agent = Agent(*options, within=["unshare", "--mount", "sh", "-c", WITHIN, path("journal")])
    equal(run([build("failures")]).returncode, 0, "failures")
    time.sleep(0.5)
    samples = {(name, dict(labels).get("fate")): int(value)
               for (name, labels), value in agent.samples().items()
               if dict(labels).get("exporter") == "journal"}
    accounts = {fate: samples[ITEMS, fate] for fate in ("sent", "full", "absent")}
    accounts["waiting"] = samples["seamark_self_exporter_waiting", None]
    facts, _ = agent.stop()
    equal(sum(accounts.values()), samples["seamark_self_exporter_taken_total", None],
          "what became of all that the journal was given")
    return facts, accounts


def mine(facts):
    return [fact for fact in facts.facts if fact["event"] != "accounts" and
            fact["attributes"].get("process.executable.name") == "failures"]


def of_failures(entries):
    return [entry for entry in entries if ("PROCESS_EXECUTABLE_NAME", "failures") in entry]


@test
def failed_facts_come_with_their_verdicts():
    journal = Journal()
    facts, accounts = observed("--journal", "failed")
    journal.close()
    entries = of_failures(journal.entries)
    wanted = {fact["span_id"]: fact for fact in mine(facts)
              if fact["outcome"] == "error" or fact["event"] == "syscall.slow"}
    check(len(wanted) > 20, f"{len(wanted)} failures")
    equal(sorted(dict(entry)["SPAN_ID"] for entry in entries), sorted(wanted), "entries")
    equal((accounts["full"], accounts["absent"], accounts["waiting"]), (0, 0, 0), "losses")
    for entry in entries:
        told = dict(entry)
        fact = wanted[told["SPAN_ID"]]
        verdict = fact.get("verdict", {})
        equal((told["TRACE_ID"], told["SEAMARK_EVENT"], told.get("SEAMARK_CAUSE")),
              (fact["trace_id"], fact["event"], verdict.get("cause")), "an entry")
        equal(told["OBJECT_PID"], str(fact["attributes"]["process.pid"]), "process")
        for text in (verdict.get("explanation", ""), *verdict.get("fixes", [])):
            check(text in told["MESSAGE"], f"{text!r} is not in {told['MESSAGE']!r}")
        equal(len(set(name for name, _ in entry)), len(entry), "fields, each once")


@test
def all_facts_if_asked_for():
    journal = Journal()
    facts, accounts = observed("--journal", "all")
    journal.close()
    check(accounts["sent"] > 400, f"{accounts}")
    equal(sorted(dict(entry).get("SPAN_ID", "") for entry in of_failures(journal.entries)),
          sorted(fact.get("span_id", "") for fact in mine(facts)), "entries")


@test
def without_a_journal_all_is_counted():
    os.makedirs(path("journal"), exist_ok=True)
    _, accounts = observed("--journal", "failed")
    equal((accounts["sent"], accounts["full"], accounts["waiting"]), (0, 0, 0), "sent to nobody")
    check(accounts["absent"] > 20, f"{accounts}")


@test
def a_journal_that_is_stuck_holds_nothing_up():
    """What waits at the end is waited for no longer than the end may take."""
    journal = Journal(reads=False)
    _, accounts = observed("--journal", "failed")
    journal.close()
    check(accounts["waiting"] > 20, f"{accounts}")
    equal((accounts["full"], accounts["absent"]), (0, 0), "losses")


@test
def what_is_no_share_is_refused():
    done = run([SEAMARK, "agent", "--journal", "some"])
    equal(done.returncode, 2, "status")
    check(b"failed" in done.stderr and b"all" in done.stderr, done.stderr.decode())


if __name__ == "__main__":
    main()
