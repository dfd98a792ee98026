/* SPDX-License-Identifier: BSD-2-Clause */
/* A word that Seamark puts into its outputs, and what it means, in both languages side by side. */
#ifndef SEAMARK_MODEL_TERM_H
#define SEAMARK_MODEL_TERM_H

/* Static. In lists a NULL name ends. */
struct term {
	const char *name;	/* "sampled_out": stable */
	const char *english;	/* a sentence, or a few words; no newline */
	const char *chinese;
};

#endif
