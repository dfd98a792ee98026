// SPDX-License-Identifier: BSD-2-Clause

// Package errors has a type that is called as one of Go's own, and is none.
package errors

type errorString struct {
	number, size uintptr
	secret       [4]string
}

func (*errorString) Error() string { return "a stranger's text" }

// New fills in numbers where Go's own has a text.
func New(secret string) error {
	return &errorString{0xc000000000, 40, [4]string{secret, secret, secret, secret}}
}
