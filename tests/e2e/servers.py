# SPDX-License-Identifier: BSD-2-Clause
"""Debian's servers with TLS on loopback, and its load generator."""
import contextlib
import os
import random
import re
import socket
import ssl
import subprocess

from harness import ROOT, check, directory, path, program, run, start, wait_for


def free_port():
    """Below those that the kernel gives to connections: it must stay free until a server has it."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


def make_certificates():
    if not os.path.exists(path("server.pem")):
        subprocess.run([os.path.join(ROOT, "tests", "e2e", "certificates.sh"), directory()],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def secured(listener):
    """The same socket behind TLS, with the server's certificate."""
    make_certificates()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("server.pem"), path("server.key"))
    return context.wrap_socket(listener, server_side=True)


def quiet(command, **options):
    return start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def is_listening(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def start_caddy(port):
    make_certificates()
    with open(path("Caddyfile"), "w", encoding="utf-8") as file:
        file.write("{\n admin off\n auto_https off\n storage file_system " + path("caddy") +
                   f"\n}}\nhttps://localhost:{port}, https://127.0.0.1:{port} {{\n tls " +
                   path("server.pem") + " " + path("server.key") + "\n respond \"light\"\n}\n")
    quiet([program("caddy"), "run", "--config", path("Caddyfile"), "--adapter", "caddyfile"],
          env=dict(os.environ, HOME=directory(), XDG_CONFIG_HOME=directory(),
                   XDG_DATA_HOME=directory()))
    wait_for(lambda: is_listening(port), 20, "caddy's start")


def start_etcd(port):
    make_certificates()
    url = f"https://127.0.0.1:{port}"
    quiet([program("etcd"), "--data-dir", path("etcd"), "--cert-file", path("server.pem"),
           "--key-file", path("server.key"), "--listen-client-urls", url,
           "--advertise-client-urls", url, "--listen-peer-urls", "http://127.0.0.1:0", "--initial-advertise-peer-urls",
           "http://127.0.0.1:2380", "--initial-cluster", "default=http://127.0.0.1:2380"],
          cwd=directory(), env=dict(os.environ, ETCD_UNSUPPORTED_ARCH=""))

    def is_healthy():
        return b"true" in run(["curl", "-s", "--cacert", path("ca.pem"), url + "/health"]).stdout
    wait_for(is_healthy, 30, "etcd's start")


def hey(requests, workers, url, *options):
    """Each request its own connection; returns how many were answered."""
    done = run([program("hey"), "-n", str(requests), "-c", str(workers), "-disable-keepalive",
                "-host", "localhost", *options, url])
    text = done.stdout.decode()
    check("Error distribution" not in text, text)
    return sum(int(count) for count in re.findall(r"\[200\]\s+(\d+) responses", text))
