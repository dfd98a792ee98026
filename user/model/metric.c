/* SPDX-License-Identifier: BSD-2-Clause */
/* Series are found by a hash over family and labels, and chained per family for the outputs. */
#include "user/model/metric.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define FAMILIES_MAX	64
#define KEY_MAX		4096

const struct metric_label metric_overflow_label = {
	"otel_metric_overflow", "true: what found no room below --series, all in one",
	"为 true 时：超出 --series 上限的部分，合为一条", NULL,
};

/* One piece of memory: there are tens of thousands, of some hundred bytes each. */
struct entry {
	struct series series;
	struct durations durations;
	UT_hash_handle hh;
	char *key;		/* family, then name and value of each label, NUL between */
	size_t key_size;
	struct label labels[];	/* and behind them the key, in which their values are */
};

struct family {
	const struct metric_family *definition;
	struct series *first;
	struct series *last;
	struct series *overflow;
};

struct metrics {
	struct family families[FAMILIES_MAX];
	size_t family_count;
	struct entry *entries;
	size_t ceiling;
	size_t count;		/* overflow series not counted */
	struct metrics_walk *walks;
	uint64_t overflowed;
};

struct metrics *metrics_new(size_t ceiling)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));

	if (metrics)
		metrics->ceiling = ceiling;
	return metrics;
}

void metrics_set_ceiling(struct metrics *metrics, size_t ceiling)
{
	metrics->ceiling = ceiling;
}

static void free_told(struct series_told *told)
{
	if (told) {
		durations_free(&told->sent.durations);
		durations_free(&told->taken.durations);
	}
	free(told);
}

static void free_entry(struct entry *entry)
{
	durations_free(&entry->durations);
	free(entry->series.exemplars);
	free_told(entry->series.told);
	free(entry);
}

void metrics_free(struct metrics *metrics)
{
	struct entry *entry, *next;

	if (!metrics)
		return;
	HASH_ITER(hh, metrics->entries, entry, next) {
		HASH_DEL(metrics->entries, entry);
		free_entry(entry);
	}
	free(metrics);
}

static struct family *find_family(struct metrics *metrics, const struct metric_family *definition)
{
	for (size_t i = 0; i < metrics->family_count; i++)
		if (metrics->families[i].definition == definition)
			return &metrics->families[i];
	return NULL;
}

int metrics_add_family(struct metrics *metrics, const struct metric_family *definition)
{
	if (find_family(metrics, definition))
		return 0;
	if (metrics->family_count == FAMILIES_MAX)
		return -ENOSPC;
	metrics->families[metrics->family_count++].definition = definition;
	return 0;
}

static bool is_given(const struct label *label)
{
	return label->value && *label->value;
}

/* Writes the key; 0 when it is too long. */
static size_t make_key(char key[KEY_MAX], const struct metric_family *definition,
		       const struct label *labels, size_t count)
{
	size_t used = strlen(definition->name) + 1;

	memcpy(key, definition->name, used);
	for (size_t i = 0; i < count; i++) {
		size_t name = strlen(labels[i].name) + 1, value;

		if (!is_given(&labels[i]))
			continue;
		value = strlen(labels[i].value) + 1;
		if (used + name + value > KEY_MAX)
			return 0;
		memcpy(key + used, labels[i].name, name);
		memcpy(key + used + name, labels[i].value, value);
		used += name + value;
	}
	return used;
}

static uint8_t count_given(const struct label *labels, size_t count)
{
	uint8_t given = 0;

	for (size_t i = 0; i < count && given < LABELS_MAX; i++)
		given += is_given(&labels[i]);
	return given;
}

/* Their values are where the entry's key has them. */
static void set_labels(struct entry *entry, const struct label *labels)
{
	const char *at = entry->key + strlen(entry->key) + 1;
	uint8_t given = 0;

	for (; given < entry->series.label_count; labels++) {
		if (!is_given(labels))
			continue;
		entry->labels[given] = *labels;
		entry->labels[given].value = at += strlen(at) + 1;
		at += strlen(at) + 1;
		given++;
	}
	entry->series.labels = entry->labels;
}

static struct entry *make_entry(struct family *family, const char *key, size_t key_size,
				const struct label *labels, size_t count, uint64_t now_unix_ns)
{
	uint8_t given = count_given(labels, count);
	size_t head = sizeof(struct entry) + given * sizeof(*labels);
	struct entry *entry = calloc(1, head + key_size);

	if (!entry)
		return NULL;
	entry->series.family = family->definition;
	entry->series.created_unix_ns = now_unix_ns;
	entry->series.label_count = given;
	if (family->definition->type == METRIC_HISTOGRAM)
		entry->series.durations = &entry->durations;
	entry->key = (char *)entry + head;
	entry->key_size = key_size;
	memcpy(entry->key, key, key_size);
	set_labels(entry, labels);
	return entry;
}

static void chain(struct family *family, struct series *series)
{
	if (family->last)
		family->last->next = series;
	else
		family->first = series;
	family->last = series;
}

static struct series *add_series(struct metrics *metrics, struct family *family, const char *key,
				 size_t key_size, const struct label *labels, size_t count,
				 uint64_t now_unix_ns)
{
	struct entry *entry = make_entry(family, key, key_size, labels, count, now_unix_ns);

	if (!entry)
		return NULL;
	HASH_ADD_KEYPTR(hh, metrics->entries, entry->key, entry->key_size, entry);
	chain(family, &entry->series);
	return &entry->series;
}

static struct series *overflow_series(struct metrics *metrics, struct family *family,
				      uint64_t now_unix_ns)
{
	const struct label label = { metric_overflow_label.name, "otel.metric.overflow", "true" };
	char key[KEY_MAX];
	size_t size = make_key(key, family->definition, &label, 1);

	metrics->overflowed++;
	if (!family->overflow) {
		family->overflow = add_series(metrics, family, key, size, &label, 1, now_unix_ns);
		if (family->overflow)
			family->overflow->overflow = true;
	}
	return family->overflow;
}

struct series *metrics_series(struct metrics *metrics, const struct metric_family *definition,
			      const struct label *labels, size_t count, uint64_t now_unix_ns)
{
	struct family *family = find_family(metrics, definition);
	struct entry *entry = NULL;
	struct series *series;
	char key[KEY_MAX];
	size_t size;

	if (!family)
		return NULL;
	size = make_key(key, definition, labels, count);
	if (!size)
		return overflow_series(metrics, family, now_unix_ns);
	HASH_FIND(hh, metrics->entries, key, size, entry);
	if (entry)
		return &entry->series;
	if (metrics->count >= metrics->ceiling)
		return overflow_series(metrics, family, now_unix_ns);
	series = add_series(metrics, family, key, size, labels, count, now_unix_ns);
	if (series)
		metrics->count++;
	return series;
}

/* Buckets of a scrape are four slots each. */
static unsigned int octave(uint64_t duration_ns)
{
	return (slot_of(duration_ns) + (1u << SLOT_SCALE) - 1) >> SLOT_SCALE;
}

static struct exemplar *place_for(struct series *series, const struct exemplar *exemplar)
{
	struct exemplar *oldest = series->exemplars;

	for (size_t i = 0; i < series->exemplar_count; i++) {
		struct exemplar *one = &series->exemplars[i];

		if (octave(one->duration_ns) == octave(exemplar->duration_ns))
			return one;
		if (one->time_unix_ns < oldest->time_unix_ns)
			oldest = one;
	}
	return series->exemplar_count < EXEMPLARS_MAX
		? &series->exemplars[series->exemplar_count++] : oldest;
}

void series_exemplify(struct series *series, const struct exemplar *exemplar)
{
	if (!series->exemplars)
		series->exemplars = calloc(EXEMPLARS_MAX, sizeof(*series->exemplars));
	if (series->exemplars)
		*place_for(series, exemplar) = *exemplar;
}

static bool is_counted(const struct durations *durations, uint32_t first, uint32_t end)
{
	for (uint16_t i = 0; i < durations->used; i++)
		if (durations->cells[i].slot >= first && durations->cells[i].slot < end)
			return true;
	return false;
}

const struct exemplar *series_exemplar(const struct series *series, uint32_t first, uint32_t end)
{
	const struct exemplar *latest = NULL;

	for (size_t i = 0; i < series->exemplar_count; i++) {
		const struct exemplar *one = &series->exemplars[i];
		uint32_t slot = slot_of(one->duration_ns);

		if (slot >= first && slot < end &&
		    (!latest || one->time_unix_ns > latest->time_unix_ns))
			latest = one;
	}
	return latest && is_counted(series->durations, first, end) ? latest : NULL;
}

/* A series is the first member of its entry. */
static void drop_series(struct metrics *metrics, struct series *series)
{
	struct entry *entry = (struct entry *)series;

	for (struct metrics_walk *walk = metrics->walks; walk; walk = walk->other)
		if (walk->next == series)
			walk->next = series->next;
	metrics->count -= !series->overflow;
	HASH_DEL(metrics->entries, entry);
	free_entry(entry);
}

void metrics_clear_family(struct metrics *metrics, const struct metric_family *definition)
{
	struct family *family = find_family(metrics, definition);
	struct series *series, *next;

	for (series = family ? family->first : NULL; series; series = next) {
		next = series->next;
		drop_series(metrics, series);
	}
	if (family)
		family->first = family->last = family->overflow = NULL;
}

static bool has_label(const struct series *series, const struct label *wanted)
{
	for (size_t i = 0; i < series->label_count; i++)
		if (!strcmp(series->labels[i].name, wanted->name) &&
		    !strcmp(series->labels[i].value, wanted->value))
			return true;
	return false;
}

static void drop_from_family(struct metrics *metrics, struct family *family,
			     const struct label *label)
{
	struct series **at = &family->first, *series;

	family->last = NULL;
	while ((series = *at)) {
		if (has_label(series, label)) {
			*at = series->next;
			drop_series(metrics, series);
			continue;
		}
		family->last = series;
		at = &series->next;
	}
}

void metrics_drop(struct metrics *metrics, const struct label *label)
{
	for (size_t i = 0; i < metrics->family_count; i++)
		drop_from_family(metrics, &metrics->families[i], label);
}

size_t metrics_family_count(const struct metrics *metrics)
{
	return metrics->family_count;
}

const struct metric_family *metrics_family(const struct metrics *metrics, size_t index)
{
	return index < metrics->family_count ? metrics->families[index].definition : NULL;
}

const struct series *metrics_first(const struct metrics *metrics, size_t index)
{
	return index < metrics->family_count ? metrics->families[index].first : NULL;
}

const struct series *metrics_walk_next(const struct metrics *metrics, struct metrics_walk *walk)
{
	const struct series *series;

	while (!walk->next && walk->family < metrics->family_count)
		walk->next = metrics->families[walk->family++].first;
	series = walk->next;
	if (series)
		walk->next = series->next;
	return series;
}

void metrics_walk_begin(struct metrics *metrics, struct metrics_walk *walk)
{
	walk->other = metrics->walks;
	metrics->walks = walk;
}

void metrics_walk_end(struct metrics *metrics, struct metrics_walk *walk)
{
	struct metrics_walk **at = &metrics->walks;

	while (*at && *at != walk)
		at = &(*at)->other;
	if (*at)
		*at = walk->other;
}

bool metrics_is_walked(const struct metrics *metrics)
{
	return metrics->walks;
}

size_t metrics_series_count(const struct metrics *metrics)
{
	return metrics->count;
}

size_t metrics_ceiling(const struct metrics *metrics)
{
	return metrics->ceiling;
}

uint64_t metrics_overflowed(const struct metrics *metrics)
{
	return metrics->overflowed;
}
