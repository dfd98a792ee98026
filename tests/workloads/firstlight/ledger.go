// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// An act as an observer in the kernel should have seen it.
type act struct {
	Event      string `json:"event"`
	Transport  string `json:"transport,omitempty"`
	Role       string `json:"role,omitempty"`
	Outcome    string `json:"outcome"`
	ErrorType  string `json:"error_type,omitempty"`
	Alert      int    `json:"alert,omitempty"`
	Label      string `json:"label"`
	StartNs    int64  `json:"start_ns"`              // wall clock
	DurationNs int64  `json:"duration_ns,omitempty"` // 0: not measured
	Goroutine  uint64 `json:"goroutine,omitempty"`   // 0: another one than the caller's
	LocalPort  int    `json:"local_port,omitempty"`
	PeerPort   int    `json:"peer_port,omitempty"`
	Version    string `json:"version,omitempty"`
	Cipher     string `json:"cipher,omitempty"`
	ServerName string `json:"server_name,omitempty"`
	Protocol   string `json:"protocol,omitempty"`
	Resumed    bool   `json:"resumed,omitempty"`
}

type ledger struct {
	mutex      sync.Mutex
	acts       []act
	labels     []string // in the order of first appearance
	unexpected []string
}

func newLedger() *ledger {
	return &ledger{}
}

// Where an act's clock runs.
type stopwatch struct {
	start     time.Time
	goroutine uint64
}

func startWatch() stopwatch {
	id := goroutineID()
	return stopwatch{time.Now(), id}
}

func (watch stopwatch) stop() act {
	took := time.Since(watch.start)
	return act{StartNs: watch.start.UnixNano(), DurationNs: int64(took), Goroutine: watch.goroutine}
}

// An act that happened without a clock of its own.
func unmeasured() act {
	return act{StartNs: time.Now().UnixNano()}
}

// The number in the first line of a stack trace: "goroutine 7 [running]:".
func goroutineID() uint64 {
	var buffer [64]byte
	words := strings.Fields(string(buffer[:runtime.Stack(buffer[:], false)]))
	id, _ := strconv.ParseUint(words[1], 10, 64)
	return id
}

func (book *ledger) add(one act) {
	book.mutex.Lock()
	defer book.mutex.Unlock()
	book.acts = append(book.acts, one)
	for _, label := range book.labels {
		if label == one.Label {
			return
		}
	}
	book.labels = append(book.labels, one.Label)
}

// Books that something did not go as planned: the plan is wrong, or the host is unusual.
func (book *ledger) surprise(format string, arguments ...interface{}) {
	book.mutex.Lock()
	defer book.mutex.Unlock()
	book.unexpected = append(book.unexpected, fmt.Sprintf(format, arguments...))
}

func (one act) kind() string {
	words := []string{one.Event, one.Transport, one.Role, one.Outcome, one.ErrorType}
	if one.Alert != 0 {
		words = append(words, "alert", strconv.Itoa(one.Alert))
	}
	text := strings.Join(words, " ")
	return strings.Join(strings.Fields(text), " ")
}

func (book *ledger) report(out io.Writer) int {
	for _, label := range book.labels {
		counts := make(map[string]int)
		for _, one := range book.acts {
			if one.Label == label {
				counts[one.kind()]++
			}
		}
		kinds := make([]string, 0, len(counts))
		for kind := range counts {
			kinds = append(kinds, kind)
		}
		sort.Strings(kinds)
		fmt.Fprintf(out, "%s\n", label)
		for _, kind := range kinds {
			fmt.Fprintf(out, "%6d %s\n", counts[kind], kind)
		}
	}
	for _, text := range book.unexpected {
		fmt.Fprintf(out, "unexpected: %s\n", text)
	}
	fmt.Fprintf(out, "%d acts, %d unexpected\n", len(book.acts), len(book.unexpected))
	return len(book.unexpected)
}

func (book *ledger) write(path string) error {
	bytes, err := json.Marshal(map[string]interface{}{
		"go": runtime.Version(), "pid": os.Getpid(), "acts": book.acts,
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes, 0o644)
}

func portOf(address net.Addr) int {
	switch known := address.(type) {
	case *net.TCPAddr:
		return known.Port
	case *net.UDPAddr:
		return known.Port
	}
	return 0
}
