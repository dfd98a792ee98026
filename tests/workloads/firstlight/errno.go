// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"errors"
	"os"
	"strings"
	"syscall"
)

var errnoNames = map[syscall.Errno]string{
	syscall.EACCES:        "EACCES",
	syscall.EADDRINUSE:    "EADDRINUSE",
	syscall.EADDRNOTAVAIL: "EADDRNOTAVAIL",
	syscall.EAFNOSUPPORT:  "EAFNOSUPPORT",
	syscall.EAGAIN:        "EAGAIN",
	syscall.EBADF:         "EBADF",
	syscall.ECONNREFUSED:  "ECONNREFUSED",
	syscall.EHOSTUNREACH:  "EHOSTUNREACH",
	syscall.EINVAL:        "EINVAL",
	syscall.ENETUNREACH:   "ENETUNREACH",
	syscall.ENOENT:        "ENOENT",
	syscall.ENOTSOCK:      "ENOTSOCK",
	syscall.EPERM:         "EPERM",
	syscall.EPROTOTYPE:    "EPROTOTYPE",
	syscall.ETIMEDOUT:     "ETIMEDOUT",
}

// The name of the errno in err's chain; empty when there is none.
func errnoName(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	if name, known := errnoNames[number]; known {
		return name
	}
	return number.Error()
}

// The system call that failed, as package net tells it; empty when none did.
func failedCall(err error) string {
	var failed *os.SyscallError
	if !errors.As(err, &failed) {
		return ""
	}
	return failed.Syscall
}

// Fills outcome and error of a system call that ended at once.
func (one act) ended(err error) act {
	one.Outcome = "ok"
	if err != nil {
		one.Outcome = "error"
		one.ErrorType = errnoName(err)
	}
	return one
}

// tcp, udp or unix: what network.transport should say.
func transportOf(network string) string {
	switch {
	case strings.HasPrefix(network, "unix"):
		return "unix"
	case strings.HasPrefix(network, "udp"):
		return "udp"
	}
	return "tcp"
}
