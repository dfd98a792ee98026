/* SPDX-License-Identifier: BSD-2-Clause */
/* The classes of failed handshakes: error.type where it is no errno's name. */
#ifndef SEAMARK_GO_ERROR_CLASS_H
#define SEAMARK_GO_ERROR_CLASS_H

#include "user/model/term.h"

/* Every class that go_error_read() gives, and what it means; ended by a NULL name. */
extern const struct term go_error_classes[];
/* The class of a Go type that has but one: "x509.HostnameError"; NULL. Defined in go_error.c. */
const char *go_error_class_of_type(const char *type);

#endif
