// SPDX-License-Identifier: GPL-2.0
/*
 * A terminal that shows one page at a time and knows which key is pressed.
 */
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

#define ENTER "\033[?1049h\033[?25l"	/* another screen, no cursor */
#define LEAVE "\033[?25h\033[?1049l"
#define HOME "\033[H"
#define REST_OF_LINE "\033[K"
#define REST_OF_SCREEN "\033[J"
#define REVERSE "\033[7m"
#define RED "\033[1;31m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

static struct termios before;
static int signals;	/* a descriptor that tells of them */
static int ended_by;	/* one of them, or 0 */

/**
 * census_screen_is_there() - whether somebody looks at a screen, with keys
 *
 * Return: whether somebody does.
 */
bool census_screen_is_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* https://no-color.org: colour is for those who have not asked for none. */
static bool has_colour(void)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(none && *none) && term && strcmp(term, "dumb");
}

/**
 * census_screen_begin() - take the screen
 *
 * Return: 0, or -1 after a sentence.
 */
int census_screen_begin(void)
{
	struct termios raw;
	sigset_t set;

	if (tcgetattr(STDIN_FILENO, &before)) {
		warn("cannot use the terminal");
		return -1;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0) {
		warn("cannot wait for signals");
		return -1;
	}
	raw = before;
	raw.c_lflag &= ~(ICANON | ECHO);
	/* stopped, it would leave the terminal as it is */
	raw.c_cc[VSUSP] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	fputs(ENTER, stdout);
	return 0;
}

/**
 * census_screen_end() - give the screen back as it was
 *
 * Who was told to end dies of that. The interrupt key is just another way to leave.
 */
void census_screen_end(void)
{
	sigset_t set;

	fputs(LEAVE, stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
	close(signals);
	if (!ended_by || ended_by == SIGINT)
		return;
	sigemptyset(&set);
	sigaddset(&set, ended_by);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(ended_by);
}

/* Prints the beginning of a line that fits. */
static void print_line(const char *line, size_t columns, const char *look)
{
	size_t length = strcspn(line, "\n");

	printf("%s%.*s%s" REST_OF_LINE, look,
	       (int)(length < columns ? length : columns), line,
	       *look ? PLAIN : "");
}

/* A serial line does not know its size. */
static struct winsize get_size(void)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	if (!size.ws_row || !size.ws_col)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	return size;
}

/**
 * census_screen_draw() - show a page
 * @head: a line above it
 * @text: lines; those that do not fit are left out
 * @is_marked: which of them are to be seen
 * @data: for @is_marked
 */
void census_screen_draw(const char *head, const char *text,
			bool (*is_marked)(size_t line, const void *data),
			const void *data)
{
	const char *mark = has_colour() ? RED : BOLD;
	struct winsize size = get_size();
	size_t line;

	fputs(HOME, stdout);
	print_line(head, size.ws_col, REVERSE);
	for (line = 0; *text && line + 1 < size.ws_row; line++) {
		putchar('\n');
		print_line(text, size.ws_col,
			   is_marked(line, data) ? mark : "");
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	fputs(REST_OF_SCREEN, stdout);
}

static int read_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return CENSUS_KEY_END;
	if (info.ssi_signo == SIGWINCH)
		return CENSUS_KEY_RESIZED;
	ended_by = (int)info.ssi_signo;
	return CENSUS_KEY_END;
}

/**
 * census_screen_wait() - wait for a key, or whatever happens first
 * @s: seconds to wait
 *
 * Return: the key, or what has happened.
 */
int census_screen_wait(double s)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	unsigned char key;

	if (poll(fds, 2, (int)(s * 1000) + 1) <= 0)
		return CENSUS_KEY_NONE;
	if (fds[1].revents)
		return read_signal();
	/* nobody can press a key any more */
	if (read(STDIN_FILENO, &key, 1) != 1)
		return CENSUS_KEY_END;
	return key;
}
