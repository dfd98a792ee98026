#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What containers and services are called: real Docker, staged runtimes, and daemons that hang."""
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import threading
import time

import runtimes
from harness import (SEAMARK, Agent, build, check, container, directory, equal, main, path, run,
                     start, test, wait_for)
from receiver import Sink, spans_of
from servers import free_port

MANNERS = build("manners")
FAST_PUSH = {"OTEL_BSP_SCHEDULE_DELAY": "100"}


def stage(name, files):
    """A runtime's root: {path: content}."""
    root = path(name)
    for place, content in files.items():
        full = os.path.join(root, place)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
    return root


def docker_config(identifier, name="web", image="shop/web:1.2", labels=None):
    return {"ID": identifier, "Name": "/" + name, "Config": {"Image": image, "Labels": labels}}


def fail_to_bind(enter, port=None, environment=None):
    """A program in the control group asks for a port that is taken."""
    with socket.create_server(("127.0.0.1", port or 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        run([*enter, MANNERS, "bind", "tcp", address], env=dict(os.environ, **(environment or {})))


def info_of(agent, identifier):
    """The labels of seamark_container_info, of which there is one a container."""
    found = [dict(labels) for name, labels in agent.samples() if name == "seamark_container_info"
             and dict(labels)["container_id"] == identifier]
    check(len(found) <= 1, f"one series of container_info for {identifier}: {found}")
    return found[0] if found else {}


def has(found, wanted, what):
    for key, value in wanted.items():
        equal(found.get(key), value, f"{what}, {key}")


NAMED = {"container.name": "web", "container.image.name": "shop/web",
         "container.image.tags": ["1.2"]}
COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "front"}


@test
def a_program_that_ended_before_it_was_looked_at():
    """Its file can't be asked any more, but the kernel said at its start what it was called."""
    fleeting = path("fleeting")
    shutil.copy(build("brief"), fleeting)
    agent = Agent()
    agent.process.send_signal(signal.SIGSTOP)
    run([fleeting])
    agent.process.send_signal(signal.SIGCONT)
    wait_for(lambda: agent.total("seamark_bind_duration_seconds_count", error_type="EADDRINUSE",
                                 process_executable_name="fleeting") == 1, 5, "its refused bind")
    # Once it is looked at, all is known, and the name is the same.
    run([fleeting, "300"])
    facts, _ = agent.stop()
    binds = [fact["attributes"] for fact in
             facts.of("bind", process_executable_name="fleeting", error_type="EADDRINUSE")]
    equal([one.get("process.executable.path") for one in binds], [None, fleeting], "paths told")
    equal([one.get("process.runtime.name") for one in binds], [None, "go"], "runtimes told")


@test
def fact_metric_span_and_replay_tell_the_names():
    identifier = secrets.token_hex(32)
    root = stage("docker", {f"containers/{identifier}/config.v2.json":
                            docker_config(identifier, labels=COMPOSE)})
    sink = Sink()
    agent = Agent("--runtime-root", root, "--otlp", sink.url, "--record", path("names.recording"),
                  environment=FAST_PUSH)
    with container(f"/docker/{identifier}") as enter:
        fail_to_bind(enter)
        has(info_of(agent, identifier), {
            "container_name": "web", "container_image_name": "shop/web",
            "container_image_tags": "1.2", "container_runtime_name": "docker"}, "metric")
    facts, _ = agent.stop()
    wanted = {**NAMED, "service.name": "front", "service.namespace": "shop",
              "service.version": "1.2"}
    (fact,) = facts.of("bind", container_id=identifier)
    has(fact["attributes"], wanted, "fact")
    spans = [attributes for _, attributes in spans_of(sink.of("/v1/traces")).values()
             if attributes.get("container.id") == identifier and
             attributes.get("seamark.outcome") == "error"]
    check(spans, "spans of the container")
    for attributes in spans:
        has(attributes, wanted, "span")
    replayed = run([SEAMARK, "replay", "--json", path("names.recording")])
    again = [one for one in map(json.loads, replayed.stdout.splitlines())
             if one["event"] == "bind" and one["attributes"].get("container.id") == identifier]
    equal([one["attributes"] for one in again], [fact["attributes"]], "replayed")


@test
def late_names_reach_facts_that_wait():
    identifier = secrets.token_hex(32)
    root = stage("late", {})
    os.makedirs(root)
    sink = Sink()
    agent = Agent("--runtime-root", root, "--otlp", sink.url,
                  environment={"OTEL_BSP_SCHEDULE_DELAY": "8000"})
    with container(f"/docker/{identifier}") as enter:
        fail_to_bind(enter)
        wait_for(lambda: agent.total("seamark_bind_duration_seconds_count",
                                     container_id=identifier), 5, "the bind")
        equal(info_of(agent, identifier).get("container_name"), None, "a name before there is one")
        stage("late", {f"containers/{identifier}/config.v2.json": docker_config(identifier)})
        wait_for(lambda: info_of(agent, identifier).get("container_name") == "web", 5,
                 "the late name")
    facts, _ = agent.stop()
    (fact,) = facts.of("bind", container_id=identifier)
    equal(fact["attributes"].get("container.name"), None, "the fact was written before")
    spans = [attributes for span, attributes in spans_of(sink.of("/v1/traces")).values()
             if span.trace_id.hex() == fact["trace_id"]]
    has(spans[0], NAMED, "span")


@test
def a_pod_is_named_by_its_bundle_and_by_its_logs():
    uid, by_bundle, by_logs = "0f6a3c1e-7b1d-4f5e-9d3a-2c4b6d8e0f11", secrets.token_hex(32), \
        secrets.token_hex(32)
    other = "11111111-2222-3333-4444-555555555555"
    root = stage("node", {
        f"run/containerd/io.containerd.runtime.v2.task/k8s.io/{by_bundle}/config.json": {
            "annotations": {
                "io.kubernetes.cri.container-name": "app", "io.kubernetes.cri.sandbox-name": "web-0",
                "io.kubernetes.cri.sandbox-namespace": "prod",
                "io.kubernetes.cri.image-name": "registry:5000/shop/app:2.0@sha256:" + "a" * 64}},
        f"var/log/pods/stage_db-1_{other}/db/0.log": "",
        f"var/log/containers/db-1_stage_db-{by_logs}.log": ""})
    agent = Agent("--runtime-root", root)
    with container(f"/kubepods/burstable/pod{uid}/{by_bundle}") as enter, \
            container(f"/kubepods/besteffort/pod{other}/{by_logs}") as enter_other:
        fail_to_bind(enter)
        fail_to_bind(enter_other)
    facts, _ = agent.stop()
    (fact,) = facts.of("bind", container_id=by_bundle)
    has(fact["attributes"], {
        "container.name": "app", "container.image.name": "registry:5000/shop/app",
        "container.image.tags": ["2.0"], "k8s.pod.name": "web-0", "k8s.pod.uid": uid,
        "k8s.namespace.name": "prod", "k8s.container.name": "app", "service.name": "web-0",
        "service.namespace": "prod", "service.version": "2.0",
        "service.instance.id": "prod.web-0.app"}, "by its bundle")
    (fact,) = facts.of("bind", container_id=by_logs)
    has(fact["attributes"], {"k8s.pod.name": "db-1", "k8s.namespace.name": "stage",
                             "k8s.container.name": "db", "container.name": "db"}, "by its logs")


@test
def a_process_says_what_service_it_is():
    agent = Agent()
    fail_to_bind([], 18191, {"OTEL_SERVICE_NAME": "shop front",
                             "OTEL_RESOURCE_ATTRIBUTES":
                             "service.name=no,service.version=3%2E1,service.namespace=shop"})
    fail_to_bind([], 18192, {"OTEL_RESOURCE_ATTRIBUTES": "service.name=listed"})
    fail_to_bind([], 18193, {"OTEL_RESOURCE_ATTRIBUTES": "service.name=lost,malformed"})
    facts, _ = agent.stop()
    found = [{key: value for key, value in fact["attributes"].items() if key.startswith("service")}
             for port in (18191, 18192, 18193) for fact in facts.of("bind", network_local_port=port)]
    equal(found, [{"service.name": "shop front", "service.version": "3.1",
                   "service.namespace": "shop"}, {"service.name": "listed"}, {}], "services")


def message(number, content):
    """A protobuf field of bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


@test
def what_an_sdk_publishes_comes_first():
    context = message(1, b"".join(
        message(1, message(1, key.encode()) + message(2, message(1, value.encode())))
        for key, value in {"service.name": "published", "service.instance.id": "i-1"}.items()))
    agent = Agent()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        run([MANNERS, "publish", context.hex(), "4000", "tcp", address], env=dict(
            os.environ, OTEL_SERVICE_NAME="variable",
            OTEL_RESOURCE_ATTRIBUTES="service.version=3"))
    facts, _ = agent.stop()
    (fact,) = [one for one in facts.of("bind") if one["outcome"] == "error" and
               one["attributes"]["network.local.port"] == int(address.split(":")[1])]
    has(fact["attributes"], {"service.name": "published", "service.instance.id": "i-1",
                             "service.version": "3"}, "fact")


def hang(_):
    pass


def babble(connection):
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            connection.sendall(b'{"a":' * 4096)


def lie(connection):
    connection.recv(4096)
    body = b'{"Id":"' + b"0" * 64 + b'","Name":"/another","Config":{"Image":"no/no:1"}}'
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    connection.close()


class Daemon:
    """Listens where Docker would; deed: what it does to who connects."""

    def __init__(self, place, deed):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        self.asked = 0
        self.kept = []
        self.deed = deed
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(place)
        self.socket.listen(1)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            with contextlib.suppress(OSError):
                connection, _ = self.socket.accept()
                self.asked += 1
                self.kept.append(connection)
                threading.Thread(target=self.deed, args=(connection,), daemon=True).start()


def scrapes_of(agent, seconds):
    """How long each took."""
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        agent.get()
        took.append(time.monotonic() - began)
        time.sleep(0.02)
    return took


def scrape_beside(name, deed):
    """How long scrapes take while ten containers are asked for; deed None: nobody listens."""
    root = stage("daemon-" + name, {"here": ""})
    daemon = deed and Daemon(os.path.join(root, "docker.sock"), deed)
    agent = Agent("--runtime-root", root)
    identifiers = [secrets.token_hex(32) for _ in range(10)]
    with contextlib.ExitStack() as stack:
        for identifier in identifiers:
            fail_to_bind(stack.enter_context(container(f"/docker/{identifier}")))
        took = scrapes_of(agent, 2.5)
    if daemon:
        check(daemon.asked, f"{name}: the daemon was asked")
        check(agent.total("seamark_self_container_lookups_total", result="failed"),
              f"{name}: the failure is counted")
    facts, _ = agent.stop()
    for identifier in identifiers:
        (fact,) = facts.of("bind", container_id=identifier)
        equal(fact["attributes"].get("container.name"), None, f"{name}: a name")
    print(f"# {name}: scrapes: median {statistics.median(took) * 1000:.1f} ms, slowest "
          f"{max(took) * 1000:.1f} ms")
    return took


@test
def daemons_that_hang_babble_or_lie_hold_nothing_up():
    alone = statistics.median(scrape_beside("nobody", None))
    for name, deed in (("hangs", hang), ("babbles", babble), ("lies", lie)):
        took = scrape_beside(name, deed)
        # A second is how long a daemon has to answer: who waited for it would take that long.
        check(statistics.median(took) < max(0.05, 2 * alone) and max(took) < 0.9,
              f"{name}: scrapes took {took}, {alone} without it")


@test
def a_daemon_that_answers_names_what_files_do_not():
    identifier = secrets.token_hex(32)

    def answer(connection):
        request = connection.recv(4096).decode()
        known = f"GET /containers/{identifier}/json HTTP/1.1" in request
        body = json.dumps({"Id": identifier, "Name": "/web", "Config":
                           {"Image": "shop/web:1.2", "Labels": {}}} if known else {}).encode()
        connection.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" %
                           (200 if known else 404, len(body)) + body)
        connection.close()

    root = path("daemon-answers")
    Daemon(os.path.join(root, "run/docker.sock"), answer)
    agent = Agent("--runtime-root", root)
    with container(f"/docker/{identifier}") as enter:
        child = start([*enter, MANNERS, "sleep", "5000"])
        wait_for(lambda: info_of(agent, identifier).get("container_name") == "web", 5, "the name")
        fail_to_bind(enter)
        child.kill()
        child.wait()
    facts, _ = agent.stop()
    (fact,) = facts.of("bind", container_id=identifier)
    has(fact["attributes"], NAMED, "fact")


@test
def hostile_files_harm_nobody():
    names = {kind: secrets.token_hex(32) for kind in
             ("deep", "long", "many", "binary", "escapes", "fifo", "link", "directory")}
    place = "containers/%s/config.v2.json"
    escapes = docker_config(names["escapes"], "a\nb\x1b[31m", "x" * 300 + ":1")
    root = stage("hostile", {
        place % names["deep"]: "[" * 900000,
        place % names["long"]: docker_config(names["long"], "x" * 2000000),
        place % names["many"]: "[" + "0," * 400000 + "0]",
        place % names["binary"]: "\x00\x01\ufffe" * 1000,
        place % names["escapes"]: escapes,
        "elsewhere": docker_config(names["link"])})
    for kind in ("fifo", "link", "directory"):
        os.makedirs(os.path.dirname(os.path.join(root, place % names[kind])))
    os.mkfifo(os.path.join(root, place % names["fifo"]))
    os.symlink("../../elsewhere", os.path.join(root, place % names["link"]))
    os.mkdir(os.path.join(root, place % names["directory"]))
    agent = Agent("--runtime-root", root)
    with contextlib.ExitStack() as stack:
        for identifier in names.values():
            fail_to_bind(stack.enter_context(container(f"/docker/{identifier}")))
        wait_for(lambda: info_of(agent, names["escapes"]).get("container_name") ==
                 "a\\\\x0ab\\\\x1b[31m", 5, "the one that can be read")
        check(statistics.median(scrapes_of(agent, 0.5)) < 0.05, "scrapes were held up")
    facts, _ = agent.stop()
    for kind, identifier in names.items():
        (fact,) = facts.of("bind", container_id=identifier)
        if kind != "escapes":
            equal(fact["attributes"].get("container.name"), None, kind)
        equal(fact["attributes"].get("container.image.name"), None, kind)


@contextlib.contextmanager
def docker():
    """A private daemon, and a function that asks it."""
    root = os.path.join(directory(), "d")
    environment = dict(os.environ, **runtimes.ENVIRONMENT)
    os.makedirs(root)
    with open(path("dockerd.log"), "w", encoding="utf-8") as log:
        daemon = start([f"{runtimes.ROOT}/usr/sbin/dockerd", "--data-root", f"{root}/data", "--exec-root", f"{root}/exec",
                        "-H", f"unix://{root}/docker.sock", "--pidfile", f"{root}/pid",
                        "--iptables=false", "--ip-masq=false", "--bridge=none",
                        "--storage-driver=vfs"], env=environment, stdout=log, stderr=log)

    def ask(*arguments, **options):
        done = run([f"{runtimes.ROOT}/usr/bin/docker", "-H", f"unix://{root}/docker.sock", *arguments],
                   env=environment, **options)
        check(not done.returncode, f"docker {arguments[0]}: {done.stderr.decode()}")
        return done.stdout.decode().strip()

    wait_for(lambda: os.path.exists(f"{root}/docker.sock"), 30, "dockerd")
    try:
        yield f"{root}/data", ask
    finally:
        daemon.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            daemon.wait(30)


@test
def docker_itself():
    with docker() as (data, ask):
        archive = path("image.tar")
        run(["tar", "-C", os.path.dirname(MANNERS), "-cf", archive, "manners"])
        ask("import", archive, "shop/web:1.2")
        sink = Sink()
        agent = Agent("--runtime-root", data, "--otlp", sink.url, environment=FAST_PUSH)
        port = free_port()
        ask("create", "--name", "web", "--network", "none", *(
            f"--label={key}={value}" for key, value in COMPOSE.items()), "shop/web:1.2",
            "/manners", "bind", "tcp", f"192.0.2.1:{port}")
        identifier = ask("inspect", "-f", "{{.Id}}", "web")
        began = time.monotonic()
        ask("start", "web")
        wait_for(lambda: agent.total("seamark_bind_duration_seconds_count",
                                     container_id=identifier), 10, "the bind")
        print(f"# from docker start to the bind in the metrics: {time.monotonic() - began:.2f} s")
        facts, _ = agent.stop()
    wanted = {**NAMED, "service.name": "front", "service.namespace": "shop",
              "container.runtime.name": "docker"}
    (fact,) = [one for one in facts.of("bind", container_id=identifier)
               if one["outcome"] == "error"]
    has(fact["attributes"], wanted, "fact")
    equal(fact["attributes"]["error.type"], "EADDRNOTAVAIL", "why")
    spans = [attributes for span, attributes in spans_of(sink.of("/v1/traces")).values()
             if span.trace_id.hex() == fact["trace_id"]]
    has(spans[0], wanted, "span")


@test
def containerd_itself():
    """One of an image, which only the daemon tells, and one of a directory, which has none."""
    brief = build("brief")
    made = runtimes.Containerd(brief)
    made.take(runtimes.image_archive(brief))
    sink = Sink()
    agent = Agent("--runtime-root", made.state, "--otlp", sink.url, environment=FAST_PUSH)
    made.run_image("shop-1", "1500")
    without, _ = made.run("1500")
    has(info_of(agent, "shop-1"), {"container_name": "shop-1", "container_image_tags": "1.2",
                                   "container_image_name": "shop.test/brief"}, "metric")
    equal(agent.total("seamark_self_container_lookups_total", result="failed"), 0, "no answers")
    facts, _ = agent.stop()
    spans = {key: attributes for key, (_, attributes) in spans_of(sink.of("/v1/traces")).items()}
    image = {"container.image.name": "shop.test/brief", "container.image.tags": ["1.2"]}
    for name, more in (("shop-1", image), (without, dict.fromkeys(image))):
        wanted = {"container.name": name, "container.runtime.name": "containerd", **more}
        for event in ("bind", "tls.handshake"):
            (fact,) = [one for one in facts.of(event, container_id=name)
                       if one["outcome"] == "error"]
            has(fact["attributes"], wanted, "fact")
            has(spans[fact["span_id"]], wanted, "span")


main()
