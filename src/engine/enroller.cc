#include "engine/enroller.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "campaign/advance.h"
#include "campaign/definition.h"
#include "campaign/enrol.h"
#include "campaign/key_resource.h"
#include "engine/clinic.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/ledger.h"
#include "engine/patient_view.h"
#include "engine/release_files.h"
#include "engine/releases.h"
#include "engine/started.h"
#include "engine/stepper.h"
#include "engine/world.h"
#include "fhir/resource_type.h"
#include "fhir/status.h"
#include "population/live_index.h"
#include "practice/nearest.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"
#include "record/patient_profile.h"

namespace parcours::engine {
namespace {

/// So many a part of a sweep looks at: most are in their campaign already, and cost little.
constexpr std::size_t members_at_once = 200;
constexpr std::size_t rows_at_once = 500;

/// Whether another enrolment in the same campaign may be who started one: it went through such a
/// step, for the same thing where the started one is about one, and nothing says that it was
/// elsewhere then.
bool may_be_of_another(const Ledger& ledger, const Enrolment& by, const EnrolmentView& started) {
    const Instant at = started.enrolled_at();
    return std::ranges::any_of(ledger.enrolments_of(by.patient), [&](const EnrolmentView& one) {
        if (one.campaign() != by.campaign || one.id() == by.id || one.enrolled_at() > at ||
            (!started.key().empty() && one.key() != started.key())) {
            return false;
        }
        const EnrolmentState state = *one;
        const bool is_elsewhere =
            state.enrolment.step != by.step && state.enrolment.step_entered_at < at;
        const bool left_before = one.ended() ? one.ended_at() < at : is_elsewhere;
        return !left_before &&
               std::ranges::find(state.path, by.step, &StepEntered::step) != state.path.end();
    });
}

/// A place on somebody's calendar that lies ahead, by what is known now.
bool is_booked(const Fact& fact, Instant now) {
    return fact.type == fhir::ResourceType::Appointment && fact.start > now &&
           fact.status != fhir::Status::Proposed && fact.status != fhir::Status::Pending &&
           fact.status != fhir::Status::Waitlist && !is_off(fact, now);
}

/// The resource whose event takes patients in; null where none does.
const campaign::KeyResource* entry_resource(const LoadedCampaign& campaign) {
    const campaign::Enter& enter = campaign.definition.enter;
    return enter.by == campaign::Enter::By::Event ? campaign::find_key_event(enter.name) : nullptr;
}

/// A referral, order, plan or episode that became active, and was written down, no earlier than
/// `since`: what was there before starts nothing.
bool has_begun(const Fact& fact, Instant since, Instant now) {
    const Instant known = std::max(fact.occurred, fact.recorded);
    return fact.status == fhir::Status::Active && known >= since && known <= now;
}

/// Whether the last enrolment alone keeps somebody out at this moment, whatever else there was.
bool stays_out(const campaign::Campaign& campaign, const EnrolmentView& last, Instant now) {
    if (!last.ended()) {
        return true;
    }
    const Enrolment enrolment = last.enrolment();
    const campaign::EarlierEnrolment earlier{&enrolment, last.ended_at()};
    return enrolment.result != merged_result &&
           !campaign::may_enter(campaign, enrolment.key, {&earlier, 1}, now).allowed;
}

}  // namespace

void Enroller::launch(const Clinic& clinic, Instant now) {
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        launch_one(clinic, campaign, now);
    }
}

void Enroller::launch_one(const Clinic& clinic, const LoadedCampaign& campaign, Instant now) {
    const LaunchedCampaign* const launched = ledger_.find_launched(campaign.definition.name);
    if (launched != nullptr && launched->release == campaign.release) {
        return;
    }
    if (part_ == nullptr) {  // of a rehearsal nothing is kept
        journal_.add_definition(release_name(campaign.release),
                                write_release_files(clinic.folder.files), now);
    }
    journal_.add(Launched{campaign.definition.name, campaign.release, now}, now);
}

Result<bool> Enroller::sweep_some(const Clinic& clinic, Sweep& sweep, Instant now) {
    if (sweep.campaign >= clinic.campaigns.size()) {
        return false;
    }
    const LoadedCampaign& campaign = clinic.campaigns[sweep.campaign];
    Result<bool> more = false;
    if (takes_part(campaign)) {
        const campaign::KeyResource* const resource = entry_resource(campaign);
        const auto members = part_members_.find(campaign.definition.name);
        const auto rows = part_rows_.find(campaign.definition.name);
        if (members != part_members_.end()) {
            if (const auto swept = sweep_part(campaign, members->second, now); !swept) {
                return pass_on(swept);
            }
        } else if (campaign.definition.enter.by == campaign::Enter::By::Cohort) {
            more = sweep_cohort(campaign, sweep, now);
        } else if (rows != part_rows_.end()) {
            if (const auto swept = sweep_part_rows(campaign, rows->second, now); !swept) {
                return pass_on(swept);
            }
        } else if (resource != nullptr) {
            more = sweep_resources(campaign, sweep, now);
        }
    }
    if (more && !*more) {
        sweep = {sweep.campaign + 1, std::nullopt, 0};
        more = true;
    }
    return more;
}

bool Enroller::takes_part(const LoadedCampaign& campaign) const {
    return (part_ == nullptr || part_->has(std::string_view(campaign.definition.name))) &&
           !ledger_.rests(campaign.definition.name);
}

void Enroller::limit_to(const RehearsalPart& part, const Clinic& clinic) {
    part_ = &part;
    part_members_.clear();
    part_rows_.clear();
    keys_.clear();
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        const campaign::Enter& enter = campaign.definition.enter;
        const std::string& name = campaign.definition.name;
        const campaign::KeyResource* const resource = entry_resource(campaign);
        if (!part.has(std::string_view(name))) {
            continue;
        }
        if (resource != nullptr) {
            part_rows_.try_emplace(name, patients_.index(), resource->type, part.patients);
        } else if (enter.by == campaign::Enter::By::Cohort && part.cohorts != nullptr) {
            part_members_.try_emplace(name, part.cohorts->part(enter.name, part.patients));
        }
    }
}

/// The same as `sweep_resources`, sooner: of the rows of a clinic few lie ahead and are known.
Result<> Enroller::sweep_part_rows(const LoadedCampaign& campaign, PartRows& rows, Instant now) {
    const fhir::ResourceType type = entry_resource(campaign)->type;
    for (PartRows::Row& row : rows.at_look(now)) {
        if (row.inside && stays_out(campaign.definition, row.inside, now)) {
            continue;
        }
        if (const auto taken = take_resource(campaign, *row.layer, row.number, now); !taken) {
            return taken;
        }
        const population::Table& table = *row.layer->index->find_table(type);
        if (const auto key = keys_.find(table.key[row.number]); key != keys_.end()) {
            const Key patient = row.layer->index->patients().key[table.patient[row.number]];
            row.inside = find_last(campaign, patient, key->second);
        }
    }
    return {};
}

/// The same as `sweep_cohort`, sooner: most members are in their campaign already.
Result<> Enroller::sweep_part(const LoadedCampaign& campaign, PartMembers& members, Instant now) {
    for (PartMembers::Member& member : members.at_next_look()) {
        if (member.inside && stays_out(campaign.definition, member.inside, now)) {
            continue;
        }
        const Key key = patients_.index().patients().key[member.patient];
        if (const auto entered = enter(campaign, key, {}, now); !entered) {
            return entered;
        }
        member.inside = find_last(campaign, key, {});
    }
    return {};
}

EnrolmentView Enroller::find_last(const LoadedCampaign& campaign, Key patient,
                                  std::string_view key) const {
    const auto all = ledger_.enrolments_of(patient);
    const auto last = std::ranges::find_if(all.rbegin(), all.rend(), [&](const EnrolmentView& one) {
        return one.campaign() == campaign.definition.name && one.key() == key;
    });
    return last == all.rend() ? EnrolmentView() : *last;
}

/// Whether more of this campaign is to do.
Result<bool> Enroller::sweep_cohort(const LoadedCampaign& campaign, Sweep& sweep, Instant now) {
    if (!takes_part(campaign)) {
        return false;
    }
    if (!sweep.members) {
        if (auto known = cohorts_.members(campaign.definition.enter.name)) {
            sweep.members = std::move(*known);
        } else if (auto members = conditions_.members(*campaign.cohort, now)) {
            sweep.members = std::move(*members);
        } else {
            return pass_on(members);
        }
        if (part_ != nullptr && part_->patients.size() < patients_.index().patient_count()) {
            std::erase_if(*sweep.members, [this](Key patient) {
                const auto number = patients_.find_patient(patient);
                return !number || !part_->has(*number);
            });
        }
        return true;
    }
    const std::size_t to = std::min(sweep.next + members_at_once, sweep.members->size());
    for (; sweep.next < to; ++sweep.next) {
        if (const auto entered = enter(campaign, (*sweep.members)[sweep.next], {}, now); !entered) {
            return pass_on(entered);
        }
    }
    return to < sweep.members->size();
}

Result<> Enroller::enter_cohort(const LoadedCampaign& campaign, Key patient, Instant now) {
    return takes_part(campaign) ? enter(campaign, patient, {}, now) : Result<>{};
}

Result<> Enroller::patient_changed(const Clinic& clinic, Key key, Instant now) {
    const auto number = patients_.find_patient(key);
    if (!number) {
        return {};
    }
    const population::PatientPlace place = patients_.index().place_of(*number);
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        const campaign::KeyResource* const resource = entry_resource(campaign);
        if (resource == nullptr || !takes_part(campaign)) {
            continue;
        }
        const population::Table* const table = place.index().find_table(resource->type);
        if (table == nullptr) {
            continue;
        }
        const auto [from, to] = table->rows_of(place.own);
        if (const auto taken = take_resources(campaign, *place.layer, from, to, now); !taken) {
            return taken;
        }
    }
    return {};
}

/// Whether more of them is to do.
Result<bool> Enroller::sweep_resources(const LoadedCampaign& campaign, Sweep& sweep, Instant now) {
    // Rows of one layer after those of another.
    std::size_t before = 0;
    const std::size_t begin = sweep.next;
    const std::size_t end = begin + rows_at_once;
    for (const population::IndexLayer& layer : patients_.index().layers()) {
        const population::Table* const table =
            layer.index->find_table(entry_resource(campaign)->type);
        const std::size_t count = table == nullptr ? 0 : table->row_count;
        const std::size_t from = std::clamp(begin, before, before + count) - before;
        const std::size_t to = std::clamp(end, before, before + count) - before;
        if (from < to) {
            if (const auto taken = take_resources(campaign, layer, static_cast<std::uint32_t>(from),
                                                  static_cast<std::uint32_t>(to), now);
                !taken) {
                return pass_on(taken);
            }
        }
        before += count;
    }
    sweep.next = std::min(end, before);
    return sweep.next < before;
}

Result<> Enroller::take_resources(const LoadedCampaign& campaign,
                                  const population::IndexLayer& layer, std::uint32_t from,
                                  std::uint32_t to, Instant now) {
    for (std::uint32_t row = from; row < to; ++row) {
        if (const auto taken = take_resource(campaign, layer, row, now); !taken) {
            return taken;
        }
    }
    return {};
}

Result<> Enroller::take_resource(const LoadedCampaign& campaign,
                                 const population::IndexLayer& layer, std::uint32_t row,
                                 Instant now) {
    const fhir::ResourceType type = entry_resource(campaign)->type;
    const bool appointments = type == fhir::ResourceType::Appointment;
    const population::Table& table = *layer.index->find_table(type);
    const population::Patients& patients = layer.index->patients();
    const population::PatientNumber number = table.patient[row];
    if ((appointments && table.start[row] <= now) || table.occurred[row] > now ||
        number == population::no_patient || !layer.has(number) || !patients.counts(number)) {
        return {};
    }
    const LaunchedCampaign* const launched = ledger_.find_launched(campaign.definition.name);
    const Instant since = launched == nullptr ? now : launched->at;
    const Fact fact = table.fact(row);
    if (appointments ? !is_booked(fact, now) : !has_begun(fact, since, now)) {
        return {};
    }
    const auto key = key_of(fact);
    if (!key) {
        return {};  // its body cannot be read: `verify` names it
    }
    return enter(campaign, patients.key[number], **key, now);
}

Result<const std::string*> Enroller::key_of(const Fact& resource) {
    const auto [slot, added] = keys_.try_emplace(resource.key);
    if (!added) {
        return &slot->second;
    }
    const auto body = patients_.folder().read_body(resource.position);
    if (!body) {
        keys_.erase(slot);
        return pass_on(body);
    }
    JsonDocument document;
    const auto parsed = document.parse(*body);
    if (!parsed) {
        keys_.erase(slot);
        return pass_on(parsed);
    }
    slot->second = std::string(fhir::resource_type_name(resource.type)) + "/" +
                   std::string((*parsed)["id"].text());
    return &slot->second;
}

Result<> Enroller::enter(const LoadedCampaign& campaign, Key key_of_patient, std::string_view key,
                         Instant now) {
    const campaign::Entry entry = entrance_.find_entry(campaign, key_of_patient, key, now);
    if (!entry.allowed) {
        return {};  // as most members of a cohort, who are in it already: without a word of why
    }
    const auto enrolment = entrance_.make_enrolment(campaign, key_of_patient, key, entry, now);
    if (!enrolment) {
        return {};  // who may not come in now; a record that cannot be read starts nothing
    }
    return stepper_.feed(*enrolment, campaign::Started{}, now);
}

/// That a keyed campaign is told about what, and one that is not is told nothing.
Result<> Enroller::check_about(const LoadedCampaign& campaign, Key patient, std::string_view about,
                               Instant now) {
    const campaign::KeyResource* const key =
        campaign::find_key_resource(campaign.definition.enter.key);
    if (key == nullptr) {
        return about.empty() ? Result<>{}
                             : fail(ErrorCode::Usage, "the campaign \"" + campaign.definition.name +
                                                          "\" is about nothing in particular; say "
                                                          "who comes in, and no more");
    }
    const std::string type(fhir::resource_type_name(key->type));
    if (!about.starts_with(type + "/")) {
        return fail(ErrorCode::Usage, "the campaign \"" + campaign.definition.name +
                                          "\" is for each " + std::string(key->name) +
                                          "; say about which: " + type + "/ID");
    }
    const auto view = patients_.view(patient, now);
    if (!view) {
        return pass_on(view);
    }
    if (!patients_.find_fact(**view, key->type, reference_key((*view)->source, about))) {
        return fail(ErrorCode::NotFound,
                    "the patient's record has no " + std::string(about) + " at this moment");
    }
    return {};
}

Result<Enrolment> Enroller::enter_by_hand(const Clinic& clinic, std::string_view name, Key patient,
                                          std::string_view by, std::string_view about,
                                          Instant now) {
    return put_in(clinic, name, patient, about,
                  by.empty() ? "put in by hand" : "put in by hand by " + std::string(by), now);
}

Result<Enrolment> Enroller::enter_started(const Clinic& clinic, const PendingStart& start,
                                          const Enrolment& by, Instant now) {
    const LoadedCampaign* const campaign = clinic.find_campaign(start.asked.campaign);
    const bool keyed = campaign != nullptr && !campaign->definition.enter.key.empty();
    const std::string about = keyed ? start.asked.key : std::string();
    std::string because = started_because(by.campaign);
    for (const EnrolmentView of : ledger_.enrolments_of(start.patient)) {
        if (of.campaign() == start.asked.campaign && of.key() == about &&
            of.enrolled_at() >= by.step_entered_at && came_in_because(of) == because &&
            !may_be_of_another(ledger_, by, of)) {
            return of.enrolment();
        }
    }
    return put_in(clinic, start.asked.campaign, start.patient, about, std::move(because), now);
}

void Enroller::enter_in_crisis(const Clinic& clinic, Key patient, const std::string& because,
                               Instant now) {
    for (const LoadedCampaign& campaign : clinic.campaigns) {
        const campaign::Enter& enter = campaign.definition.enter;
        if (enter.by == campaign::Enter::By::Hand && enter.name == "crisis") {
            (void)put_in(clinic, campaign.definition.name, patient, "", because, now);
        }
    }
}

Result<Enrolment> Enroller::put_in(const Clinic& clinic, std::string_view name, Key patient,
                                   std::string_view about, std::string because, Instant now) {
    const LoadedCampaign* const campaign = clinic.find_campaign(name);
    if (campaign == nullptr) {
        std::vector<std::string> names;
        for (const LoadedCampaign& one : clinic.campaigns) {
            names.push_back(one.definition.name);
        }
        return fail(ErrorCode::NotFound, "there is no campaign \"" + std::string(name) + "\"" +
                                             practice::suggest(name, names));
    }
    if (campaign->definition.enter.by != campaign::Enter::By::Hand) {
        return fail(ErrorCode::Usage,
                    "the campaign \"" + std::string(name) +
                        "\" takes patients in by itself; only one with \"enter: { "
                        "by: hand }\" (or api, or campaign) is entered by hand");
    }
    if (ledger_.find_pause(campaign->definition.name) != nullptr) {
        return fail(ErrorCode::Conflict,
                    "the campaign \"" + std::string(name) + "\" is paused; let it go on first");
    }
    if (const Held* const hold = ledger_.traffic().find_hold(Held::everything)) {
        return fail(ErrorCode::Conflict,
                    "everything is held (" + hold->reason + "); let it go on first");
    }
    if (const auto told = check_about(*campaign, patient, about, now); !told) {
        return pass_on(told);
    }
    const campaign::Entry entry = entrance_.find_entry(*campaign, patient, about, now);
    const auto enrolment = entrance_.make_enrolment(*campaign, patient, about, entry, now);
    if (!enrolment) {
        return pass_on(enrolment);
    }
    const auto view = patients_.view(patient, now);
    if (view && (*view)->care.suspected_death && !campaign->definition.safety_critical) {
        return fail(ErrorCode::Conflict,
                    "the patient may have died; a person has to confirm or deny it first");
    }
    launch_one(clinic, *campaign, now);
    const campaign::Started started{std::move(because)};
    if (const auto fed = stepper_.feed(*enrolment, started, now); !fed) {
        return pass_on(fed);
    }
    const EnrolmentView state = ledger_.find_enrolment(enrolment->id);
    if (state == nullptr) {
        return fail(ErrorCode::Unavailable,
                    "the patient's record or the campaign's release could not be read: parcours "
                    "verify names what is damaged");
    }
    return state.enrolment();
}

}  // namespace parcours::engine
