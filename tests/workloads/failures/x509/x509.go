// SPDX-License-Identifier: BSD-2-Clause

// Package x509 has a type that is called as one of Go's own, and is none.
package x509

// HostnameError keeps other things where Go's own keeps a certificate and a host's name.
type HostnameError struct {
	First, Second, Third uintptr
}

func (HostnameError) Error() string { return "a stranger's name" }
