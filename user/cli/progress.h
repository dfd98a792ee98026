/* SPDX-License-Identifier: BSD-2-Clause */
/* On a terminal alone, what takes so long: from the first second on, and gone at its end. */
#ifndef SEAMARK_PROGRESS_H
#define SEAMARK_PROGRESS_H

/* doing: "looking at what runs on this host"; one at a time. */
void progress_begin(const char *doing);
/* Nothing where none has begun. */
void progress_end(void);
/* Before another line goes to stderr meanwhile: that stands by itself. */
void progress_give_way(void);

#endif
