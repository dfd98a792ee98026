/* SPDX-License-Identifier: BSD-2-Clause */
/* The only file that knows ncurses. */
#include "user/cli/top_screen.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <wchar.h>

#include "user/cli/cli.h"
#include "user/model/printable.h"

#define ESCAPE_MS	25	/* how long a sequence of a key may take to arrive */
#define SAID_MAX	65536	/* bytes of stderr that wait; of more the beginning */
#define LINE_MAX_TEXT	512
#define ESCAPE		27
#define BACKSPACE	8
#define DELETE		127

enum pair { PAIR_NONE, PAIR_FAILED, PAIR_CAUTION };

struct screen {
	SCREEN *terminal;
	int signals;
	int said;		/* a file in memory; -1: stderr is elsewhere */
	int stderr_before;
	sigset_t mask_before;
	char line[LINE_MAX_TEXT];
};

/* Names are UTF-8 whatever the environment says of characters, as in all of Seamark's outputs. */
static void set_characters(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

static void set_colours(void)
{
	if (!cli_colour(STDOUT_FILENO) || !has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(PAIR_FAILED, COLOR_RED, -1);
	init_pair(PAIR_CAUTION, COLOR_YELLOW, -1);
}

static void hold_stderr(struct screen *screen)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (screen->said < 0)
		screen->said = memfd_create("seamark-stderr", MFD_CLOEXEC);
	if (screen->said < 0)
		return;
	screen->stderr_before = dup(STDERR_FILENO);
	if (screen->stderr_before >= 0)
		dup2(screen->said, STDERR_FILENO);
}

static void give_stderr_back(struct screen *screen)
{
	char bytes[4096];
	off_t at = 0;
	ssize_t got;

	if (screen->stderr_before < 0)
		return;
	dup2(screen->stderr_before, STDERR_FILENO);
	close(screen->stderr_before);
	screen->stderr_before = -1;
	for (; (got = pread(screen->said, bytes, sizeof(bytes), at)) > 0; at += got)
		if (write(STDERR_FILENO, bytes, (size_t)got) != got)
			break;
	if (ftruncate(screen->said, 0) || lseek(screen->said, 0, SEEK_SET))
		screen->line[0] = '\0';
}

static void hold_signals(struct screen *screen)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT,
				       SIGWINCH };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, &screen->mask_before);
	signal(SIGPIPE, SIG_IGN);
	screen->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void begin_painting(void)
{
	set_colours();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
}

struct screen *screen_open(void)
{
	struct screen *screen = calloc(1, sizeof(*screen));

	if (!screen)
		return NULL;
	screen->said = screen->stderr_before = -1;
	hold_signals(screen);
	set_characters();
	screen->terminal = screen->signals < 0 ? NULL : newterm(NULL, stdout, stdin);
	if (!screen->terminal) {
		screen_close(screen);
		return NULL;
	}
	begin_painting();
	hold_stderr(screen);
	return screen;
}

void screen_close(struct screen *screen)
{
	if (!screen)
		return;
	if (screen->terminal) {
		endwin();
		delscreen(screen->terminal);
	}
	give_stderr_back(screen);
	if (screen->said >= 0)
		close(screen->said);
	if (screen->signals >= 0)
		close(screen->signals);
	sigprocmask(SIG_SETMASK, &screen->mask_before, NULL);
	free(screen);
}

int screen_signal_fd(const struct screen *screen)
{
	return screen->signals;
}

/* The shell may have had the terminal meanwhile, in other modes and of another size. */
static void resume(struct screen *screen)
{
	if (screen->stderr_before < 0)
		hold_stderr(screen);
	reset_prog_mode();
	curs_set(0);
	clearok(curscr, TRUE);
}

static void stop(struct screen *screen)
{
	def_prog_mode();
	endwin();
	give_stderr_back(screen);
	kill(getpid(), SIGSTOP);
	resume(screen);
}

static void resize(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

bool screen_signal(struct screen *screen)
{
	struct signalfd_siginfo told;

	while (read(screen->signals, &told, sizeof(told)) == sizeof(told)) {
		if (told.ssi_signo == SIGTSTP)
			stop(screen);
		else if (told.ssi_signo == SIGCONT)
			resume(screen);
		else if (told.ssi_signo != SIGWINCH)
			return false;
		resize();
	}
	return true;
}

void screen_size(size_t *width, size_t *height)
{
	*width = (size_t)COLS;
	*height = (size_t)LINES;
}

static attr_t attributes_of(enum emphasis emphasis)
{
	switch (emphasis) {
	case EMPHASIS_FAINT:
		return A_DIM;
	case EMPHASIS_STRONG:
	case EMPHASIS_HEADING:
	case EMPHASIS_KEY:
		return A_BOLD;
	case EMPHASIS_SORTED:
		return A_BOLD | A_UNDERLINE;
	case EMPHASIS_FAILED:
		return A_BOLD | COLOR_PAIR(PAIR_FAILED);
	case EMPHASIS_CAUTION:
		return A_BOLD | COLOR_PAIR(PAIR_CAUTION);
	default:
		return A_NORMAL;
	}
}

/* By libc's widths, which are the terminal's; what has none would move what follows. */
static void put(const struct sheet_cell *cell, const char *text)
{
	size_t left = strlen(text), used = 0;
	mbstate_t state = { 0 };
	int columns = 0, width;

	wmove(stdscr, (int)cell->line, cell->column);
	while (left && columns < cell->columns) {
		wchar_t one[2] = { L'?', L'\0' };
		size_t length = mbrtowc(&one[0], text + used, left, &state);

		if (length == 0 || length > left) {
			length = 1;
			memset(&state, 0, sizeof(state));
			one[0] = L'?';
		}
		width = wcwidth(one[0]);
		if (width < 1) {
			one[0] = L'?';
			width = 1;
		}
		if (columns + width > cell->columns)
			break;
		waddnwstr(stdscr, one, 1);
		columns += width;
		used += length;
		left -= length;
	}
}

/* Where it stands still, by Ctrl-S or a line that is down, waiting would hold up the ring. */
static bool takes_output(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && out.revents & POLLOUT;
}

void screen_paint(const struct sheet *sheet)
{
	uint32_t marked = UINT32_MAX;

	if (!takes_output())
		return;
	werase(stdscr);
	for (size_t i = 0; i < sheet_cell_count(sheet); i++) {
		const struct sheet_cell *cell = sheet_cell(sheet, i);
		attr_t attributes = attributes_of((enum emphasis)cell->emphasis);

		if ((int)cell->line >= LINES)
			break;
		if (cell->marked && cell->line != marked) {
			marked = cell->line;
			mvwhline(stdscr, (int)marked, 0, ' ' | A_REVERSE, COLS);
		}
		wattrset(stdscr, (int)(attributes | (cell->marked ? A_REVERSE : 0)));
		put(cell, sheet_text(sheet, cell));
	}
	wattrset(stdscr, (int)A_NORMAL);
	wrefresh(stdscr);
}

static enum top_key special(wint_t code)
{
	static const struct {
		wint_t code;
		enum top_key key;
	} all[] = {
		{ KEY_UP, TOP_KEY_UP }, { KEY_DOWN, TOP_KEY_DOWN },
		{ KEY_PPAGE, TOP_KEY_PAGE_UP }, { KEY_NPAGE, TOP_KEY_PAGE_DOWN },
		{ KEY_HOME, TOP_KEY_HOME }, { KEY_END, TOP_KEY_END },
		{ KEY_LEFT, TOP_KEY_LEFT }, { KEY_RIGHT, TOP_KEY_RIGHT },
		{ KEY_ENTER, TOP_KEY_ENTER }, { KEY_BACKSPACE, TOP_KEY_ERASE },
		{ KEY_DC, TOP_KEY_ERASE },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].code == code)
			return all[i].key;
	return TOP_KEY_NONE;
}

static enum top_key character(wint_t code, char text[KEY_TEXT])
{
	mbstate_t state = { 0 };
	char bytes[MB_LEN_MAX];
	size_t length;

	if (code == '\r' || code == '\n')
		return TOP_KEY_ENTER;
	if (code == ESCAPE)
		return TOP_KEY_ESCAPE;
	if (code == BACKSPACE || code == DELETE)
		return TOP_KEY_ERASE;
	length = wcrtomb(bytes, (wchar_t)code, &state);
	if (length > MB_LEN_MAX || !printable_copy(text, KEY_TEXT, bytes, length))
		return TOP_KEY_NONE;
	return TOP_KEY_TEXT;
}

enum top_key screen_key(char text[KEY_TEXT])
{
	enum top_key key = TOP_KEY_NONE;
	wint_t code;
	int kind;

	while (key == TOP_KEY_NONE && (kind = wget_wch(stdscr, &code)) != ERR)
		key = kind == KEY_CODE_YES ? special(code) : character(code, text);
	return key;
}

const char *screen_said(struct screen *screen)
{
	off_t size = screen->said < 0 ? 0 : lseek(screen->said, 0, SEEK_END), from;
	ssize_t got;
	char *last;

	if (size <= 0)
		return NULL;
	if (size > SAID_MAX && !ftruncate(screen->said, SAID_MAX))
		size = lseek(screen->said, 0, SEEK_END);
	from = size < LINE_MAX_TEXT ? 0 : size - LINE_MAX_TEXT + 1;
	got = pread(screen->said, screen->line, LINE_MAX_TEXT - 1, from);
	if (got <= 0)
		return NULL;
	screen->line[got] = '\0';
	screen->line[strcspn(screen->line, "\r")] = '\0';
	while (got && screen->line[got - 1] == '\n')
		screen->line[--got] = '\0';
	last = strrchr(screen->line, '\n');
	return last ? last + 1 : screen->line;
}
