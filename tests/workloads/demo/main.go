// SPDX-License-Identifier: BSD-2-Clause

// Demo is a small service as one meets it on a bad day: some of what it does works, and what fails
// fails for the usual reasons. It talks to itself over loopback only.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

const name = "shop.example"

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "demo authority"},
		NotBefore: time.Now().Add(-365 * 24 * time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate, key}, err
}

// A server's certificate for host that ends after the given time from now.
func (signer *authority) issue(host string, ends time.Duration) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	wanted := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{host},
		NotBefore: time.Now().Add(-100 * 24 * time.Hour), NotAfter: time.Now().Add(ends),
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, signer.certificate, &key.PublicKey,
		signer.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// Serves handshakes with certificate until the listener is closed.
func serve(certificate tls.Certificate) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				tls.Server(conn, &tls.Config{
					Certificates: []tls.Certificate{certificate}}).Handshake()
			}()
		}
	}()
	return listener, nil
}

// Visits the server times times and says how often that worked.
func visit(what string, address net.Addr, roots *x509.CertPool, times int) {
	good := 0
	var last error
	for i := 0; i < times; i++ {
		conn, err := tls.Dial("tcp", address.String(), &tls.Config{RootCAs: roots, ServerName: name})
		if err != nil {
			last = err
			continue
		}
		conn.Close()
		good++
	}
	fmt.Printf("%-28s %d of %d worked", what, good, times)
	if last != nil {
		fmt.Printf(": %v", last)
	}
	fmt.Println()
}

func attempt(what string, err error) {
	if err == nil {
		fmt.Printf("%-28s worked\n", what)
		return
	}
	fmt.Printf("%-28s %v\n", what, err)
}

func binds() error {
	_, err := net.Listen("tcp", ":80")
	attempt("listen on port 80", err)
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	// It stays open, as it would in a service.
	_, err = net.Listen("tcp", held.Addr().String())
	attempt("listen on a port in use", err)
	_, err = net.Listen("tcp", "192.0.2.1:8080")
	attempt("listen on another's address", err)
	return nil
}

func dials() {
	_, err := net.DialTimeout("tcp", "127.0.0.1:1", time.Second)
	attempt("connect to nobody", err)
}

func handshakes() error {
	known, err := newAuthority()
	if err != nil {
		return err
	}
	stranger, err := newAuthority()
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AddCert(known.certificate)
	plans := []struct {
		what   string
		signer *authority
		host   string
		ends   time.Duration
		times  int
	}{
		{"TLS as it should be", known, name, time.Hour, 20},
		{"TLS, expired certificate", known, name, -9 * 24 * time.Hour, 3},
		{"TLS, another name in it", known, "old-" + name, time.Hour, 2},
		{"TLS, unknown authority", stranger, name, time.Hour, 2},
	}
	for _, plan := range plans {
		certificate, err := plan.signer.issue(plan.host, plan.ends)
		if err != nil {
			return err
		}
		listener, err := serve(certificate)
		if err != nil {
			return err
		}
		visit(plan.what, listener.Addr(), roots, plan.times)
		listener.Close()
	}
	return nil
}

func main() {
	err := binds()
	if err == nil {
		dials()
		err = handshakes()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
	// The last handshakes' other ends.
	time.Sleep(50 * time.Millisecond)
}
