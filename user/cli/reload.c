/* SPDX-License-Identifier: BSD-2-Clause */
/* A file with a mistake changes nothing; a good one what its rows call live. */
#include "user/cli/reload.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"

#define NAMES_LIMIT	4096	/* bytes of all options' names */

struct reload {
	int fd;
	struct reload_accounts accounts;
};

struct reload *reload_new(void)
{
	struct reload *reload = calloc(1, sizeof(*reload));
	sigset_t set;

	if (!reload)
		return NULL;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* What nohup has ignored would not come. */
	signal(SIGHUP, SIG_DFL);
	reload->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (reload->fd >= 0)
		return reload;
	free(reload);
	return NULL;
}

void reload_free(struct reload *reload)
{
	if (!reload)
		return;
	close(reload->fd);
	free(reload);
}

int reload_fd(const struct reload *reload)
{
	return reload->fd;
}

void reload_accounts(const struct reload *reload, struct reload_accounts *out)
{
	*out = reload->accounts;
}

/* Names of what changed, and of what waits for a restart. */
struct changes {
	struct buffer applied;
	struct buffer waiting;
};

static void add_name(struct buffer *names, const struct setting *row)
{
	buffer_printf(names, "%s%s", names->size ? ", " : "", row->name);
}

static bool take_changes(struct settings *settings, const struct settings *fresh,
			 struct changes *changes)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];

		if (!(row->takers & FOR_FILE) || settings_same(settings, fresh, row))
			continue;
		add_name(row->live ? &changes->applied : &changes->waiting, row);
		if (row->live && !settings_copy(settings, fresh, row))
			return false;
	}
	return true;
}

static void say(const char *file, const struct changes *changes)
{
	bool applied = changes->applied.size, waiting = changes->waiting.size;

	cli_error("%s was read again: %s%s%s%s%s", file,
		  applied ? changes->applied.data : waiting ? "" : "nothing changed",
		  applied ? " changed" : "", applied && waiting ? "; " : "",
		  waiting ? changes->waiting.data : "",
		  waiting ? ": needs a restart, until then the old value stays" : "");
}

static void apply(struct reload *reload, struct settings *settings, const struct settings *fresh,
		  struct observation *observation)
{
	struct changes changes;
	int result;

	buffer_init(&changes.applied, NAMES_LIMIT);
	buffer_init(&changes.waiting, NAMES_LIMIT);
	result = take_changes(settings, fresh, &changes) ? observe_apply(observation) : -ENOMEM;
	if (result) {
		cli_error("%s could not be taken whole: %s; start Seamark anew",
			  settings->config, strerror(-result));
		reload->accounts.rejected++;
	} else {
		say(settings->config, &changes);
		if (changes.waiting.size)
			reload->accounts.restart_needed++;
		else
			reload->accounts.applied++;
	}
	buffer_free(&changes.applied);
	buffer_free(&changes.waiting);
}

void reload_run(struct reload *reload, struct settings *settings, struct observation *observation)
{
	struct signalfd_siginfo info;
	struct settings fresh;
	char why[SETTING_TEXT_MAX + 1024];

	if (read(reload->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (!options_read_again(settings, &fresh, why, sizeof(why))) {
		cli_error("%s; what was read before stays", why);
		reload->accounts.rejected++;
		return;
	}
	apply(reload, settings, &fresh, observation);
	settings_free(&fresh);
}
