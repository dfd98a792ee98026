// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

const (
	patience      = 20 * time.Second // nothing here should ever need it
	shortPatience = 40 * time.Millisecond
)

// One end: Go's TLS with a configuration, or a peer that plays by other rules.
type end struct {
	config *tls.Config
	within func() (context.Context, context.CancelFunc)
	before func(net.Conn)
	raw    func(conn net.Conn, peerDone chan struct{}) // instead of TLS
	wanted string
}

type scenario struct {
	name           string
	client, server end
}

func handshake(scenario, role string, conn net.Conn, plan *end) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	if plan.within != nil {
		cancel()
		ctx, cancel = plan.within()
	}
	defer cancel()
	if plan.before != nil {
		plan.before(conn)
	}
	secured := tls.Server(conn, plan.config)
	if role == "client" {
		secured = tls.Client(conn, plan.config)
	}
	said := secured.HandshakeContext(ctx)
	// Not done again: it returns the error that it kept, which no context has replaced.
	kept := secured.Handshake()
	book(scenario, role, plan.wanted, conn, said, kept)
	if said == nil {
		_ = conn.SetReadDeadline(time.Now().Add(shortPatience))
		_, _ = secured.Read(make([]byte, 1))
	}
}

// Both ends at once; none closes before both have ended, so that no reset overtakes an alert.
func play(listener net.Listener, plan *scenario) {
	client, err := net.Dial("tcp", listener.Addr().String())
	must(err)
	server, err := listener.Accept()
	must(err)
	defer client.Close()
	defer server.Close()
	var both sync.WaitGroup
	ended := map[string]chan struct{}{
		"client": make(chan struct{}), "server": make(chan struct{}),
	}
	one := func(conn net.Conn, role, other string, mine *end) {
		defer both.Done()
		defer close(ended[role])
		if mine.raw != nil {
			mine.raw(conn, ended[other])
			return
		}
		handshake(plan.name, role, conn, mine)
	}
	both.Add(2)
	go one(client, "client", "server", &plan.client)
	go one(server, "server", "client", &plan.server)
	both.Wait()
}
