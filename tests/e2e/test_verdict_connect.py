#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each cause of a failed connect, brought about for real: cause, evidence, fix, and the fix at work."""
import os
import shutil
import socket
import subprocess
import sys
import threading

from confine import cgroup_program
from harness import (GO_RELEASES, NEWEST_GO, SEAMARK, Facts, accounts_close, build, cases, check,
                     equal, main, path, run, start, test)
from networks import network, pair, swallow

HERE = os.path.dirname(os.path.abspath(__file__))


def observe(*command):
    done = run([SEAMARK, "run", "--facts", path("facts"), "--", *command])
    facts = Facts(path("facts"))
    accounts_close(facts.accounts)
    return done, facts.of("connect")


def verdicts(facts):
    return [fact["verdict"] for fact in facts if "verdict" in fact]


def explained(command, cause, evidence=None, fix="", text=""):
    """The command's connects have this cause and no other; returns the verdict."""
    _, facts = observe(*command)
    found = verdicts(facts)
    equal([one["cause"] for one in found], [cause] * max(len(found), 1), f"causes ({facts})")
    if not found:
        return {"evidence": {}, "fixes": [], "explanation": ""}
    verdict = found[0]
    for key, value in (evidence or {}).items():
        have = verdict["evidence"].get(key)
        check(have is not None and (value is None or have == value),
              f"evidence {key}: {have!r}, wanted {value!r} in {verdict['evidence']}")
    if fix:
        check(verdict["fixes"] and fix in verdict["fixes"][0], f"first fix: {verdict['fixes']}")
    check(text in verdict["explanation"], f"explanation: {verdict['explanation']}")
    check("{" not in verdict["explanation"] + "".join(verdict["fixes"]), f"blanks: {verdict}")
    return verdict


def works(command):
    done, facts = observe(*command)
    equal(done.returncode, 0, f"after the fix: {done.stdout.decode()}")
    equal(verdicts(facts), [], "verdicts after the fix")


def listener(address, enter=(), net="tcp"):
    """A Go program that listens; its process and the address that it was given."""
    child = start([*enter, build("manners"), "hold", net, address], stdin=subprocess.PIPE,
                  stdout=subprocess.PIPE, text=True)
    return child, child.stdout.readline().strip()


def dial(address, net="tcp", enter=(), *more):
    return [*enter, build("dialer"), net, address, *more]


def known(binary, *command):
    """Runs the program once before, so that Seamark knows its goroutines when it counts."""
    return ["sh", "-c", f'{binary}; sleep 1; exec "$@"', "sh", binary, *command]


@test
def nobody_listens():
    with network() as one:
        explained(dial("127.0.0.1:8080", enter=one.enter()), "refused_no_listener",
                  {"network.peer.port": "8080", "error.type": "ECONNREFUSED"}, "Start the server",
                  "no program on this host listens on port 8080")
        listener("127.0.0.1:8080", one.enter())
        works(dial("127.0.0.1:8080", enter=one.enter()))


@test
def nobody_listens_on_a_peer_that_is_not_here():
    with pair() as (one, _):
        explained(dial("10.9.0.2:8080", enter=one.enter()), "refused_no_listener",
                  {"tcp.retransmits": "0"}, "Start the server on the other side",
                  "the two look the same")


@test
def another_address_of_this_network():
    with pair() as (one, _):
        child, _ = listener("10.9.0.1:8080", one.enter())
        verdict = explained(dial("127.0.0.1:8080", enter=one.enter()), "refused_listens_elsewhere",
                            {"listener.address": "10.9.0.1:8080", "listener.pid": str(child.pid),
                             "listener.program": "manners"}, "Connect to 10.9.0.1:8080")
        works(dial(verdict["evidence"].get("listener.address", ""), enter=one.enter()))


@test
def ipv6_only():
    with network() as one:
        listener("[::1]:8080", one.enter())
        explained(dial("127.0.0.1:8080", enter=one.enter()), "refused_listens_elsewhere",
                  {"listener.address": "[::1]:8080"}, "Connect to [::1]:8080")
        works(dial("[::1]:8080", enter=one.enter()))


@test
def localhost_of_a_container_is_the_container():
    with pair() as (one, two):
        child, _ = listener(":8080", two.enter())
        verdict = explained(dial("127.0.0.1:8080", enter=one.enter()), "refused_listens_elsewhere",
                            {"listener.pid": str(child.pid), "listener.program": "manners",
                             "listener.network.addresses": None}, "port 8080 of the other network",
                            "a localhost, of its own")
        addresses = verdict["evidence"].get("listener.network.addresses", "").split(", ")
        check("10.9.0.2" in addresses, addresses)
        works(dial("10.9.0.2:8080", enter=one.enter()))


@test
def the_other_container_listens_for_itself_only():
    with pair() as (one, two):
        child, _ = listener("127.0.0.1:8080", two.enter())
        explained(dial("10.9.0.2:8080", enter=one.enter()), "refused_listens_elsewhere",
                  {"listener.pid": str(child.pid), "listener.address": "127.0.0.1:8080"},
                  "listen on all addresses", "listens there only on 127.0.0.1:8080")
        child.stdin.close()
        child.wait(10)
        listener(":8080", two.enter())
        works(dial("10.9.0.2:8080", enter=one.enter()))


@test
def a_listener_of_this_network_is_not_the_peers():
    with pair() as (one, _):
        listener(":8080", one.enter())
        explained(dial("10.9.0.2:8080", enter=one.enter()), "refused_no_listener",
                  text="the two look the same")


@test
def no_answer_until_the_system_gives_up():
    with pair() as (one, two):
        swallow(one, two, "10.9.0.9")
        one.sysctl("net.ipv4.tcp_syn_retries", 1)
        explained(dial("10.9.0.9:80", "tcp", one.enter(), "30s"), "syn_unanswered",
                  {"error.type": "ETIMEDOUT"}, "Look at packet filters", "(repeats: ")


@test
def the_programs_deadline():
    with pair() as (one, two):
        swallow(one, two, "10.9.0.9")
        explained([*one.enter(), *known(build("dialer"), "tcp", "10.9.0.9:80", "300ms")], "program_deadline",
                  {"tcp.retransmits": "0", "duration": None}, "Give the dial more time",
                  "The program itself gave up")
        explained([*one.enter(), *known(build("dialer"), "tcp", "10.9.0.9:80", "1500ms")], "program_deadline",
                  {"tcp.retransmits": "1"}, "Look at packet filters", "repeats: 1")


@test
def a_slow_peer_needs_a_longer_deadline():
    """The peer comes to life a second after the first packet; the system repeats that."""
    with pair() as (one, two):
        swallow(one, two, "10.9.0.9")
        listener(":8080", two.enter())
        explained([*one.enter(), *known(build("dialer"), "tcp", "10.9.0.9:8080", "100ms")], "program_deadline", {},
                  "Give the dial more time")
        later = threading.Timer(1, two.ip, ("address", "add", "10.9.0.9/32", "dev", "lo"))
        later.start()
        works(dial("10.9.0.9:8080", "tcp", one.enter(), "60s"))
        later.join()


@cases([GO_RELEASES[0], NEWEST_GO])
def the_loser_of_a_race_did_not_fail(release):
    with pair() as (one, two), open(path("hosts"), "w", encoding="utf-8") as hosts:
        hosts.write("2001:db8:9::9 race.test\n10.9.0.2 race.test\n")
        hosts.flush()
        swallow(one, two, "2001:db8:9::9")
        listener(":8080", two.enter())
        done, facts = observe(*one.enter(hosts.name),
                              *known(build("dialer", release), "tcp", "race.test:8080"))
    equal(done.returncode, 0, f"status: {done.stdout.decode()}")
    check("Nothing failed" in done.stderr.decode(), f"an alarm: {done.stderr.decode()}")
    facts = [fact for fact in facts if fact["attributes"]["network.transport"] == "tcp"]
    equal(sorted(fact["outcome"] for fact in facts), ["cancelled", "ok"], "outcomes")
    found = verdicts(facts)
    equal([one["cause"] for one in found], ["happy_eyeballs_loser"], "causes")
    for verdict in found:
        equal(verdict["evidence"].get("winner.address"), "10.9.0.2:8080", "the winner")
        equal(verdict["fixes"], [], "fixes")


@cases([GO_RELEASES[0], NEWEST_GO])
def a_race_that_nobody_wins_is_a_deadline(release):
    with pair() as (one, two), open(path("hosts"), "w", encoding="utf-8") as hosts:
        hosts.write("2001:db8:9::9 race.test\n10.9.0.9 race.test\n")
        hosts.flush()
        swallow(one, two, "2001:db8:9::9")
        swallow(one, two, "10.9.0.9")
        explained([*one.enter(hosts.name), *known(build("dialer", release), "tcp",
                                                  "race.test:8080", "900ms")], "program_deadline")


@test
def no_route():
    with pair() as (one, two):
        listener(":8080", two.enter())
        two.ip("address", "add", "10.7.0.2/32", "dev", "lo")
        verdict = explained(dial("10.7.0.2:8080", enter=one.enter()), "no_route",
                            {"error.type": "ENETUNREACH", "local.addresses": None}, "add a route",
                            "No packet was sent")
        check("10.9.0.1" in verdict["evidence"].get("local.addresses", ""), verdict)
        one.ip("route", "add", "10.7.0.2", "via", "10.9.0.2")
        works(dial("10.7.0.2:8080", enter=one.enter()))


@test
def an_unreachable_route():
    with pair() as (one, _):
        one.ip("route", "add", "unreachable", "10.7.0.0/16")
        explained(dial("10.7.0.2:8080", enter=one.enter()), "no_route",
                  {"route.type": "unreachable", "route.prefix": "10.7.0.0/16"}, "add a route")
        one.ip("-6", "route", "add", "unreachable", "fd07::/16")
        explained(dial("[fd07::2]:8080", enter=one.enter()), "no_route",
                  {"route.type": "reject"}, "add a route")


@test
def nobody_has_the_address():
    with pair() as (one, _):
        one.sysctl("net.ipv4.neigh.cable.retrans_time_ms", 100)
        explained(dial("10.9.0.77:80", "tcp", one.enter(), "20s"), "no_route",
                  {"error.type": "EHOSTUNREACH"}, "whether a machine has the address",
                  "A packet to 10.9.0.77:80 was sent")


@test
def many_are_no_peer_of_tcp():
    with pair() as (one, _):
        for address in ("10.9.0.255:80", "224.0.0.5:80", "255.255.255.255:80"):
            if address.endswith("9.0.255:80"):
                one.ip("address", "add", "10.9.0.3/24", "broadcast", "10.9.0.255", "dev", "cable")
            done, facts = observe(*dial(address, enter=one.enter()))
            equal(done.returncode, 1, f"status of {address}")
            equal(verdicts(facts), [], f"verdicts on {address}")


@test
def reset_while_it_is_made():
    with network() as one:
        far = start([*one.enter(), sys.executable, os.path.join(HERE, "resetter.py")],
                    stdout=subprocess.PIPE, text=True)
        equal(far.stdout.readline().strip(), "ready", "the other machine")
        explained(dial("10.8.0.2:80", "tcp", one.enter(), "10s"), "reset_during_handshake",
                  {"error.type": "ECONNRESET"}, "peer's log", "broke the connection off")


@cases(["10.9.0.2:8080", "[2001:db8:9::2]:8080"])
def no_port_is_left(address):
    with pair() as (one, two):
        listener(":8080", two.enter())
        one.sysctl("net.ipv4.ip_local_port_range", "40000 40009")
        many = [*one.enter(), build("dialer"), "tcp", address, "9s", "12"]
        explained(many, "ephemeral_ports_exhausted",
                  {"error.type": "EADDRNOTAVAIL",
                   "net.ipv4.ip_local_port_range": "40000 40009"}, "Reuse connections")
        one.sysctl("net.ipv4.ip_local_port_range", "40000 40999")
        works(many)


@test
def without_a_source_address_ports_are_not_the_cause():
    with pair() as (one, _):
        one.ip("-6", "address", "flush", "dev", "cable")
        one.ip("-6", "address", "flush", "dev", "lo")
        one.ip("-6", "route", "add", "fd05::/64", "dev", "cable")
        done, facts = observe(*dial("[fd05::1]:80", "tcp", one.enter(), "500ms"))
        equal(done.returncode, 1, "status")
        equal({fact["attributes"].get("error.type") for fact in facts}, {"EADDRNOTAVAIL"}, "errors")
        equal(verdicts(facts), [], "verdicts")


# confine.py refuses connect(2), by its number, with EPERM.
NO_CONNECT = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                           "confine.py"), "seccomp", "42", "1"]


@test
def a_seccomp_filter_forbids():
    _, address = listener("127.0.0.1:0")
    explained([*NO_CONNECT, *dial(address)], "blocked_by_policy",
              {"seccomp.mode": "2", "error.type": "EPERM"}, "seccomp profile", "seccomp filter")
    works(dial(address))


@test
def a_cgroup_program_forbids():
    _, address = listener("127.0.0.1:0", net="tcp4")
    with cgroup_program("connect4", "no_connects") as enter:
        for net in ("tcp", "udp"):
            explained([*enter, *dial(address, net)], "blocked_by_policy",
                      {"cgroup.program.name": "no_connects", "cgroup.program.id": None,
                       "error.type": "EPERM"}, "bpftool prog show id", "control group")
    works(dial(address))


@test
def a_route_forbids():
    with pair() as (one, two):
        listener(":8080", two.enter())
        one.ip("route", "add", "prohibit", "10.9.0.2")
        explained(dial("10.9.0.2:8080", enter=one.enter()), "blocked_by_policy",
                  {"route.type": "prohibit", "route.prefix": "10.9.0.2/32",
                   "error.type": "EACCES"}, "ip route del prohibit 10.9.0.2/32")
        one.ip("route", "del", "prohibit", "10.9.0.2/32")
        works(dial("10.9.0.2:8080", enter=one.enter()))


@test
def a_broadcast_is_no_matter_of_policy():
    with pair() as (one, _):
        script = ("import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  "s.connect(('10.9.0.255', 9))")
        done = run([SEAMARK, "run", "--all-programs", "--facts", path("facts"), "--",
                    *one.enter(), sys.executable, "-c", script])
        facts = Facts(path("facts")).of("connect")
        equal(done.returncode, 1, "status")
        equal([fact["attributes"].get("error.type") for fact in facts], ["EACCES"], "errors")
        equal(verdicts(facts), [], "verdicts")


@test
def a_unix_path_that_nobody_serves():
    name = path("stale")
    held = socket.socket(socket.AF_UNIX)
    held.bind(name)
    held.close()
    explained(dial(name, "unix"), "refused_no_listener", {"network.peer.address": name},
              "Start the server", "no program listens on it")
    os.unlink(name)
    explained(dial(name, "unix"), "unix_path_missing", {"network.peer.address": name},
              "Start the server first")
    listener(name, net="unix")
    works(dial(name, "unix"))


@test
def an_abstract_name_that_nobody_has():
    explained(dial("@seamark-nobody", "unix"), "refused_no_listener",
              {"network.peer.address": "@seamark-nobody"}, "Start the server",
              "are no files")
    listener("@seamark-nobody", net="unix")
    works(dial("@seamark-nobody", "unix"))


@test
def the_evidence_of_a_program_that_is_gone():
    """Each of 23 lives for milliseconds, in a network that another process keeps."""
    with pair() as (one, _):
        child, _ = listener("10.9.0.1:8080", one.enter())
        script = " ".join(["for i in $(seq 23); do", *dial("127.0.0.1:8080"), "; done; true"])
        _, facts = observe(*one.enter(), "sh", "-c", script)
        found = verdicts(facts)
        equal([one["cause"] for one in found], ["refused_listens_elsewhere"] * 23, "causes")
        equal({one["evidence"].get("listener.pid") for one in found}, {str(child.pid)}, "pids")


def taken(command, evidence, text=""):
    """An address in use, at bind or listen."""
    run([SEAMARK, "run", "--all-programs", "--facts", path("facts"), "--", *command])
    facts = [fact for event in ("bind", "listen") for fact in Facts(path("facts")).of(event)
             if fact["outcome"] == "error"]
    check(facts, "nothing failed")
    found = verdicts(facts)
    equal({one["cause"] for one in found}, {"address_in_use"}, "causes")
    for key, value in evidence.items():
        equal(found[-1]["evidence"].get(key), value, f"evidence {key} of {found[-1]}")
    check(text in found[-1]["explanation"], found[-1]["explanation"])
    return found[-1]


@test
def a_dual_stack_holder_takes_ipv4_too():
    child, address = listener("[::]:0")
    port = address.rsplit(":", 1)[1]
    verdict = taken([build("manners"), "bind", "tcp4", f"127.0.0.1:{port}"],
                    {"holder.pid": str(child.pid), "holder.address": f"[::]:{port}",
                     "holder.state": "listen"}, "IPv4")
    check("Stop manners" in verdict["fixes"][0], verdict["fixes"])
    child.stdin.close()
    child.wait(10)
    equal(run([build("manners"), "bind", "tcp4", f"127.0.0.1:{port}"]).returncode, 0, "afterwards")


REUSE = ("import os, socket, sys\n"
         "s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)\n"
         "s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen()\n"
         "print(s.getsockname()[1], flush=True); sys.stdin.read()")


@test
def reuse_port_is_for_one_user():
    holder = start([sys.executable, "-c", REUSE, "0"], stdin=subprocess.PIPE,
                   stdout=subprocess.PIPE, text=True)
    port = holder.stdout.readline().strip()
    other = ["setpriv", "--reuid", "65534", "--clear-groups", sys.executable, "-c", REUSE, port]
    taken(other, {"holder.pid": str(holder.pid), "holder.state": "reuse_port_other_user",
                  "holder.user": "0"}, "SO_REUSEPORT")
    same = run([sys.executable, "-c", REUSE, port], input=b"")
    equal(same.returncode, 0, "the same user shares the port")


@test
def its_own_earlier_socket():
    # It holds the port while it is looked at: what is gone by then has no holder.
    script = ("import socket, time\na = socket.socket(); a.bind(('127.0.0.1', 0)); a.listen()\n"
              "b = socket.socket()\ntry: b.bind(a.getsockname())\nexcept OSError: time.sleep(0.5)")
    verdict = taken([sys.executable, "-c", script], {"holder.state": "listen"},
                    "this very process")
    check("Close the first" in verdict["fixes"][0], verdict["fixes"])


@test
def an_abstract_name_is_taken():
    child, _ = listener("@seamark-taken", net="unix")
    taken([build("manners"), "bind", "unix", "@seamark-taken"],
          {"holder.pid": str(child.pid), "holder.address": "@seamark-taken"}, "manners")


@test
def time_wait_needs_an_option():
    script = ("import socket\n"
              "a = socket.socket(); a.bind(('127.0.0.1', 0)); a.listen()\n"
              "c = socket.create_connection(a.getsockname()); d, _ = a.accept()\n"
              "name = a.getsockname(); a.close(); d.close(); c.recv(1); c.close()\n"
              "b = socket.socket()\nb.bind(name)")
    verdict = taken([sys.executable, "-c", script], {"holder.state": "time_wait"}, "TIME_WAIT")
    check("SO_REUSEADDR" in verdict["fixes"][0], verdict["fixes"])
    fixed = script.replace("b.bind", "b.setsockopt(1, 2, 1); b.bind").replace(
        "a.bind", "a.setsockopt(1, 2, 1); a.bind")
    equal(run([sys.executable, "-c", fixed]).returncode, 0, "with the option")


@test
def a_unix_path_that_may_not_be_used():
    """As with a container runtime's socket: root's, and open to a group."""
    name = path("api.sock")
    os.chmod(path(""), 0o755)
    served = socket.socket(socket.AF_UNIX)
    served.bind(name)
    served.listen()
    os.chown(name, 0, 4242)
    os.chmod(name, 0o660)
    dialer = os.path.join(path("open"), "manners")
    os.makedirs(path("open"), exist_ok=True)
    os.chmod(path("open"), 0o755)
    shutil.copy(build("manners"), dialer)
    user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--inh-caps=-all"]
    command = [dialer, "dial", "unix", name]
    run([SEAMARK, "run", "--facts", path("denied"), "--", *user, "--clear-groups", *command])
    failed = [fact for fact in Facts(path("denied")).of("connect") if fact["outcome"] == "error"]
    equal(len(failed), 1, "failed connects")
    verdict = failed[0].get("verdict", {})
    equal(verdict.get("cause"), "unix_path_denied", "cause")
    equal([verdict.get("evidence", {}).get(key) for key in
           ("path.denied_at", "path.mode", "path.owner", "process.user.id")],
          [name, "0660", "0:4242", "65534"], "evidence")
    check(verdict.get("fixes") and "4242" in verdict["fixes"][0], f"fixes: {verdict.get('fixes')}")
    done = run([SEAMARK, "run", "--quiet", "--", *user, "--groups", "4242", *command])
    equal(done.returncode, 0, "status as a member of the group")


if __name__ == "__main__":
    main()
