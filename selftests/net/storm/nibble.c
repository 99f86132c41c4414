// SPDX-License-Identifier: GPL-2.0
/*
 * nibble - reads every file of directories in every odd way
 *
 *	nibble [-t SECONDS] [-j JOBS] [-s SEED] [-u] DIRECTORY...
 *
 * In bites of all sizes, whose text must be as well-formed as one bite; from
 * all offsets; with readv(), poll(), mmap(), sendfile(), from descriptors kept
 * open for a while, and from those of a namespace that is gone. -u: the module
 * comes and goes meanwhile, so files may be missing, and those that are open end.
 *
 * What it does depends on SEED alone, which is printed. Prints how many files
 * were opened.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/deadline.h"
#include "../lib/jobs.h"
#include "../lib/random.h"

#define MEBIBYTE	1048576
#define KEPT		24
#define NAMES		64

static struct {
	int seconds, jobs;
	bool comes_and_goes;
	uint64_t seed;
} opt = { 10, 2, false, 0 };

static const int sizes[] = { 1, 2, 3, 7, 61, 512, 4095, 4096, 4097, MEBIBYTE };
#define SIZES	((int)(sizeof(sizes) / sizeof(*sizes)))

static struct name {
	char path[512], head[1024];
} names[NAMES];

static int n_names;
static int kept[KEPT];
static unsigned long opened;
static char text[4 * MEBIBYTE];
static const struct name *at;	/* the file that is read */
static bool abroad;		/* in a namespace that does not have all files */

static _Noreturn void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("# %s, seed %llu: ", at->path, (unsigned long long)opt.seed);
	vprintf(format, args);
	printf("\n");
	va_end(args);
	fflush(stdout);
	_exit(1);
}

/* What a file says that is open when its module goes. */
static bool gone(void)
{
	return opt.comes_and_goes && (errno == EIO || errno == ENOENT || errno == ENODEV);
}

static int pick(void)
{
	int fd;

	at = &names[random_below(n_names)];
	fd = open(at->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && !gone() && !(abroad && errno == ENOENT))
		fail("open: %s", strerror(errno));
	opened += fd >= 0;
	return fd;
}

static int some_size(void)
{
	return random_below(3) ? sizes[random_below(SIZES)] : (int)(1 + random_below(9000));
}

/* Below /proc/sys a file is a number, which one read() gets, or its beginning. */
static bool is_table(void)
{
	return !strstr(at->path, "/sys/net/");
}

static int words(const char *line, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += line[i] != ' ' && (!i || line[i - 1] == ' ');
	return n;
}

/* The last column of transitions may have several words. */
static void expect_table(size_t len)
{
	const char *line = text, *end;
	int columns = -1, n;

	if (!is_table())
		return;
	if (!len || text[len - 1] != '\n')
		fail("does not end with a line: %zu bytes", len);
	if (len < strlen(at->head) || memcmp(text, at->head, strlen(at->head)))
		fail("begins with %.100s", text);
	for (; line < text + len; line = end + 1) {
		end = memchr(line, '\n', text + len - line);
		n = words(line, end - line);
		if (memchr(line, '\0', end - line))
			fail("has a NUL");
		if (columns < 0)
			columns = n;
		if (n < columns)
			fail("a row of %d columns, not %d: %.*s", n, columns,
			     (int)(end - line), line);
	}
}

/* False where the file is gone. */
static bool in_bites(int fd, int size, size_t *len)
{
	ssize_t n;

	for (*len = 0; *len + size <= sizeof(text); *len += n) {
		n = read(fd, text + *len, size);
		if (n < 0 && !gone())
			fail("read of %d: %s", size, strerror(errno));
		if (n > size)
			fail("read of %d returned %zd", size, n);
		if (n <= 0)
			return !n;
	}
	fail("has no end");
}

static void bites(int fd)
{
	size_t len;

	if (in_bites(fd, some_size(), &len))
		expect_table(len);
}

static void scattered(int fd)
{
	struct iovec parts[] = {
		{ NULL, 1 }, { NULL, 0 }, { NULL, 4095 }, { NULL, 3 }, { NULL, 8191 }, { NULL, 2 },
	};
	size_t len = 0;
	ssize_t n;

	for (;; len += n) {
		char *to = text + len;

		for (int i = 0; i < 6; to += parts[i++].iov_len)
			parts[i].iov_base = to;
		if (to > text + sizeof(text))
			fail("has no end");
		n = readv(fd, parts, 6);
		if (n < 0 && !gone())
			fail("readv: %s", strerror(errno));
		if (n <= 0)
			break;
	}
	if (!n)
		expect_table(len);
}

static off_t some_offset(void)
{
	static const off_t odd[] = {
		0, 1, 4095, 4096, 4097, MEBIBYTE, INT32_MAX, (off_t)INT32_MAX + 1,
		INT64_MAX - 1, INT64_MAX,
	};

	return random_below(2) ? (off_t)random_below(20000) : odd[random_below(10)];
}

static void expect_bite(ssize_t n, size_t size, off_t from)
{
	if (n < 0 && errno != EINVAL && errno != EOVERFLOW && errno != ESPIPE && !gone())
		fail("%zu bytes at %lld: %s", size, (long long)from, strerror(errno));
	if (n > (ssize_t)size)
		fail("%zu bytes at %lld returned %zd", size, (long long)from, n);
	if (n > 0 && memchr(text, '\0', n))
		fail("%zu bytes at %lld: a NUL", size, (long long)from);
	if (n > 0 && from >= MEBIBYTE)
		fail("%zd bytes at %lld", n, (long long)from);
}

static void anywhere(int fd)
{
	for (int i = random_below(20); i >= 0; i--) {
		off_t from = some_offset();
		int size = some_size();

		if (random_below(2)) {
			expect_bite(pread(fd, text, size, from), size, from);
			continue;
		}
		if (lseek(fd, from, SEEK_SET) == from)
			expect_bite(read(fd, text, size), size, from);
	}
	if (pread(fd, text, 1, -1) >= 0)
		fail("pread at -1");
	lseek(fd, -1, SEEK_CUR);
	lseek(fd, 0, SEEK_END);
	lseek(fd, 0, SEEK_HOLE);
}

/* From the beginning again it is the whole text. */
static void twice(int fd)
{
	size_t len;

	anywhere(fd);
	if (lseek(fd, 0, SEEK_SET) && !gone())
		fail("lseek to 0: %s", strerror(errno));
	if (in_bites(fd, some_size(), &len))
		expect_table(len);
}

/* What they are not for is refused. */
static void misuse(int fd)
{
	static void *nowhere;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	void *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

	if (!nowhere)
		nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map != MAP_FAILED)
		fail("could be mapped");
	if (poll(&p, 1, 0) < 0)
		fail("poll: %s", strerror(errno));
	if (ioctl(fd, 0x10000 + random_below(0x10000), text) >= 0)
		fail("took an ioctl");
	if (write(fd, "1", 1) >= 0)
		fail("took a write without having been opened for it");
	if (ftruncate(fd, 0) >= 0)
		fail("could be truncated");
	if (read(fd, text, 0) < 0 && !gone())
		fail("read of nothing: %s", strerror(errno));
	if (read(fd, nowhere, 100) > 0)
		fail("read to nowhere");
}

static void sent(int fd)
{
	int out = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (sendfile(out, fd, NULL, some_size()) < 0 && errno != EINVAL && !gone())
		fail("sendfile: %s", strerror(errno));
	close(out);
}

static void forked(int fd)
{
	int status, pid = fork();
	size_t len;

	in_bites(fd, some_size(), &len);
	if (!pid)
		_exit(0);
	if (waitpid(pid, &status, 0) != pid || status)
		fail("fork");
}

static void (*const ways[])(int fd) = {
	bites, bites, bites, scattered, anywhere, anywhere, twice, misuse, sent, forked,
};

/* The one before it, which may have seen the module go, is read to its end. */
static void keep(int fd)
{
	int i = random_below(KEPT);
	ssize_t n = 1;

	while (kept[i] >= 0 && n > 0)
		n = read(kept[i], text, some_size());
	if (kept[i] >= 0)
		close(kept[i]);
	kept[i] = fd;
}

/* debugfs holds the module as long as they are open. */
static bool may_keep(void)
{
	return !opt.comes_and_goes || !strstr(at->path, "/debug/");
}

static void open_and_read(void)
{
	int fd = pick();

	if (fd < 0)
		return;
	ways[random_below(sizeof(ways) / sizeof(*ways))](fd);
	if (may_keep() && !random_below(4))
		keep(fd);
	else
		close(fd);
}

/* Files of a namespace that has no other user any more. */
static void of_the_dead(void)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fds[8];

	if (home < 0 || unshare(CLONE_NEWNET))
		err(1, "unshare");
	abroad = true;
	for (int i = 0; i < 8; i++)
		fds[i] = pick();
	abroad = false;
	if (setns(home, CLONE_NEWNET))
		err(1, "setns");
	close(home);
	for (int i = 0; i < 8; i++) {
		char byte;

		if (fds[i] < 0)
			continue;
		if (read(fds[i], &byte, 1) < 0 && errno != ENOENT && !gone())
			fail("read of a dead namespace: %s", strerror(errno));
		if (may_keep())
			keep(fds[i]);
		else
			close(fds[i]);
	}
}

/* A working directory that may be gone. */
static void from_within(void)
{
	char path[512], byte, *slash;
	struct dirent *entry;
	DIR *dir;
	int fd;

	at = &names[random_below(n_names)];
	snprintf(path, sizeof(path), "%s", at->path);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (random_below(2) && chdir(path) && !gone())
		fail("chdir: %s", strerror(errno));
	fd = open(slash + 1, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, &byte, 1) < 0 && !gone())
		fail("read from within: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	dir = opendir(".");
	while (dir && (entry = readdir(dir)))
		;
	if (dir)
		closedir(dir);
}

static void job(void)
{
	long long end = now_ms() + opt.seconds * 1000LL;

	for (int i = 0; i < KEPT; i++)
		kept[i] = -1;
	while (now_ms() < end) {
		if (!random_below(40))
			of_the_dead();
		else if (!random_below(10))
			from_within();
		else
			open_and_read();
	}
}

/* What the first line must be. */
static void learn(const char *dir, const char *file)
{
	struct name *name = &names[n_names++];
	FILE *f;

	if (n_names > NAMES)
		errx(1, "too many files");
	snprintf(name->path, sizeof(name->path), "%s/%s", dir, file);
	f = fopen(name->path, "r");
	if (!f || !fgets(name->head, sizeof(name->head), f))
		err(1, "%s", name->path);
	fclose(f);
}

static void learn_all(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		err(1, "%s", path);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			learn(path, entry->d_name);
	closedir(dir);
}

static void options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "t:j:s:u")) != -1) {
		if (c == 't')
			opt.seconds = atoi(optarg);
		else if (c == 'j')
			opt.jobs = atoi(optarg);
		else if (c == 's')
			opt.seed = strtoull(optarg, NULL, 0);
		else if (c == 'u')
			opt.comes_and_goes = true;
		else
			errx(2, "see the head of nibble.c for how to call it");
	}
	while (optind < argc)
		learn_all(argv[optind++]);
}

int main(int argc, char **argv)
{
	int pipefd[2];

	opt.seed = time(NULL);
	options(argc, argv);
	if (!n_names || pipe(pipefd))
		errx(1, "nothing to read");
	printf("# knows %d files\n", n_names);
	fflush(stdout);
	for (int i = 0; i < opt.jobs; i++) {
		if (fork())
			continue;
		random_seed(opt.seed + i);
		job();
		job_done(pipefd[1], opened);
		return 0;
	}
	return !jobs_done(pipefd, opt.jobs, opt.seed, "opened");
}
