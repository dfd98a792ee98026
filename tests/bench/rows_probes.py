# SPDX-License-Identifier: BSD-2-Clause
"""Row 6 and what is around it: probes in Go programs."""
from figures import Figure, over, row
from measure import Agent, Bracket, Floor, FLOORS, Worker, go_worker

MS = 250            # of one measure of a short act


@row("uprobes")
def uprobes(rounds):
    """The two ways in which a kernel gets over a probed instruction."""
    worker = Worker(FLOORS)
    brackets = {which: Bracket(which, lambda: {"site": worker.ask("site", MS)})
                for which in ("emulated", "stepped")}
    for _ in range(rounds):
        for which, bracket in brackets.items():
            # A bare call takes a nanosecond: a tenth of that is no unsteadiness.
            before = worker.ask("site", 50)
            with Floor(worker, which):
                bracket.rows.setdefault("site", []).append((before, worker.ask("site", MS)))
    worker.end()
    for which, bracket in brackets.items():
        yield over(f"an empty uprobe, {which}", "ns", bracket.added("site"))


@row("handshakes")
def handshakes(rounds):
    """CPU time of a TLS 1.3 handshake, both ends in one process."""
    go = go_worker()
    for act in ("tls", "tls-refused"):
        bracket = Bracket(act, lambda act=act: {act: go.ask(act, 1500)})
        for _ in range(rounds):
            bracket.round(Agent(), 0.5)
        yield Figure(f"bare {act}, both ends", (bracket.bare(act) or 0) / 1000, "us")
        yield over(f"{act}, both ends", "x", bracket.ratios(act))
    go.end()
