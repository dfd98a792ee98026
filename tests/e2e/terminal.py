# SPDX-License-Identifier: BSD-2-Clause
"""A program on a terminal of its own: a pty, and as much of a VT100 as ncurses makes use of."""
import codecs
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[([?>]?)([0-9;]*)([@-~])|[()][A-Z0-9]|([=>78M])|\][^\x07]*\x07)")


class Screen:
    """Rows of characters; a wide one has an empty one behind it."""

    def __init__(self, rows, columns):
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.region = 0, rows - 1

    def scroll(self, count):
        """Up; down where count is negative."""
        first, last = self.region
        for _ in range(abs(count)):
            del self.cells[first if count > 0 else last]
            self.cells.insert(last if count > 0 else first, [" "] * self.columns)

    def lines(self):
        return ["".join(line).rstrip() for line in self.cells]

    def put(self, character):
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if self.column + width > self.columns:
            self.row, self.column = min(self.row + 1, self.rows - 1), 0
        self.cells[self.row][self.column] = character
        if width == 2:
            self.cells[self.row][self.column + 1] = ""
        self.column += width
        self.last = character

    def wipe(self, row, first, last):
        for column in range(max(first, 0), min(last, self.columns)):
            self.cells[row][column] = " "

    def control(self, character):
        if character == "\n":
            if self.row == self.region[1]:
                self.scroll(1)
            else:
                self.row = min(self.row + 1, self.rows - 1)
        elif character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(self.column - 1, 0)
        elif character == "\t":
            self.column = min((self.column // 8 + 1) * 8, self.columns - 1)

    def sequence(self, private, text, kind):
        if private or kind in "mhltc":
            return
        numbers = [int(part) if part else 0 for part in text.split(";")]
        count = max(numbers[0], 1)
        if kind == "r":
            self.region = count - 1, (numbers[1] if len(numbers) > 1 else self.rows) - 1
            self.row = self.column = 0
        elif kind in "ST":
            self.scroll(count if kind == "S" else -count)
        elif kind in "Hf":
            self.row = min(count, self.rows) - 1
            self.column = min(max(numbers[1] if len(numbers) > 1 else 1, 1), self.columns) - 1
        elif kind == "A":
            self.row = max(self.row - count, 0)
        elif kind == "B":
            self.row = min(self.row + count, self.rows - 1)
        elif kind == "C":
            self.column = min(self.column + count, self.columns - 1)
        elif kind == "D":
            self.column = max(self.column - count, 0)
        elif kind == "G":
            self.column = min(count, self.columns) - 1
        elif kind == "d":
            self.row = min(count, self.rows) - 1
        elif kind == "X":
            self.wipe(self.row, self.column, self.column + count)
        elif kind == "b":
            for _ in range(count):
                self.put(self.last)
        elif kind == "K":
            self.wipe(self.row, 0 if numbers[0] else self.column,
                      self.column + 1 if numbers[0] == 1 else self.columns)
        elif kind == "J":
            for row in range(0 if numbers[0] else self.row, self.rows):
                self.wipe(row, self.column if row == self.row and not numbers[0] else 0,
                          self.columns)
        elif kind in "LM":
            before, self.region = self.region, (self.row, self.region[1])
            self.scroll(count if kind == "M" else -count)
            self.region = before
        elif kind in "P@":
            line = self.cells[self.row]
            for _ in range(count):
                if kind == "P":
                    del line[self.column]
                    line.append(" ")
                else:
                    line.insert(self.column, " ")
                    line.pop()
        else:
            raise ValueError(f"unknown sequence {text}{kind}")

    def feed(self, text):
        """What is left over is the beginning of a sequence."""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = SEQUENCE.match(text, at)
                if not found:
                    return text[at:]
                if found.group(3):
                    self.sequence(*found.groups()[:3])
                elif found.group(4) == "M" and self.row == self.region[0]:
                    self.scroll(-1)
                elif found.group(4) == "M":
                    self.row = max(self.row - 1, 0)
                at = found.end()
                continue
            if text[at] < " ":
                self.control(text[at])
            else:
                self.put(text[at])
            at += 1
        return ""


class Terminal:
    """A command that believes to have a terminal."""

    def __init__(self, command, rows=24, columns=80, environment=None):
        self.screen = Screen(rows, columns)
        self.raw = b""
        self.left = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.status = None
        self.pid, self.fd = pty.fork()
        if not self.pid:
            time.sleep(0.05)    # until the size is set
            try:
                os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color",
                                                 "LC_ALL": "C.UTF-8", **(environment or {})})
            finally:
                os._exit(127)
        self.size(rows, columns)
        self.modes = termios.tcgetattr(self.fd)

    def size(self, rows, columns):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def modes_are_back(self):
        return termios.tcgetattr(self.fd) == self.modes

    def read(self, seconds):
        """What comes in that time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.fd], [], [], left)[0]:
                break
            try:
                bytes_read = os.read(self.fd, 65536)
            except OSError:
                break
            self.raw += bytes_read
            self.left = self.screen.feed(self.left + self.decoder.decode(bytes_read))
        return self.screen.lines()

    def shows(self, text, seconds=15):
        """Waits until some line has it; the lines then, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            lines = self.read(0.1)
            if any(re.search(text, line) for line in lines):
                return lines
        return None

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def stopped(self, seconds=5):
        return self._wait(seconds, os.WUNTRACED, os.WIFSTOPPED) is not None

    def ended(self, seconds=10):
        """Its exit code; None: it runs, or a signal ended it."""
        status = self._wait(seconds, 0, lambda one: True)
        if status is None:
            return None
        self.pid = None
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else None

    def _wait(self, seconds, options, holds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG | options)
            if pid and holds(status):
                return status
        return None

    def close(self):
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
