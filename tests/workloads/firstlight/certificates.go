// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"seamark.test/workloads/authority"
)

const serverName = "server.firstlight.test"

// All that the handshakes need, made once.
type certificates struct {
	trusted, stranger                             *authority.Authority
	good, unknown, selfSigned, expired, notYet    tls.Certificate
	otherHost, noName, clientOnly, unknownExpired tls.Certificate
}

func makeCertificates() (*certificates, error) {
	var made certificates
	var err error
	if made.trusted, err = authority.New("Firstlight trusted"); err != nil {
		return nil, err
	}
	if made.stranger, err = authority.New("Firstlight stranger"); err != nil {
		return nil, err
	}
	past := func(wanted *x509.Certificate) {
		wanted.NotBefore = time.Now().Add(-48 * time.Hour)
		wanted.NotAfter = time.Now().Add(-24 * time.Hour)
	}
	plans := []struct {
		into   *tls.Certificate
		signer *authority.Authority
		change func(*x509.Certificate)
	}{
		{&made.good, made.trusted, nil},
		{&made.unknown, made.stranger, nil},
		{&made.selfSigned, nil, nil},
		{&made.expired, made.trusted, past},
		{&made.notYet, made.trusted, func(wanted *x509.Certificate) {
			wanted.NotBefore = time.Now().Add(24 * time.Hour)
			wanted.NotAfter = time.Now().Add(48 * time.Hour)
		}},
		{&made.otherHost, made.trusted, func(wanted *x509.Certificate) {
			wanted.DNSNames = []string{"other.firstlight.test"}
		}},
		{&made.noName, made.trusted, func(wanted *x509.Certificate) {
			wanted.DNSNames = nil
		}},
		{&made.clientOnly, made.trusted, func(wanted *x509.Certificate) {
			wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}},
		{&made.unknownExpired, made.stranger, past},
	}
	for _, plan := range plans {
		if *plan.into, err = plan.signer.Issue(serverName, plan.change); err != nil {
			return nil, err
		}
	}
	return &made, nil
}
