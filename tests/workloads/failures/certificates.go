// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"seamark.test/workloads/authority"
)

const serverName = "server.failures.test"

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func newAuthority(name string) *authority.Authority {
	made, err := authority.New(name)
	must(err)
	return made
}

func issue(signer *authority.Authority, change func(*x509.Certificate)) tls.Certificate {
	made, err := signer.Issue(serverName, change)
	must(err)
	return made
}

// Valid from and until so many hours from now.
func dated(first, last time.Duration) func(*x509.Certificate) {
	return func(wanted *x509.Certificate) {
		wanted.NotBefore = time.Now().Add(first * time.Hour)
		wanted.NotAfter = time.Now().Add(last * time.Hour)
	}
}
