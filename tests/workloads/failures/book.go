// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"sync"
	"syscall"
)

const (
	deepest = 64
	longest = 400 // bytes of a text
)

// What Go itself says of one end of a handshake.
type booked struct {
	Scenario  string   `json:"scenario"`
	Role      string   `json:"role"`
	LocalPort int      `json:"local_port"`
	PeerPort  int      `json:"peer_port"`
	Wanted    string   `json:"wanted"` // error.type; empty: no failure
	Types     []string `json:"types"`  // outermost first
	Context   string   `json:"context,omitempty"`
	Said      string   `json:"said,omitempty"` // by HandshakeContext
	Inner     string   `json:"inner"`          // the innermost error's text
	Raw       []byte   `json:"raw,omitempty"`  // the same, the first bytes
	Outermost string   `json:"outermost,omitempty"`
	Opaque    bool     `json:"opaque"`         // the innermost is the program's own
	Alert     int      `json:"alert"`          // -1: none
	Errno     int      `json:"errno,omitempty"`
	Host      string   `json:"host,omitempty"`
	Names     []string `json:"names,omitempty"` // of that host's certificate
	Reason    int      `json:"reason"`          // -1: none
	NotBefore string   `json:"not_before,omitempty"`
	NotAfter  string   `json:"not_after,omitempty"`
	Header    string   `json:"header,omitempty"`
}

var printing sync.Mutex

func portOf(address net.Addr) int {
	return address.(*net.TCPAddr).Port
}

func isNil(err error) bool {
	value := reflect.ValueOf(err)
	return !value.IsValid() || (value.Kind() == reflect.Ptr && value.IsNil())
}

// Types of the program itself and of packages beside it are not looked into.
func isOwn(err error) bool {
	of := reflect.TypeOf(err)
	if of.Kind() == reflect.Ptr {
		of = of.Elem()
	}
	path := of.PkgPath()
	return path == "main" || len(path) > 12 && path[:12] == "seamark.test"
}

// The way that errors.As goes, first of several.
func next(err error) error {
	if isOwn(err) {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		if all := many.Unwrap(); len(all) > 0 {
			return all[0]
		}
		return nil
	}
	return errors.Unwrap(err)
}

func (one *booked) look(err error) {
	if !isNil(err) && next(err) != nil {
		defer func(whole error) {
			if !one.Opaque && len(one.Types) < deepest {
				one.Outermost = textOf(whole)
			}
		}(err)
	}
	endless := false
	for ; err != nil && len(one.Types) < deepest; err = next(err) {
		one.Types = append(one.Types, fmt.Sprintf("%T", err))
		endless = len(one.Types) == deepest
		if one.Opaque = isOwn(err); one.Opaque || isNil(err) {
			return
		}
		if next(err) == nil {
			break
		}
	}
	if err == nil || endless {
		return
	}
	one.Inner = textOf(err)
	if one.Raw = []byte(one.Inner); len(one.Raw) > longest {
		one.Raw, one.Inner = one.Raw[:longest], one.Inner[:longest]
	}
	one.describe(err)
}

// Some can't be printed: they take for granted that something is in them.
func textOf(err error) (text string) {
	defer func() { _ = recover() }()
	return err.Error()
}

func (one *booked) describe(err error) {
	var number syscall.Errno
	switch is := err.(type) {
	case x509.HostnameError:
		one.Host = is.Host
		if is.Certificate != nil {
			one.Names = is.Certificate.DNSNames
		}
	case x509.CertificateInvalidError:
		one.Reason = int(is.Reason)
		if is.Cert != nil {
			one.NotBefore = is.Cert.NotBefore.UTC().Format("2006-01-02T15:04:05Z")
			one.NotAfter = is.Cert.NotAfter.UTC().Format("2006-01-02T15:04:05Z")
		}
	case tls.RecordHeaderError:
		one.Header = hex.EncodeToString(is.RecordHeader[:])
	default:
		if errors.As(err, &number) {
			one.Errno = int(number)
		} else if of := reflect.ValueOf(err); of.Kind() == reflect.Uint8 {
			one.Alert = int(of.Uint())
		}
	}
}

// said is what HandshakeContext returned, kept what the handshake itself did.
func book(scenario, role, wanted string, conn net.Conn, said, kept error) {
	one := booked{Scenario: scenario, Role: role, Wanted: wanted, Alert: -1, Reason: -1,
		LocalPort: portOf(conn.LocalAddr()), PeerPort: portOf(conn.RemoteAddr())}
	one.look(kept)
	if said != nil && fmt.Sprintf("%T", said) != fmt.Sprintf("%T", kept) {
		one.Context, one.Said = fmt.Sprintf("%T", said), said.Error()
	}
	printing.Lock()
	defer printing.Unlock()
	must(json.NewEncoder(os.Stdout).Encode(&one))
}
