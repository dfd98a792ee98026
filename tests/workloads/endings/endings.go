// SPDX-License-Identifier: BSD-2-Clause

// Package endings counts how handshakes ended, and tells whether a connection is whole.
package endings

import (
	"crypto/tls"
	"fmt"
	"io"
	"sort"
	"sync"
)

// Tally counts endings by what was done and role.
type Tally struct {
	Width  int // of the column of what was done
	mutex  sync.Mutex
	counts map[string]int
}

// Add counts one.
func (all *Tally) Add(what, role, ending string) {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	if all.counts == nil {
		all.counts = make(map[string]int)
	}
	all.counts[fmt.Sprintf("%-*s %-6s %s", all.Width, what, role, ending)]++
}

// Print writes a line for each ending, sorted.
func (all *Tally) Print() {
	lines := make([]string, 0, len(all.counts))
	for line := range all.counts {
		lines = append(lines, line)
	}
	sort.Strings(lines)
	for _, line := range lines {
		fmt.Printf("%s: %d\n", line, all.counts[line])
	}
}

// Exchange sends a word each way, which proves that the connection is whole.
func Exchange(conn *tls.Conn, role string) bool {
	word := make([]byte, 4)
	if role == "client" {
		if _, err := conn.Write([]byte("ping")); err != nil {
			return false
		}
		_, err := io.ReadFull(conn, word)
		return err == nil && string(word) == "pong"
	}
	if _, err := io.ReadFull(conn, word); err != nil || string(word) != "ping" {
		return false
	}
	_, err := conn.Write([]byte("pong"))
	return err == nil
}
