#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Completion, in bash, zsh and fish themselves: commands, every option that --help shows, values, files."""
import concurrent.futures
import functools
import os
import pty
import re
import select
import time

from harness import ROOT, SEAMARK, cases, check, equal, main, path, run, take_back, test

SHELLS = ["bash", "zsh", "fish"]


@functools.lru_cache
def script(shell):
    """As zsh wants it: in a file called like the function, in a folder of its own."""
    name = path(f"{shell}/_seamark")
    os.makedirs(os.path.dirname(name), exist_ok=True)
    done = run([SEAMARK, "completion", shell])
    equal((done.returncode, done.stderr), (0, b""), f"completion {shell}")
    with open(name, "wb") as file:
        file.write(done.stdout)
    return name


def bash(line):
    """The last word, which may be empty, is completed; bash splits at '=', too."""
    words = re.findall(r"=|[^\s=]+", line)
    if line.endswith((" ", "=")):
        words.append("")
    done = run(["bash", "-uc", 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                '_seamark && printf "%s\\n" "${COMPREPLY[@]}"', "bash", script("bash"), *words],
               cwd=path(""))
    equal(done.stderr, b"", f"bash about {line!r}")
    return set(done.stdout.decode().split("\n")) - {""}


def fish(line):
    done = run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]', script("fish"),
                line], cwd=path(""), env=dict(os.environ, HOME=path("")))
    return {found.split("\t")[0] for found in done.stdout.decode().split("\n")} - {""}


def zsh(line):
    """What an interactive one shows after TAB."""
    folder = os.path.dirname(script("zsh"))
    child, terminal = pty.fork()
    if not child:
        os.chdir(path(""))
        os.environ.update(TERM="dumb", HOME=path(""), COLUMNS="200", LINES="200")
        os.execvp("zsh", ["zsh", "-f", "-i"])
    os.write(terminal, f"fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; "
             "LISTMAX=0; setopt AUTO_LIST; unsetopt LIST_AMBIGUOUS AUTO_MENU; PS1=; echo rea''dy\n"
             .encode())
    _until(terminal, "ready")
    os.write(terminal, line.encode() + b"\t\t")
    text = _until(terminal, None)
    os.close(terminal)
    os.waitpid(child, 0)
    # What it adds to the word follows it at once.
    return set(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x07", "", text).split())


def _until(terminal, word):
    """Reads until the word is on a line of its own, or for want of one until nothing more comes."""
    text, end = "", time.monotonic() + 10
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.8)[0]:
            if not word:
                break
            continue
        text += os.read(terminal, 65536).decode(errors="replace")
        if word and re.search(rf"^{word}\s*$", text, re.M):
            break
    return text


COMPLETE = {"bash": bash, "zsh": zsh, "fish": fish}


def complete(shell, line):
    """In a process of its own: what is offered, and what was wrong."""
    take_back()
    return COMPLETE[shell](line), take_back()


def complete_all(shell, lines):
    """{line: what is offered}, as many shells at a time as there are processors: they mostly wait."""
    script(shell)
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(lines, pool.map(functools.partial(complete, shell), lines)))
    for line, (_, wrong) in found.items():
        check(not wrong, f"{line!r}: {wrong}")
    return {line: offered for line, (offered, _) in found.items()}


COMMANDS = ["run", "agent", "trace", "list", "explain", "inspect", "doctor", "replay", "config", "completion"]

# The line, what must be offered, what must not.
LINES = [
    ("seamark ", {"run", "agent", "trace", "config", "completion", "help"}, {"parse", "--listen"}),
    ("seamark tr", {"trace"}, {"run"}),
    ("seamark trace --f", {"--failed", "--facts"}, {"--event"}),
    ("seamark trace --event ", {"bind", "tls.handshake", "process.exit"}, {"--failed"}),
    ("seamark agent --lang=", {"zh"}, {"fr"}),
    ("seamark agent --facts ./fa", {"facts.jsonl"}, {"zh"}),
    ("seamark config ", {"check", "print", "defaults", "reference"}, {"zh"}),
    ("seamark config check ./fa", {"facts.jsonl"}, set()),
    ("seamark completion ", {"bash", "zsh", "fish"}, {"zh"}),
    ("seamark inspect ./fa", {"facts.jsonl"}, set()),
    ("seamark help tr", {"trace"}, set()),
    ("seamark run -- ./fa", {"facts.jsonl"}, {"--facts"}),
]


def ends(found):
    return {re.sub(r"^(\./|--lang=)", "", word) for word in found}


@cases(SHELLS)
def words_are_completed(shell):
    with open(path("facts.jsonl"), "w", encoding="utf-8"):
        os.chmod(path("facts.jsonl"), 0o755)
    offered = complete_all(shell, [line for line, _, _ in LINES])
    for line, wanted, unwanted in LINES:
        found = ends(offered[line])
        check(wanted <= found, f"{line!r} lacks {sorted(wanted - found)} ({sorted(found)[:40]})")
        check(not unwanted & found, f"{line!r} has {sorted(unwanted & found)}")


@cases(SHELLS)
def every_option_is_there(shell):
    offered = complete_all(shell, [f"seamark {command} --" for command in COMMANDS])
    for command in COMMANDS:
        helped = run([SEAMARK, command, "--help"]).stdout.decode()
        options = set(re.findall(r"^  (--[a-z-]+)", helped, re.M))
        check(options, f"{command} has no options")
        found = {re.sub(r"=.*", "", word) for word in offered[f"seamark {command} --"]}
        check(options <= found, f"{command} lacks {sorted(options - found)} ({sorted(found)[:40]})")


@test
def it_is_installed():
    done = run(["make", "-C", ROOT, "install", f"DESTDIR={path('root')}"])
    equal(done.returncode, 0, done.stderr.decode())
    for shell, place in (("bash", "bash-completion/completions/seamark"),
                         ("zsh", "zsh/site-functions/_seamark"),
                         ("fish", "fish/vendor_completions.d/seamark.fish")):
        with open(path(f"root/usr/local/share/{place}"), "rb") as file:
            equal(file.read(), run([SEAMARK, "completion", shell]).stdout, place)


@test
def other_shells_are_refused():
    for words in ([], ["ksh"], ["bash", "zsh"], ["--x"]):
        done = run([SEAMARK, "completion", *words])
        equal((done.returncode, done.stdout), (2, b""), f"completion {words}")
        equal(done.stderr.count(b"\n"), 1, f"lines ({done.stderr})")


main()
