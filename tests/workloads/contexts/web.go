// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Requests that end while http.Transport shakes hands for them.
type web struct {
	*booked
	address       string
	dialled, done int32
}

// By the context, or by the transport's own limit, for which it closes the connection.
func (all *web) shaken(_ tls.ConnectionState, err error) {
	if limit, ok := err.(net.Error); ok && limit.Timeout() && err != context.DeadlineExceeded {
		err = net.ErrClosed
	}
	all.add(err)
	atomic.AddInt32(&all.done, 1)
}

func (all *web) dial(context.Context, string, string) (net.Conn, error) {
	atomic.AddInt32(&all.dialled, 1)
	return net.Dial("tcp", all.address)
}

// From Go 1.23 on a handshake outlives its request; from 1.24 on the transport can end it then.
func (all *web) ask(ctx context.Context, limit time.Duration) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{TLSHandshakeDone: all.shaken})
	transport := &http.Transport{TLSHandshakeTimeout: limit, DialContext: all.dial}
	request, err := http.NewRequestWithContext(ctx, "GET", "https://"+all.address, nil)
	must(err)
	if _, err = transport.RoundTrip(request); err == nil {
		panic("an answer")
	}
	time.Sleep(5 * soon)
	transport.CloseIdleConnections()
}

func (all *web) round(make maker, limit time.Duration) {
	ctx, end := make()
	defer end()
	var asked sync.WaitGroup
	for i := 0; i < *together; i++ {
		asked.Add(1)
		go func() {
			defer asked.Done()
			all.ask(ctx, limit)
		}()
	}
	asked.Wait()
	for atomic.LoadInt32(&all.done) != atomic.LoadInt32(&all.dialled) {
		time.Sleep(soon)
	}
}

func hear(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		must(err)
		go func() {
			_, _ = io.Copy(io.Discard, conn)
			conn.Close()
		}()
	}
}

func playWeb() {
	for _, plan := range []struct {
		name  string
		make  maker
		limit time.Duration
	}{
		{"request with a deadline", expires, time.Hour},
		{"request that is cancelled", isCancelled, time.Hour},
		{"request with values", maker(expires).in(values), time.Hour},
		{"transport's own limit", lasts, soon},
	} {
		listener := listen()
		all := &web{booked: newBooked(plan.name, "client", false, listener),
			address: listener.Addr().String()}
		go hear(listener)
		for i := 0; i < *rounds; i++ {
			all.round(plan.make, plan.limit)
		}
		must(json.NewEncoder(os.Stdout).Encode(all.booked))
	}
}
