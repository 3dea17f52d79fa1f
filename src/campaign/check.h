#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/flows.h"
#include "campaign/span.h"
#include "campaign/steps.h"
#include "practice/folder.h"

namespace parcours::campaign {

/// Everything that is wrong with a campaign that was read without mistakes of form, in the order of
/// the file; empty: it may be published. Each error has line, column and a cure.
///
/// Of the steps themselves: targets that do not exist, steps that lead nowhere, steps nobody can
/// reach, circles in which no time passes, steps both before and behind success, dates nobody
/// defined, a holdout where withholding could harm. Of what they name in the practice folder:
/// cohorts, content with its purpose, its channels and the clinic's languages, channels, and the
/// CQL of every condition and date.
std::vector<Error> check(const Campaign& campaign, const practice::Folder& folder);
/// The same where all campaigns of the folder were read already, with mistakes or without.
std::vector<Error> check(const Campaign& campaign, const practice::Folder& folder,
                         std::span<const Campaign> all);

/// Only what concerns the steps among themselves.
std::vector<Error> check_flow(const Campaign& campaign);
/// Only what the campaign names in the practice folder.
std::vector<Error> check_names(const Campaign& campaign, const practice::Folder& folder);

/// Only what concerns the campaigns that it starts: that they exist and take patients in so, and
/// that campaigns do not start each other in a circle.
std::vector<Error> check_starts(const Campaign& campaign, std::span<const Campaign> all);
/// Only what must hold so that nobody is harmed: what clinical rules cannot judge goes to a person.
std::vector<Error> check_safety(const Campaign& campaign);
/// Waits until a day that has passed: they wait for nobody. Not a part of `check`, since people in
/// flight finish a campaign that was right when it was published.
std::vector<Error> check_days(const Campaign& campaign, LocalTime today);

/// Times that are over for everybody who comes in. Not a part of `check` either.
std::vector<Error> check_spans(const Campaign& campaign);

/// When a step's time comes or is over; null for one without.
const Moment* find_moment(const Step& step);

/// The flows of the practice. Mistakes of their files' heads are appended to `errors`.
Flows flows_of(const practice::Folder& folder, std::vector<Error>& errors);

/// What is wrong with the folder's cohorts and with what its content is not for: CQL that does not
/// compile or is not true or false, and names of cohorts that do not exist.
std::vector<Error> check_cohorts(const practice::Folder& folder);

/// Reads and checks all campaigns of a folder. Those with mistakes are left out of the answer,
/// their mistakes appended to `errors`; two campaigns of one name are a mistake of the second.
std::vector<Campaign> read_campaigns(const practice::Folder& folder, std::vector<Error>& errors);

}  // namespace parcours::campaign
