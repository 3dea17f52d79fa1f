#pragma once

#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/flows.h"
#include "practice/yaml.h"

namespace parcours::campaign {

/// Reads the document of `campaigns/NAME.yaml` (docs/campaigns.md, docs/campaign.schema.json),
/// which may walk through `flows` of the practice. The answer is linked. Every mistake of form
/// (unknown keys, wrong kinds of values, missing parts) is appended to `errors` with line, column
/// and a cure; whether the parts fit together and what they name exists is for `check`
/// (campaign/check.h) to say.
Campaign read_campaign(const practice::Node& document, std::vector<Error>& errors,
                       const Flows& flows = {});

/// The same. Errors: the first mistake.
Result<Campaign> read_campaign(const practice::Node& document, const Flows& flows = {});

}  // namespace parcours::campaign
