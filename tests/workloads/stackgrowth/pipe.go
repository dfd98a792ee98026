// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"bytes"
	"io"
	"net"
	"sync"
	"time"
)

// One direction of a pipe within the process. It takes any amount at once: two ends that both
// write before they read don't wait for each other, as they would on net.Pipe.
type channel struct {
	mutex  sync.Mutex
	filled *sync.Cond
	bytes  bytes.Buffer
	closed bool
}

func newChannel() *channel {
	one := &channel{}
	one.filled = sync.NewCond(&one.mutex)
	return one
}

func (one *channel) Read(into []byte) (int, error) {
	one.mutex.Lock()
	defer one.mutex.Unlock()
	for one.bytes.Len() == 0 && !one.closed {
		one.filled.Wait()
	}
	if one.bytes.Len() == 0 {
		return 0, io.EOF
	}
	return one.bytes.Read(into)
}

func (one *channel) Write(from []byte) (int, error) {
	one.mutex.Lock()
	defer one.mutex.Unlock()
	if one.closed {
		return 0, io.ErrClosedPipe
	}
	one.filled.Signal()
	return one.bytes.Write(from)
}

func (one *channel) Close() {
	one.mutex.Lock()
	defer one.mutex.Unlock()
	one.closed = true
	one.filled.Broadcast()
}

// A net.Conn over no socket.
type pipe struct {
	in, out *channel
}

func newPipe() (net.Conn, net.Conn) {
	there, back := newChannel(), newChannel()
	return &pipe{back, there}, &pipe{there, back}
}

func (end *pipe) Read(into []byte) (int, error)  { return end.in.Read(into) }
func (end *pipe) Write(from []byte) (int, error) { return end.out.Write(from) }

func (end *pipe) Close() error {
	end.in.Close()
	end.out.Close()
	return nil
}

type nowhere struct{}

func (nowhere) Network() string { return "pipe" }
func (nowhere) String() string  { return "pipe" }

func (end *pipe) LocalAddr() net.Addr              { return nowhere{} }
func (end *pipe) RemoteAddr() net.Addr             { return nowhere{} }
func (end *pipe) SetDeadline(time.Time) error      { return nil }
func (end *pipe) SetReadDeadline(time.Time) error  { return nil }
func (end *pipe) SetWriteDeadline(time.Time) error { return nil }
