# SPDX-License-Identifier: BSD-2-Clause
"""Containers of real runtimes in a machine with control groups of version 2 alone: what that takes
in its file system, and who each fact, metric, span and verdict must say that it was."""
import glob
import json
import os
import re

import runtimes
from harness import Facts, accounts_close, equal, path
from receiver import spans_of

LIBRARIES = [f"{runtimes.ROOT}/usr/lib/x86_64-linux-gnu", f"{runtimes.ROOT}/lib/x86_64-linux-gnu"]
PROGRAMS = {"crun": "usr/bin/crun", "runc": "usr/sbin/runc", "podman": "usr/bin/podman",
            "conmon": "usr/bin/conmon", "containerd": "usr/bin/containerd", "ctr": "usr/bin/ctr",
            "containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2"}
PROGRAM = "brief"


def write(name, text):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return path(name)


def programs():
    return {name: os.path.join(runtimes.ROOT, place) for name, place in PROGRAMS.items()}


def files(binary):
    """{path: file} beside the programs."""
    here = os.path.dirname(os.path.abspath(__file__))
    return {"bin/containers": os.path.join(here, "containers"), PROGRAM: binary,
            "image.tar": runtimes.image_archive(binary),
            "etc/passwd": write("passwd", "root:x:0:0:root:/root:/bin/sh\n"),
            "etc/group": write("group", "root:x:0:\n"),
            "etc/containers/policy.json":
            write("policy.json", '{"default": [{"type": "insecureAcceptAnything"}]}')}


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def says_crun(said):
    """It has neither names nor images: what its id is, people chose."""
    state = json.loads(said)
    return {"container.id": state["id"], "container.name": state["id"],
            "container.image.name": None, "container.image.tags": None}


def says_row(row):
    identifier, name, image = row
    image, _, tag = image.rpartition(":")
    return {"container.id": identifier, "container.name": name, "container.image.name": image,
            "container.image.tags": [tag]}


def says_podman(said):
    return says_row(said.splitlines()[0].split(" "))


def says_containerd(said):
    """CONTAINER, IMAGE and RUNTIME, below a heading: its containers have no other name."""
    identifier, image, _ = said.splitlines()[1].split()
    return says_row((identifier, identifier, image))


SAYS = {"crun": says_crun, "podman": says_podman, "containerd": says_containerd}


def who(attributes, wanted):
    return {key: attributes.get(key) for key in wanted}


def check_metrics(text, wanted):
    """seamark_container_info has a label for each that is known; series of events say whose."""
    found = [dict(re.findall(r'(\w+)="([^"]*)"', line)) for line in text.splitlines()
             if line.startswith("seamark_container_info{") and
             f'container_id="{wanted["container.id"]}"' in line]
    labels = {key.replace(".", "_"): value[0] if isinstance(value, list) else value
              for key, value in wanted.items()}
    equal([who(one, labels) for one in found], [labels], "seamark_container_info")
    for family in ("bind", "tls_handshake"):
        counts = [line.split()[-1] for line in text.splitlines()
                  if line.startswith(f"seamark_{family}_duration_seconds_count{{") and
                  f'container_id="{wanted["container.id"]}"' in line and 'outcome="error"' in line]
        equal(counts, ["1"], f"{family} of {wanted['container.id']}")


def check_verdicts(text, wanted):
    causes = sorted(group["verdict"]["cause"] for group in json.loads(text)["diagnoses"]
                    if group.get("verdict") and
                    (group.get("container") or {}).get("id") == wanted["container.id"])
    equal(causes, ["address_in_use", "not_tls"], f"diagnoses of {wanted['container.id']}")


def check_container(folder, runtime, facts, spans):
    wanted = {"container.runtime.name": runtime, **SAYS[runtime](read(folder, runtime + ".says"))}
    equal(read(folder, runtime + ".status").strip(), "0", f"{runtime}'s status")
    equal(read(folder, runtime + ".out").strip(), "pid 1", f"what its container says in {runtime}")
    check_metrics(read(folder, runtime + ".metrics"), wanted)
    check_verdicts(read(folder, runtime + ".diagnoses"), wanted)
    for event, cause in (("bind", "address_in_use"), ("tls.handshake", "not_tls")):
        found = [fact for fact in facts.of(event, container_id=wanted["container.id"])
                 if fact["outcome"] == "error"]
        equal([(who(fact["attributes"], wanted), fact["verdict"]["cause"]) for fact in found],
              [(wanted, cause)], f"{runtime}'s facts of {event}")
        equal([who(spans.get(fact["span_id"], {}), wanted) for fact in found], [wanted],
              f"{runtime}'s spans of {event}")
    print("# " + ", ".join(f"{key} {value}" for key, value in wanted.items() if value))


def pushed(folder):
    """{span id: attributes} of all that was pushed."""
    requests = []
    for name in glob.glob(os.path.join(folder, "spans.*")):
        with open(name, "rb") as file:
            requests.append({"headers": {"Content-Type": "application/x-protobuf"},
                             "body": file.read()})
    return {key: attributes for key, (_, attributes) in spans_of(requests).items()}


def check_all(folder):
    equal(read(folder, "agent.status").strip(), "0", f"the agent ({read(folder, 'agent.err')})")
    facts, spans = Facts(os.path.join(folder, "agent.facts")), pushed(folder)
    accounts_close(facts.accounts)
    for runtime in SAYS:
        check_container(folder, runtime, facts, spans)
    mine = {SAYS[runtime](read(folder, runtime + ".says"))["container.id"] for runtime in SAYS}
    equal({fact["attributes"].get("container.id") for fact in facts.facts
           if fact["attributes"].get("process.executable.name") == PROGRAM}, mine,
          "containers of all facts of the program")
