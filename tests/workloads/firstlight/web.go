// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptrace"
)

const webRequests = 10

// Handshakes that package net/http makes: one a connection, however many requests go over it.
func webActs(book *ledger) error {
	made, err := makeCertificates()
	if err != nil {
		return err
	}
	plans := []struct {
		label      string
		keep, http2 bool
	}{
		{"web, a connection a request", false, false},
		{"web, one connection", true, false},
		{"web, one connection of HTTP/2", true, true},
	}
	for _, plan := range plans {
		if err := visit(book, made, plan.label, plan.keep, plan.http2); err != nil {
			return err
		}
	}
	return nil
}

func visit(book *ledger, made *certificates, label string, keep, http2 bool) error {
	listener, err := book.listen(label, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := &http.Server{
		TLSConfig: serverConfig(&made.good, tls.VersionTLS13),
		ErrorLog:  log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			io.WriteString(writer, "light")
		}),
	}
	defer served.Close()
	go served.ServeTLS(listener, "", "")
	transport := &http.Transport{
		DisableKeepAlives: !keep,
		ForceAttemptHTTP2: http2,
		TLSClientConfig:   clientConfig(made, tls.VersionTLS13),
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return book.dialWith(ctx, &net.Dialer{}, label, "tcp4", listener.Addr().String())
		},
	}
	defer transport.CloseIdleConnections()
	for i := 0; i < webRequests; i++ {
		if err := request(book, transport, label); err != nil {
			return err
		}
	}
	return nil
}

// One request; both ends of a handshake that it makes are booked.
func request(book *ledger, transport *http.Transport, label string) error {
	var watch stopwatch
	trace := &httptrace.ClientTrace{
		TLSHandshakeStart: func() { watch = startWatch() },
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			client := watch.stop()
			client.Goroutine = 0 // net/http shakes hands on a goroutine of its own
			client.Event = "tls.handshake"
			client.Label = label
			client.Role = "client"
			found := classify(err)
			client.Outcome, client.ErrorType = found.outcome, found.errorType
			client.describe(state, "client")
			book.add(client)
			server := unmeasured()
			server.Event = "tls.handshake"
			server.Label = label
			server.Role = "server"
			server.describe(state, "server")
			book.add(server.ended(err))
		},
	}
	ctx := httptrace.WithClientTrace(context.Background(), trace)
	asked, err := http.NewRequestWithContext(ctx, "GET", "https://"+serverName+"/", nil)
	if err != nil {
		return err
	}
	answer, err := transport.RoundTrip(asked)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
