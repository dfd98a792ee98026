// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	connectRounds = 8
	giveUpAfter   = 100 * time.Millisecond
)

// Fills how a connect of package net ended: with the kernel's word, or given up by the program.
func (one act) connected(err error) act {
	if err != nil && errnoName(err) == "" {
		one.Outcome = "cancelled"
		return one
	}
	return one.ended(err)
}

// net.Dialer with a literal address: one connect.
func (book *ledger) dial(label, network, address string) (net.Conn, error) {
	return book.dialWith(context.Background(), &net.Dialer{}, label, network, address)
}

func (book *ledger) dialWith(ctx context.Context, dialer *net.Dialer, label, network,
	address string) (net.Conn, error) {
	watch := startWatch()
	conn, err := dialer.DialContext(ctx, network, address)
	one := watch.stop()
	one.Event = "connect"
	one.Transport = transportOf(network)
	one.Label = label
	if err == nil {
		one.LocalPort = portOf(conn.LocalAddr())
		one.PeerPort = portOf(conn.RemoteAddr())
	}
	one = one.connected(err)
	// A datagram socket connects at once or not at all: the time was up before the call.
	if one.Outcome != "cancelled" || one.Transport == "tcp" {
		book.add(one)
	}
	return conn, err
}

// connect(2) itself.
func (book *ledger) rawConnect(label, transport string, fd int, address syscall.Sockaddr) error {
	watch := startWatch()
	err := syscall.Connect(fd, address)
	one := watch.stop()
	one.Event = "connect"
	one.Transport = transport
	one.Label = label
	book.add(one.ended(err))
	return err
}

func (book *ledger) unreachable(label, network, address, wanted string) {
	conn, err := book.dial(label, network, address)
	if err == nil {
		conn.Close()
	}
	if errnoName(err) != wanted {
		book.surprise("%s: %s: %v instead of %s", label, network, err, wanted)
	}
}

func connectActs(book *ledger) error {
	directory, err := os.MkdirTemp("", "firstlight")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	for round := 0; round < connectRounds; round++ {
		if err := connectWell(book, directory, round); err != nil {
			return err
		}
		if err := connectRefused(book, directory, round); err != nil {
			return err
		}
		if err := connectRaw(book); err != nil {
			return err
		}
	}
	return connectGivenUp(book)
}

func connectWell(book *ledger, directory string, round int) error {
	const label = "connect"
	addresses := map[string]string{
		"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0", "tcp": "127.0.0.1:0",
		"unix": filepath.Join(directory, fmt.Sprintf("stream%d", round)),
	}
	for network, address := range addresses {
		listener, err := book.listen(label, network, address)
		if err != nil {
			return err
		}
		conn, err := book.dial(label, network, listener.Addr().String())
		if err != nil {
			return err
		}
		conn.Close()
		listener.Close()
	}
	for network, address := range map[string]string{"udp4": "127.0.0.1:9", "udp6": "[::1]:9"} {
		conn, err := book.dial(label, network, address)
		if err != nil {
			return err
		}
		conn.Close()
	}
	return connectFromPort(book)
}

// A dialer with a local address binds first.
func connectFromPort(book *ledger) error {
	const label = "connect from a chosen address"
	listener, err := book.listen(label, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 3)}
	conn, err := book.dialWith(context.Background(), &net.Dialer{LocalAddr: local}, label, "tcp4",
		listener.Addr().String())
	if err != nil {
		return err
	}
	one := unmeasured()
	one.Event = "bind"
	one.Transport = "tcp"
	one.Label = label
	book.add(one.ended(nil))
	return conn.Close()
}

// A port that is bound, but never listens: nobody else can come to listen on it meanwhile.
func deafPort(book *ledger, label string) (int, syscall.Sockaddr, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, nil, err
	}
	loopback := syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := book.rawBind(label, "tcp", fd, &loopback); err != nil {
		return -1, nil, err
	}
	name, err := syscall.Getsockname(fd)
	return fd, name, err
}

func connectRefused(book *ledger, directory string, round int) error {
	const label = "connect where nobody listens"
	fd, name, err := deafPort(book, label)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	port := name.(*syscall.SockaddrInet4).Port
	book.unreachable(label, "tcp4", fmt.Sprintf("127.0.0.1:%d", port), "ECONNREFUSED")
	book.unreachable(label, "unix", filepath.Join(directory, "missing"), "ENOENT")
	return connectUnixRefused(book, label, filepath.Join(directory, fmt.Sprintf("deaf%d", round)))
}

func connectUnixRefused(book *ledger, label, path string) error {
	listener, err := book.listen(label, "unix", path)
	if err != nil {
		return err
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	// A stream is not a datagram; and then a path that nobody listens at any more.
	book.unreachable(label, "unixgram", path, "EPROTOTYPE")
	listener.Close()
	book.unreachable(label, "unix", path, "ECONNREFUSED")
	return nil
}

// Sockets that block: the call itself waits for the end.
func connectRaw(book *ledger) error {
	const label = "connect(2) itself"
	listener, err := book.listen(label, "tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	address := syscall.SockaddrInet4{Port: portOf(listener.Addr()), Addr: [4]byte{127, 0, 0, 1}}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	if err := book.rawConnect(label, "tcp", fd, &address); err != nil {
		return err
	}
	deaf, name, err := deafPort(book, label)
	if err != nil {
		return err
	}
	defer syscall.Close(deaf)
	other, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(other)
	if err := book.rawConnect(label, "tcp", other, name); errnoName(err) != "ECONNREFUSED" {
		book.surprise("%s: %v instead of ECONNREFUSED", label, err)
	}
	wrong := book.rawConnect(label, "tcp", other, &syscall.SockaddrInet6{Port: 9})
	if errnoName(wrong) != "EAFNOSUPPORT" {
		book.surprise("%s: %v instead of EAFNOSUPPORT", label, wrong)
	}
	return nil
}

// A listener whose queue is full: what is sent to it goes unanswered.
type silentListener struct {
	fd      int
	filler  net.Conn
	address string
}

func listenSilently(book *ledger, label string, family int, loopback syscall.Sockaddr,
	network, host string) (*silentListener, error) {
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := book.rawBind(label, "tcp", fd, loopback); err != nil {
		return nil, err
	}
	if err := book.rawListen(label, "tcp", fd, 0); err != nil {
		return nil, err
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return nil, err
	}
	port := 0
	switch known := name.(type) {
	case *syscall.SockaddrInet4:
		port = known.Port
	case *syscall.SockaddrInet6:
		port = known.Port
	}
	silent := &silentListener{fd: fd, address: fmt.Sprintf("%s:%d", host, port)}
	// A queue of length 0 takes one.
	silent.filler, err = book.dial(label, network, silent.address)
	return silent, err
}

func (silent *silentListener) close() {
	silent.filler.Close()
	syscall.Close(silent.fd)
}

func connectGivenUp(book *ledger) error {
	const label = "connect given up"
	loopback := syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	silent, err := listenSilently(book, label, syscall.AF_INET, &loopback, "tcp4", "127.0.0.1")
	if err != nil {
		return err
	}
	defer silent.close()
	for i := 0; i < connectRounds; i++ {
		dialer := &net.Dialer{Timeout: giveUpAfter}
		ctx, cancel := context.WithCancel(context.Background())
		if i%2 == 1 {
			dialer.Timeout = 0
			time.AfterFunc(giveUpAfter, cancel)
		}
		_, err := book.dialWith(ctx, dialer, label, "tcp4", silent.address)
		cancel()
		if err == nil || errnoName(err) != "" {
			book.surprise("%s: %v", label, err)
		}
	}
	return unixQueueFull(book)
}

// A unix listener whose queue is full says so at once to a socket that does not block.
func unixQueueFull(book *ledger) error {
	const label = "connect to a full unix queue"
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	name := fmt.Sprintf("@firstlight-full-%d", os.Getpid())
	if err := book.rawBind(label, "unix", fd, &syscall.SockaddrUnix{Name: name}); err != nil {
		return err
	}
	if err := book.rawListen(label, "unix", fd, 0); err != nil {
		return err
	}
	filler, err := book.dial(label, "unix", name)
	if err != nil {
		return err
	}
	defer filler.Close()
	_, err = book.dial(label, "unix", name)
	if !errors.Is(err, syscall.EAGAIN) {
		book.surprise("%s: %v instead of EAGAIN", label, err)
	}
	return nil
}
