// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"math/rand"
	"net"
	"runtime"
	"time"
)

// A way to get into trouble; number tells its plays apart.
type peril struct {
	name string
	play func(on *stage, number int)
}

var perils = []peril{
	{"plain", playPlain},
	{"deadline", playDeadline},
	{"cancel", playCancel},
	{"cancel at random", playCancelAtRandom},
	{"closed", playClosed},
	{"client ends", playClientEnds},
	{"server ends", playServerEnds},
	{"client panics", playClientPanics},
	{"locked", playLocked},
	{"locked ends", playLockedEnds},
	{"pipe", playPipe},
	{"wrapped", playWrapped},
	{"over TLS", playOverTLS},
}

func (on *stage) ends(name string) (end, end) {
	client, server := on.pair()
	return end{peril: name, role: "client", conn: tls.Client(client, on.clientConfig()),
			below: client},
		end{peril: name, role: "server", conn: tls.Server(server, on.serverConfig()),
			below: server}
}

func playPlain(on *stage, _ int) {
	on.shake(on.ends("plain"))
}

func (on *stage) stall(name string, prepare func(client *end)) {
	client, server := on.pair()
	defer server.Close()
	one := end{peril: name, role: "client", conn: tls.Client(client, on.clientConfig()),
		below: client}
	prepare(&one)
	on.shake(one)
}

func soon() time.Duration {
	return time.Duration(rand.Intn(3000)) * time.Microsecond
}

// The other end says nothing.
func playDeadline(on *stage, _ int) {
	on.stall("deadline", func(client *end) {
		_ = client.below.SetDeadline(time.Now().Add(soon()))
	})
}

func playCancel(on *stage, _ int) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	on.stall("cancel", func(client *end) {
		client.context = ctx
		time.AfterFunc(soon(), cancel)
	})
}

// The other end does answer: whether it is in time is chance.
func playCancelAtRandom(on *stage, _ int) {
	client, server := on.ends("cancel at random")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client.context, client.chance, server.chance = ctx, true, true
	time.AfterFunc(soon(), cancel)
	on.shake(client, server)
}

func playClosed(on *stage, _ int) {
	on.stall("closed", func(client *end) {
		below := client.below
		time.AfterFunc(soon(), func() { below.Close() })
	})
}

func playClientEnds(on *stage, _ int) {
	client, server := on.ends("client ends")
	config := on.clientConfig()
	config.VerifyConnection = func(tls.ConnectionState) error {
		runtime.Goexit()
		return nil
	}
	client.conn, server.chance = tls.Client(client.below, config), true
	on.shake(client, server)
}

func playServerEnds(on *stage, _ int) {
	client, server := on.ends("server ends")
	config := on.serverConfig()
	config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		runtime.Goexit()
		return nil, nil
	}
	config.Certificates = nil
	server.conn = tls.Server(server.below, config)
	on.shake(client, server)
}

func playClientPanics(on *stage, _ int) {
	client, server := on.ends("client panics")
	config := on.clientConfig()
	config.VerifyConnection = func(tls.ConnectionState) error { panic("no") }
	client.conn, server.chance = tls.Client(client.below, config), true
	on.shake(client, server)
}

// A thread for each end alone; a locked goroutine that ends takes its thread along.
func playLocked(on *stage, _ int) {
	client, server := on.ends("locked")
	client.setUp = func() {
		runtime.LockOSThread()
	}
	server.setUp = client.setUp
	on.shake(client, server)
}

func playLockedEnds(on *stage, _ int) {
	client, server := on.ends("locked ends")
	config := on.serverConfig()
	config.Certificates = nil
	config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		runtime.LockOSThread()
		runtime.Goexit()
		return nil, nil
	}
	server.conn = tls.Server(server.below, config)
	on.shake(client, server)
}

func playPipe(on *stage, _ int) {
	client, server := net.Pipe()
	on.shake(end{peril: "pipe", role: "client", conn: tls.Client(client, on.clientConfig()),
		below: client},
		end{peril: "pipe", role: "server", conn: tls.Server(server, on.serverConfig()),
			below: server})
}

// Three types of a program's own around a connection: behind a field, a pointer, a value.
type fieldConn struct {
	number int
	net.Conn
}

type valueConn struct {
	net.Conn
	padding [3]uintptr
}

type emptyConn struct{ net.Conn }

func wrap(number int, conn net.Conn) net.Conn {
	switch number % 4 {
	case 0:
		return &fieldConn{number, conn}
	case 1:
		return valueConn{Conn: conn}
	case 2:
		return emptyConn{conn}
	default:
		return &emptyConn{&emptyConn{&emptyConn{&emptyConn{&fieldConn{0, conn}}}}}
	}
}

func playWrapped(on *stage, number int) {
	client, server := on.pair()
	on.shake(end{peril: "wrapped", role: "client", below: client,
		conn: tls.Client(wrap(number, client), on.clientConfig())},
		end{peril: "wrapped", role: "server", below: server,
			conn: tls.Server(wrap(number+1, server), on.serverConfig())})
}

// The inner handshake's bytes go through the outer one's connection, which shakes hands by itself
// when it is first written to or read from: on the same goroutine, one handshake in another.
func playOverTLS(on *stage, number int) {
	client, server := on.pair()
	outerClient := tls.Client(client, on.clientConfig())
	outerServer := tls.Server(server, on.serverConfig())
	on.shake(end{peril: "over TLS", role: "client", below: client,
		conn: tls.Client(wrap(number, outerClient), on.clientConfig())},
		end{peril: "over TLS", role: "server", below: server,
			conn: tls.Server(outerServer, on.serverConfig())})
}
