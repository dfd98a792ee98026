// SPDX-License-Identifier: BSD-2-Clause

// Bench does one thing many times and prints what once cost, in nanoseconds: the least of many
// short batches for a system call, CPU time for a handshake (both ends).
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

const batches, batch = 200, 20000

func getppid() float64 {
	runtime.LockOSThread()
	least := time.Hour
	for i := 0; i < batches; i++ {
		start := time.Now()
		for j := 0; j < batch; j++ {
			syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0)
		}
		if took := time.Since(start); took < least {
			least = took
		}
	}
	return float64(least.Nanoseconds()) / batch
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func certificate() tls.Certificate {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wanted := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, _ := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// With trust, each handshake succeeds; without, the client refuses the certificate and says so.
func handshakes(count int, trust bool) (float64, error) {
	listener, err := tls.Listen("tcp", "127.0.0.1:0",
		&tls.Config{Certificates: []tls.Certificate{certificate()}})
	if err != nil {
		return 0, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				conn.(*tls.Conn).Handshake()
				conn.Read(make([]byte, 1))
				conn.Close()
			}()
		}
	}()
	start := cpuTime()
	for i := 0; i < count; i++ {
		conn, err := tls.Dial("tcp", listener.Addr().String(),
			&tls.Config{InsecureSkipVerify: trust, RootCAs: x509.NewCertPool()})
		if (err == nil) != trust {
			return 0, fmt.Errorf("a handshake ended with %v", err)
		}
		if err == nil {
			conn.Close()
		}
	}
	return float64((cpuTime() - start).Nanoseconds()) / float64(count), nil
}

func main() {
	if len(os.Args) > 2 {
		count, _ := strconv.Atoi(os.Args[2])
		cost, err := handshakes(count, os.Args[1] == "tls")
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		fmt.Println(cost)
		return
	}
	fmt.Println(getppid())
}
