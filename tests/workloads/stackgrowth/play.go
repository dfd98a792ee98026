// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"runtime"
	"time"

	"seamark.test/workloads/endings"
)

var errNo = errors.New("no")

// What happens inside a handshake, and where.
type manner struct {
	name   string
	client func(*play, *tls.Config)
	server func(*play, *tls.Config)
	wrap   func(*play, net.Conn) net.Conn // around both ends' connections
}

type play struct {
	all         endings.Tally
	depth       int
	certificate tls.Certificate
	roots       *x509.CertPool
}

var manners = []manner{
	{name: "plain"},
	{name: "server grows", server: func(on *play, config *tls.Config) {
		chosen := config.Certificates[0]
		config.Certificates = nil
		config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			on.grow()
			return &chosen, nil
		}
	}},
	{name: "client grows", client: func(on *play, config *tls.Config) {
		config.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error {
			on.grow()
			return nil
		}
		config.VerifyConnection = func(tls.ConnectionState) error {
			on.grow()
			return nil
		}
	}},
	{name: "connection grows", wrap: func(on *play, conn net.Conn) net.Conn {
		return &growingConn{conn, on}
	}},
	{name: "client refuses, grown", client: func(on *play, config *tls.Config) {
		config.VerifyConnection = func(tls.ConnectionState) error {
			on.grow()
			return errNo
		}
	}},
	{name: "client panics", client: func(on *play, config *tls.Config) {
		config.VerifyConnection = func(tls.ConnectionState) error {
			on.grow()
			panic("client")
		}
	}},
	{name: "client panics inside", client: func(on *play, config *tls.Config) {
		config.VerifyConnection = func(tls.ConnectionState) error {
			defer func() { recover() }()
			panic(on.grow())
		}
	}},
	{name: "server panics", server: func(on *play, config *tls.Config) {
		config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			on.grow()
			panic("server")
		}
	}},
	{name: "server's goroutine ends", server: func(on *play, config *tls.Config) {
		config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			on.grow()
			runtime.Goexit()
			return nil, nil
		}
	}},
	{name: "client's goroutine ends", client: func(on *play, config *tls.Config) {
		config.VerifyConnection = func(tls.ConnectionState) error {
			runtime.Goexit()
			return nil
		}
	}},
}

// Reads and writes from far down a stack.
type growingConn struct {
	net.Conn
	on *play
}

func (conn *growingConn) Read(bytes []byte) (int, error) {
	conn.on.grow()
	return conn.Conn.Read(bytes)
}

func (conn *growingConn) Write(bytes []byte) (int, error) {
	conn.on.grow()
	return conn.Conn.Write(bytes)
}

//go:noinline
func descend(depth int, pcs []uintptr) int {
	var frame [256]byte
	for i := 0; i < len(frame); i += 64 {
		frame[i] = byte(depth + i)
	}
	if depth == 0 {
		return runtime.Callers(0, pcs)
	}
	return descend(depth-1, pcs) + int(frame[64]) - int(byte(depth+64))
}

// Makes the stack grow, and has it walked from its deepest point to its end.
func (on *play) grow() int {
	pcs := make([]uintptr, on.depth+256)
	found := descend(on.depth, pcs)
	if found <= on.depth {
		panic("the stack is shorter than it is")
	}
	return found
}

func newPlay(depth int) (*play, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              []string{"stackgrowth.test"},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	on := &play{
		all:         endings.Tally{Width: 24},
		depth:       depth,
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		roots:       x509.NewCertPool(),
	}
	on.roots.AddCert(certificate)
	return on, nil
}

// Half of the pairs are sockets, half are pipes in the process.
func (on *play) pair(number int) (net.Conn, net.Conn) {
	if number/len(manners)%2 == 0 {
		return newPipe()
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	server, err := listener.Accept()
	if err != nil {
		panic(err)
	}
	return client, server
}

// One handshake: each end on a fresh goroutine, whose stack is small.
func (on *play) one(number int) {
	how := manners[number%len(manners)]
	version := uint16(tls.VersionTLS12 + number/len(manners)/2%2)
	client, server := on.pair(number)
	clientConfig := &tls.Config{RootCAs: on.roots, ServerName: "stackgrowth.test",
		MinVersion: version, MaxVersion: version}
	serverConfig := &tls.Config{Certificates: []tls.Certificate{on.certificate},
		MinVersion: version, MaxVersion: version}
	if how.client != nil {
		how.client(on, clientConfig)
	}
	if how.server != nil {
		how.server(on, serverConfig)
	}
	below := func(conn net.Conn) net.Conn {
		if how.wrap != nil {
			return how.wrap(on, conn)
		}
		return conn
	}
	done := make(chan struct{}, 2)
	go on.end(how.name, "client", client, tls.Client(below(client), clientConfig), done)
	go on.end(how.name, "server", server, tls.Server(below(server), serverConfig), done)
	<-done
	<-done
}

// Runs one end and notes how it ended: "ok", "failed", "panicked" or "gone".
func (on *play) end(manner, role string, conn net.Conn, secured *tls.Conn, done chan struct{}) {
	ending := "gone"
	defer func() {
		if reason := recover(); reason != nil {
			ending = "panicked"
		}
		on.all.Add(manner, role, ending)
		conn.Close()
		done <- struct{}{}
	}()
	if err := secured.HandshakeContext(context.Background()); err != nil {
		ending = "failed"
		return
	}
	ending = "spoke not"
	if endings.Exchange(secured, role) {
		ending = "ok"
	}
}
