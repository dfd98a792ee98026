#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""seamark run, inspect, trace and replay as a user meets them."""
import json
import os
import re
import signal
import subprocess
import time

from harness import (NOBODY, ROOT, SEAMARK, Agent, Facts, accounts_close, build, cases, check,
                     container, equal, main, path, program, read_lines, run, start, test)


def observe(*command, **options):
    return run([SEAMARK, "run", "--facts", path("facts"), "--", *command], **options)


@test
def exit_status_is_the_commands():
    manners = build("manners")
    for status in (0, 7, 255):
        equal(observe(manners, "exit", str(status)).returncode, status, "exit status")
    equal(observe(manners, "kill", "9").returncode, 137, "status after SIGKILL")
    equal(observe(manners, "kill", "15").returncode, 143, "status after SIGTERM")


@test
def streams_are_the_commands():
    manners = build("manners")
    data = os.urandom(1 << 20)
    done = run([SEAMARK, "run", "--", manners, "cat"], input=data)
    equal(done.stdout == data, True, "stdin to stdout, a mebibyte")
    alone, observed = run([manners, "say", "a", "b c"]), observe(manners, "say", "a", "b c")
    equal(observed.stdout, alone.stdout, "stdout")
    check(b"to stderr\n" in observed.stderr, "the command's stderr is missing")


@test
def what_is_inherited_is_untouched():
    manners = build("manners")
    with open("/dev/null", encoding="utf-8") as extra:
        alone = run([manners, "state"], pass_fds=[extra.fileno()])
        observed = observe(manners, "state", pass_fds=[extra.fileno()])
    equal(observed.stdout, alone.stdout, "signals, descriptors, environment, directory")
    ignoring = ["sh", "-c", "trap '' INT QUIT HUP USR1; exec \"$@\"", "sh"]
    alone = run([*ignoring, manners, "state"])
    observed = run([*ignoring, SEAMARK, "run", "--", manners, "state"])
    equal(observed.stdout, alone.stdout, "ignored signals stay ignored")


@test
def signals_are_handed_on():
    child = start([SEAMARK, "run", "--", build("manners"), "signals"], stdout=subprocess.PIPE,
                  stderr=subprocess.DEVNULL, text=True)
    check(child.stdout.readline().startswith("ready"), "the command did not start")
    for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM):
        child.send_signal(number)
        line = child.stdout.readline().strip()
        equal(line, {signal.SIGHUP: "hangup", signal.SIGUSR1: "user defined signal 1",
                     signal.SIGUSR2: "user defined signal 2",
                     signal.SIGTERM: "terminated"}[number], "signal")
    equal(child.wait(10), 42, "exit status after SIGTERM")


@test
def what_cannot_be_started_is_said():
    for command, status, words in ((["/nonexistent"], 127, b"No such file"),
                                   (["no-such-command-here"], 127, b"No such file"),
                                   (["/etc/passwd"], 126, b"Permission denied"),
                                   (["/"], 126, b"Permission denied")):
        done = observe(*command)
        equal(done.returncode, status, f"status of {command}")
        check(words in done.stderr, f"stderr of {command}: {done.stderr}")
    done = run([SEAMARK, "run", "--facts"])
    equal(done.returncode, 2, "status of a wrong command line")
    done = run([SEAMARK, "run", "--facts", "/nonexistent/facts", "--", "true"])
    equal(done.returncode, 125, "status when the facts can't be written")
    check(b"/nonexistent/facts" in done.stderr, "the file is not named")


@test
def missing_rights_are_named_at_once():
    for command in (["run", "--", "true"], ["agent", "--listen", "127.0.0.1:0"], ["trace"]):
        done = run([*NOBODY, "--bounding-set=-all", SEAMARK, *command])
        equal(done.returncode, 4, f"status of {command[0]} without rights")
        for word in (b"CAP_BPF", b"CAP_PERFMON", b"sudo"):
            check(word in done.stderr, f"{command[0]} without rights says {done.stderr}")


@test
def descendants_are_followed():
    manners = build("manners")
    script = f"{manners} bind tcp 127.0.0.1:0; ({manners} dial tcp 127.0.0.1:1 &) ; sleep 0.5"
    stranger = start([manners, "sleep", "100"])
    equal(observe("sh", "-c", script).returncode, 0, "status")
    facts = Facts(path("facts"))
    accounts_close(facts.accounts)
    equal(len(facts.of("bind")), 1, "binds")
    equal(len(facts.of("connect")), 1, "connects")
    equal(len(facts.of("process.start", process_executable_name="manners")), 2, "starts")
    stranger.kill()


@test
def facts_are_private_and_whole():
    observe(build("manners"), "bind", "tcp", "127.0.0.1:0")
    equal(os.stat(path("facts")).st_mode & 0o777, 0o600, "mode of the facts file")
    done = run([SEAMARK, "run", "--facts", "/dev/full", "--", build("manners"), "exit", "3"])
    equal(done.returncode, 3, "status with a full disk")
    check(b"/dev/full is not complete" in done.stderr, "a full disk is not told")


def small_disk(function):
    folder = path("disk")
    os.makedirs(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], check=True)
    try:
        function(os.path.join(folder, "facts"))
    finally:
        subprocess.run(["umount", folder], check=True)


@test
def a_full_disk_leaves_whole_lines():
    def fill(name):
        script = f"for i in $(seq 300); do {build('manners')} dial tcp 127.0.0.1:1; done"
        done = run([SEAMARK, "run", "--quiet", "--facts", name, "--", "sh", "-c", script])
        equal(done.returncode, 1, "status")
        check(b"not complete" in done.stderr, "the loss is not told")
        lines = read_lines(name)
        check(len(lines) > 20, f"only {len(lines)} lines")
    small_disk(fill)


CAUSES = [
    ("missing_cap_net_bind_service", "tcp", "127.0.0.1:80", True),
    ("address_not_local", "tcp", "203.0.113.7:8080", False),
    ("address_not_local", "udp", "203.0.113.7:8080", False),
    ("unix_path_missing", "unix", "/nonexistent/socket", False),
    ("unix_path_denied", "unix", "/usr/socket", True),
    ("unix_path_exists", "unix", "/etc/passwd", False),
]


@cases(CAUSES)
def a_failed_bind_is_explained(cause, network, address, as_nobody):
    prefix = NOBODY if as_nobody else []
    observe(*prefix, build("manners"), "bind", network, address)
    facts = [fact for fact in Facts(path("facts")).of("bind") if fact["outcome"] == "error"]
    equal(len(facts), 1, "failed binds")
    verdict = facts[0].get("verdict", {})
    equal(verdict.get("cause"), cause, "cause")
    check(verdict.get("fixes"), "nothing that mends it")
    if cause == "missing_cap_net_bind_service":
        equal(verdict["evidence"]["net.ipv4.ip_unprivileged_port_start"], "1024", "evidence")
        equal(verdict["evidence"]["process.user.id"], "65534", "evidence")


@cases(["tcp 127.0.0.1:", "tcp 0.0.0.0:", "tcp [::1]:", "udp"])
def the_holder_of_a_port_is_named(how):
    manners = build("manners")
    if how == "udp":
        import socket
        mine = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        mine.bind(("127.0.0.1", 0))
        program_name, pid = "python", os.getpid()
        network, address = "udp", f"127.0.0.1:{mine.getsockname()[1]}"
    else:
        network, held = how.split()
        holder = start([manners, "hold", network, held + "0"], stdin=subprocess.PIPE,
                       stdout=subprocess.PIPE, text=True)
        program_name, pid = "manners", holder.pid
        address = holder.stdout.readline().strip()
    observe(manners, "bind", network, address)
    failed = [fact for fact in Facts(path("facts")).of("bind") if fact["outcome"] == "error"]
    check(len(failed) >= 1, "no failed bind")
    evidence = failed[-1]["verdict"]["evidence"]
    equal(failed[-1]["verdict"]["cause"], "address_in_use", "cause")
    equal(evidence.get("holder.pid"), str(pid), "pid of the holder")
    check(evidence.get("holder.program", "").startswith(program_name), f"program: {evidence}")


@cases(["docker", "kubernetes"])
def the_container_is_named(how):
    name, uid = "0123456789abcdef" * 4, "12345678-1234-1234-1234-123456789abc"
    place = {"docker": f"/docker/{name}",
             "kubernetes": f"/kubepods/burstable/pod{uid}/{name}"}[how]
    with container(place) as enter:
        observe(*enter, *NOBODY, build("manners"), "bind", "tcp", "127.0.0.1:80")
        facts = Facts(path("facts")).of("bind")
        agent = Agent()
        run([*enter, build("manners"), "dial", "tcp", "127.0.0.1:1"])
        equal(agent.total("seamark_connect_duration_seconds_count", container_id=name), 1,
              "connects of the container")
        agent.stop()
    failed = [fact for fact in facts if fact["outcome"] == "error"]
    equal(len(failed), 1, "failed binds")
    attributes = failed[0]["attributes"]
    equal(attributes.get("container.id"), name, "container.id")
    equal(attributes.get("process.linux.cgroup"), place, "process.linux.cgroup")
    if how == "kubernetes":
        equal(attributes.get("k8s.pod.uid"), uid, "k8s.pod.uid")
        check(any("containerPort" in fix for fix in failed[0]["verdict"]["fixes"]),
              f"fixes: {failed[0]['verdict']['fixes']}")
    else:
        equal(attributes.get("container.runtime.name"), "docker", "runtime")
        check(any("docker run" in fix for fix in failed[0]["verdict"]["fixes"]),
              f"fixes: {failed[0]['verdict']['fixes']}")


@test
def other_programs_are_observed_on_demand():
    script = ["/usr/bin/python3", "-c", "import socket\ns = socket.socket()\n"
              "s.bind(('127.0.0.1', 0)); s.listen()\n"
              "c = socket.socket(); c.connect(s.getsockname())"]
    observe(*script)
    equal(len(Facts(path("facts")).of("bind")), 0, "binds unasked")
    run([SEAMARK, "run", "--all-programs", "--facts", path("facts"), "--", *script])
    facts = Facts(path("facts"))
    accounts_close(facts.accounts)
    for event in ("bind", "listen", "connect"):
        equal(len(facts.of(event)), 1, event)


@test
def three_capabilities_are_enough():
    """As another user, with those that the message names and no more."""
    wanted = "+bpf,+perfmon,+sys_ptrace"
    os.chmod(path(""), 0o777)
    done = run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                "--inh-caps=-all," + wanted, "--ambient-caps=-all," + wanted,
                "--bounding-set=-all," + wanted, SEAMARK, "run", "--facts", path("mine"), "--",
                build("firstlight"), "-groups", "many"])
    equal(done.returncode, 0, done.stderr.decode()[-500:])
    facts = Facts(path("mine"))
    accounts_close(facts.accounts)
    equal(len(facts.of("tls.handshake")), 180, "handshakes")


@test
def chinese_is_spoken():
    done = run([SEAMARK, "run", "--lang", "zh", "--", *NOBODY, build("manners"), "bind", "tcp",
                "127.0.0.1:80"])
    text = done.stderr.decode()
    check("诊断" in text and "解决办法" in text and "端口" in text, text)
    check("What mends it" not in text, "English among it")


@test
def a_recording_replays_to_the_same_facts():
    binary = build("firstlight")
    done = run([SEAMARK, "run", "--record", path("recording"), "--facts", path("facts"), "--",
                binary, "-groups", "bind,tls"])
    equal(done.returncode, 0, done.stderr.decode()[-500:])
    os.chmod(path("recording"), 0o644)
    os.chmod(path(""), 0o755)
    replayed = run([*NOBODY, "--bounding-set=-all", SEAMARK, "replay", "--json",
                    path("recording")])
    equal(replayed.returncode, 0, replayed.stderr.decode()[-500:])

    def strip(fact):
        return {key: value for key, value in fact.items()
                if key not in ("trace_id", "span_id", "parent_span_id")}
    live = [strip(one) for one in read_lines(path("facts"))]
    again = [strip(json.loads(line)) for line in replayed.stdout.splitlines()]
    equal(len(again), len(live), "lines")
    for one, other in zip(live[:-1], again[:-1]):
        equal(other, one, "fact")
    live[-1].pop("time")
    again[-1].pop("time")
    equal(again[-1], live[-1], "accounts")


@test
def trace_filters():
    trace = start([SEAMARK, "trace", "--json", "--event", "bind", "--failed"],
                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(2)
    manners = build("manners")
    for address in ("127.0.0.1:0", "203.0.113.7:1", "127.0.0.1:0", "203.0.113.7:1"):
        run([manners, "bind", "tcp", address])
    time.sleep(0.5)
    trace.send_signal(signal.SIGTERM)
    lines = [json.loads(line) for line in trace.communicate(timeout=10)[0].splitlines()]
    equal(trace.returncode, 0, "status")
    equal([(line["event"], line["outcome"]) for line in lines], [("bind", "error")] * 2, "facts")
    equal(run([SEAMARK, "trace", "--event", "nonsense"]).returncode, 2, "status of a wrong event")


@test
def inspect_tells_what_it_knows():
    found = json.loads(run([SEAMARK, "inspect", "--json", build("firstlight")]).stdout)
    check(found["version"].startswith("1."), "version")
    equal([one["status"] for one in found["functions"]], ["found", "found"], "functions")
    check(all(one["returns"] for one in found["functions"]), "return sites")
    text = run([SEAMARK, "inspect", program("caddy")]).stdout.decode()
    check("Go 1.19" in text and "server handshakes, in crypto/tls.(*Conn).serverHandshake" in text
          and "measured on this very release" in text, text)


@test
def inspect_refuses_with_a_reason():
    with open(path("cut"), "wb") as out, open(build("firstlight"), "rb") as file:
        out.write(file.read(100_000))
    for file, words in (("/bin/ls", "Go"), (os.path.join(ROOT, "README.md"), "ELF"),
                        (path("cut"), "")):
        done = run([SEAMARK, "inspect", file])
        equal(done.returncode, 3, f"status for {file}")
        check(words in done.stderr.decode() and done.stderr, f"{file}: {done.stderr}")
    equal(run([SEAMARK, "inspect", "/nonexistent"]).returncode, 1, "status for no file")


COMMANDS = ("run", "agent", "trace", "list", "explain", "inspect", "doctor", "replay", "config",
            "completion")


@test
def it_installs_with_its_manual():
    done = run(["make", "-C", ROOT, "install", f"DESTDIR={path('root')}"])
    equal(done.returncode, 0, done.stderr.decode())
    with open(path("root/usr/local/share/man/man1/seamark.1"), encoding="utf-8") as file:
        manual = file.read().replace("\\-", "-")
    for command in COMMANDS:
        options = re.findall(r"^  (--[a-z-]+)", run([SEAMARK, command, "--help"]).stdout.decode(),
                             re.M)
        for option in options:
            check(f".B {option}" in manual, f"the manual lacks {option} of {command}")
    for key in re.findall("^#([a-z-]+): ", run([SEAMARK, "config", "defaults"]).stdout.decode(), re.M):
        check(f".B {key}: " in manual, f"the manual lacks {key} of the configuration")
    equal(run([path("root/usr/local/bin/seamark"), "version"]).returncode, 0, "status")


@test
def help_is_there_for_all():
    for command in COMMANDS:
        done = run([SEAMARK, command, "--help"])
        equal(done.returncode, 0, f"status of {command} --help")
        check(done.stdout.startswith(f"Usage: seamark {command}".encode()), done.stdout)


if __name__ == "__main__":
    main()
