# SPDX-License-Identifier: BSD-2-Clause
"""What the end-to-end tests share: TAP, Go programs of several releases, Seamark under test."""
import atexit
import contextlib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SEAMARK = os.environ.get("SEAMARK", os.path.join(ROOT, "build", "seamark"))
CACHE = os.environ.get("SEAMARK_CACHE", "/var/cache/seamark")
WORKLOADS = os.path.join(ROOT, "tests", "workloads")
GO_RELEASES = sorted(os.listdir(os.path.join(CACHE, "go")),
                     key=lambda name: int(name.split(".")[1]))
NEWEST_GO = GO_RELEASES[-1]

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all"]

_failures = []
_tests = []
_children = []
_directory = None


def directory():
    """A folder of this test's own, removed at its end."""
    global _directory
    if not _directory:
        _directory = tempfile.mkdtemp(prefix="seamark-e2e.")
        atexit.register(shutil.rmtree, _directory, True)
    return _directory


def path(name):
    return os.path.join(directory(), name)


def program(name):
    """One of Debian's Go programs."""
    return os.path.join(CACHE, "programs", "bin", name)


def check(holds, message):
    """Notes a failure and goes on: one run tells all that is wrong."""
    if not holds:
        _failures.append(message)
    return holds


def take_back():
    """What was noted so far, which then counts no more: for a second try that must be right."""
    noted = list(_failures)
    _failures.clear()
    return noted


def equal(found, wanted, what):
    return check(found == wanted, f"{what}: found {found!r}, wanted {wanted!r}")


def test(function):
    _tests.append((function.__name__, function))
    return function


def cases(values):
    """One test for each value."""
    def decorate(function):
        for value in values:
            label = "-".join(str(part) for part in value) if isinstance(value, tuple) else value
            _tests.append((f"{function.__name__} {label}",
                           lambda value=value: function(*value) if isinstance(value, tuple)
                           else function(value)))
        return function
    return decorate


def wanted(label):
    """Is a test of that name asked for?"""
    return not sys.argv[1:] or any(word in label for word in sys.argv[1:])


def _give_up(*_):
    raise TimeoutError("it takes longer than whoever runs the tests waits")


def main():
    failed = 0
    signal.signal(signal.SIGTERM, _give_up)
    tests = [one for one in _tests if wanted(one[0])]
    print(f"1..{len(tests)}")
    for number, (name, function) in enumerate(tests, 1):
        _failures.clear()
        started = time.monotonic()
        try:
            function()
        except Exception:  # pylint: disable=broad-except
            _failures.append(traceback.format_exc())
        finally:
            _end_children()
        took = time.monotonic() - started
        print(f"{'not ok' if _failures else 'ok'} {number} - {name} # {took:.1f} s", flush=True)
        for message in _failures[:20]:
            print("#  " + str(message).replace("\n", "\n#  "), flush=True)
        failed += bool(_failures)
    sys.exit(1 if failed else 0)


def start(command, **options):
    """A child that is ended with the test if it still runs then."""
    child = subprocess.Popen(command, **options)
    _children.append(child)
    return child


def _end_children():
    for child in _children:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    _children.clear()


def run(command, timeout=120, **options):
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run(command, timeout=timeout, check=False, **options)


def wait_for(condition, seconds, what):
    """Polls until the condition holds; its last value is returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            check(value, f"{what}: not within {seconds} s")
            return value
        time.sleep(0.02)


@functools.lru_cache
def build(workload, release=NEWEST_GO, pie=False, machine=""):
    """A stripped static executable, as it would be shipped; of this machine, or of Go's name. Once a
    run: to find that nothing has changed takes Go up to a second of processor time."""
    kind = ("pie" if pie else "plain") + (machine and "." + machine)
    folder = os.path.join(CACHE, "workloads", kind, release)
    out = os.path.join(folder, workload)
    environment = dict(os.environ, CGO_ENABLED="0")
    if machine:
        environment["GOARCH"] = machine
    command = [os.path.join(CACHE, "go", release, "bin", "go"), "build", "-trimpath",
               "-ldflags=-s -w", "-o", out]
    if pie:
        command.append("-buildmode=pie")
    os.makedirs(folder, exist_ok=True)
    done = run(command + ["./" + workload], timeout=600, cwd=WORKLOADS, env=environment)
    if done.returncode:
        raise RuntimeError(f"go build {workload} ({release}): {done.stderr.decode()}")
    return out


def read_lines(name):
    with open(name, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def control_group_mounts():
    """Of each tree its place, its kind and its options."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return re.findall(r" (/\S*) \S+ (?:shared:\d+ )?- (cgroup2?) \S+ (\S+)$", file.read(),
                          re.M)


@contextlib.contextmanager
def container(runtime_path):
    """A control group like a runtime's, in the tree that tells processes apart here."""
    mounts = control_group_mounts()
    version_1 = [place for place, kind, options in mounts
                 if kind == "cgroup" and "memory" in options.split(",")]
    root = (version_1 or [place for place, kind, _ in mounts if kind == "cgroup2"])[0]
    folder = root + runtime_path
    os.makedirs(folder)
    try:
        yield ["sh", "-c", f'echo $$ > {folder}/cgroup.procs; exec "$@"', "sh"]
    finally:
        for _ in range(50):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
                break
            time.sleep(0.1)


class Facts:
    """The lines of --facts: facts, and the accounts at the end."""

    def __init__(self, name):
        lines = read_lines(name)
        self.accounts = lines[-1]
        self.facts = lines[:-1]
        assert self.accounts["event"] == "accounts", "the last line holds no accounts"

    def of(self, event, **wanted):
        return [fact for fact in self.facts if fact["event"] == event and
                all(fact["attributes"].get(key.replace("_", ".")) == value
                    for key, value in wanted.items())]


def accounts_close(accounts, lossless=True):
    """hits = submitted + lost for each probe and lane; received = all that became of it."""
    submitted = 0
    for name, lanes in accounts["probes"].items():
        for lane, one in lanes.items():
            equal(one["hits"], one["submitted"] + sum(one["lost"].values()),
                  f"accounts of {name}, {lane}: hits against submitted and lost")
            lost = {cause: count for cause, count in one["lost"].items() if cause != "no_start"}
            if lossless:
                equal(lost, {}, f"losses of {name}, {lane}")
        submitted += lanes["fact"]["submitted"]
    equal(accounts["received"], submitted, "received against submitted")
    equal(accounts["received"], accounts["exported"] + accounts["sampled_out"] +
          sum(accounts["lost"].values()), "received against its fates")
    equal(accounts["lost"]["malformed"], 0, "malformed records")


class Served:
    """What an agent at self.url answers."""

    def get(self, page="/metrics", **headers):
        request = urllib.request.Request(self.url + page, headers={
            key.replace("_", "-"): value for key, value in headers.items()})
        with contextlib.suppress(urllib.error.HTTPError):
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read().decode()
        return None

    def samples(self):
        """{(name, ((label, value), ...)): number} of one scrape."""
        found = {}
        for line in self.get().splitlines():
            if line.startswith("#"):
                continue
            match = re.fullmatch(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)', line)
            labels = tuple(sorted(re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"',
                                             match.group(2) or "")))
            found[match.group(1), labels] = float(match.group(3))
        return found

    def total(self, name, **labels):
        wanted = set(labels.items())
        return int(sum(value for (found, have), value in self.samples().items()
                       if found == name and wanted <= set(have)))


class Agent(Served):
    """seamark agent on a free port."""

    def __init__(self, *options, environment=None, listen="127.0.0.1:0", within=()):
        self.facts_file = path("agent.jsonl")
        self.log = open(path("agent.log"), "w+", encoding="utf-8")
        self.process = start([*within, SEAMARK, "agent", "--listen", listen, "--facts",
                              self.facts_file, *options], stderr=self.log,
                             env=dict(os.environ, **(environment or {})))
        wait_for(lambda: "metrics at" in self.said() or self.process.poll() is not None, 20,
                 "the agent's start")
        found = re.search(r"metrics at (http://\S+)/metrics", self.said())
        assert found, self.said()
        self.url = found.group(1)

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def diagnoses(self):
        return json.loads(self.get("/api/v1/diagnoses"))

    def stop(self):
        """SIGTERM; its facts and how long it took to end."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(10)
        took = time.monotonic() - started
        equal(status, 0, f"the agent's exit status ({self.said()})")
        return Facts(self.facts_file), took
