#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Why a bind failed: each cause brought about for real, with its evidence, no other cause beside it,
and, where it can be done, its first fix applied: then the same program succeeds."""
import contextlib
import errno
import os
import re
import shutil
import socket
import struct
import subprocess
import sys

from confine import cgroup_program, has_landlock
from harness import SEAMARK, Facts, build, cases, check, equal, main, path, run, start, test

CONFINE = [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "confine.py")]
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"]
NET_BIND_SERVICE = 1 << 10
SYS_BIND, SYS_LISTEN = 49, 50


def failed_bind(*command, **options):
    """The one failed bind of a command, with its verdict (empty: none). A program that ends at once
    may be gone before its file is looked at, on a machine that is busy: then it is started again."""
    for _ in range(3):
        fact, verdict = failed_once(*command, **options)
        if verdict.get("cause") != "missing_cap_net_bind_service" or \
                "file.capabilities" in verdict.get("evidence", {}):
            break
        print(f"# gone before its file was looked at: {command}")
    return fact, verdict


def failed_once(*command, event="bind", environment=None):
    done = run([SEAMARK, "run", "--facts", path("facts"), "--", *command], env=environment)
    facts = [fact for fact in Facts(path("facts")).of(event) if fact["outcome"] != "ok"]
    if not equal(len(facts), 1, f"failed {event}s of {command} ({done.stderr.decode()[-1500:]})"):
        return {"attributes": {}}, {}
    return facts[0], facts[0].get("verdict", {})


def demand(verdict, cause, fix=None, **evidence):
    equal(verdict.get("cause"), cause, "cause")
    for key, wanted in evidence.items():
        found = verdict.get("evidence", {}).get(key.replace("__", "."))
        if callable(wanted):
            check(found is not None and wanted(found), f"evidence {key}: {found!r}")
        else:
            equal(found, wanted, f"evidence {key}")
    fixes = verdict.get("fixes", [])
    if fix:
        check(fixes and re.search(fix, fixes[0]), f"first fix: {fixes}, wanted {fix}")
    check("{" not in str(verdict.get("explanation")) + "".join(fixes), f"a blank: {verdict}")


def succeeds(*command, what="with the fix"):
    done = run([SEAMARK, "run", "--quiet", "--facts", path("fixed"), "--", *command])
    equal(done.returncode, 0, f"status {what} ({done.stdout.decode()} {done.stderr.decode()[-500:]})")
    equal([fact for fact in Facts(path("fixed")).of("bind") if fact["outcome"] != "ok"], [],
          f"failed binds {what}")


def program(folder, permitted=0, effective=True):
    """A copy of manners for everybody, with file capabilities."""
    os.makedirs(folder, exist_ok=True)
    os.chmod(path(""), 0o755)
    os.chmod(folder, 0o755)
    copy = os.path.join(folder, "manners")
    shutil.copy(build("manners"), copy)
    os.chmod(copy, 0o755)
    if permitted:
        os.setxattr(copy, "security.capability", struct.pack(
            "<IIIII", 0x02000000 | effective, permitted, 0, 0, 0))
    return copy


@contextlib.contextmanager
def tmpfs(options):
    folder = path("mount")
    os.makedirs(folder, exist_ok=True)
    os.chmod(path(""), 0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


WITHOUT = {
    "as nobody": NOBODY,
    "as root without it": ["setpriv", "--bounding-set", "-net_bind_service", "--inh-caps=-all"],
    "as nobody, no_new_privs": [*NOBODY, "setpriv", "--no-new-privs"],
}


@cases(list(WITHOUT))
def missing_capability(who):
    manners = program(path("plain"))
    _, verdict = failed_bind(*WITHOUT[who], manners, "bind", "tcp", "127.0.0.1:80")
    demand(verdict, "missing_cap_net_bind_service", r"port 1024 or above",
           network__local__port="80", net__ipv4__ip_unprivileged_port_start="1024",
           process__user__id="0" if "root" in who else "65534",
           capabilities__effective=lambda value: not int(value, 16) & NET_BIND_SERVICE,
           capabilities__bounding=lambda value: bool(int(value, 16) & NET_BIND_SERVICE) ==
           ("root" not in who),
           no_new_privs="1" if "no_new_privs" in who else "0", file__capabilities="0" * 16)
    # setcap can help only who may gain by it.
    gains = any("setcap" in fix for fix in verdict.get("fixes", []))
    equal(gains, who == "as nobody", f"setcap among the fixes: {verdict.get('fixes')}")
    succeeds(*WITHOUT[who], manners, "bind", "tcp", "127.0.0.1:1024")
    if gains:
        capable = program(path("capable"), NET_BIND_SERVICE)
        succeeds(*NOBODY, capable, "bind", "tcp", "127.0.0.1:80", what="with file capabilities")


@test
def missing_capability_where_the_border_is_another():
    manners = program(path("plain"))
    inside = ["unshare", "--net", "sh", "-c",
              "ip link set lo up; sysctl -qw net.ipv4.ip_unprivileged_port_start=9000; "
              'exec "$@"', "sh", *NOBODY, manners, "bind", "tcp"]
    _, verdict = failed_bind(*inside, "127.0.0.1:8080")
    demand(verdict, "missing_cap_net_bind_service", r"port 9000 or above",
           net__ipv4__ip_unprivileged_port_start="9000", network__local__port="8080")
    succeeds(*inside, "127.0.0.1:9000")


@cases(["tcp", "udp"])
def file_capabilities_void_by_no_new_privs(network):
    capable = program(path("capable"), NET_BIND_SERVICE)
    command = [*NOBODY, "setpriv", "--no-new-privs", capable, "bind", network, "127.0.0.1:81"]
    _, verdict = failed_bind(*command)
    demand(verdict, "file_capabilities_ignored_no_new_privs", r"port 1024 or above",
           no_new_privs="1", file__nosuid="0", process__user__id="65534",
           file__capabilities=f"{NET_BIND_SERVICE:016x}")
    succeeds(*NOBODY, "setpriv", "--no-new-privs", capable, "bind", network, "127.0.0.1:1024")
    ambient = [*NOBODY[:-1], "--inh-caps=-all,+net_bind_service",
               "--ambient-caps=-all,+net_bind_service", "setpriv", "--no-new-privs"]
    check(any("ambient" in fix for fix in verdict.get("fixes", [])), verdict.get("fixes"))
    succeeds(*ambient, capable, "bind", network, "127.0.0.1:81", what="with ambient capabilities")


@cases(["nosuid", "nosuid and no_new_privs"])
def file_capabilities_void_by_nosuid(how):
    prefix = [*NOBODY, "setpriv", "--no-new-privs"] if "privs" in how else NOBODY
    with tmpfs("nosuid,mode=755") as folder:
        capable = program(folder, NET_BIND_SERVICE)
        _, verdict = failed_bind(*prefix, capable, "bind", "tcp", "127.0.0.1:81")
    demand(verdict, "file_capabilities_ignored_nosuid", r"port 1024 or above", file__nosuid="1",
           file__capabilities=f"{NET_BIND_SERVICE:016x}",
           no_new_privs="1" if "privs" in how else "0")


@test
def file_capabilities_come_too_late():
    """The program runs when its file is given the capability: it has to be started again."""
    copy = program(path("late"))
    script = (f'{copy} wait-bind 127.0.0.1:82 & sleep 0.3; '
              f'python3 -c "import os, struct; os.setxattr(\'{copy}\', \'security.capability\', '
              f'struct.pack(\'<IIIII\', 0x02000001, {NET_BIND_SERVICE}, 0, 0, 0))"; '
              f'echo > {path("go")}; wait')
    os.mkfifo(path("go"))
    os.chmod(path("go"), 0o666)
    _, verdict = failed_bind("sh", "-c", script.replace(f"{copy} wait-bind", " ".join(
        [*NOBODY, copy, "wait-bind", path("go")])))
    demand(verdict, "missing_cap_net_bind_service", file__capabilities=f"{NET_BIND_SERVICE:016x}")
    check(any("Start the program again" in fix for fix in verdict.get("fixes", [])),
          verdict.get("fixes"))
    succeeds(*NOBODY, copy, "bind", "tcp", "127.0.0.1:82", what="started again")


@test
def capability_not_effective():
    permitted = program(path("permitted"), NET_BIND_SERVICE, effective=False)
    _, verdict = failed_bind(*NOBODY, permitted, "bind", "tcp", "127.0.0.1:83")
    demand(verdict, "capability_not_effective", r"port 1024 or above",
           capabilities__permitted=f"{NET_BIND_SERVICE:016x}", capabilities__effective="0" * 16)
    succeeds(*NOBODY, permitted, "bind", "tcp", "127.0.0.1:1024")
    check(any("=+ep" in fix for fix in verdict.get("fixes", [])), verdict.get("fixes"))


@cases(["root inside", "another inside"])
def capabilities_of_another_user_namespace(who):
    """Root in its container, and yet denied: the network is the host's."""
    manners = program(path("plain"))
    maps = ["--map-root-user"] if who == "root inside" else ["--map-user=1000"]
    inside = ["unshare", "--user", *maps]
    _, verdict = failed_bind(*NOBODY, *inside, manners, "bind", "tcp", "127.0.0.1:84")
    demand(verdict, "user_namespace_does_not_own_network_namespace", r"port 1024 or above",
           process__user__id="65534",
           process__user__id__inside="0" if who == "root inside" else "1000",
           user_namespace__uid_map=("0" if who == "root inside" else "1000") + " 65534 1")
    succeeds(*NOBODY, *inside, manners, "bind", "tcp", "127.0.0.1:1024")
    # The network that the namespace itself owns: then root inside is enough.
    if who == "root inside":
        succeeds(*NOBODY, *inside, "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh",
                 manners, "bind", "tcp", "127.0.0.1:84", what="in its own network")


@test
def a_parent_namespace_counts():
    """Root of the namespace above may bind in a network that a namespace below owns."""
    script = 'ip link set lo up; echo $$ > "$0"; sleep 30'
    os.chmod(path(""), 0o777)
    holder = start([*NOBODY, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", script,
                    path("pid")])
    for _ in range(200):
        with contextlib.suppress(OSError, ValueError):
            with open(path("pid"), encoding="utf-8") as file:
                int(file.read())
            break
        subprocess.run(["sleep", "0.02"], check=True)
    enter = ["nsenter", "--net", "--target", str(holder.pid)]
    succeeds(*enter, build("manners"), "bind", "tcp", "127.0.0.1:85", what="as root above")
    _, verdict = failed_bind(*enter, "setpriv", "--bounding-set", "-net_bind_service",
                             "--inh-caps=-all", build("manners"), "bind", "tcp", "127.0.0.1:85")
    demand(verdict, "missing_cap_net_bind_service", process__user__id="0",
           network__user_namespace=lambda value: value.isdigit())


@cases([("bind", SYS_BIND, errno.EPERM), ("bind", SYS_BIND, errno.EACCES),
        ("bind", SYS_BIND, errno.EADDRINUSE), ("listen", SYS_LISTEN, errno.EPERM)])
def denied_by_seccomp(event, number, error):
    manners = build("manners")
    _, verdict = failed_bind(*CONFINE, "seccomp", str(number), str(error), manners, "bind", "tcp",
                             "127.0.0.1:8191", event=event)
    demand(verdict, "denied_by_seccomp", r"filter", seccomp__mode="2",
           error__type=errno.errorcode[error])
    succeeds(*CONFINE, "seccomp", "999", str(error), manners, "bind", "tcp", "127.0.0.1:8191")


@test
def a_seccomp_filter_that_allows_is_not_blamed():
    _, verdict = failed_bind(*CONFINE, "seccomp", "999", "1", *NOBODY, program(path("plain")),
                             "bind", "tcp", "127.0.0.1:80")
    demand(verdict, "missing_cap_net_bind_service", no_new_privs="1")
    _, verdict = failed_bind(*CONFINE, "seccomp", "999", "1", program(path("plain")), "bind",
                             "unix", "/nonexistent/socket")
    demand(verdict, "unix_path_missing")


@cases([("bind4", "127.0.0.1:8192"), ("bind6", "[::1]:8192")])
def denied_by_cgroup_program(kind, address):
    with cgroup_program(kind, "no_ports") as enter:
        _, verdict = failed_bind(*enter, build("manners"), "bind", "tcp", address)
        demand(verdict, "denied_by_cgroup_program", r"bpftool", cgroup__program__name="no_ports",
               cgroup__programs="1", cgroup__program__id=lambda value: int(value) > 0)
    succeeds(build("manners"), "bind", "tcp", address, what="outside of the group")


@test
def a_cgroup_program_of_systemd_is_known():
    with cgroup_program("bind4", "sd_bind4") as enter:
        _, verdict = failed_bind(*enter, build("manners"), "bind", "tcp", "127.0.0.1:8192")
    demand(verdict, "denied_by_cgroup_program", r"SocketBindAllow=8192")


@test
def denied_by_security_module():
    if not check(has_landlock(), "this kernel has no Landlock with network rules"):
        return
    manners = build("manners")
    _, verdict = failed_bind(*CONFINE, "landlock", "bind", manners, "bind", "tcp",
                             "127.0.0.1:8193")
    demand(verdict, "denied_by_security_module", error__type="EACCES",
           security__modules=lambda value: "landlock" in value, cgroup__programs="0")
    succeeds(*CONFINE, "landlock", "socket", manners, "bind", "tcp", "127.0.0.1:8193")


@test
def denied_by_security_module_at_a_path():
    if not check(has_landlock(), "this kernel has no Landlock"):
        return
    os.chmod(path(""), 0o755)
    _, verdict = failed_bind(*CONFINE, "landlock", "socket", build("manners"), "bind", "unix",
                             path("socket"))
    demand(verdict, "denied_by_security_module", security__modules=lambda value: "landlock" in value)


@cases([("tcp", "203.0.113.7:8080"), ("udp", "203.0.113.7:8080"), ("tcp", "[2001:db8::7]:8080")])
def address_not_local(network, address):
    manners = build("manners")
    _, verdict = failed_bind(manners, "bind", network, address)
    demand(verdict, "address_not_local", r"Listen on all addresses",
           local__addresses=lambda value: "127.0.0.1" in value)
    succeeds(manners, "bind", network, ":8080")


IN_NETWORK = ["unshare", "--net", "sh", "-c", 'eval "$0"; exec "$@"']


@test
def loopback_is_down():
    manners = build("manners")
    _, verdict = failed_bind(*IN_NETWORK, "true", manners, "bind", "tcp", "[::1]:8080")
    demand(verdict, "address_not_local", r"ip link set lo up")
    succeeds(*IN_NETWORK, "ip link set lo up", manners, "bind", "tcp", "[::1]:8080")


@test
def address_family_unavailable():
    """By another program than Go's, which asks the kernel for nothing else."""
    no_ipv6 = "sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip link set lo up"
    script = "import socket; socket.socket(socket.AF_INET6).bind(('::1', 8080))"
    done = run([SEAMARK, "run", "--all-programs", "--facts", path("facts"), "--", *IN_NETWORK,
                no_ipv6, sys.executable, "-c", script])
    facts = [fact for fact in Facts(path("facts")).of("bind") if fact["outcome"] != "ok"]
    equal(len(facts), 1, f"failed binds: {done.stderr.decode()[-500:]}")
    demand(facts[0].get("verdict", {}), "address_family_unavailable", r"IPv4",
           net__ipv6__conf__all__disable_ipv6="1")


@test
def go_asks_for_ipv6_itself():
    """Go's own probe at its start: said to be harmless."""
    no_ipv6 = "sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip link set lo up"
    run([SEAMARK, "run", "--facts", path("facts"), "--", *IN_NETWORK, no_ipv6, build("manners"),
         "bind", "tcp", ":0"])
    facts = [fact for fact in Facts(path("facts")).of("bind") if fact["outcome"] != "ok"]
    check(facts, "Go did not ask")
    for fact in facts:
        demand(fact.get("verdict", {}), "address_family_unavailable")
        check("harmless" in fact["verdict"]["explanation"], fact["verdict"]["explanation"])


def folders():
    """An open way, closed at one place each."""
    os.chmod(path(""), 0o755)
    for name, mode in (("closed", 0o700), ("closed/inner", 0o777), ("unwritable", 0o755),
                       ("theirs", 0o777)):
        os.makedirs(path(name), exist_ok=True)
        os.chmod(path(name), mode)


@cases([("closed/inner/socket", "closed", "0700"), ("unwritable/socket", "unwritable", "0755"),
        ("link/socket", "closed", "0700")])
def unix_path_denied(name, where, mode):
    folders()
    with contextlib.suppress(FileExistsError):
        os.symlink("closed/inner", path("link"))
    manners = program(path("plain"))
    _, verdict = failed_bind(*NOBODY, manners, "bind", "unix", path(name))
    demand(verdict, "unix_path_denied", r"directory that user 65534 owns",
           path__denied_at=path(where), path__mode=mode, path__owner="0:0",
           process__user__id="65534")
    os.makedirs(path("own"), exist_ok=True)
    os.chown(path("own"), 65534, 65534)
    succeeds(*NOBODY, manners, "bind", "unix", path("own/socket"))


@test
def unix_path_of_a_group():
    """The group may write: who is in it by a supplementary group is not denied."""
    folders()
    os.makedirs(path("shared"), exist_ok=True)
    os.chown(path("shared"), 0, 4242)
    os.chmod(path("shared"), 0o770)
    manners = program(path("plain"))
    member = ["setpriv", "--reuid", "65534", "--regid", "65534", "--groups", "4242",
              "--inh-caps=-all"]
    succeeds(*member, manners, "bind", "unix", path("shared/socket"), what="as a member")
    _, verdict = failed_bind(*NOBODY, manners, "bind", "unix", path("shared/socket"))
    demand(verdict, "unix_path_denied", path__denied_at=path("shared"), path__mode="0770",
           path__owner="0:4242")


@test
def unix_path_in_a_container_of_its_own():
    """Paths are looked at from the program's root, not from the host's."""
    folders()
    root = path("root")
    os.makedirs(os.path.join(root, "run"), exist_ok=True)
    shutil.copy(build("manners"), os.path.join(root, "manners"))
    _, verdict = failed_bind("chroot", "--userspec=65534:65534", root, "/manners", "bind", "unix",
                             "/run/socket")
    demand(verdict, "unix_path_denied", path__denied_at="/run", path__mode="0755")


@test
def unix_path_missing():
    manners = build("manners")
    _, verdict = failed_bind(manners, "bind", "unix", path("none/deeper/socket"))
    demand(verdict, "unix_path_missing", r"mkdir -p", path__missing_at=path("none"))
    os.makedirs(path("none/deeper"))
    succeeds(manners, "bind", "unix", path("none/deeper/socket"))


@test
def unix_path_read_only():
    with tmpfs("ro") as folder:
        _, verdict = failed_bind(build("manners"), "bind", "unix", folder + "/socket")
        demand(verdict, "unix_path_denied", r"can be written", path__read_only=folder)


@cases(["stale", "held", "file"])
def unix_path_exists(what):
    manners, name = build("manners"), path(what)
    holder = None
    if what == "stale":
        left = socket.socket(socket.AF_UNIX)
        left.bind(name)
        left.close()
    elif what == "held":
        holder = start([manners, "hold", "unix", name], stdin=subprocess.PIPE,
                       stdout=subprocess.PIPE, text=True)
        holder.stdout.readline()
    else:
        with open(name, "w", encoding="utf-8"):
            pass
    _, verdict = failed_bind(manners, "bind", "unix", name)
    demand(verdict, "unix_path_exists",
           {"stale": r"Remove the stale socket", "held": r"Stop manners",
            "file": r"another path"}[what],
           path__is_socket="false" if what == "file" else "true",
           **({"holder__pid": str(holder.pid)} if holder else {}))
    if what == "stale":
        os.unlink(name)
        succeeds(manners, "bind", "unix", name)


@test
def ephemeral_ports_exhausted():
    manners = build("manners")
    narrow = "ip link set lo up; sysctl -qw net.ipv4.ip_local_port_range='40000 40003'"
    script = (f"for i in 1 2 3 4; do sleep 30 | {manners} hold tcp 127.0.0.1:0 >/dev/null & done; "
              f"sleep 1; {manners} bind tcp 127.0.0.1:0; kill $(jobs -p) 2>/dev/null; "
              "pkill -P $$ sleep; true")
    _, verdict = failed_bind(*IN_NETWORK, narrow, "sh", "-c", script)
    demand(verdict, "ephemeral_ports_exhausted", r"ip_local_port_range",
           net__ipv4__ip_local_port_range="40000 40003")
    wider = narrow.replace("40003", "40100")
    succeeds(*IN_NETWORK, wider, manners, "bind", "tcp", "127.0.0.1:0")


@test
def errors_that_no_gate_explains_have_no_verdict():
    """A link-local address without its interface: EINVAL, and nothing to be certain of."""
    fact, verdict = failed_bind(build("manners"), "bind", "tcp", "[fe80::1]:8080")
    equal(fact["attributes"].get("error.type"), "EINVAL", "error.type")
    equal(verdict, {}, "verdict")


@test
def chinese_has_all_of_it():
    done = run([SEAMARK, "run", "--lang", "zh", "--facts", path("facts"), "--", *CONFINE, "seccomp",
                str(SYS_BIND), "1", build("manners"), "bind", "tcp", "127.0.0.1:8191"])
    check("过滤器" in done.stderr.decode(), done.stderr.decode()[-800:])


if __name__ == "__main__":
    main()
