// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
)

const (
	workers       = 6
	workerRounds  = 15
	workerFailure = 5 // every so many rounds
)

// Several handshakes at a time, so that goroutines wander between threads.
func manyActs(book *ledger) error {
	made, err := makeCertificates()
	if err != nil {
		return err
	}
	failed := make(chan error, workers)
	var all sync.WaitGroup
	for worker := 0; worker < workers; worker++ {
		all.Add(1)
		go func(worker int) {
			defer all.Done()
			if err := work(book, made, worker); err != nil {
				failed <- err
			}
		}(worker)
	}
	all.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func work(book *ledger, made *certificates, worker int) error {
	from, err := newExchange(book, "many at a time", "tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer from.listener.Close()
	for round := 0; round < workerRounds; round++ {
		version := uint16(tls.VersionTLS12 + (worker+round)%2)
		plan := scenario{
			client: end{config: clientConfig(made, version), wanted: "ok", after: receive},
			server: end{config: serverConfig(&made.good, version), wanted: "ok", after: send},
		}
		if round%workerFailure == 0 {
			plan.client = end{config: clientConfig(made, version), wanted: "error unknown_authority"}
			plan.server = end{config: serverConfig(&made.unknown, version),
				wanted: "error remote_alert", alert: 42}
		}
		if round%2 == 0 {
			plan.client.wrap = wrapped
		}
		if err := from.run(&plan); err != nil {
			return fmt.Errorf("worker %d: %w", worker, err)
		}
	}
	return nil
}

// A connection of the program's own type: Go's TLS runs over any.
type ownConn struct {
	net.Conn
}

func wrapped(conn net.Conn) net.Conn {
	return &ownConn{conn}
}
