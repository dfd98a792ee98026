# SPDX-License-Identifier: BSD-2-Clause
"""What may stand in a query: the families, labels and values that the program itself tells of
(vocabulary.c), and the recording rules. Whatever else a query names is a mistake."""
import re

# Of the scrape, not of the program.
TARGET_LABELS = {"job", "instance"}
FOREIGN = {"up": TARGET_LABELS, "ALERTS": TARGET_LABELS | {"alertname", "alertstate", "severity"}}
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",), "info": ("_info",),
            "gauge": ("",)}
# Their values are the world's, not the program's.
OPEN_LABELS = re.compile(r"container_|k8s_|process_|syscall_name|seamark_|handshakes|means|reason|le$")

STRING = r'"(?:[^"\\]|\\.)*"'
SELECTOR = re.compile(r'([a-zA-Z_:][\w:]*)?\{((?:[^"}]|' + STRING + r')*)\}')
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*(' + STRING + ')')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
AGGREGATION = re.compile(r"\b(?:sum|max|min|count|avg)\b")
DURATION = re.compile(r"\[[^\]]*\]|\boffset\s+\S+")
NAME = re.compile(r"[a-zA-Z_:][\w:]*")
# What else a query is made of: any other word must be a metric.
LANGUAGE = set("""and or unless on ignoring group_left group_right by without sum max min count topk avg
 rate increase changes absent time vector predict_linear histogram_quantile last_over_time
 count_over_time""".split())


class Mistake(Exception):
    """A query that names what does not exist."""


def grouped(query):
    """The labels that its groupings and matchings name."""
    return {label.strip() for labels in GROUPING.findall(query) for label in labels.split(",")
            if label.strip()}


class Vocabulary:
    def __init__(self, told):
        self.families = told["families"]
        self.causes = set(told["causes"])
        self.error_types = set(told["error_types"])
        self.labels = {name: set(labels) for name, labels in FOREIGN.items()}
        self.family_of = {}
        for name, family in self.families.items():
            for suffix in SUFFIXES[family["type"]]:
                self.family_of[name + suffix] = family
                self.labels[name + suffix] = (set(family["labels"]) | TARGET_LABELS |
                                              ({"le"} if suffix == "_bucket" else set()))

    def add_record(self, name, labels):
        self.labels[name] = set(labels) | TARGET_LABELS

    def check(self, query, where):
        """The labels that the query's metrics have; a Mistake says what does not exist."""
        if query.count("(") != query.count(")"):
            raise Mistake(f"{where}: parentheses don't match: {query}")
        names = self._check_selectors(query, where)
        bare = DURATION.sub(" ", GROUPING.sub(" ", SELECTOR.sub(" ", query)))
        names |= set(NAME.findall(bare)) - LANGUAGE
        for name in names:
            if name not in self.labels:
                raise Mistake(f"{where}: there is no metric {name}")
        known = set().union(*(self.labels[name] for name in names)) if names else set()
        for label in grouped(query) - known:
            raise Mistake(f"{where}: no metric of this query has a label {label}: {query}")
        return known

    def _check_selectors(self, query, where):
        found = set()
        for name, inside in SELECTOR.findall(query):
            matchers = MATCHER.findall(inside)
            names = {name} if name else set()
            for label, _, value in matchers:
                if label == "__name__":
                    names |= set(value.strip('"').split("|"))
            found |= names
            for one in names:
                if one not in self.labels:
                    raise Mistake(f"{where}: there is no metric {one}")
            known = set().union(*(self.labels[one] for one in names))
            for label, _, value in matchers:
                if label == "__name__":
                    continue
                if label not in known:
                    raise Mistake(f"{where}: {name or names} has no label {label}")
                self._check_value(names, label, value.strip('"'), where)
        return found

    def _check_value(self, names, label, value, where):
        if label in TARGET_LABELS or OPEN_LABELS.match(label) or value.startswith("$"):
            return
        known = set()
        for name in names:
            family = self.family_of.get(name)
            if not family:
                return
            known |= set(family["labels"].get(label, []))
            if label == "cause" and name.startswith("seamark_verdicts"):
                known |= self.causes
            if label == "error_type":
                known |= self.error_types
        for one in value.split("|"):
            if one and one not in known:
                raise Mistake(f"{where}: {label} of {sorted(names)} is never {one!r}: "
                              f"{sorted(known)}")

    def check_legend(self, legend, query, where):
        """A legend shows only labels that the query keeps; one that sums nothing up keeps all."""
        kept = grouped(query) if AGGREGATION.search(query) else self.check(query, where)
        for label in re.findall(r"\{\{\s*(\w+)\s*\}\}", legend):
            if label not in kept:
                raise Mistake(f"{where}: the legend shows {label}, which the query does not keep")
