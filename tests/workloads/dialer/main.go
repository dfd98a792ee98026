// SPDX-License-Identifier: BSD-2-Clause

// Dialer connects: NETWORK ADDRESS [PATIENCE [COUNT]]. All connections stay open until the last is
// made; the first that fails ends it.
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

func main() {
	if len(os.Args) < 3 {
		os.Exit(2)
	}
	patience, count := 5*time.Second, 1
	if len(os.Args) > 3 {
		patience, _ = time.ParseDuration(os.Args[3])
	}
	if len(os.Args) > 4 {
		count, _ = strconv.Atoi(os.Args[4])
	}
	for i := 0; i < count; i++ {
		conn, err := net.DialTimeout(os.Args[1], os.Args[2], patience)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		defer conn.Close()
	}
}
