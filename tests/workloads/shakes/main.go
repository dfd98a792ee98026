// SPDX-License-Identifier: BSD-2-Clause

// Shakes makes one TLS handshake, as a client or as a server, by its flags, and exits: 0 when it was
// made, 1 when it failed.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

var (
	serves     = flag.Bool("server", false, "take one connection instead of making one")
	address    = flag.String("address", "127.0.0.1:0", "to dial or to listen on")
	name       = flag.String("name", "localhost", "the server's, as the client wants it")
	pool       = flag.String("pool", "", "PEM file for RootCAs or ClientCAs; empty: nil, '-': no certificate")
	pair       = flag.String("pair", "", "certificate chain and key; two files, with a comma")
	auth       = flag.Int("auth", 0, "tls.ClientAuthType")
	lowest     = flag.Uint("min", 0, "MinVersion, its last digit: 1 is TLS 1.0")
	highest    = flag.Uint("max", 0, "MaxVersion")
	suites     = flag.String("suites", "", "CipherSuites, with commas")
	timeout    = flag.Duration("timeout", 10*time.Second, "of the context")
	deadline   = flag.Duration("deadline", 0, "of the connection, instead of the context's")
	cancel     = flag.Duration("cancel", 0, "cancels the context after that long")
	dawdle     = flag.Duration("dawdle", 0, "works that long when a certificate was received")
	waits      = flag.Duration("wait", 300*time.Millisecond, "before it dials, for whoever looks")
	lingers    = flag.Duration("linger", 100*time.Millisecond, "before the end, as servers do")
	behind     = flag.Duration("clock", 0, "moves the program's clock, by tls.Config.Time")
	insists    = flag.Bool("insist", false, "sends its certificate also to those who know no issuer of it")
	exitAtOnce = flag.Bool("exit", false, "ends at once after a failure")
)

func version(digit uint) uint16 {
	if digit == 0 {
		return 0
	}
	return uint16(0x300 + digit)
}

func fail(err error) {
	fmt.Println("failed:", err)
	if !*exitAtOnce {
		time.Sleep(*lingers)
	}
	os.Exit(1)
}

func readPool(file string) *x509.CertPool {
	if file == "" {
		return nil
	}
	read := x509.NewCertPool()
	if file != "-" {
		pem, err := os.ReadFile(file)
		if err != nil {
			fail(err)
		}
		read.AppendCertsFromPEM(pem)
	}
	return read
}

func configure() *tls.Config {
	config := &tls.Config{
		MinVersion: version(*lowest), MaxVersion: version(*highest), ServerName: *name,
		ClientAuth: tls.ClientAuthType(*auth),
	}
	if *serves {
		config.ClientCAs = readPool(*pool)
	} else {
		config.RootCAs = readPool(*pool)
	}
	if *pair != "" {
		files := strings.Split(*pair, ",")
		certificate, err := tls.LoadX509KeyPair(files[0], files[1])
		if err != nil {
			fail(err)
		}
		config.Certificates = []tls.Certificate{certificate}
		if *insists {
			config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				return &certificate, nil
			}
		}
	}
	for _, suite := range strings.Split(*suites, ",") {
		if number, err := strconv.ParseUint(suite, 0, 16); err == nil {
			config.CipherSuites = append(config.CipherSuites, uint16(number))
		}
	}
	if *behind != 0 {
		config.Time = func() time.Time { return time.Now().Add(*behind) }
	}
	if *dawdle != 0 {
		config.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error {
			time.Sleep(*dawdle)
			return nil
		}
	}
	return config
}

func connection(config *tls.Config) *tls.Conn {
	if !*serves {
		time.Sleep(*waits)
		dialled, err := net.Dial("tcp", *address)
		if err != nil {
			fail(err)
		}
		if *deadline != 0 {
			_ = dialled.SetDeadline(time.Now().Add(*deadline))
		}
		return tls.Client(dialled, config)
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		fail(err)
	}
	fmt.Println(listener.Addr())
	accepted, err := listener.Accept()
	if err != nil {
		fail(err)
	}
	return tls.Server(accepted, config)
}

func main() {
	flag.Parse()
	config := configure()
	conn := connection(config)
	ctx, stop := context.WithTimeout(context.Background(), *timeout)
	defer stop()
	if *cancel != 0 {
		time.AfterFunc(*cancel, stop)
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		fail(err)
	}
	// A client that uses TLS 1.3 is done before it knows whether its certificate was taken.
	if *serves {
		_, _ = conn.Write([]byte("well"))
	} else if *highest == 3 {
		_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
		_, _ = conn.Read(make([]byte, 4))
	}
	fmt.Println("made")
	conn.Close()
}
