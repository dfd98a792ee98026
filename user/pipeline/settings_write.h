/* SPDX-License-Identifier: BSD-2-Clause */
/* What is made of the table and of settings: texts for people, and for the configuration file. */
#ifndef SEAMARK_SETTINGS_WRITE_H
#define SEAMARK_SETTINGS_WRITE_H

#include "user/model/buffer.h"
#include "user/pipeline/settings.h"

/* A configuration file in which every option is commented out, at its default. */
void settings_write_defaults(struct buffer *out);
/* The configuration in force, as a file, with where each value is from. */
void settings_write(struct buffer *out, const struct settings *settings);
/* The same as one JSON object. */
void settings_write_json(struct buffer *out, const struct settings *settings);
/* A table in Markdown of all that a file may hold. */
void settings_write_reference(struct buffer *out, enum language language);
/* The same as a JSON array. */
void settings_write_reference_json(struct buffer *out);
/* A row's help, with its default: "at most N series (default 20000)". */
void settings_write_help(struct buffer *out, const struct setting *row);

#endif
