// SPDX-License-Identifier: BSD-2-Clause

// Contexts lets handshakes end by their context, at both ends, for each way in which one context
// comes out of another, and books how Go says that they ended: one line of JSON for each way.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

var (
	rounds   = flag.Int("rounds", 2, "of each way and role")
	together = flag.Int("together", 100, "handshakes of a round, all of them under one context")
	busy     = flag.Int("busy", 0, "goroutines that do nothing but compute")
)

// What became of the handshakes of one way and role; their server's port tells them from all others.
type booked struct {
	Way    string         `json:"way"`
	Role   string         `json:"role"`
	Port   int            `json:"port"`
	Own    bool           `json:"own"`    // the program's own type of context ends them
	Wanted map[string]int `json:"wanted"` // by error.type
	mutex  sync.Mutex
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Kept, so that none is closed, and no two ways get one port.
var listeners []net.Listener

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	listeners = append(listeners, listener)
	return listener
}

func newBooked(way, role string, own bool, listener net.Listener) *booked {
	return &booked{Way: way, Role: role, Own: own, Wanted: map[string]int{},
		Port: listener.Addr().(*net.TCPAddr).Port}
}

// By the error that HandshakeContext returned.
func (one *booked) add(err error) {
	class := "other"
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		class = "timeout"
	case errors.Is(err, context.Canceled):
		class = "cancelled"
	case errors.Is(err, net.ErrClosed):
		class = "closed"
	}
	one.mutex.Lock()
	defer one.mutex.Unlock()
	one.Wanted[class]++
}

// Whoever shakes hands, and a peer that hears all and says nothing.
func (one *booked) connect(listener net.Listener) (conn net.Conn) {
	conn, err := net.Dial("tcp", listener.Addr().String())
	must(err)
	peer, err := listener.Accept()
	must(err)
	if one.Role == "server" {
		conn, peer = peer, conn
	}
	go func() {
		_, _ = io.Copy(io.Discard, peer)
		peer.Close()
	}()
	return conn
}

func (one *booked) shake(ctx context.Context, conn net.Conn, plan *way) {
	secured := tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	if one.Role == "server" {
		secured = tls.Server(conn, &tls.Config{})
	}
	if plan.closes {
		time.AfterFunc(3*soon, func() { conn.Close() })
	}
	one.add(secured.HandshakeContext(ctx))
	conn.Close()
}

// The more handshakes end with one context, the longer it takes to tell them all.
func (one *booked) round(plan *way, listener net.Listener) {
	conns := make([]net.Conn, *together)
	for i := range conns {
		conns[i] = one.connect(listener)
	}
	ctx, end := plan.make()
	defer end()
	var all sync.WaitGroup
	for _, conn := range conns {
		all.Add(1)
		go func(conn net.Conn) {
			defer all.Done()
			one.shake(ctx, conn, plan)
		}(conn)
	}
	all.Wait()
}

func play(plan *way, role string) {
	listener := listen()
	one := newBooked(plan.name, role, plan.own, listener)
	for i := 0; i < *rounds; i++ {
		one.round(plan, listener)
	}
	must(json.NewEncoder(os.Stdout).Encode(one))
}

func compute() {
	for number := uint32(1); ; number = number*48271 + 1 {
	}
}

func main() {
	flag.Parse()
	for i := 0; i < *busy; i++ {
		go compute()
	}
	plans := append(ways(), laterWays()...)
	for i := range plans {
		play(&plans[i], "client")
		play(&plans[i], "server")
	}
	playWeb()
}
