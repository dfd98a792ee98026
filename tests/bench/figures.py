# SPDX-License-Identifier: BSD-2-Clause
"""What a row gives, and which rows there are. A file rows_THEME.py names its own by @row."""
import statistics

ROWS = {}           # {name: function(rounds) that gives figures}


def row(name):
    def decorate(function):
        ROWS[name] = function
        return function
    return decorate


def median(values):
    return statistics.median(values) if values else None


def quartiles(values):
    if len(values) < 2:
        return values[0:1] * 2
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return [low, high]


def number(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


class Figure:
    """A number, what it is, how it spread, and the bar that it must not pass; or why there is
    none."""

    def __init__(self, what, value, unit, values=(), bar=None, note=None):
        self.what, self.value, self.unit, self.bar, self.note = what, value, unit, bar, note
        self.low, self.high = quartiles(list(values)) if values else (None, None)

    @classmethod
    def recorded(cls, told):
        """As run writes it."""
        figure = cls(told["what"], told.get("value"), told["unit"], (), told.get("bar"),
                     told.get("note"))
        figure.low, figure.high = told.get("low"), told.get("high")
        return figure

    @property
    def missed(self):
        return not self.note and self.bar is not None and (self.value is None or
                                                           self.value > self.bar)


def over(what, unit, values, bar=None):
    return Figure(what, median(values), unit, values, bar)


def skipped(what, why):
    return Figure(what, None, "", note=why)
