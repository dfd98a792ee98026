#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of spans while the receiver is away, or Seamark: they wait on disk and come back."""
import os
import shutil
import time

from harness import (SEAMARK, Agent, accounts_close, build, check, equal, main, path, run, test,
                     wait_for)
from receiver import Sink, spans_of
from servers import free_port

SPOOL = path("spool")
OFTEN = {"OTEL_BSP_SCHEDULE_DELAY": "100", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "64",
         "OTEL_BSP_MAX_QUEUE_SIZE": "65536", "OTEL_METRICS_EXPORTER": "none"}


def agent_for(url, *more):
    return Agent("--otlp", url, "--spool", SPOOL, *more, environment=OFTEN)


def exporter(agent):
    """{fate: spans}, of one scrape; what was taken is their sum."""
    samples = {(name, dict(labels).get("fate")): int(value)
               for (name, labels), value in agent.samples().items()
               if dict(labels).get("exporter") == "otlp"}
    fates = {fate: value for (name, fate), value in samples.items() if name.endswith("items_total")}
    fates["waiting"] = samples["seamark_self_exporter_waiting", None]
    equal(sum(fates.values()), samples["seamark_self_exporter_taken_total", None],
          "what became of all spans")
    return fates


def spooled():
    """Spans, as the files' names have them."""
    return sum(int(name.split("-")[2].split(".")[0]) for name in os.listdir(SPOOL)
               if name.startswith("traces-"))


def ids(facts):
    return {fact["span_id"] for fact in facts if "span_id" in fact}


def begin():
    shutil.rmtree(SPOOL, ignore_errors=True)


@test
def an_outage_is_carried_over_a_restart():
    begin()
    agent = agent_for(f"http://127.0.0.1:{free_port()}")
    equal(run([build("firstlight")]).returncode, 0, "firstlight")
    wait_for(lambda: exporter(agent)["waiting"] > 1000 and spooled(), 10, "spans that wait")
    told, _ = agent.stop()
    accounts_close(told.accounts)
    equal(spooled(), len(ids(told.facts)), "spans on disk after the end")
    sink = Sink()
    agent = agent_for(sink.url)
    wait_for(lambda: not spooled(), 20, "an empty spool")
    fates = exporter(agent)
    late, _ = agent.stop()
    spans = spans_of(sink.of("/v1/traces"))
    equal(ids(told.facts) - set(spans), set(), "spans that never came")
    equal(set(spans) - ids(told.facts) - ids(late.facts), set(), "spans of nobody")
    equal([fates[fate] for fate in ("refused", "spool_full", "damaged", "queue_full")], [0] * 4,
          "losses")
    equal(os.listdir(SPOOL), [], "files left")


@test
def what_comes_back_is_complete():
    """The receiver goes and comes again while Seamark stays."""
    begin()
    sink = Sink([(503, {}, b"", 0)] * 3)
    agent = agent_for(sink.url)
    equal(run([build("firstlight")]).returncode, 0, "firstlight")
    wait_for(lambda: not exporter(agent)["waiting"], 30, "all of it to be sent")
    fates = exporter(agent)
    told, _ = agent.stop()
    taken = [one for one in sink.of("/v1/traces") if one["status"] == 200]
    equal(set(spans_of(taken)), ids(told.facts), "spans")
    check(fates["sent"] > 1000 and fates["refused"] == 0, f"{fates}")
    equal(os.listdir(SPOOL), [], "files left")


@test
def a_kill_leaves_what_was_written():
    begin()
    agent = agent_for(f"http://127.0.0.1:{free_port()}")
    equal(run([build("firstlight")]).returncode, 0, "firstlight")
    wait_for(lambda: spooled() > 500, 10, "a spool that fills")
    agent.process.kill()
    agent.process.wait()
    left = spooled()
    with open(os.path.join(SPOOL, "being-written"), "wb") as file:
        file.write(b"half of a file")
    sink = Sink()
    agent = agent_for(sink.url)
    wait_for(lambda: not spooled(), 20, "an empty spool")
    fates = exporter(agent)
    late, _ = agent.stop()
    spans = set(spans_of(sink.of("/v1/traces"))) - ids(late.facts)
    equal(len(spans), left, "spans that outlived it")
    equal(fates["damaged"], 0, "damaged")


@test
def the_oldest_gives_way_and_is_counted():
    begin()
    agent = agent_for(f"http://127.0.0.1:{free_port()}", "--spool-mib", "1")
    binary = build("firstlight")
    for _ in range(12):
        run([binary])
        if exporter(agent)["spool_full"]:
            break
    fates = exporter(agent)
    used = sum(os.stat(os.path.join(SPOOL, name)).st_size for name in os.listdir(SPOOL))
    check(fates["spool_full"] > 0 and fates["waiting"] > 0, f"{fates}")
    check(used <= 1 << 20, f"{used} bytes")
    agent.stop()


@test
def a_full_disk_loses_nothing_else():
    begin()
    os.mkdir(SPOOL)
    run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", SPOOL])
    try:
        agent = agent_for(f"http://127.0.0.1:{free_port()}")
        equal(run([build("firstlight")]).returncode, 0, "firstlight")
        time.sleep(1)
        began = time.monotonic()
        fates = exporter(agent)
        check(time.monotonic() - began < 0.5, "a scrape that waits")
        check(fates["waiting"] > 1000, f"{fates}")
        told, seconds = agent.stop()
        accounts_close(told.accounts)
        check(seconds < 4, f"{seconds} s to stop")
    finally:
        run(["umount", SPOOL])


@test
def what_can_t_hold_it_is_said():
    done = run([SEAMARK, "agent", "--listen", "none", "--otlp", "http://127.0.0.1:1", "--spool",
                "/proc/nowhere"], timeout=30)
    equal(done.returncode, 1, "status")
    check(b"/proc/nowhere can't hold what waits to be sent" in done.stderr, done.stderr.decode())


if __name__ == "__main__":
    main()
