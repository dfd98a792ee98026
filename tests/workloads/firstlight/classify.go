// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"strings"
	"syscall"
	"time"
)

// What a handshake came to.
type verdict struct {
	outcome, errorType string
	alert              int
}

// How the texts of errors without a type of their own are told apart.
var texts = []struct{ part, errorType string }{
	{"client offered only unsupported versions", "protocol_version"},
	{"server selected unsupported protocol version", "protocol_version"},
	{"no cipher suite supported by both client and server", "no_common_cipher"},
	{"client didn't provide a certificate", "client_certificate_required"},
	{"certificate signed by unknown authority", "unknown_authority"},
	{"certificate has expired or is not yet valid", "certificate_expired"},
}

func failure(errorType string) verdict {
	return verdict{outcome: "error", errorType: errorType}
}

// The alert that the peer sent. Its type has no name outside of crypto/tls before Go 1.21.
func remoteAlert(err error) (int, bool) {
	var failed *net.OpError
	if !errors.As(err, &failed) || failed.Op != "remote error" {
		return 0, false
	}
	value := reflect.ValueOf(failed.Err)
	if value.Kind() != reflect.Uint8 {
		return 0, false
	}
	return int(value.Uint()), true
}

func certificateFailure(err error) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var roots x509.SystemRootsError
	switch {
	case errors.As(err, &authority):
		return "unknown_authority"
	case errors.As(err, &host):
		return "hostname_mismatch"
	case errors.As(err, &roots):
		return "system_roots"
	case !errors.As(err, &invalid):
		return ""
	case invalid.Reason != x509.Expired:
		return "certificate_invalid"
	case time.Now().Before(invalid.Cert.NotBefore):
		return "certificate_not_yet_valid"
	}
	return "certificate_expired"
}

func isClosed(err error) bool {
	for _, one := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// The class of a handshake's error, by what Go's own error functions tell.
func classify(err error) verdict {
	var header tls.RecordHeaderError
	if err == nil {
		return verdict{outcome: "ok"}
	}
	if errors.Is(err, context.Canceled) {
		return verdict{outcome: "cancelled", errorType: "cancelled"}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return failure("timeout")
	}
	if errors.As(err, &header) {
		return failure("not_tls")
	}
	if alert, remote := remoteAlert(err); remote {
		return verdict{outcome: "error", errorType: "remote_alert", alert: alert}
	}
	if class := certificateFailure(err); class != "" {
		return failure(class)
	}
	if isClosed(err) {
		return failure("closed")
	}
	for _, known := range texts {
		if strings.Contains(err.Error(), known.part) {
			return failure(known.errorType)
		}
	}
	return failure("other")
}

func (found verdict) String() string {
	return strings.TrimSpace(found.outcome + " " + found.errorType)
}
