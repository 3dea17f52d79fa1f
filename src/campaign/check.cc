#include "campaign/check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/core.h>
#include <iterator>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "campaign/definition.h"
#include "campaign/flows.h"
#include "campaign/read.h"
#include "campaign/steps.h"
#include "practice/folder.h"

namespace parcours::campaign {

namespace {

/// Whether what leans on the moment of enrolment is over when people come to it. A wait may still
/// go on to a time of that day.
bool is_over_at_once(const Step& step, const Moment& moment) {
    const bool at_enrolment = moment.side == Moment::Side::On ||
                              (moment.side == Moment::Side::After && moment.span.count == 0);
    return moment.anchor == "enrolled" &&
           (moment.side == Moment::Side::Before ||
            (at_enrolment && !std::holds_alternative<WaitStep>(step.what)));
}

}  // namespace

std::vector<Error> check(const Campaign& campaign, const practice::Folder& folder) {
    std::vector<Campaign> all;
    std::vector<Error> ignored;  // each campaign is told its own mistakes
    const Flows flows = flows_of(folder, ignored);
    for (const practice::Document& document : folder.campaigns) {
        all.push_back(read_campaign(document.root, ignored, flows));
    }
    return check(campaign, folder, all);
}

std::vector<Error> check(const Campaign& campaign, const practice::Folder& folder,
                         std::span<const Campaign> all) {
    std::vector<Error> errors = check_flow(campaign);
    std::array more_errors{check_names(campaign, folder), check_starts(campaign, all),
                           check_safety(campaign)};
    for (std::vector<Error>& more : more_errors) {
        std::ranges::move(more, std::back_inserter(errors));
    }
    std::ranges::sort(errors, {}, [](const Error& error) {
        return std::tuple(error.where.file, error.where.line, error.where.column, error.message);
    });
    return errors;
}

const Moment* find_moment(const Step& step) {
    if (const auto* wait = std::get_if<WaitStep>(&step.what)) {
        return &wait->moment;
    }
    if (const auto* wait_for = std::get_if<WaitForStep>(&step.what)) {
        return &wait_for->at_most;
    }
    if (const auto* send = std::get_if<SendStep>(&step.what)) {
        return send->not_after ? &*send->not_after : nullptr;
    }
    const auto* task = std::get_if<TaskStep>(&step.what);
    return task != nullptr && task->at_most ? &*task->at_most : nullptr;
}

std::vector<Error> check_days(const Campaign& campaign, LocalTime today) {
    std::vector<Error> errors;
    for (const Step& step : campaign.steps) {
        const Moment* const moment = find_moment(step);
        if (moment != nullptr && moment->side == Moment::Side::Until && moment->local < today) {
            errors.push_back({ErrorCode::InvalidInput,
                              fmt::format("the time of the step \"{}\" is over at once: \"{}\" has "
                                          "passed; write a later day",
                                          step.name, moment->to_text()),
                              step.where});
        }
    }
    return errors;
}

std::vector<Error> check_spans(const Campaign& campaign) {
    std::vector<Error> errors;
    for (const Step& step : campaign.steps) {
        const Moment* const moment = find_moment(step);
        if (moment != nullptr && is_over_at_once(step, *moment)) {
            errors.push_back({ErrorCode::InvalidInput,
                              fmt::format("the time of the step \"{}\" is always over: \"{}\" lies "
                                          "{}; write \"3 days after enrolled\", or the date that "
                                          "you mean",
                                          step.name, moment->to_text(),
                                          moment->side == Moment::Side::Before
                                              ? "before anybody comes in"
                                              : "at the moment in which people come in"),
                              step.where});
        }
    }
    return errors;
}

std::vector<Campaign> read_campaigns(const practice::Folder& folder, std::vector<Error>& errors) {
    std::vector<Campaign> campaigns;
    const Flows flows = flows_of(folder, errors);
    std::vector<Campaign> all;
    std::vector<std::vector<Error>> mistakes_of;
    for (const practice::Document& document : folder.campaigns) {
        all.push_back(read_campaign(document.root, mistakes_of.emplace_back(), flows));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Campaign& campaign = all[i];
        std::vector<Error>& mistakes = mistakes_of[i];
        if (mistakes.empty()) {
            mistakes = check(campaign, folder, all);
        }
        const auto twin = std::ranges::find(campaigns, campaign.name, &Campaign::name);
        if (mistakes.empty() && twin != campaigns.end()) {
            mistakes.push_back({ErrorCode::InvalidInput,
                                fmt::format("the campaign \"{}\" exists already in {}; give one of "
                                            "them another name",
                                            campaign.name, twin->where.file),
                                campaign.where});
        }
        if (mistakes.empty()) {
            campaigns.push_back(campaign);  // those behind it are compared with it
        } else {
            std::move(mistakes.begin(), mistakes.end(), std::back_inserter(errors));
        }
    }
    return campaigns;
}

}  // namespace parcours::campaign
