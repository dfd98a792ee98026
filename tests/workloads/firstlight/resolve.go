// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

const (
	resolveRounds = 5
	resolveLabel  = "resolve"
	silentName    = "silent.firstlight.test."
)

// A name server on loopback that knows a few names.
type nameServer struct {
	udp net.PacketConn
	tcp net.Listener
}

func startNameServer(book *ledger) (*nameServer, error) {
	tcp, err := book.listen(resolveLabel, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	udp, err := book.listenPacket(resolveLabel, "udp4", tcp.Addr().String())
	if err != nil {
		return nil, err
	}
	server := &nameServer{udp, tcp}
	go server.serveUDP()
	go server.serveTCP()
	return server, nil
}

func (server *nameServer) close() {
	server.udp.Close()
	server.tcp.Close()
}

func (server *nameServer) serveUDP() {
	query := make([]byte, 1500)
	for {
		length, from, err := server.udp.ReadFrom(query)
		if err != nil {
			return
		}
		if reply := answer(query[:length], true); reply != nil {
			server.udp.WriteTo(reply, from)
		}
	}
}

func (server *nameServer) serveTCP() {
	for {
		conn, err := server.tcp.Accept()
		if err != nil {
			return
		}
		var length [2]byte
		query := make([]byte, 1500)
		if _, err := io.ReadFull(conn, length[:]); err == nil {
			query = query[:binary.BigEndian.Uint16(length[:])]
			if _, err := io.ReadFull(conn, query); err == nil {
				reply := answer(query, false)
				binary.BigEndian.PutUint16(length[:], uint16(len(reply)))
				conn.Write(append(length[:], reply...))
			}
		}
		conn.Close()
	}
}

// The question's name and what follows it: type and class.
func question(query []byte) (string, uint16, []byte) {
	at := 12
	var labels []string
	for query[at] != 0 {
		size := int(query[at])
		labels = append(labels, string(query[at+1:at+1+size]))
		at += 1 + size
	}
	kind := binary.BigEndian.Uint16(query[at+1:])
	return strings.Join(labels, ".") + ".", kind, query[12 : at+5]
}

const (
	typeA          = 1
	typeAAAA       = 28
	flagsAnswer    = 0x8580 // response, authoritative, recursion desired and available
	flagTruncated  = 0x0200
	codeServerFail = 2
	codeNoName     = 3
)

// The reply to a query; nil when there is to be none.
func answer(query []byte, overUDP bool) []byte {
	name, kind, asked := question(query)
	flags := uint16(flagsAnswer)
	var address []byte
	first := strings.SplitN(name, ".", 2)[0]
	switch {
	case name == silentName:
		return nil
	case first == "none":
		flags |= codeNoName
	case first == "broken":
		flags |= codeServerFail
	case first == "big" && overUDP:
		flags |= flagTruncated
	case kind == typeA:
		address = []byte{127, 0, 0, 5}
	case kind == typeAAAA && first == "two":
		address = net.ParseIP("::1")
	}
	reply := make([]byte, 12, 128)
	copy(reply, query[:2])
	binary.BigEndian.PutUint16(reply[2:], flags)
	reply[5] = 1
	reply = append(reply, asked...)
	if address == nil {
		return reply
	}
	reply[7] = 1
	reply = append(reply, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 60, 0, byte(len(address)))
	return append(reply, address...)
}

// A resolver whose every connection is dialled, and so booked, here.
func (server *nameServer) resolver(book *ledger) *net.Resolver {
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return book.dialWith(ctx, &net.Dialer{}, resolveLabel, network+"4",
				server.tcp.Addr().String())
		},
	}
}

// Package net sorts two and more addresses by connecting a UDP socket to each. The same is done
// here, and what came of it booked for both.
func bookSorting(book *ledger, addresses []net.IPAddr) {
	if len(addresses) < 2 {
		return
	}
	for _, address := range addresses {
		conn, err := book.dial(resolveLabel, "udp", net.JoinHostPort(address.String(), "9"))
		if err == nil {
			conn.Close()
		}
		one := unmeasured()
		one.Event = "connect"
		one.Transport = "udp"
		one.Label = resolveLabel
		book.add(one.ended(err))
	}
}

func resolveActs(book *ledger) error {
	server, err := startNameServer(book)
	if err != nil {
		return err
	}
	defer server.close()
	resolver := server.resolver(book)
	wanted := map[string]int{
		"localhost": -1, "one.firstlight.test.": 1, "two.firstlight.test.": 2,
		"big.firstlight.test.": 1, "none.firstlight.test.": 0, "broken.firstlight.test.": 0,
	}
	for round := 0; round < resolveRounds; round++ {
		for name, count := range wanted {
			addresses, err := resolver.LookupIPAddr(context.Background(), name)
			if count >= 0 && len(addresses) != count {
				book.surprise("%s: %v, %v", name, addresses, err)
			}
			bookSorting(book, addresses)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), giveUpAfter)
	defer cancel()
	if _, err := resolver.LookupIPAddr(ctx, silentName); err == nil {
		book.surprise("%s: an answer", silentName)
	}
	return happyEyeballs(book, resolver)
}

// Two addresses, the first of which stays silent: package net tries the second beside it, and
// gives the first up as soon as the second answers.
func happyEyeballs(book *ledger, resolver *net.Resolver) error {
	const label = "connect to the faster of two"
	loopback := syscall.SockaddrInet6{Addr: [16]byte{15: 1}}
	silent, err := listenSilently(book, label, syscall.AF_INET6, &loopback, "tcp6", "[::1]")
	if err != nil {
		return err
	}
	defer silent.close()
	_, port, _ := net.SplitHostPort(silent.address)
	listener, err := book.listen(label, "tcp4", "127.0.0.5:"+port)
	if err != nil {
		return err
	}
	defer listener.Close()
	for i := 0; i < resolveRounds; i++ {
		if err := race(book, label, resolver, port); err != nil {
			return err
		}
	}
	return nil
}

func race(book *ledger, label string, resolver *net.Resolver, port string) error {
	dialer := &net.Dialer{Resolver: resolver, FallbackDelay: 40 * time.Millisecond}
	conn, err := dialer.DialContext(context.Background(), "tcp", "two.firstlight.test.:"+port)
	if err != nil {
		return err
	}
	defer conn.Close()
	if conn.RemoteAddr().(*net.TCPAddr).IP.To4() == nil {
		return fmt.Errorf("the silent address answered")
	}
	won := unmeasured()
	won.Label = label
	won.Event = "connect"
	won.Transport = "tcp"
	won.LocalPort = portOf(conn.LocalAddr())
	won.PeerPort = portOf(conn.RemoteAddr())
	book.add(won.ended(nil))
	lost := unmeasured()
	lost.Label = label
	lost.Event = "connect"
	lost.Transport = "tcp"
	lost.Outcome = "cancelled"
	book.add(lost)
	bookSorting(book, []net.IPAddr{{IP: net.ParseIP("::1")}, {IP: net.IPv4(127, 0, 0, 5)}})
	return nil
}
