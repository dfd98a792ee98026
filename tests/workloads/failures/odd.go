// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	strange "seamark.test/workloads/failures/errors"
	stranger "seamark.test/workloads/failures/x509"
)

// Errors of the program's own, of every kind that has methods.
type (
	pointed       struct{ inner error }
	flat          struct{ text, more string }
	empty         struct{}
	text          string
	number        int
	table         map[string]error
	list          []error
	call          func() string
	pair          [2]string
	channel       chan int
	holder[T any] struct {
		value T
		inner error
	}
	aTypeWithANameThatIsMuchLongerThanWhatOneWouldGiveToATypeInEarnest struct{}
	äußerstUnüblicherNameFürEinenTyp                                   struct{}
)

func (own *pointed) Error() string { return "pointed" }
func (own *pointed) Unwrap() error { return own.inner }
func (flat) Error() string         { return "flat" }
func (empty) Error() string        { return "empty" }
func (own text) Error() string     { return string(own) }
func (number) Error() string       { return "number" }
func (table) Error() string        { return "table" }
func (list) Error() string         { return "list" }
func (call) Error() string         { return "call" }
func (pair) Error() string         { return "pair" }
func (channel) Error() string      { return "channel" }
func (*holder[T]) Error() string   { return "holder" }

type odd struct {
	name   string
	err    error
	wanted string
}

func deep(levels int, innermost error) error {
	for i := 0; i < levels; i++ {
		innermost = fmt.Errorf("level %d: %w", i, innermost)
	}
	return innermost
}

func endless() error {
	around := &net.OpError{Op: "read", Net: "tcp"}
	around.Err = around
	return around
}

func ownErrors() []odd {
	secret := errors.New("behind an error of the program's own")
	return []odd{
		{"own pointer", &pointed{secret}, "other"},
		{"own struct", flat{"one", "two"}, "other"},
		{"own empty struct", empty{}, "other"},
		{"own text", text("EOF"), "other"},
		{"own number", number(104), "other"},
		{"own table", table{"a": secret}, "other"},
		{"own list", list{secret}, "other"},
		{"own call", call(func() string { return "" }), "other"},
		{"own pair", pair{"EOF", "EOF"}, "other"},
		{"own channel", channel(nil), "other"},
		{"own nil pointer", (*pointed)(nil), "other"},
		{"own generic", &holder[int]{1, secret}, "other"},
		{"own long generic", &holder[map[aTypeWithANameThatIsMuchLongerThanWhatOneWouldGiveToATypeInEarnest]string]{
			nil, secret}, "other"},
		{"own long generic, not of ASCII", &holder[map[äußerstUnüblicherNameFürEinenTyp]map[äußerstUnüblicherNameFürEinenTyp]string]{
			nil, secret}, "other"},
		{"called as errors.errorString", strange.New("EOF"), "other"},
		{"called as x509.HostnameError", stranger.HostnameError{First: 1, Second: 2, Third: 3},
			"other"},
	}
}

func chainErrors() []odd {
	return []odd{
		{"nil net.OpError", (*net.OpError)(nil), "other"},
		{"nil os.SyscallError in net.OpError", &net.OpError{Op: "dial", Net: "tcp",
			Err: (*os.SyscallError)(nil)}, "other"},
		{"nothing in net.OpError", &net.OpError{Op: "dial", Net: "tcp"}, "other"},
		{"net.DNSError", &net.DNSError{Err: "no such host", Name: "a.test", IsNotFound: true},
			"other"},
		{"url.Error", &url.Error{Op: "Get", URL: "https://a.test",
			Err: &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read",
				syscall.ECONNRESET)}}, "closed"},
		{"fs.PathError", &fs.PathError{Op: "open", Path: "/etc/a", Err: syscall.ENOENT}, "other"},
		{"syscall.Errno", syscall.EPIPE, "closed"},
		{"4 levels", deep(3, errors.New("the fourth")), "other"},
		{"5 levels", deep(4, errors.New("the fifth")), "other"},
		{"7 levels", deep(6, x509.HostnameError{Certificate: &x509.Certificate{
			DNSNames: []string{"one.test"}}, Host: "seventh.test"}), "hostname_mismatch"},
		{"30 levels", deep(29, errors.New("the thirtieth")), "other"},
		{"60 levels", deep(59, errors.New("out of reach")), "other"},
		{"own within 6 levels", deep(5, &pointed{errors.New("behind it")}), "other"},
		{"within itself", endless(), "other"},
		{"x509.SystemRootsError", x509.SystemRootsError{Err: errors.New("no roots here")},
			"system_roots"},
		{"x509.SystemRootsError of nothing", x509.SystemRootsError{}, "system_roots"},
		{"x509.UnknownAuthorityError of nothing", x509.UnknownAuthorityError{},
			"unknown_authority"},
	}
}

func textErrors() []odd {
	return []odd{
		{"constant text", errors.New("a constant that nobody has read before it was told of"), "other"},
		{"no text", errors.New(""), "other"},
		{"control characters", errors.New("\x1b[31mred\x00 \r\n\t\x7f\u0085 \u2028 end"), "other"},
		{"no UTF-8", errors.New("caf\xe9 \xff\xfe \xed\xa0\x80 \xf8\x88\x80\x80\x80"), "other"},
		{"quotes", errors.New(`"quoted" \ {"a":1}`), "other"},
		{"1 MB", errors.New(strings.Repeat("1 megabyte ", 1<<20/11)), "other"},
		{"1 MB of two bytes each", errors.New("a" + strings.Repeat("é", 1<<19)), "other"},
		{"looks like another", errors.New("EOF\x00 and more"), "other"},
	}
}

func reasonErrors(made *certificates) (all []odd) {
	leaf, err := x509.ParseCertificate(made.good.Certificate[0])
	must(err)
	for reason := x509.NotAuthorizedToSign; reason < 12; reason++ {
		wanted := "certificate_invalid"
		if reason == x509.Expired { // and yet it is valid: the clock was another
			wanted = "certificate_expired"
		}
		all = append(all, odd{fmt.Sprintf("reason %d", reason),
			x509.CertificateInvalidError{Cert: leaf, Reason: reason, Detail: "in detail"}, wanted})
	}
	return append(all, odd{"reason without certificate",
		x509.CertificateInvalidError{Reason: x509.Expired}, "certificate_invalid"})
}

// Each at the client and at the server, out of a callback.
func oddScenarios(made *certificates) (all []scenario) {
	odds := append(ownErrors(), chainErrors()...)
	odds = append(odds, textErrors()...)
	odds = append(odds, reasonErrors(made)...)
	odds = append(odds, laterErrors()...)
	for _, one := range odds {
		one, forget := one, clock()
		fails := func() error {
			if forget != nil {
				forget()
			}
			return one.err
		}
		all = append(all, scenario{"client, " + one.name,
			end{config: made.client(func(config *tls.Config) {
				config.VerifyConnection = func(tls.ConnectionState) error { return fails() }
			}), wanted: one.wanted},
			end{config: made.server(made.good, nil), wanted: "remote_alert"}},
			scenario{"server, " + one.name,
				end{config: made.client(nil), wanted: "remote_alert"},
				end{config: made.server(made.good, func(config *tls.Config) {
					config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
						return nil, fails()
					}
				}), wanted: one.wanted}})
	}
	return all
}
