#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Names that only Kubernetes knows: a kubelet that answers, refuses, changes, hangs, lies and comes
back, and what is told of its pods in fact, metric and span."""
import contextlib
import http.server
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import threading
import time

from harness import (SEAMARK, Agent, build, check, container, equal, main, path, run, start, test,
                     wait_for)
from receiver import Sink, spans_of
from servers import free_port, make_certificates, secured

MANNERS = build("manners")
FAST_PUSH = {"OTEL_BSP_SCHEDULE_DELAY": "100"}


class Kubelet(http.server.ThreadingHTTPServer):
    """Tells its pods to who has the token; a deed in its place answers as the test wants."""
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port=0, tls=True):
        self.pods = []
        self.asked = []         # (path, authorization)
        self.token = "token-one"
        self.deed = None        # called with the handler in place of an answer
        super().__init__(("127.0.0.1", port), Handler)
        if tls:
            self.socket = secured(self.socket)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        kubelet = self.server
        kubelet.asked.append((self.path, self.headers.get("Authorization")))
        if kubelet.deed:
            kubelet.deed(self)
            return
        if self.headers.get("Authorization") != f"Bearer {kubelet.token}":
            self.answer(401, b"Unauthorized")
            return
        self.answer(200, json.dumps({"kind": "PodList", "apiVersion": "v1", "metadata": {},
                                     "items": kubelet.pods}).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def uid():
    raw = secrets.token_hex(16)
    return "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))


def pod(of, identifier, name="web-6d4b75cb6d-x2x9k", **metadata):
    return {"metadata": {"name": name, "namespace": "prod", "uid": of, "labels": {
                "app": "web", "pod-template-hash": "6d4b75cb6d"}, "ownerReferences": [
                {"kind": "ReplicaSet", "name": "web-6d4b75cb6d", "controller": True}], **metadata},
            "spec": {"containers": [{"name": "app", "image": "shop/web:1.2"}]},
            "status": {"containerStatuses": [
                {"name": "app", "containerID": f"containerd://{identifier}", "image": "x"}]}}


class Case:
    """A pod's group, and a program in it that can't bind."""

    def __init__(self):
        self.uid, self.id = uid(), secrets.token_hex(32)

    def enter(self):
        return container(f"/kubepods/burstable/pod{self.uid}/{self.id}")

    def pod(self, **metadata):
        return pod(self.uid, self.id, **metadata)

    def info(self, agent):
        for name, labels in agent.samples():
            if name == "seamark_container_info" and dict(labels)["container_id"] == self.id:
                return dict(labels)
        return {}


def fail_to_bind(enter):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run([*enter, MANNERS, "bind", "tcp", f"127.0.0.1:{taken.getsockname()[1]}"])


def token_file(token):
    with open(path("token.new"), "w", encoding="utf-8") as file:
        file.write(token + "\n")
    os.rename(path("token.new"), path("token"))
    return path("token")


def asking(kubelet, *more):
    make_certificates()
    return ("--pods", kubelet.url, "--pods-token", token_file("token-one"), "--pods-ca", path("ca.pem"),
            *more)


def has(found, wanted, what):
    for key, value in wanted.items():
        equal(found.get(key), value, f"{what}, {key}")


NAMES = {"k8s.pod.name": "web-6d4b75cb6d-x2x9k", "k8s.namespace.name": "prod",
         "k8s.container.name": "app", "container.name": "app", "k8s.deployment.name": "web",
         "k8s.replicaset.name": "web-6d4b75cb6d", "container.image.name": "shop/web",
         "container.image.tags": ["1.2"], "service.name": "web", "service.namespace": "prod",
         "service.version": "1.2", "service.instance.id": "prod.web-6d4b75cb6d-x2x9k.app"}


@test
def fact_metric_span_and_replay_tell_the_pod():
    case, sink, kubelet = Case(), Sink(), Kubelet()
    kubelet.pods = [pod(uid(), "0" * 64), case.pod()]
    agent = Agent(*asking(kubelet), "--otlp", sink.url, "--record", path("pods.recording"),
                  environment=FAST_PUSH)
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "20000"])
        wait_for(lambda: case.info(agent).get("k8s_deployment_name"), 10, "the deployment")
        fail_to_bind(enter)
        has(case.info(agent), {
            "container_name": "app", "k8s_pod_name": NAMES["k8s.pod.name"], "k8s_pod_uid": case.uid,
            "k8s_deployment_name": "web", "k8s_replicaset_name": "web-6d4b75cb6d"}, "metric")
        child.kill()
        child.wait()
    equal(agent.total("seamark_self_pod_lists_total", result="failed"), 0, "lists that failed")
    check(agent.total("seamark_self_pod_lists_total", result="whole"), "lists are counted")
    facts, _ = agent.stop()
    (fact,) = facts.of("bind", container_id=case.id)
    has(fact["attributes"], NAMES, "fact")
    spans = [attributes for span, attributes in spans_of(sink.of("/v1/traces")).values()
             if span.trace_id.hex() == fact["trace_id"]]
    has(spans[0], NAMES, "span")
    equal({asked for asked, _ in kubelet.asked}, {"/pods"}, "what was asked for")
    replayed = run([SEAMARK, "replay", "--json", path("pods.recording")])
    again = [one for one in map(json.loads, replayed.stdout.splitlines())
             if one["event"] == "bind" and one["attributes"].get("container.id") == case.id]
    equal([one["attributes"] for one in again], [fact["attributes"]], "replayed")


@test
def labels_and_annotations_name_the_service():
    case, kubelet = Case(), Kubelet()
    kubelet.pods = [case.pod(labels={"app.kubernetes.io/name": "front",
                                     "app.kubernetes.io/version": "9"},
                             annotations={"resource.opentelemetry.io/service.namespace": "shop"})]
    agent = Agent(*asking(kubelet))
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "20000"])
        wait_for(lambda: case.info(agent).get("k8s_pod_name"), 10, "the pod")
        fail_to_bind(enter)
        child.kill()
        child.wait()
    facts, _ = agent.stop()
    (fact,) = facts.of("bind", container_id=case.id)
    has(fact["attributes"], {"service.name": "front", "service.version": "9",
                             "service.namespace": "shop"}, "fact")
    check("k8s.deployment.name" not in fact["attributes"], "a deployment without its hash")


@test
def a_status_that_comes_late_is_asked_for_again():
    case, kubelet = Case(), Kubelet()
    kubelet.pods = [dict(case.pod(), status={})]
    agent = Agent(*asking(kubelet))
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "30000"])
        wait_for(lambda: case.info(agent).get("k8s_deployment_name") == "web", 10, "the pod")
        equal(case.info(agent).get("k8s_container_name"), None, "a container without a status")
        kubelet.pods = [case.pod()]
        wait_for(lambda: case.info(agent).get("k8s_container_name") == "app", 15, "the container")
        child.kill()
        child.wait()
    agent.stop()
    check(len(kubelet.asked) < 12, f"asked {len(kubelet.asked)} times")


@test
def a_token_that_is_replaced_is_read_anew():
    case, other, kubelet = Case(), Case(), Kubelet()
    kubelet.pods = [case.pod(), other.pod()]
    agent = Agent(*asking(kubelet))
    with case.enter():
        wait_for(lambda: case.info(agent).get("k8s_pod_name"), 10, "the pod")
        kubelet.token = "token-two"
        token_file("token-two")
        with other.enter():
            wait_for(lambda: other.info(agent).get("k8s_pod_name"), 10, "the other pod")
    equal({token for _, token in kubelet.asked}, {"Bearer token-one", "Bearer token-two"}, "tokens")
    agent.stop()


def refuse(status):
    return lambda handler: handler.answer(status, b"no" * 1000)


def hang(handler):
    time.sleep(60)
    handler.close_connection = True


def babble(handler):
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        handler.wfile.write(b'{"items":[{"a":"')
        while True:
            handler.wfile.write(b"x" * 65536)


def lie(handler):
    handler.answer(200, b"<html>welcome</html>")


def cut_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b'{"items":[')
    handler.close_connection = True


def redirect(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


FAILURES = (("401", refuse(401), "wants a token"), ("403", refuse(403), "nodes/pods"),
            ("500", refuse(500), "HTTP 500"), ("babbles", babble, "too large"),
            ("lies", lie, "no list of pods"), ("cut off", cut_off, "did not tell them"),
            ("redirects", redirect, "HTTP 302"))


def mishap(name, deed, said):
    """It is said once, holds nothing up, and the pod is named as soon as there is an answer."""
    case, kubelet = Case(), Kubelet()
    kubelet.pods, kubelet.deed = [case.pod()], deed
    agent = Agent(*asking(kubelet))
    took = []
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "60000"])
        wait_for(lambda: agent.total("seamark_self_pod_lists_total", result="failed") > 1, 20,
                 f"{name}: failures are counted")
        for _ in range(20):
            began = time.monotonic()
            agent.get()
            took.append(time.monotonic() - began)
        kubelet.deed = None
        wait_for(lambda: case.info(agent).get("k8s_deployment_name") == "web", 20,
                 f"{name}: the pod, when it answers again")
        child.kill()
        child.wait()
    check(statistics.median(took) < 0.05, f"{name}: scrapes took {took}")
    lines = [line for line in agent.said().splitlines() if "pods" in line]
    check(len(lines) == 1 and said in lines[0], f"{name}: one line with '{said}': {lines}")
    check("token-one" not in agent.said(), f"{name}: the token is told: {lines}")
    agent.stop()


@test
def what_fails_is_said_once_and_mended_later():
    for name, deed, said in FAILURES:
        mishap(name, deed, said)


@test
def one_that_hangs_holds_nothing_up():
    case, kubelet = Case(), Kubelet()
    kubelet.deed = hang
    agent = Agent(*asking(kubelet))
    with case.enter() as enter:
        fail_to_bind(enter)
        wait_for(lambda: kubelet.asked, 10, "the question")
        took = []
        for _ in range(50):
            began = time.monotonic()
            agent.get()
            took.append(time.monotonic() - began)
    facts, stopped = agent.stop()
    check(statistics.median(took) < 0.05 and max(took) < 0.9, f"scrapes took {took}")
    check(stopped < 3, f"stopping took {stopped:.1f} s")
    (fact,) = facts.of("bind", container_id=case.id)
    equal(fact["attributes"].get("k8s.pod.name"), None, "a name that nobody told")


@test
def strangers_are_not_believed():
    """Without the authority nothing is sent; unverified it is, when that is asked for."""
    case, kubelet = Case(), Kubelet()
    kubelet.pods = [case.pod()]
    make_certificates()
    agent = Agent("--pods", kubelet.url, "--pods-token", token_file("token-one"))
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "60000"])
        wait_for(lambda: agent.total("seamark_self_pod_lists_total", result="failed"), 10,
                 "the failure")
        equal(kubelet.asked, [], "questions, with the token in them")
        check("--pods-ca" in agent.said(), agent.said())
        agent.stop()
        agent = Agent("--pods", kubelet.url, "--pods-token", token_file("token-one"), "--pods-unverified")
        wait_for(lambda: case.info(agent).get("k8s_deployment_name") == "web", 10, "the pod")
        child.kill()
        child.wait()
    agent.stop()


@test
def no_token_goes_out_in_clear():
    case, kubelet = Case(), Kubelet(tls=False)
    agent = Agent("--pods", kubelet.url + "/api/v1/pods?fieldSelector=spec.nodeName%3Dn",
                  "--pods-token", token_file("token-one"))
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "60000"])
        wait_for(lambda: kubelet.asked, 10, "the question")
        wait_for(lambda: "https" in agent.said(), 5, "what to do")
        child.kill()
        child.wait()
    equal(set(kubelet.asked), {("/api/v1/pods?fieldSelector=spec.nodeName%3Dn", None)}, "questions")
    agent.stop()


@test
def nobody_is_asked_without_need():
    """Containers that are no pods', or an agent that was not told to ask."""
    kubelet = Kubelet()
    agent = Agent(*asking(kubelet))
    with container(f"/docker/{secrets.token_hex(32)}") as enter:
        fail_to_bind(enter)
        time.sleep(1)
    agent.stop()
    equal(kubelet.asked, [], "questions")


@test
def a_node_full_of_pods_and_hostile_ones():
    """110 pods of 40 KB, of which some are none, and 250 that are gone at once."""
    case, kubelet = Case(), Kubelet()
    big = {f"key{number}": "v" * 400 for number in range(100)}
    kubelet.pods = [pod(uid(), secrets.token_hex(32), annotations=big) for _ in range(110)]
    kubelet.pods[3:3] = [{}, {"metadata": None}, {"metadata": {"uid": case.uid, "name": 3}},
                         {"metadata": {"name": "deep", "uid": case.uid, "x": [0] * 30000}}]
    kubelet.pods.append(case.pod(labels={"app.kubernetes.io/name": "a\nb\x1b[31m",
                                         "app.kubernetes.io/version": "x" * 5000}))
    agent = Agent(*asking(kubelet))
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context(case.enter())
        for _ in range(50):
            stack.enter_context(Case().enter())
        child = start([*enter, MANNERS, "sleep", "60000"])
        wait_for(lambda: case.info(agent).get("k8s_pod_name"), 10, "the pod")
        fail_to_bind(enter)
        check(agent.total("seamark_self_pod_lists_total", result="partial"), "partial lists")
        child.kill()
        child.wait()
    facts, _ = agent.stop()
    (fact,) = facts.of("bind", container_id=case.id)
    has(fact["attributes"], {"service.name": "a\\x0ab\\x1b[31m", "service.version": "1.2"}, "fact")


@test
def wrong_options_are_refused_at_once():
    for options, said in ((["--pods", "127.0.0.1:10250"], "https://127.0.0.1:10250"),
                          (["--pods", "https://a:b@host/"], "password"),
                          (["--pods-ca", "/x"], "add --pods URL")):
        done = subprocess.run([SEAMARK, "agent", "--listen", "none", *options],
                              capture_output=True, timeout=20, check=False)
        equal(done.returncode, 2, f"{options}: exit code")
        check(said in done.stderr.decode(), f"{options}: {done.stderr.decode()}")


@test
def one_that_is_not_there_yet_is_waited_for():
    case, port = Case(), free_port()
    make_certificates()
    agent = Agent("--pods", f"https://127.0.0.1:{port}", "--pods-token", token_file("token-one"),
                  "--pods-ca", path("ca.pem"))
    with case.enter() as enter:
        child = start([*enter, MANNERS, "sleep", "60000"])
        wait_for(lambda: agent.total("seamark_self_pod_lists_total", result="failed"), 10,
                 "the failure")
        Kubelet(port).pods.append(case.pod())
        wait_for(lambda: case.info(agent).get("k8s_deployment_name") == "web", 15, "the pod")
        child.kill()
        child.wait()
    agent.stop()


main()
