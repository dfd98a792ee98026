// SPDX-License-Identifier: BSD-2-Clause

// Firstlight binds, listens, connects, resolves and shakes hands several hundred times, most
// failures deliberate, over loopback only. It keeps its own ledger of what it did, by its own
// clock, and prints a report that is the same in every run.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

type group struct {
	name string
	run  func(*ledger) error
}

var groups = []group{
	{"bind", bindActs},
	{"connect", connectActs},
	{"resolve", resolveActs},
	{"tls", handshakeActs},
	{"many", manyActs},
	{"web", webActs},
}

func run(book *ledger, wanted string) error {
	if err := bookProbes(book); err != nil {
		return err
	}
	for _, one := range groups {
		if wanted != "" && !strings.Contains(","+wanted+",", ","+one.name+",") {
			continue
		}
		if err := one.run(book); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return nil
}

func main() {
	path := flag.String("ledger", "", "file for the ledger, JSON")
	wanted := flag.String("groups", "", "groups to run, comma-separated; empty: all")
	flag.Parse()

	// A nil RootCAs must fail to load: a directory can't be read as a file of certificates.
	os.Setenv("SSL_CERT_FILE", "/")
	os.Setenv("SSL_CERT_DIR", "/nonexistent")

	book := newLedger()
	if err := run(book, *wanted); err != nil {
		fmt.Fprintln(os.Stderr, "firstlight:", err)
		os.Exit(1)
	}
	// A cancelled attempt may end after the dial has returned.
	time.Sleep(50 * time.Millisecond)
	unexpected := book.report(os.Stdout)
	if *path != "" {
		if err := book.write(*path); err != nil {
			fmt.Fprintln(os.Stderr, "firstlight:", err)
			os.Exit(1)
		}
	}
	if unexpected > 0 {
		os.Exit(3)
	}
}
