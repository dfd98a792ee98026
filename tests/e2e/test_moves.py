#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A program that is moved to another control group while it runs: what it does from then on, by any
of its threads, is told of its new place."""
import glob
import re
import secrets
import subprocess
import time

from harness import Agent, build, check, container, equal, main, test, wait_for


class Worker:
    """Does many short system calls by a thread that is not the process' first."""

    def __init__(self, enter):
        self.process = subprocess.Popen([*enter, build("bench")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def work(self):
        self.process.stdin.write("getppid 200\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(20)


def group_of(enter):
    return re.search(r"> (\S+/cgroup\.procs)", enter[2]).group(1)


@test
def every_thread_moves():
    old, new = secrets.token_hex(32), secrets.token_hex(32)
    agent = Agent()

    def calls(identifier):
        return agent.total("seamark_syscall_duration_seconds_count", container_id=identifier,
                           syscall_name="getppid")

    with container(f"/docker/{old}") as enter, container(f"/docker/{new}") as enter_new:
        worker = Worker(enter)
        for _ in range(5):
            worker.work()
        before = calls(old)
        check(before, "calls of the old place")
        with open(group_of(enter_new), "w", encoding="utf-8") as file:
            file.write(str(worker.process.pid))
        check(len(glob.glob(f"/proc/{worker.process.pid}/task/*")) > 2, "there are threads")
        for _ in range(5):
            worker.work()
        wait_for(lambda: calls(new), 5, "calls of the new place")
        equal(calls(old), before, "calls of the old place, after the move")
        check(calls(new) > 1000, f"{calls(new)} calls of the new place")
        worker.end()
        time.sleep(0.2)
    agent.stop()


main()
