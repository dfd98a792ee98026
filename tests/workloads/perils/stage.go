// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"sync"
	"time"

	"seamark.test/workloads/endings"
)

const serverName = "perils.test"

type stage struct {
	all         endings.Tally
	certificate tls.Certificate
	roots       *x509.CertPool
	listener    net.Listener
	turn        sync.Mutex // one dial at a time, so that each finds its own other end
}

func newStage() (*stage, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		DNSNames:              []string{serverName},
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
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	on := &stage{
		all:         endings.Tally{Width: 20},
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		roots:       x509.NewCertPool(),
		listener:    listener,
	}
	on.roots.AddCert(certificate)
	return on, nil
}

func (on *stage) clientConfig() *tls.Config {
	return &tls.Config{RootCAs: on.roots, ServerName: serverName, MinVersion: tls.VersionTLS12}
}

func (on *stage) serverConfig() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{on.certificate},
		MinVersion: tls.VersionTLS12}
}

// Both ends of a TCP connection.
func (on *stage) pair() (net.Conn, net.Conn) {
	on.turn.Lock()
	defer on.turn.Unlock()
	client, err := net.Dial("tcp4", on.listener.Addr().String())
	if err != nil {
		panic(err)
	}
	server, err := on.listener.Accept()
	if err != nil {
		panic(err)
	}
	return client, server
}

// One peril, count times, a few at a time, each on goroutines of its own.
func (on *stage) play(one peril, count, workers int) {
	var all sync.WaitGroup
	free := make(chan struct{}, workers)
	for number := 0; number < count; number++ {
		free <- struct{}{}
		all.Add(1)
		go func(number int) {
			defer func() { <-free; all.Done() }()
			one.play(on, number)
		}(number)
	}
	all.Wait()
}

// An end of a connection that shakes hands on a goroutine of its own.
type end struct {
	peril, role string
	conn        *tls.Conn
	context     context.Context
	below       net.Conn
	chance      bool   // the way it ends is not told
	setUp       func() // on the goroutine itself
}

// Runs ends at once and notes how each ended: "ok", "failed", "panicked" or "gone".
func (on *stage) shake(ends ...end) {
	var all sync.WaitGroup
	for _, one := range ends {
		all.Add(1)
		go func(one end) {
			ending := "gone"
			defer func() {
				if recover() != nil {
					ending = "panicked"
				}
				on.all.Add(one.peril, one.role, ending)
				one.below.Close()
				all.Done()
			}()
			if one.setUp != nil {
				one.setUp()
			}
			if one.context == nil {
				one.context = context.Background()
			}
			err := one.conn.HandshakeContext(one.context)
			spoke := err == nil && endings.Exchange(one.conn, one.role)
			switch {
			case one.chance:
				ending = "returned"
			case err != nil:
				ending = "failed"
			case !spoke:
				ending = "spoke not"
			default:
				ending = "ok"
			}
		}(one)
	}
	all.Wait()
}
