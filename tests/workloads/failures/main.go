// SPDX-License-Identifier: BSD-2-Clause

// Failures lets handshakes fail in every way that Go knows, at both ends, and books what Go says of
// each: one line of JSON an end.
package main

import (
	"flag"
	"net"
)

var forgets = flag.Bool("forget", false, "constants are read anew, as in a young program")

func main() {
	flag.Parse()
	made := makeCertificates()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	plans := append(tableScenarios(made), oddScenarios(made)...)
	for i := range plans {
		play(listener, &plans[i])
	}
}
