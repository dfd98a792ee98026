// SPDX-License-Identifier: BSD-2-Clause

// Brief fails to listen where it listens already, fails to shake hands with somebody who speaks no
// TLS, and ends: what a container does that lives for milliseconds. Its argument is how many of
// these it waits before, for whoever looks.
package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) > 1 {
		milliseconds, _ := strconv.Atoi(os.Args[1])
		time.Sleep(time.Duration(milliseconds) * time.Millisecond)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("no listener:", err)
		os.Exit(1)
	}
	if _, err := net.Listen("tcp", listener.Addr().String()); err == nil {
		fmt.Println("listens twice")
		os.Exit(1)
	}
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			_, _ = conn.Write([]byte("no TLS here, sorry\n"))
			time.Sleep(20 * time.Millisecond)
		}
	}()
	conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{ServerName: "brief.test"})
	if err == nil {
		conn.Close()
		fmt.Println("shook hands")
		os.Exit(1)
	}
	fmt.Println("pid", os.Getpid())
}
