# SPDX-License-Identifier: BSD-2-Clause
"""A Go program as large as the largest that are shipped: some hundred thousand functions of its
own, written and built once, and kept with the other programs of the tests."""
import hashlib
import os
import shutil
import subprocess

from harness import CACHE, NEWEST_GO

PACKAGES, FUNCTIONS = 120, 1000

FUNCTION = """
func f{number}(count int, text string) (out string, err error) {{
	for i := 0; i < count; i++ {{
		if len(text) > i*{number} {{
			text = strconv.Itoa(len(text)*{number}+i) + text[i:]
		}}
	}}
	if count == {number} {{
		return "", errors.New(text)
	}}
	return text + strconv.Quote(text), nil
}}
"""
PACKAGE = """package p{package}

import (
	"errors"
	"strconv"
)

// All of them: what nobody can call the linker leaves out.
var All = []func(int, string) (string, error){{{names}}}
"""
MAIN = """package main

import (
	"crypto/tls"
	"os"
	"os/signal"
{imports}
)

func main() {{
	fs := [][]func(int, string) (string, error){{{tables}}}
	if len(os.Args) > 1 {{
		for _, all := range fs {{
			for i, f := range all {{
				f(i, os.Args[1])
			}}
		}}
		tls.Dial("tcp", os.Args[1], nil)
	}}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}}
"""


def write(name, text):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def write_sources(folder):
    for package in range(PACKAGES):
        names = ", ".join(f"f{number}" for number in range(FUNCTIONS))
        write(f"{folder}/p{package}/p.go", PACKAGE.format(package=package, names=names) +
              "".join(FUNCTION.format(number=number) for number in range(FUNCTIONS)))
    write(f"{folder}/main.go", MAIN.format(
        imports="\n".join(f'\t"bulk.test/bulk/p{package}"' for package in range(PACKAGES)),
        tables=", ".join(f"p{package}.All" for package in range(PACKAGES))))
    write(f"{folder}/go.mod", "module bulk.test/bulk\n\ngo 1.19\n")


def build_bulk():
    """Its path; some minutes, the first time."""
    with open(__file__, "rb") as file:
        name = "bulk-" + hashlib.sha256(file.read()).hexdigest()[:12]
    place = os.path.join(CACHE, "workloads", "plain", NEWEST_GO, name)
    if os.path.exists(place):
        return place
    folder = os.path.join(CACHE, "bulk")
    shutil.rmtree(folder, ignore_errors=True)
    write_sources(folder)
    try:
        subprocess.run([os.path.join(CACHE, "go", NEWEST_GO, "bin", "go"), "build", "-trimpath",
                        "-ldflags=-s -w", "-o", place + ".new", "."], check=True, cwd=folder,
                       env=dict(os.environ, CGO_ENABLED="0"))
    finally:
        shutil.rmtree(folder)
    os.rename(place + ".new", place)
    return place
