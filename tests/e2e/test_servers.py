#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Servers nobody here wrote, under load from generators nobody here wrote: every handshake counts."""
from harness import Agent, accounts_close, equal, main, path, run, test
from servers import free_port, hey, start_caddy, start_etcd

COUNT = "seamark_tls_handshake_duration_seconds_count"


class Counter:
    """Handshakes since it was made, as the agent's scrape tells them."""

    def __init__(self, agent, **labels):
        self.agent, self.labels = agent, labels
        self.before = self.now()

    def now(self):
        return self.agent.total(COUNT, **self.labels)

    def added(self):
        return self.now() - self.before


def load(agent, server, url):
    """hey and curl, successes and failures, and the counts of both ends."""
    # Its very first handshake is a race that test_safety runs; here every one is to be counted.
    hey(1, 1, url)
    good = Counter(agent, process_executable_name=server, tls_role="server", outcome="ok")
    bad = Counter(agent, process_executable_name=server, tls_role="server", outcome="error")
    generator = Counter(agent, process_executable_name="hey", tls_role="client", outcome="ok")
    answered = 0
    for requests, workers in ((1, 1), (500, 10), (2000, 50)):
        answered += hey(requests, workers, url)
    equal(answered, 2501, "requests that were answered")
    equal(generator.added(), answered, "hey's handshakes")
    equal(good.added(), answered, f"{server}'s handshakes with hey")

    for version in ("1.2", "1.3"):
        for _ in range(20):
            done = run(["curl", "-s", "-o", "/dev/null", "--tlsv" + version, "--tls-max", version,
                        "--cacert", path("ca.pem"), url])
            equal(done.returncode, 0, "curl")
    equal(good.added(), answered + 40, f"{server}'s handshakes with curl, too")
    equal(bad.added(), 0, f"{server}'s failed handshakes before there was one")
    for _ in range(7):
        equal(run(["curl", "-s", url]).returncode, 60, "curl without the authority")
        equal(run(["curl", "-s", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", "--cacert",
                   path("ca.pem"), url]).returncode, 35, "curl of old")
        run(["curl", "-s", url.replace("https", "http")])
    equal(bad.added(), 21, f"{server}'s failed handshakes")
    for kind in ("remote_alert", "protocol_version", "not_tls"):
        equal(agent.total(COUNT, process_executable_name=server, tls_role="server",
                          error_type=kind), 7, f"{server}'s {kind}")
    return 1 + answered + 40


@test
def caddy_under_load():
    port = free_port()
    start_caddy(port)
    agent = Agent()
    handshakes = load(agent, "caddy", f"https://localhost:{port}/")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)
    told = facts.of("tls.handshake", process_executable_name="caddy")
    equal(sum(fact["outcome"] == "ok" for fact in told), handshakes, "caddy's facts")
    equal({fact["attributes"].get("network.local.port") for fact in told}, {port}, "caddy's port")
    equal({fact["attributes"].get("server.address") for fact in told if fact["outcome"] == "ok"},
          {"localhost"}, "the name that was asked for")


@test
def etcd_under_load():
    port = free_port()
    agent = Agent()
    start_etcd(port)
    load(agent, "etcd", f"https://127.0.0.1:{port}/version")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)


@test
def a_server_that_starts_after_the_agent():
    agent = Agent()
    port = free_port()
    start_caddy(port)
    counted = Counter(agent, process_executable_name="caddy", tls_role="server", outcome="ok")
    equal(hey(300, 5, f"https://localhost:{port}/"), 300, "answers")
    equal(counted.added(), 300, "caddy's handshakes")
    facts, _ = agent.stop()
    accounts_close(facts.accounts)


if __name__ == "__main__":
    main()
