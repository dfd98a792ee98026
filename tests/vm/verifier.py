# SPDX-License-Identifier: BSD-2-Clause
"""What the verifier took for each program on each kernel, as it was recorded and as it is measured.
The budget is tests/bpf/test_verifier's own; here it is asked how far what is recorded has drifted."""
import os
import re

from harness import check

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(HERE, "verifier.txt")
UPDATE = "UPDATE=1 tests/vm/run verifier"
# What may change without being recorded: a hundredth of the budget of 100,000 instructions, and an
# eighth of the 512 bytes that the kernel gives to a program and the functions that it is in.
INSTRUCTIONS_SLACK, STACK_SLACK = 1000, 64


def compiler_of(text):
    """As the record's head has it, or as clang signs what it compiled."""
    found = re.search(r"clang (?:version )?(\d+)", text)
    return found and found.group(1)


def is_of(line, series, architecture):
    """Of whichever release of that series."""
    words = line.split()
    return len(words) == 5 and words[0].startswith(series + ".") and words[0].endswith(architecture)


def rows(lines):
    """{rung and program: (instructions, stack)}"""
    split = [line.split() for line in lines]
    return {f"{rung} {program}": (int(count), stack) for _, rung, program, count, stack in split}


def bytes_of(stack):
    return sum(map(int, stack.split("+")))


def is_drift(recorded, measured):
    return (abs(recorded[0] - measured[0]) > INSTRUCTIONS_SLACK or
            abs(bytes_of(recorded[1]) - bytes_of(measured[1])) > STACK_SLACK)


def told(row):
    return f"{row[0]:,} instructions, {bytes_of(row[1])} bytes" if row else "none"


def compare(recorded, measured):
    """(lines about what is different, how many of these are too far from what was recorded)"""
    lines, drifted = [], 0
    for name in sorted(recorded.keys() | measured.keys()):
        before, now = recorded.get(name), measured.get(name)
        if before == now:
            continue
        far = not before or not now or is_drift(before, now)
        drifted += far
        lines.append(f"{name}: {told(now)}; recorded: {told(before)}"
                     f"{'' if far else ' (within the slack)'}")
    return lines, drifted


def order(line):
    """The programs of a kernel stay in the order in which they were loaded."""
    release = line.split()[0]
    return [int(number) for number in re.findall(r"\d+", release)[:3]], release.rsplit("-", 1)[-1]


def record(head, others, measured):
    with open(RECORD, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in head + sorted(others + measured, key=order))


def check_all(said, objects, series, architecture):
    """said: by tests/bpf/test_verifier on that kernel; objects: file with one that it loaded."""
    with open(RECORD, encoding="utf-8") as file:
        text = file.read()
    with open(objects, encoding="latin-1") as file:
        compiler = compiler_of(file.read())
    head = [line for line in text.splitlines() if line.startswith("#")]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    recorded = [line for line in lines if is_of(line, series, architecture)]
    measured = [line[2:] for line in said.splitlines() if is_of(line[2:], series, architecture)]
    update = os.environ.get("UPDATE")
    if compiler != compiler_of(text):
        print(f"# compiled by clang {compiler}, recorded by clang {compiler_of(text)}: not compared")
        check(not update, f"tests/vm/verifier.txt is of clang {compiler_of(text)}: build with that, "
              f"or let its head say clang {compiler} and update every kernel")
        return
    if update:
        record(head, [line for line in lines if line not in recorded], measured)
    elif check(recorded, f"tests/vm/verifier.txt has nothing of this kernel: {UPDATE}"):
        differences, drifted = compare(rows(recorded), rows(measured))
        print("".join(f"# {line}\n" for line in differences), end="")
        check(not drifted, f"{drifted} programs are not as in tests/vm/verifier.txt; if that is "
              f"meant: {UPDATE}")
