// SPDX-License-Identifier: GPL-2.0
/*
 * The settings of the reaper: what they can be, and that each takes effect at
 * once, also on orphans that wait already. None of it depends on the version
 * of IP, so this is IPv4 only.
 */
#include <limits.h>
#include <stdio.h>

#include "lib/stuck.h"

#define DAYS_30_S	2592000

/* Time for two more runs, in which nothing may happen. */
#define TWO_RUNS_MS	(3 * RUN_MS)

static const struct setting {
	const char *name, *shown;
	long least, most, normal;
} settings[] = {
	{ "reap",	 "mode",	0, 2,		0 },
	{ "timeout",	 "timeout_s",	1, DAYS_30_S,	60 },
	{ "min_bytes",	 "min_bytes",	1, 1 << 30,	1 },
	{ "max_age",	 "max_age_s",	0, DAYS_30_S,	0 },
	{ "min_orphans", "min_orphans",	0, INT_MAX,	0 },
	{ "batch",	 "batch",	1, 65536,	1024 },
};

#define for_each_setting(s)						\
	for (s = settings;						\
	     s < settings + sizeof(settings) / sizeof(*settings); s++)

/* By the sysctl and by the file. */
static void expect_set(struct __test_metadata *_metadata,
		       const struct setting *s, long want)
{
	long value = -1;

	EXPECT_EQ(0, reaper_read(s->name, &value));
	EXPECT_EQ(want, value) {
		TH_LOG("%s", s->name);
	}
	EXPECT_EQ(want, reaper_value(s->shown));
}

static void set(struct __test_metadata *_metadata, const struct setting *s,
		long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld\n", value);
	EXPECT_EQ(0, reaper_write(s->name, text));
	expect_set(_metadata, s, value);
}

static void expect_refused(struct __test_metadata *_metadata,
			   const struct setting *s, const char *text, long still)
{
	EXPECT_EQ(-EINVAL, reaper_write(s->name, text)) {
		TH_LOG("%s=\"%s\"", s->name, text);
	}
	expect_set(_metadata, s, still);
}

FIXTURE(sysctls) {
};

FIXTURE_SETUP(sysctls)
{
	ASSERT_EQ(0, ns_enter());
}

FIXTURE_TEARDOWN(sysctls)
{
}

/* A new namespace has them whatever another one has, which keeps its own. */
TEST_F(sysctls, of_namespace)
{
	const struct setting *s;
	int here = ns_save();

	for_each_setting(s)
		set(_metadata, s, s->most);
	ASSERT_EQ(0, ns_enter());
	for_each_setting(s)
		expect_set(_metadata, s, s->normal);
	for_each_setting(s)
		set(_metadata, s, s->least);
	ASSERT_EQ(0, ns_switch(here));
	for_each_setting(s)
		expect_set(_metadata, s, s->most);
}

TEST_F(sysctls, limits)
{
	static const char *const refused[] = {
		"-1", "4294967297", "-4294967295", "9223372036854775808",
		"99999999999999999999999", "text", "1s", "1.5", "- 1",
	};
	const struct setting *s;
	char text[32];

	for_each_setting(s) {
		set(_metadata, s, s->least);
		set(_metadata, s, s->most);
		snprintf(text, sizeof(text), "%ld", s->most + 1);
		expect_refused(_metadata, s, text, s->most);
		snprintf(text, sizeof(text), "%ld", s->least - 1);
		expect_refused(_metadata, s, text, s->most);
		for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
			expect_refused(_metadata, s, refused[i], s->most);
	}
}

TEST_F(sysctls, nothing)
{
	const struct setting *s;

	for_each_setting(s) {
		set(_metadata, s, s->most);
		EXPECT_EQ(0, reaper_write(s->name, ""));
		expect_set(_metadata, s, s->most);
		expect_refused(_metadata, s, "\n", s->most);
	}
}

/* How a change is timed. */
static struct moment change(struct __test_metadata *_metadata,
			    const char *settings)
{
	struct moment m = { .before_ns = now_ns() };

	REAPER(settings);
	m.after_ns = now_ns();
	return m;
}

#define CHANGE(settings) change(_metadata, settings)

static void expect_nobody_ended(struct __test_metadata *_metadata,
				struct _test_data_stuck *self, long ms)
{
	EXPECT_FALSE(pair_ended(&self->pair[0], ms));
	EXPECT_FIN_WAIT1(self->n);
}

static void expect_all_ended(struct __test_metadata *_metadata,
			     struct _test_data_stuck *self, struct moment since,
			     long ms)
{
	for (int i = 0; i < self->n; i++)
		EXPECT_ENDED(&self->pair[i], since, ms);
	EXPECT_FIN_WAIT1(0);
	EXPECT_EQ(self->n, reaper_value("reaped"));
}

/* Mode 1 decides as mode 2 does, and says so once. */
TEST_F(stuck, report)
{
	struct pair *p;

	REAPER("timeout=2 reap=1");
	p = ORPHANS(3);
	EXPECT_TRUE(eventually(reaper_value("would_reap") == 3));
	expect_lasted(_metadata, p[2].closed, 2000, 2000);
	expect_nobody_ended(_metadata, self, TWO_RUNS_MS);
	EXPECT_COUNTS("3*would_reap 3*would_reap_closed_window");
	EXPECT_REAPER("stalled", 3);
	EXPECT_REAPER("orphans", 3);
	expect_all_ended(_metadata, self, CHANGE("reap=2"), 0);
	EXPECT_COUNTS("3*would_reap 3*would_reap_closed_window "
		      "3*reaped 3*reaped_closed_window");
}

/* And once more when it has got stuck again. */
TEST_F(stuck, report_again)
{
	struct pair *p;

	self->shape.sndbuf = 1 << 20;
	REAPER("timeout=1 reap=1");
	p = ORPHANS(1);
	EXPECT_TRUE(eventually(reaper_value("would_reap") == 1));
	EXPECT_LT(0, pair_read(p, 16384));
	EXPECT_TRUE(eventually(reaper_value("would_reap") == 2));
	EXPECT_COUNTS("2*would_reap 2*would_reap_closed_window "
		      "spared_progress");
	EXPECT_ALL(p);
}

/* The clocks of those that wait begin when it first looks. */
TEST_F(stuck, switched_on)
{
	REAPER("timeout=2");
	ORPHANS(3);
	expect_nobody_ended(_metadata, self, 2500);
	EXPECT_TRUE(eventually(reaper_value("orphans") == 3));
	EXPECT_EQ(0, reaper_value("scanned"));
	expect_all_ended(_metadata, self, CHANGE("reap=2"), 2000);
}

/* They go on while it does not look. */
TEST_F(stuck, switched_off)
{
	REAPER("timeout=60 reap=2");
	ORPHANS(3);
	EXPECT_TRUE(eventually(reaper_value("scanned") >= 3));
	REAPER("reap=0 timeout=2");
	expect_nobody_ended(_metadata, self, 3000);
	expect_all_ended(_metadata, self, CHANGE("reap=2"), 0);
}

TEST_F(stuck, timeout_longer)
{
	REAPER("timeout=6 reap=2");
	ORPHANS(3);
	REAPER("timeout=60");
	expect_nobody_ended(_metadata, self, 8000);
	expect_all_ended(_metadata, self, CHANGE("timeout=3"), 0);
}

TEST_F(stuck, timeout_shorter)
{
	REAPER("timeout=60 reap=2");
	ORPHANS(3);
	EXPECT_FALSE(pair_ended(&self->pair[0], 1000));
	REAPER("timeout=3");
	for (int i = 0; i < self->n; i++)
		EXPECT_ENDED(&self->pair[i], self->pair[i].closed, 3000);
	EXPECT_COUNTS("3*reaped 3*reaped_closed_window");
}

TEST_F(stuck, max_age_set)
{
	REAPER("timeout=60 reap=2");
	ORPHANS(3);
	expect_nobody_ended(_metadata, self, 2000);
	expect_all_ended(_metadata, self, CHANGE("max_age=1"), 0);
	EXPECT_COUNTS("3*reaped 3*reaped_over_age");
}

/* None below it, and with more only as many as leave less. */
TEST_F(stuck, min_orphans)
{
	REAPER("timeout=1 min_orphans=4 reap=2");
	ORPHANS(3);
	EXPECT_TRUE(eventually(reaper_value("held_back") == 3));
	expect_nobody_ended(_metadata, self, TWO_RUNS_MS);
	REAPER("min_orphans=7");
	ORPHANS(3);
	EXPECT_TRUE(eventually(reaper_value("held_back") == 6));
	EXPECT_COUNTS("");
	REAPER("min_orphans=4");
	EXPECT_COUNTS("3*reaped 3*reaped_closed_window");
	pause_ms(TWO_RUNS_MS);
	EXPECT_FIN_WAIT1(3);
	EXPECT_REAPER("held_back", 3);
	EXPECT_REAPER("orphans", 3);
	EXPECT_COUNTS("3*reaped 3*reaped_closed_window");
	expect_all_ended(_metadata, self, CHANGE("min_orphans=0"), 0);
	EXPECT_REAPER("held_back", 0);
}

/* One a run. The run that is going on has not been counted yet. */
TEST_F(stuck, batch)
{
	long runs, reaped, last = 0;
	long long first_ns, end_ns;
	const int n = 12;

	REAPER("timeout=1 batch=1 reap=2");
	ORPHANS(n);
	EXPECT_TRUE(eventually(reaper_value("reaped") > 0));
	first_ns = now_ns();
	runs = reaper_value("runs");
	reaped = reaper_value("reaped");
	EXPECT_TRUE(eventually(reaper_value("held_back") > 0));
	EXPECT_TRUE(eventually_ms((last = reaper_value("reaped")) == n,
				  n * RUN_MS + DEADLINE_MS));
	end_ns = now_ns();
	EXPECT_LE(last - reaped, reaper_value("runs") - runs + 1);
	EXPECT_LE((n - reaped - 1) * RUN_MS, (end_ns - first_ns) / NS_PER_MS);
	EXPECT_FIN_WAIT1(0);
}

TEST_HARNESS_MAIN
