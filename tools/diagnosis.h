/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_DIAGNOSIS_H
#define CENSUS_DIAGNOSIS_H

#include "finding.h"

struct census_options;

/**
 * struct census_diagnosis - a case, what it rests on, and what is wrong
 * @before: the earlier look, if there was one
 * @now: the look
 * @oldest: the oldest connections, or NULL
 * @c: the case
 * @findings: what is wrong
 */
struct census_diagnosis {
	struct census_look before;
	struct census_look now;
	struct census_table *oldest;
	struct census_case c;
	struct census_findings findings;
};

int census_diagnose(struct census_diagnosis *d,
		    const struct census_options *options);
void census_diagnose_free(struct census_diagnosis *d);

extern const struct census_view census_diagnosis_view;
extern const struct census_view census_diagnosis_status_view;

enum census_level census_diagnosis_level(const struct census_findings *findings);
size_t census_diagnosis_count(const struct census_findings *findings,
			      enum census_level level);
void census_diagnosis_sentence(FILE *file, const struct census_case *c,
			       const struct census_finding *finding);
void census_diagnosis_limit(FILE *file, const struct census_case *c,
			    const struct census_finding *finding);
void census_diagnosis_status_line(FILE *file,
				  const struct census_findings *findings);
void census_diagnosis_finding(FILE *file, const struct census_case *c,
			      const struct census_finding *finding);
void census_diagnosis_print(const struct census_case *c,
			    const struct census_findings *findings);
struct census_table *
census_diagnosis_status(const struct census_findings *findings);
struct census_table *
census_diagnosis_table(const struct census_case *c,
		       const struct census_findings *findings,
		       const struct census_thresholds *thresholds);

#endif
