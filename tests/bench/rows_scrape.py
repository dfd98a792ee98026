# SPDX-License-Identifier: BSD-2-Clause
"""Row 13: what being scraped costs."""
import http.client
import re
import secrets
import subprocess
import time

from figures import Figure, row
from harness import NEWEST_GO, build, container
from measure import Agent, cpu_ns, resident_kib


def scrape(connection):
    began = time.perf_counter()
    connection.request("GET", "/metrics", headers={"Accept": "application/openmetrics-text"})
    text = connection.getresponse().read()
    return time.perf_counter() - began, text


def scraped(agent, times):
    """How long each took, what one cost, and how many series there were, each bucket one."""
    connection = http.client.HTTPConnection(agent.address)
    scrape(connection)
    began = cpu_ns(agent.pid)
    took = sorted(scrape(connection)[0] * 1000 for _ in range(times))
    spent = (cpu_ns(agent.pid) - began) / times / 1e6
    _, text = scrape(connection)
    return took, spent, len(re.findall(rb"(?m)^[^#]", text)), len(text)


def fill(containers):
    """Each makes 40 system calls, of which most fail: some 1,300 series, as Prometheus counts."""
    binary = build("bench", NEWEST_GO)
    for _ in range(containers):
        with container(f"/docker/{secrets.token_hex(32)}") as enter:
            subprocess.run([*enter, binary, "calls"], check=True)


@row("scrape")
def scrapes(_):
    """Ten thousand series over loopback, as Prometheus counts them: each bucket is one."""
    with Agent() as agent:
        fill(3)
        took, spent, series, size = scraped(agent, 200)
        yield Figure("series", series, "")
        yield Figure("size", size / 1e6, "MB")
        yield Figure("row 13: scrape of 10,000 series, p50", took[100], "ms", took, 1)
        yield Figure("row 13: scrape of 10,000 series, p99", took[197], "ms", bar=2)
        yield Figure("row 13: scrape of 10,000 series, CPU", spent, "ms", bar=0.5)
        fill(145)
        took, spent, series, size = scraped(agent, 30)
        yield Figure("series of 150 containers", series, "")
        yield Figure("row 13: scrape of 150 containers, p50", took[15], "ms", took)
        yield Figure("row 13: scrape of 150 containers, CPU for 10,000 series",
                     spent * 10000 / series, "ms", bar=0.5)
        yield Figure("row 13: resident with 150 containers", resident_kib(agent.pid) / 1024,
                     "MiB", bar=32)
