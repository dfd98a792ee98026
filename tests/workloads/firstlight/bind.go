// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"
)

// Books a bind, and the listen that follows it, of package net.
func (book *ledger) addListen(label, network string, one act, port int, err error) {
	one.Label = label
	one.Transport = transportOf(network)
	one.LocalPort = port
	one.Event = "bind"
	if err == nil || failedCall(err) == "listen" {
		book.add(one.ended(nil))
		one.Event = "listen"
		book.add(one.ended(err))
		return
	}
	if failedCall(err) != "bind" {
		book.surprise("%s: %s: %v", label, network, err)
		return
	}
	for i := 0; i < listenAttempts(network); i++ {
		book.add(one.ended(err))
	}
}

// net.Listen for streams.
func (book *ledger) listen(label, network, address string) (net.Listener, error) {
	watch := startWatch()
	listener, err := net.Listen(network, address)
	one := watch.stop()
	port := 0
	if err == nil {
		port = portOf(listener.Addr())
	}
	book.addListen(label, network, one, port, err)
	return listener, err
}

// net.ListenPacket: a bind and no listen.
func (book *ledger) listenPacket(label, network, address string) (net.PacketConn, error) {
	watch := startWatch()
	conn, err := net.ListenPacket(network, address)
	one := watch.stop()
	one.Label = label
	one.Event = "bind"
	one.Transport = transportOf(network)
	if err == nil {
		one.LocalPort = portOf(conn.LocalAddr())
	}
	book.add(one.ended(err))
	return conn, err
}

// bind(2) itself.
func (book *ledger) rawBind(label, transport string, fd int, address syscall.Sockaddr) error {
	watch := startWatch()
	err := syscall.Bind(fd, address)
	one := watch.stop()
	one.Label = label
	one.Event = "bind"
	one.Transport = transport
	book.add(one.ended(err))
	return err
}

// listen(2) itself.
func (book *ledger) rawListen(label, transport string, fd, backlog int) error {
	watch := startWatch()
	err := syscall.Listen(fd, backlog)
	one := watch.stop()
	one.Label = label
	one.Event = "listen"
	one.Transport = transport
	book.add(one.ended(err))
	return err
}

// The first use of package net binds twice to learn what IPv6 can do; so the same is done here,
// and what came of it booked for both.
func bookProbes(book *ledger) error {
	for _, address := range []net.IP{net.ParseIP("::1"), net.IPv4(127, 0, 0, 1)} {
		fd, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM, syscall.IPPROTO_TCP)
		if err != nil {
			return nil
		}
		only := 0
		if address.To4() == nil {
			only = 1
		}
		syscall.SetsockoptInt(fd, syscall.IPPROTO_IPV6, syscall.IPV6_V6ONLY, only)
		var wanted syscall.SockaddrInet6
		copy(wanted.Addr[:], address.To16())
		err = book.rawBind("package net looks at IPv6", "tcp", fd, &wanted)
		syscall.Close(fd)
		one := unmeasured()
		one.Label = "package net looks at IPv6"
		one.Event = "bind"
		one.Transport = "tcp"
		book.add(one.ended(err))
	}
	// Now package net itself, whether or not a later group would have made it look.
	listener, err := book.listen("package net looks at IPv6", "tcp", ":0")
	if err != nil {
		return err
	}
	return listener.Close()
}

const bindRounds = 8

func bindActs(book *ledger) error {
	directory, err := os.MkdirTemp("", "firstlight")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	steps := []func(*ledger, string, int) error{
		bindWell, bindHeld, bindRaw, bindUnix, bindStrange, listenTwice,
	}
	for round := 0; round < bindRounds; round++ {
		for _, step := range steps {
			if err := step(book, directory, round); err != nil {
				return err
			}
		}
	}
	return bindPrivileged(book)
}

func bindWell(book *ledger, _ string, _ int) error {
	for _, network := range []string{"tcp4", "tcp6", "tcp"} {
		address := map[string]string{"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0", "tcp": ":0"}[network]
		listener, err := book.listen("bind "+network, network, address)
		if err != nil {
			return err
		}
		// The same port by its number, now that it is known to be free.
		fixed := listener.Addr().String()
		listener.Close()
		listener, err = book.listen("bind "+network+" by number", network, fixed)
		if err != nil {
			return err
		}
		listener.Close()
	}
	for _, network := range []string{"udp4", "udp6"} {
		address := map[string]string{"udp4": "127.0.0.1:0", "udp6": "[::1]:0"}[network]
		conn, err := book.listenPacket("bind "+network, network, address)
		if err != nil {
			return err
		}
		conn.Close()
	}
	return nil
}

func bindHeld(book *ledger, _ string, _ int) error {
	const label = "bind to what is held or not here"
	for network, address := range map[string]string{"tcp4": "127.0.0.1:0", "tcp6": "[::1]:0"} {
		holder, err := book.listen(label, network, address)
		if err != nil {
			return err
		}
		book.refused(label, network, holder.Addr().String(), "EADDRINUSE")
		holder.Close()
	}
	holder, err := book.listenPacket(label, "udp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer holder.Close()
	if _, err := book.listenPacket(label, "udp4", holder.LocalAddr().String()); err == nil {
		return fmt.Errorf("a held UDP port was given twice")
	}
	book.refused(label, "tcp4", "203.0.113.7:0", "EADDRNOTAVAIL")
	book.refused(label, "tcp6", "[2001:db8::7]:0", "EADDRNOTAVAIL")
	return nil
}

func (book *ledger) refused(label, network, address, wanted string) {
	listener, err := book.listen(label, network, address)
	if err == nil {
		listener.Close()
	}
	if errnoName(err) != wanted {
		book.surprise("%s: %s: %v instead of %s", label, network, err, wanted)
	}
}

func bindRaw(book *ledger, _ string, _ int) error {
	const label = "bind(2) itself"
	loopback := syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	if err := book.rawBind(label, "tcp", fd, &loopback); err != nil {
		return err
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return err
	}
	// Bound already; and held, for another.
	book.rawBind(label, "tcp", fd, &loopback)
	other, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(other)
	book.rawBind(label, "tcp", other, name)
	loopback.Addr = [4]byte{203, 0, 113, 8}
	book.rawBind(label, "tcp", other, &loopback)
	return nil
}

func bindUnix(book *ledger, directory string, round int) error {
	const label = "bind unix"
	path := filepath.Join(directory, fmt.Sprintf("socket%d", round))
	listener, err := book.listen(label, "unix", path)
	if err != nil {
		return err
	}
	defer listener.Close()
	book.refused(label, "unix", path, "EADDRINUSE")
	book.refused(label, "unix", filepath.Join(directory, "missing", "socket"), "ENOENT")
	abstract, err := book.listen(label, "unix", fmt.Sprintf("@firstlight-%d-%d", os.Getpid(), round))
	if err != nil {
		return err
	}
	abstract.Close()
	conn, err := book.listenPacket(label, "unixgram", path+".datagram")
	if err != nil {
		return err
	}
	return conn.Close()
}

// Where no socket is, and where the address is of another family.
func bindStrange(book *ledger, _ string, _ int) error {
	const label = "bind what can't be bound"
	loopback := syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	book.rawBind(label, "", -1, &loopback)
	file, err := os.Open("/dev/null")
	if err != nil {
		return err
	}
	defer file.Close()
	book.rawBind(label, "", int(file.Fd()), &loopback)
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	book.rawBind(label, "tcp", fd, &syscall.SockaddrInet6{})
	return nil
}

// Two sockets may share a port until both want to listen.
func listenTwice(book *ledger, _ string, _ int) error {
	const label = "listen(2) itself"
	var fds [2]int
	var address syscall.Sockaddr = &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	for i := range fds {
		fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer syscall.Close(fd)
		fds[i] = fd
		syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
		if err := book.rawBind(label, "tcp", fd, address); err != nil {
			return err
		}
		if address, err = syscall.Getsockname(fd); err != nil {
			return err
		}
	}
	if err := book.rawListen(label, "tcp", fds[0], 1); err != nil {
		return err
	}
	if err := book.rawListen(label, "tcp", fds[1], 1); errnoName(err) != "EADDRINUSE" {
		book.surprise("%s: %v instead of EADDRINUSE", label, err)
	}
	return nil
}

const (
	capabilityVersion3  = 0x20080522
	capNetBindService   = 10
	privilegedPort      = 80
	privilegedRounds    = 5
	privilegedPortLabel = "bind port 80 without the capability"
)

type capabilityHeader struct {
	version uint32
	pid     int32
}

type capabilityData [2]struct {
	effective, permitted, inheritable uint32
}

// Takes CAP_NET_BIND_SERVICE from the calling thread alone, which is never used again.
func dropBindService() error {
	header := capabilityHeader{version: capabilityVersion3}
	var data capabilityData
	_, _, number := syscall.RawSyscall(syscall.SYS_CAPGET, uintptr(unsafe.Pointer(&header)),
		uintptr(unsafe.Pointer(&data)), 0)
	if number != 0 {
		return number
	}
	data[0].effective &^= 1 << capNetBindService
	data[0].permitted &^= 1 << capNetBindService
	_, _, number = syscall.RawSyscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&header)),
		uintptr(unsafe.Pointer(&data)), 0)
	if number != 0 {
		return number
	}
	return nil
}

func bindPrivileged(book *ledger) error {
	result := make(chan error)
	go func() {
		// Not unlocked: the thread ends with this goroutine.
		runtime.LockOSThread()
		if err := dropBindService(); err != nil {
			result <- err
			return
		}
		for i := 0; i < privilegedRounds; i++ {
			fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
			if err != nil {
				result <- err
				return
			}
			address := syscall.SockaddrInet4{Port: privilegedPort, Addr: [4]byte{127, 0, 0, 1}}
			book.rawBind(privilegedPortLabel, "tcp", fd, &address)
			syscall.Close(fd)
		}
		result <- nil
	}()
	return <-result
}
