// SPDX-License-Identifier: BSD-2-Clause

//go:build go1.21

package main

import (
	"net"
	"syscall"
)

const protocolMultipath = 262

// How often package net binds before it gives up: listeners try multipath TCP first where it is
// the default, from Go 1.24 on, and then plain TCP.
func listenAttempts(network string) int {
	var config net.ListenConfig
	if transportOf(network) != "tcp" || !config.MultipathTCP() {
		return 1
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, protocolMultipath)
	if err != nil {
		return 1
	}
	syscall.Close(fd)
	return 2
}
