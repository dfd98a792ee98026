# SPDX-License-Identifier: BSD-2-Clause
"""A Prometheus that scrapes the agent under test each second, and what can be asked of it."""
import json
import time
import urllib.error
import urllib.parse
import urllib.request

from harness import CACHE, path, program, start, wait_for
from servers import free_port

# Of Debian 13: the one that knows native histograms.
NEWER = f"{CACHE}/programs/prometheus-trixie/usr/bin/prometheus"


class Prometheus:
    def __init__(self, target, rules=None, binary=program("prometheus"), features=()):
        self.url = f"http://127.0.0.1:{free_port()}"
        settings, data = path(f"prometheus-{free_port()}.yml"), path(f"tsdb-{free_port()}")
        with open(settings, "w", encoding="utf-8") as file:
            file.write("global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
                       f"rule_files: {json.dumps([rules] if rules else [])}\nscrape_configs:\n"
                       f"- job_name: seamark\n  static_configs: [{{targets: ['{target}']}}]\n")
        start([binary, "--config.file", settings, "--storage.tsdb.path", data,
               "--web.listen-address", self.url.split("//")[1], "--log.level", "error",
               *[f"--enable-feature={name}" for name in features]])
        wait_for(self.is_ready, 30, "Prometheus' start")

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def ask(self, page, **parameters):
        """The data of the answer; RuntimeError with Prometheus' own sentence."""
        url = f"{self.url}/api/v1/{page}?" + urllib.parse.urlencode(parameters)
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error).get("error")) from None

    def exemplars(self, text):
        """{trace id: seconds} of the series that text selects."""
        now = time.time()
        found = self.ask("query_exemplars", query=text, start=now - 300, end=now + 60)
        return {one["labels"]["trace_id"]: float(one["value"])
                for series in found for one in series["exemplars"]}

    def query(self, text):
        return [(one["metric"], float(one["value"][1]))
                for one in self.ask("query", query=text)["result"]]
