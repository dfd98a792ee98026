// SPDX-License-Identifier: BSD-2-Clause

//go:build go1.23

package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
)

// Errors that came after Go 1.19: joined ones, and those of QUIC and of Encrypted ClientHello.
func laterErrors() []odd {
	first := x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"one.test"}},
		Host: "first.test"}
	second := errors.New("the second")
	return []odd{
		{"errors.Join", errors.Join(first, second), "hostname_mismatch"},
		{"errors.Join in another", fmt.Errorf("here: %w", errors.Join(second, first)), "other"},
		{"fmt.Errorf of two", fmt.Errorf("%w and %w", first, second), "hostname_mismatch"},
		{"fmt.Errorf of many", fmt.Errorf("%w, %w, %w", second, first, first), "other"},
		{"tls.ECHRejectionError", &tls.ECHRejectionError{RetryConfigList: []byte("again")},
			"other"},
		{"tls.AlertError", tls.AlertError(46), "remote_alert"},
		{"tls.CertificateVerificationError", &tls.CertificateVerificationError{Err: first},
			"hostname_mismatch"},
		{"net.DNSError with a cause", &net.DNSError{UnwrapErr: first, Err: "odd", Name: "b.test"},
			"hostname_mismatch"},
	}
}
