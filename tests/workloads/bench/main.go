// SPDX-License-Identifier: BSD-2-Clause

// Bench does one thing over and over, as it is told line by line, and says what once cost.
//
//	bench          reads "ACT MILLISECONDS" and answers nanoseconds, the least of many short batches
//	bench http     serves a page, bench https the same over TLS; says its address
//	bench calls    makes each of 40 system calls 23 times and ends, bench end ends at once
package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

const batch = 1000

var zero [1]byte

// The acts that take so little time that only many tell how much; each does it once.
var acts = map[string]func(fd int){
	"getppid": func(int) { syscall.RawSyscall(syscall.SYS_GETPPID, 0, 0, 0) },
	"read": func(fd int) {
		syscall.RawSyscall(syscall.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&zero)), 1)
	},
	"connect": func(fd int) { syscall.Connect(fd, here) },
	"shake":   shakeNobody,
}

// What an act is done on.
func open(act string) (int, error) {
	if act == "connect" {
		return syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	}
	return syscall.Open("/dev/zero", syscall.O_RDONLY, 0)
}

func measure(act string, long time.Duration) (float64, error) {
	once, known := acts[act]
	if !known {
		return 0, fmt.Errorf("no act %q", act)
	}
	fd, err := open(act)
	if err != nil {
		return 0, err
	}
	defer syscall.Close(fd)
	least := time.Hour
	for end := time.Now().Add(long); time.Now().Before(end); {
		start := time.Now()
		for i := 0; i < batch; i++ {
			once(fd)
		}
		least = min(least, time.Since(start))
	}
	return float64(least.Nanoseconds()) / batch, nil
}

func min(a, b time.Duration) time.Duration {
	if a < b {
		return a
	}
	return b
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func certificate() tls.Certificate {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	wanted := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour)}
	der, _ := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func shake(conn net.Conn) {
	conn.(*tls.Conn).Handshake()
	conn.Read(make([]byte, 1))
	conn.Close()
}

func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go shake(conn)
	}
}

// CPU time of a handshake, both ends. With trust each succeeds; without, the client refuses the
// certificate and says so.
func handshakes(address string, long time.Duration, trust bool) (float64, error) {
	count := 0
	start := cpuTime()
	for end := time.Now().Add(long); time.Now().Before(end); count++ {
		conn, err := tls.Dial("tcp", address,
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

func answer(address, act string, long time.Duration) (cost float64, err error) {
	switch act {
	case "tls", "tls-refused":
		return handshakes(address, long, act == "tls")
	case "handshakes":
		return shakeMany(address, int(long/time.Millisecond))
	}
	if strings.Contains(act, "@") {
		return flood(act, long)
	}
	// Not by the process' first thread, which main keeps: most of a program's are others.
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		cost, err = measure(act, long)
		close(done)
	}()
	<-done
	return cost, err
}

func obey() error {
	runtime.LockOSThread()
	listener, err := tls.Listen("tcp", "127.0.0.1:0",
		&tls.Config{Certificates: []tls.Certificate{certificate()}})
	if err != nil {
		return err
	}
	go serve(listener)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var act string
		var milliseconds int
		if _, err := fmt.Sscan(lines.Text(), &act, &milliseconds); err != nil {
			return err
		}
		cost, err := answer(listener.Addr().String(), act, time.Duration(milliseconds)*time.Millisecond)
		if err != nil {
			return err
		}
		fmt.Println(cost)
	}
	return nil
}

func page(over string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "light")
	})}
	fmt.Printf("%s://%s\n", over, listener.Addr())
	if over == "http" {
		return server.Serve(listener)
	}
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate()}}
	return server.ServeTLS(listener, "", "")
}

// Of no file, socket or process: each is refused, or answers a question, and changes nothing.
var harmless = []uintptr{
	syscall.SYS_READ, syscall.SYS_WRITE, syscall.SYS_CLOSE, syscall.SYS_FSTAT, syscall.SYS_LSEEK,
	syscall.SYS_IOCTL, syscall.SYS_PREAD64, syscall.SYS_PWRITE64, syscall.SYS_READV,
	syscall.SYS_WRITEV, syscall.SYS_DUP, syscall.SYS_FCNTL, syscall.SYS_FLOCK, syscall.SYS_FSYNC,
	syscall.SYS_FDATASYNC, syscall.SYS_FTRUNCATE, syscall.SYS_GETDENTS64, syscall.SYS_FCHDIR,
	syscall.SYS_FCHMOD, syscall.SYS_FCHOWN, syscall.SYS_GETSOCKNAME, syscall.SYS_GETPEERNAME,
	syscall.SYS_SHUTDOWN, syscall.SYS_ACCEPT4, syscall.SYS_SENDTO, syscall.SYS_RECVFROM,
	syscall.SYS_SENDMSG, syscall.SYS_RECVMSG, syscall.SYS_GETSOCKOPT, syscall.SYS_SETSOCKOPT,
	syscall.SYS_GETPID, syscall.SYS_GETPPID, syscall.SYS_GETUID, syscall.SYS_GETEUID,
	syscall.SYS_GETGID, syscall.SYS_GETEGID, syscall.SYS_GETTID, syscall.SYS_SCHED_YIELD,
	syscall.SYS_FSTATFS, syscall.SYS_EPOLL_CTL,
}

func calls() {
	runtime.LockOSThread()
	for _, number := range harmless {
		for i := 0; i < 23; i++ {
			syscall.RawSyscall(number, ^uintptr(0), 0, 0)
		}
	}
}

func run() error {
	if len(os.Args) < 2 {
		return obey()
	}
	switch os.Args[1] {
	case "http", "https":
		return page(os.Args[1])
	case "calls":
		calls()
		return nil
	case "end":
		return nil
	}
	return fmt.Errorf("no deed %q", os.Args[1])
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
