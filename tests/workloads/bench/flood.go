// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Acts that are counted, not timed: each answers how many there were, which an observer must equal.
//
//	connects@RATE[/THREADS] MILLISECONDS	of UDP, which send nothing; RATE a second, 0: all that go
//	binds@RATE[/THREADS] MILLISECONDS	to a port that is taken: each fails
//	handshakes N				each succeeds
const tick = time.Millisecond

var here = &syscall.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}}

// One thread's share: so many in each tick, and what a late tick left undone is made up for.
func pace(once func(), rate int, long time.Duration) (count int) {
	start := time.Now()
	for {
		passed := time.Since(start)
		if passed >= long {
			return count
		}
		due := count + batch
		if rate > 0 {
			due = int(float64(rate) * passed.Seconds())
		}
		for ; count < due; count++ {
			once()
		}
		if rate > 0 {
			time.Sleep(tick)
		}
	}
}

func connecting() (func(), error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	return func() { syscall.Connect(fd, here) }, err
}

func binding() (func(), error) {
	taken, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return nil, err
	}
	if err = syscall.Bind(taken, &syscall.SockaddrInet4{Addr: here.Addr}); err != nil {
		return nil, err
	}
	address, err := syscall.Getsockname(taken)
	if err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	return func() { syscall.Bind(fd, address) }, err
}

func flood(act string, long time.Duration) (float64, error) {
	kinds := map[string]func() (func(), error){"connects": connecting, "binds": binding}
	name, rest, _ := strings.Cut(act, "@")
	rate, threads := 0, runtime.NumCPU()
	if _, err := fmt.Sscanf(rest, "%d/%d", &rate, &threads); err != nil {
		fmt.Sscanf(rest, "%d", &rate)
	}
	if kinds[name] == nil {
		return 0, fmt.Errorf("no act %q", act)
	}
	counts := make(chan int, threads)
	for i := 0; i < threads; i++ {
		once, err := kinds[name]()
		if err != nil {
			return 0, err
		}
		go func() {
			runtime.LockOSThread()
			counts <- pace(once, rate/threads, long)
		}()
	}
	sum := 0
	for i := 0; i < threads; i++ {
		sum += <-counts
	}
	return float64(sum), nil
}

func shakeMany(address string, count int) (float64, error) {
	var all sync.WaitGroup
	failed := make(chan error, count)
	free := make(chan struct{}, 8)
	for i := 0; i < count; i++ {
		all.Add(1)
		free <- struct{}{}
		go func() {
			defer all.Done()
			conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
			if err != nil {
				failed <- err
			} else {
				conn.Close()
			}
			<-free
		}()
	}
	all.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
		return float64(count), nil
	}
}

// The other end is gone before it said anything: the shortest handshake that there is.
type gone struct{ net.Conn }

func (gone) Read([]byte) (int, error)         { return 0, io.EOF }
func (gone) Write(data []byte) (int, error)   { return len(data), nil }
func (gone) SetWriteDeadline(time.Time) error { return nil }

var nothing = &tls.Config{Certificates: []tls.Certificate{{}}}

func shakeNobody(int) {
	tls.Server(gone{}, nothing).Handshake()
}
