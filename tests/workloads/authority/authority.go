// SPDX-License-Identifier: BSD-2-Clause

// Package authority signs the certificates that workloads show each other.
package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"
)

// Authority and what it signed with.
type Authority struct {
	Pool        *x509.CertPool
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

var nextSerial int64

func template(name string) *x509.Certificate {
	nextSerial++
	return &x509.Certificate{
		SerialNumber:          big.NewInt(nextSerial),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
}

// New has a certificate that it signed itself.
func New(name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	wanted := template(name)
	wanted.IsCA = true
	wanted.KeyUsage |= x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, wanted, wanted, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return &Authority{pool, key, certificate}, nil
}

// Issue makes a certificate for a name, good for servers and clients, changed as wanted. Signed by
// itself where there is no authority.
func (signer *Authority) Issue(name string, change func(*x509.Certificate)) (tls.Certificate,
	error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	wanted := template(name)
	wanted.DNSNames = []string{name}
	wanted.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if change != nil {
		change(wanted)
	}
	parent, parentKey := wanted, key
	if signer != nil {
		parent, parentKey = signer.certificate, signer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, parent, &key.PublicKey, parentKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
