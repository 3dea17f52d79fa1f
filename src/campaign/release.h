#pragma once

#include "base/error.h"
#include "campaign/definition.h"
#include "practice/folder.h"
#include "practice/release.h"

namespace parcours::campaign {

/// The release of a campaign that `check` found nothing wrong with: one content hash over its own
/// file and every cohort, value set and content it names, also through conditions and cohorts. Two
/// folders that say the same give the same release. Errors, NotFound and InvalidInput: something it
/// names does not exist or does not compile.
Result<practice::Release> make_release(const Campaign& campaign, const practice::Folder& folder);

}  // namespace parcours::campaign
