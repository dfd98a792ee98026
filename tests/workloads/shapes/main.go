// SPDX-License-Identifier: BSD-2-Clause

// Shapes makes handshakes with itself, one after the other, and tells how many ended how on either
// side. It is built in every way that Go knows: small, and without net/http.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

const (
	trusted    = 17 // handshakes that succeed
	distrusted = 6  // and those whose client knows no issuer
)

// touch is what a build adds that has code in C.
var touch = func() {}

type outcomes struct {
	OK     int `json:"ok"`
	Failed int `json:"failed"`
}

func (o *outcomes) note(err error) {
	if err != nil {
		o.Failed++
	} else {
		o.OK++
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func makePair() (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"shapes.test"}, IsCA: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(err)
	parsed, err := x509.ParseCertificate(der)
	must(err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func serve(listener net.Listener, config *tls.Config, done chan<- outcomes) {
	var booked outcomes
	for i := 0; i < trusted+distrusted; i++ {
		accepted, err := listener.Accept()
		must(err)
		conn := tls.Server(accepted, config)
		booked.note(conn.Handshake())
		conn.Close()
	}
	done <- booked
}

func main() {
	pair, pool := makePair()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	done := make(chan outcomes)
	go serve(listener, &tls.Config{Certificates: []tls.Certificate{pair}}, done)
	var booked outcomes
	for i := 0; i < trusted+distrusted; i++ {
		config := &tls.Config{ServerName: "shapes.test", RootCAs: pool}
		if i >= trusted {
			config.RootCAs = x509.NewCertPool()
		}
		dialled, err := net.Dial("tcp", listener.Addr().String())
		must(err)
		conn := tls.Client(dialled, config)
		touch()
		booked.note(conn.Handshake())
		conn.Close()
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]outcomes{"client": booked, "server": <-done}))
}
