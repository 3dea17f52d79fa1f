#pragma once

#include "engine/campaign_counts.h"
#include "engine/message_lists.h"
#include "engine/task_lists.h"

namespace parcours::engine {

/// Counts and lists that follow each event of the ledger: asking costs what is shown.
struct LedgerLists {
    CampaignTally campaigns;
    MessageLists messages;
    TaskLists tasks;
};

}  // namespace parcours::engine
