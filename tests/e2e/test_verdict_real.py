#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Why real programs and short-lived containers failed: in facts, metrics and /api/v1/diagnoses."""
import collections
import gzip
import json
import os
import subprocess
import time
import urllib.request

from harness import (NOBODY, SEAMARK, Agent, Facts, accounts_close, build, cases, check, container,
                     equal, main, path, program, read_lines, run, start, test, wait_for)
from servers import free_port, is_listening

CAUSE = "missing_cap_net_bind_service"
STARTS = int(os.environ.get("STARTS", "200"))


def verdicts_of(facts):
    """{(event, cause): how many} of the facts that have one."""
    return collections.Counter((fact["event"], fact["verdict"]["cause"]) for fact in facts.facts
                               if "verdict" in fact)


def sums_agree(agent):
    """seamark_verdicts_total is what the groups count; all groups are what the totals count."""
    def told():
        metric, groups = collections.Counter(), collections.Counter()
        page = agent.diagnoses()
        for (name, labels), value in agent.samples().items():
            if name == "seamark_verdicts_total":
                metric[dict(labels)["event"], dict(labels)["cause"]] += int(value)
        for group in page["diagnoses"]:
            if group["cause"]:
                groups[group["event"], group["cause"]] += group["count"]
        return metric, groups, page

    # Between the two requests the host may go on.
    wait_for(lambda: told()[0] == told()[1], 10, "the metric and the page agree")
    metric, groups, page = told()
    equal(groups, metric, "the groups' counts against seamark_verdicts_total")
    failures = sum(one["error"] + one["cancelled"] for one in page["totals"].values())
    equal(sum(group["count"] for group in page["diagnoses"]) + page["beyond"], failures,
          "the groups' counts against the totals")
    return page


def groups_of(page, program_name):
    return [group for group in page["diagnoses"] if group.get("program") == program_name]


def command_of(name, port):
    os.chmod(path(""), 0o777)
    if name == "caddy":
        return [program("caddy"), "file-server", "--listen", f":{port}", "--root", "/usr/share"]
    url = f"http://127.0.0.1:{port}"
    return [program("etcd"), "--data-dir", path(f"etcd-{port}"), "--listen-client-urls", url,
            "--advertise-client-urls", url, "--listen-peer-urls", "http://127.0.0.1:0",
            "--initial-advertise-peer-urls", "http://127.0.0.1:2380", "--initial-cluster",
            "default=http://127.0.0.1:2380"]


def as_nobody(command, **options):
    home = path("")
    return start([*NOBODY, *command], cwd=home, stdout=subprocess.DEVNULL,
                 stderr=subprocess.DEVNULL,
                 env=dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home),
                 **options)


@cases(["caddy", "etcd"])
def a_server_without_the_right_to_its_port(name):
    agent = Agent()
    server = as_nobody(command_of(name, 443))
    check(server.wait(30) != 0, f"{name} took port 443")
    time.sleep(0.3)
    page = sums_agree(agent)
    groups = [group for group in groups_of(page, name) if group["event"] == "bind"]
    equal([group["cause"] for group in groups], [CAUSE], f"{name}'s groups")
    group = groups[0]
    evidence = group["verdict"]["evidence"]
    equal((evidence.get("process.user.id"), evidence.get("net.ipv4.ip_unprivileged_port_start")),
          ("65534", "1024"), "evidence")
    equal(group["example"]["attributes"]["process.pid"], server.pid, "pid of the example")
    equal(group["error_type"], "EACCES", "error_type")
    check("1024" in group["verdict"]["fixes"][0], f"the first fix: {group['verdict']['fixes']}")
    equal(agent.total("seamark_verdicts_total", process_executable_name=name, event="bind",
                      cause=CAUSE), group["count"], "the metric")

    # The first fix: a port that anybody may take.
    port = free_port()
    as_nobody(command_of(name, port))
    wait_for(lambda: is_listening(port), 30, f"{name} at port {port}")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    failed = [fact for fact in facts.of("bind", process_executable_name=name)
              if fact["outcome"] == "error"]
    equal({fact.get("verdict", {}).get("cause") for fact in failed}, {CAUSE}, "causes in facts")
    equal(len(failed), group["count"], "failed binds against the group's count")
    # caddy asks for port 80, too, to redirect from there, first in 2 of 60 starts, and ends there.
    ports = {fact["verdict"]["evidence"].get("network.local.port") for fact in failed}
    check(ports and ports <= {"443", "80"}, f"ports: {ports}")
    check(any(fact["outcome"] == "ok" and fact["attributes"].get("network.local.port") == port
              for fact in facts.of("bind", process_executable_name=name)),
          f"no bind of port {port} succeeded")


DEEDS = {
    "bind": ("bind", ["bind", "tcp", "127.0.0.1:80"], CAUSE),
    "dial": ("connect", ["dial", "tcp", "127.0.0.1:1"], "refused_no_listener"),
}


@cases([("bind", "plain"), ("bind", "no-new-privs"), ("dial", "plain"), ("dial", "no-new-privs")])
def a_container_that_dies_at_once(deed, how):
    event, arguments, cause = DEEDS[deed]
    name = "0123456789abcdef" * 4
    nobody = NOBODY + (["--no-new-privs"] if how == "no-new-privs" else [])
    agent = Agent()
    with container(f"/docker/{name}") as enter:
        loop = f'for i in $(seq {STARTS}); do "$@"; done'
        run([*enter, "sh", "-c", loop, "sh", *nobody, build("manners"), *arguments])
    time.sleep(0.5)
    page = sums_agree(agent)
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    mine = facts.of(event, container_id=name, container_runtime_name="docker")
    equal(len(mine), STARTS, f"{event} facts of the container")
    equal(collections.Counter(fact.get("verdict", {}).get("cause") for fact in mine),
          {cause: STARTS}, "causes")
    pids = {fact["attributes"]["process.pid"] for fact in mine}
    ended = {fact["attributes"]["process.pid"]: fact["duration_ns"] / 1e6 for fact in
             facts.of("process.exit", container_id=name)}
    equal(pids - set(ended), set(), "processes without an end")
    lives = sorted(ended[pid] for pid in pids)
    middle = lives[len(lives) // 2]
    # How many do depends on who else is at work here.
    check(lives[0] < 50, f"the shortest of the processes lived {lives[0]} ms")
    groups = [group for group in page["diagnoses"] if group["event"] == event and
              group.get("container") == {"id": name, "runtime": "docker"}]
    equal(sum(group["count"] for group in groups), STARTS, "the groups' counts")
    equal({group["cause"] for group in groups}, {cause}, "the groups' causes")
    equal(groups[0].get("program"), "manners", "program")
    equal(groups[0]["verdict"]["cause"], cause, "cause of the example")
    check(groups[0]["first"] < groups[0]["last"], "first and last time")
    if how == "no-new-privs":
        check(not any("setcap" in fix for fix in groups[0]["verdict"]["fixes"]),
              f"setcap does not help here: {groups[0]['verdict']['fixes']}")
    print(f"# {STARTS} processes lived {lives[0]:.1f} to {lives[-1]:.1f} ms, half of them up to "
          f"{middle:.1f} ms; {sum(group['count'] for group in groups[1:])} facts lack the program")


@test
def containers_come_and_go():
    """Each start in a control group of its own, removed at once."""
    agent = Agent()
    manners = build("manners")
    names = [f"{number:02x}" * 32 for number in range(1, 24)]
    for name in names:
        with container(f"/docker/{name}") as enter:
            run([*enter, *NOBODY, manners, "bind", "tcp", "127.0.0.1:80"])
    time.sleep(0.3)
    page = sums_agree(agent)
    found = {group["container"]["id"]: group["count"] for group in groups_of(page, "manners")
             if group["cause"] == CAUSE}
    equal(found, dict.fromkeys(names, 1), "containers")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)


@test
def the_page_has_manners():
    agent = Agent("--lang", "zh")
    run([*NOBODY, build("manners"), "bind", "tcp", "127.0.0.1:80"])
    time.sleep(0.3)
    url = agent.url + "/api/v1/diagnoses"
    with urllib.request.urlopen(url, timeout=10) as answer:
        equal(answer.headers["Content-Type"], "application/json", "type")
        equal(answer.headers["Cache-Control"], "no-store", "Cache-Control")
        body = answer.read()
        equal(int(answer.headers["Content-Length"]), len(body), "length")
    for query, word in (("", "端口"), ("?lang=en", "Ports"), ("?lang=zh", "端口")):
        request = urllib.request.Request(url + query, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            if answer.headers["Content-Encoding"] == "gzip":
                text = gzip.decompress(text)
            mine = groups_of(json.loads(text), "manners")
        check(word in mine[0]["verdict"]["explanation"], f"{query}: the agent speaks Chinese")
        equal(mine[0]["cause"], CAUSE, "a cause is never translated")
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"),
                                timeout=10) as answer:
        equal((answer.status, answer.read()), (200, b""), "HEAD")
        check(int(answer.headers["Content-Length"]) > 100, "HEAD tells no length")
    for page, method, status in (("", "POST", "405"), ("/", "GET", "404"), ("s", "GET", "404"),
                                 ("/../../../etc/passwd", "GET", "404")):
        done = run(["curl", "-s", "--path-as-is", "-X", method, "-o", "/dev/null", "-w",
                    "%{http_code}", url + page])
        equal(done.stdout.decode(), status, f"{method} {page}")
    agent.stop()


@test
def run_writes_the_same():
    file = path("diagnosis.json")
    done = run([SEAMARK, "run", "--lang", "en", "--quiet", "--diagnosis", file, "--facts",
                path("facts"), "--", *NOBODY, build("manners"), "bind", "tcp", "127.0.0.1:80"])
    equal(done.returncode, 1, "status")
    equal(os.stat(file).st_mode & 0o777, 0o600, "mode")
    page, = read_lines(file)
    facts = Facts(path("facts"))
    group, = groups_of(page, "manners")
    fact, = (one for one in facts.of("bind") if one["outcome"] == "error")
    equal(group["verdict"], fact["verdict"], "verdict")
    equal(group["example"]["attributes"], fact["attributes"], "attributes")
    equal(group["example"]["error"], fact["error"], "error")
    equal((group["count"], group["first"], group["last"]), (1, fact["time"], fact["time"]),
          "count and times")
    equal(verdicts_of(facts), {("bind", CAUSE): 1}, "verdicts")
    done = run([SEAMARK, "run", "--diagnosis", "/dev/full", "--", build("manners"), "exit", "3"])
    equal(done.returncode, 3, "status with a full disk")
    check(b"/dev/full is not complete" in done.stderr, "a full disk is not told")


if __name__ == "__main__":
    main()
