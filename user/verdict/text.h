/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a verdict says, in both languages side by side. {key} is filled in from evidence or hints,
 * {?key}...{/} stays only where there is one.
 */
#ifndef SEAMARK_VERDICT_TEXT_H
#define SEAMARK_VERDICT_TEXT_H

struct text {
	const char *english;
	const char *chinese;
};

#endif
