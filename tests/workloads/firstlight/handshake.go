// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"
)

const (
	handshakeRounds = 5
	shortPatience   = 40 * time.Millisecond
	longPatience    = 20 * time.Second // nothing here should ever need it
)

// One end of a handshake: Go's TLS with a configuration, or a peer that plays by other rules.
type end struct {
	config  *tls.Config
	context func() (context.Context, context.CancelFunc)
	before  func(net.Conn)                              // with the connection, before the handshake
	wrap    func(net.Conn) net.Conn                     // around the connection, below TLS
	raw     func(conn net.Conn, peerDone chan struct{}) // instead of TLS
	after   func(*tls.Conn)                             // after a handshake that went well
	wanted  string                                      // "ok", "error remote_alert"
	alert   int                                         // 0: whichever comes
}

type scenario struct {
	name           string
	client, server end
}

// Where a pair of connected sockets comes from.
type exchange struct {
	book     *ledger
	label    string
	listener net.Listener
}

func newExchange(book *ledger, label, network, address string) (*exchange, error) {
	listener, err := book.listen(label, network, address)
	if err != nil {
		return nil, err
	}
	return &exchange{book, label, listener}, nil
}

func (from *exchange) pair() (net.Conn, net.Conn, error) {
	address := from.listener.Addr()
	client, err := from.book.dial(from.label, address.Network(), address.String())
	if err != nil {
		return nil, nil, err
	}
	server, err := from.listener.Accept()
	if err != nil {
		client.Close()
		return nil, nil, err
	}
	return client, server, nil
}

// Runs one end's handshake and books it.
func (from *exchange) handshake(conn net.Conn, role string, plan *end) {
	ctx, cancel := context.WithTimeout(context.Background(), longPatience)
	if plan.context != nil {
		cancel()
		ctx, cancel = plan.context()
	}
	defer cancel()
	if plan.before != nil {
		plan.before(conn)
	}
	below := conn
	if plan.wrap != nil {
		below = plan.wrap(conn)
	}
	secured := tls.Server(below, plan.config)
	if role == "client" {
		secured = tls.Client(below, plan.config)
	}
	watch := startWatch()
	err := secured.HandshakeContext(ctx)
	one := watch.stop()
	from.book.addHandshake(one, from.label, role, conn, secured, err, plan)
	if err == nil && plan.after != nil {
		plan.after(secured)
	}
	// Done or failed, it is not done again.
	secured.HandshakeContext(context.Background())
}

func (book *ledger) addHandshake(one act, label, role string, conn net.Conn, secured *tls.Conn,
	err error, plan *end) {
	found := classify(err)
	one.Event = "tls.handshake"
	one.Label = label
	one.Role = role
	one.Outcome = found.outcome
	one.ErrorType = found.errorType
	one.Alert = found.alert
	one.LocalPort = portOf(conn.LocalAddr())
	one.PeerPort = portOf(conn.RemoteAddr())
	if err == nil {
		one.describe(secured.ConnectionState(), role)
	}
	book.add(one)
	if found.String() != plan.wanted || (plan.alert != 0 && plan.alert != found.alert) {
		book.surprise("%s: %s: %s %d (%v) instead of %s", label, role, found, found.alert, err,
			plan.wanted)
	}
}

func (one *act) describe(state tls.ConnectionState, role string) {
	one.Version = map[uint16]string{
		tls.VersionTLS10: "1.0", tls.VersionTLS11: "1.1", tls.VersionTLS12: "1.2",
		tls.VersionTLS13: "1.3",
	}[state.Version]
	one.Cipher = tls.CipherSuiteName(state.CipherSuite)
	one.ServerName = state.ServerName
	one.Protocol = state.NegotiatedProtocol
	one.Resumed = state.DidResume
}

// Both ends at once, each on a goroutine of its own; none closes before both have ended, so that
// no reset overtakes an alert.
func (from *exchange) run(plan *scenario) error {
	client, server, err := from.pair()
	if err != nil {
		return err
	}
	defer client.Close()
	defer server.Close()
	var both sync.WaitGroup
	ended := map[string]chan struct{}{
		"client": make(chan struct{}), "server": make(chan struct{}),
	}
	play := func(conn net.Conn, role, other string, mine *end) {
		defer both.Done()
		defer close(ended[role])
		if mine.raw != nil {
			mine.raw(conn, ended[other])
			return
		}
		from.handshake(conn, role, mine)
	}
	both.Add(2)
	go play(client, "client", "server", &plan.client)
	go play(server, "server", "client", &plan.server)
	both.Wait()
	return nil
}

func handshakeActs(book *ledger) error {
	made, err := makeCertificates()
	if err != nil {
		return err
	}
	for _, plan := range scenarios(made) {
		network, address := "tcp4", "127.0.0.1:0"
		for round := 0; round < handshakeRounds; round++ {
			from, err := newExchange(book, "tls "+plan.name, network, address)
			if err != nil {
				return err
			}
			one := plan
			if err := from.run(&one); err != nil {
				return fmt.Errorf("%s: %w", plan.name, err)
			}
			from.listener.Close()
			network, address = "tcp6", "[::1]:0"
		}
	}
	if err := resumedActs(book, made); err != nil {
		return err
	}
	if err := pipeActs(book, made); err != nil {
		return err
	}
	return layeredActs(book, made)
}

// The second connection resumes the first one's session.
func resumedActs(book *ledger, made *certificates) error {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		label := map[uint16]string{
			tls.VersionTLS12: "tls resumed 1.2", tls.VersionTLS13: "tls resumed 1.3",
		}[version]
		from, err := newExchange(book, label, "tcp4", "127.0.0.1:0")
		if err != nil {
			return err
		}
		plan := scenario{
			client: end{config: clientConfig(made, version), after: receive, wanted: "ok"},
			server: end{config: serverConfig(&made.good, version), after: send, wanted: "ok"},
		}
		plan.client.config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
		for round := 0; round < handshakeRounds; round++ {
			if err := from.run(&plan); err != nil {
				return err
			}
		}
		from.listener.Close()
	}
	book.mustResume("tls resumed 1.2", handshakeRounds-1)
	book.mustResume("tls resumed 1.3", handshakeRounds-1)
	return nil
}

func (book *ledger) mustResume(label string, wanted int) {
	resumed := 0
	for _, one := range book.acts {
		if one.Label == label && one.Role == "client" && one.Resumed {
			resumed++
		}
	}
	if resumed != wanted {
		book.surprise("%s: %d resumed instead of %d", label, resumed, wanted)
	}
}

// TLS over something that is no socket.
func pipeActs(book *ledger, made *certificates) error {
	const label = "tls over a pipe"
	for round := 0; round < handshakeRounds; round++ {
		from := &exchange{book: book, label: label}
		client, server := net.Pipe()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			from.handshake(server, "server", &end{
				config: serverConfig(&made.good, tls.VersionTLS12), wanted: "ok"})
		}()
		from.handshake(client, "client", &end{
			config: clientConfig(made, tls.VersionTLS12), wanted: "ok"})
		<-ended
		client.Close()
		server.Close()
	}
	return nil
}

// TLS in TLS: the outer handshake's first write makes the inner connection shake hands, on the
// same goroutine and within the outer one's time.
func layeredActs(book *ledger, made *certificates) error {
	const label = "tls in tls"
	inner := func(role string) {
		one := unmeasured()
		one.Event = "tls.handshake"
		one.Label = label
		one.Role = role
		book.add(one.ended(nil))
	}
	for round := 0; round < handshakeRounds; round++ {
		from, err := newExchange(book, label, "tcp4", "127.0.0.1:0")
		if err != nil {
			return err
		}
		plan := scenario{
			client: end{config: clientConfig(made, tls.VersionTLS13), wanted: "ok",
				wrap: func(conn net.Conn) net.Conn {
					return tls.Client(conn, clientConfig(made, tls.VersionTLS13))
				}},
			server: end{config: serverConfig(&made.good, tls.VersionTLS13), wanted: "ok",
				wrap: func(conn net.Conn) net.Conn {
					return tls.Server(conn, serverConfig(&made.good, tls.VersionTLS13))
				}},
		}
		if err := from.run(&plan); err != nil {
			return err
		}
		inner("client")
		inner("server")
		from.listener.Close()
	}
	return nil
}
