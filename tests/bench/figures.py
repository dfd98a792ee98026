# SPDX-License-Identifier: BSD-2-Clause
"""What a row gives, and which rows there are. A file rows_THEME.py names its own by @row."""
from measure import median, quartiles

ROWS = {}           # {name: function(rounds) that gives figures}


def row(name):
    def decorate(function):
        ROWS[name] = function
        return function
    return decorate


class Figure:
    """A number, what it is, how it spread, and the bar that it must not pass."""

    def __init__(self, what, value, unit, values=(), bar=None):
        self.what, self.value, self.unit, self.bar = what, value, unit, bar
        self.low, self.high = quartiles(list(values)) if values else (None, None)

    @property
    def missed(self):
        return self.bar is not None and (self.value is None or self.value > self.bar)


def over(what, unit, values, bar=None):
    return Figure(what, median(values), unit, values, bar)
