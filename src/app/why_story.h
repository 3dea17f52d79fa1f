#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/campaign_story.h"
#include "engine/clinic.h"
#include "engine/data_folder.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "record/identity.h"

namespace parcours::app {

/// Why a patient is in a campaign of this name, or not, as of `now`. Errors: NotFound, with the
/// nearest name.
Result<engine::CampaignStory> find_story(const engine::DataFolder& folder,
                                         const std::shared_ptr<const engine::Clinic>& clinic,
                                         const engine::Ledger& ledger, const std::string& campaign,
                                         Key patient, Instant now);
void write_story(JsonWriter& json, const engine::CampaignStory& story);
void print_story(const engine::CampaignStory& story, const Style& style);

/// Keeps the messages that are named: by the beginning of the id, the content or the step. Errors:
/// NotFound, naming what there is.
Result<> keep_named(const std::string& name, std::vector<engine::OutboxEntry>& messages);
/// A message with each look of the gate and every check's result.
void print_checks(const engine::OutboxEntry& entry, const Style& style);

}  // namespace parcours::app
