/* SPDX-License-Identifier: BSD-2-Clause */
/* From what the parser says of an executable to what Seamark knows of the program. */
#ifndef SEAMARK_LEARN_H
#define SEAMARK_LEARN_H

#include "user/gobin/report.h"
#include "user/pipeline/known_files.h"

/*
 * Fills kind, release, layout and why handshakes are not observed. NULL, or a sentence (static)
 * when people should hear of it: it is Go, and can't be probed.
 */
const char *learn_report(struct known_file *file, const struct gobin_report *report);
/*
 * The parser had no answer, with this negative errno: what the file is stays unknown, and its
 * system calls are observed. A sentence, static.
 */
const char *learn_failure(struct known_file *file, int result);

#endif
