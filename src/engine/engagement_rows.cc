#include "engine/engagement_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cql/model/type_id.h"
#include "cql/value.h"
#include "engine/ledger.h"
#include "population/live_index.h"
#include "position/compiled_map.h"
#include "position/explain.h"
#include "position/fold.h"
#include "record/answer.h"
#include "record/as_known.h"
#include "record/engagement.h"
#include "record/fact.h"
#include "record/identity.h"
#include "values/temporal.h"

namespace parcours::engine {
namespace {

using cql::Value;
using cql::model::TypeId;

Value moment(Instant instant) {
    return instant == no_time || instant == Instant{} ? Value()
                                                      : Value(values::from_instant(instant));
}

/// What the record leaves empty is null in CQL.
Value word(std::string_view text) {
    return text.empty() ? Value() : Value(text);
}

std::string_view status_word(MessageState::Status status) {
    using Status = MessageState::Status;
    switch (status) {
        case Status::Waiting:
            return "waiting";
        case Status::Attempting:
            return "attempting";
        case Status::Accepted:
            return "sent";
        case Status::NotSent:
            return "not-sent";
        case Status::Unknown:
            return "unknown";
        case Status::Withdrawn:
            return "withdrawn";
    }
    return {};
}

Value position_property(const position::CompiledMap& map, const position::ConcernPosition& position,
                        bool headline, std::string_view name) {
    if (name == "concern") {
        return position::concern_name(map, position);
    }
    if (name == "stage") {
        return stage_name(position.stage);
    }
    if (name == "since") {
        return moment(position.since);
    }
    if (name == "expected") {
        return moment(position.expected);
    }
    if (name == "open") {
        return position.open;
    }
    if (name == "overdue") {
        return position.overdue;
    }
    if (name == "lost") {
        return position.lost;
    }
    return name == "headline" ? Value(headline) : Value();
}

Value enrolment_property(const EnrolmentState& state, std::string_view name) {
    const Enrolment& enrolment = state.enrolment;
    if (name == "id") {
        return enrolment.id.to_hex();
    }
    if (name == "campaign") {
        return word(enrolment.campaign);
    }
    if (name == "release") {
        return enrolment.release.to_hex();
    }
    if (name == "key") {
        return word(enrolment.key);
    }
    if (name == "enrolled") {
        return moment(enrolment.enrolled_at);
    }
    if (name == "step") {
        return word(enrolment.step);
    }
    if (name == "ended") {
        return enrolment.ended() ? moment(state.ended_at) : Value();
    }
    if (name == "result") {
        return word(enrolment.result);
    }
    return name == "holdout" ? Value(enrolment.holdout) : Value();
}

Value message_property(const MessageState& state, std::string_view name) {
    const Message& message = state.message;
    if (name == "id") {
        return message.id.to_hex();
    }
    if (name == "campaign") {
        return word(message.campaign);
    }
    if (name == "step") {
        return word(message.step);
    }
    if (name == "content") {
        return word(message.content);
    }
    if (name == "channel") {
        return word(state.channel);
    }
    if (name == "purpose") {
        return purpose_name(message.purpose);
    }
    if (name == "topic") {
        return word(message.topic);
    }
    if (name == "status") {
        return status_word(state.status);
    }
    if (name == "reason") {
        return word(state.reason);
    }
    if (name == "planned") {
        return moment(message.planned_at);
    }
    if (name == "at") {
        return moment(state.settled() ? state.settled_at : message.planned_at);
    }
    return {};
}

Value answer_value(const AnswerValue& value) {
    switch (value.type) {
        case AnswerValue::Type::Boolean:
            return value.text == "true";
        case AnswerValue::Type::Integer:
            return static_cast<std::int32_t>(std::strtol(value.text.c_str(), nullptr, 10));
        case AnswerValue::Type::Text:
            return word(value.text);
    }
    return {};
}

/// An answer, and whether it is the newest of its name.
struct AnswerRow {
    const Answer* answer = nullptr;
    bool current = true;
};

Value answer_property(const AnswerRow& row, std::string_view name) {
    const Answer& answer = *row.answer;
    if (name == "id") {
        return answer.id.to_hex();
    }
    if (name == "kind") {
        return answer_kind_name(answer.kind);
    }
    if (name == "name") {
        return word(answer.name);
    }
    if (name == "value") {
        return answer_value(answer.value);
    }
    if (name == "form") {
        return word(answer.form);
    }
    if (name == "given") {
        return moment(answer.at);
    }
    if (name == "source") {
        return word(answer.source);
    }
    return name == "status" ? Value(std::string_view(row.current ? "current" : "replaced"))
                            : Value();
}

}  // namespace

/// One patient's rows, each kind looked up when first asked for.
class EngagementRows::OfPatient final : public population::PatientEngagement {
  public:
    OfPatient(const EngagementRows& all, population::PatientNumber patient, Instant as_of)
        : all_(all), patient_(patient), as_of_(as_of) {}

    void rows(TypeId type, std::vector<std::uint32_t>& out) override {
        const std::size_t count = type == cql::model::position    ? positions().size()
                                  : type == cql::model::enrolment ? enrolments().size()
                                  : type == cql::model::message   ? messages().size()
                                  : type == cql::model::answer    ? answers().size()
                                                                  : 0;
        for (std::uint32_t row = 0; row < count; ++row) {
            out.push_back(row);
        }
    }

    [[nodiscard]] Value property(TypeId type, std::uint32_t row, std::string_view name) override {
        if (type == cql::model::position && row < positions().size()) {
            return position_property(all_.map_, positions()[row], row == 0, name);
        }
        if (type == cql::model::enrolment && row < enrolments().size()) {
            return enrolment_property(enrolments()[row], name);
        }
        if (type == cql::model::message && row < messages().size()) {
            return message_property(*messages()[row], name);
        }
        if (type == cql::model::answer && row < answers().size()) {
            return answer_property(answers()[row], name);
        }
        return {};
    }

    [[nodiscard]] Instant next_change() const override {
        return positions_ && positions_change_ != no_time ? positions_change_ : Instant::max();
    }

  private:
    const std::vector<position::ConcernPosition>& positions() {
        if (!positions_) {
            std::vector<Fact> facts;
            all_.index_.facts_of(patient_, facts);
            PatientFact patient = all_.index_.patients().fact(patient_);
            if (all_.as_recorded_) {
                patient = as_known(patient, as_of_);
                std::erase_if(facts, [this](const Fact& fact) { return fact.recorded > as_of_; });
            }
            auto folder = all_.take_folder();
            const position::PatientPositions& folded = folder->fold(patient, facts, as_of_);
            auto& found = positions_.emplace();
            if (folded.born) {
                found = folded.positions;
            }
            positions_change_ = folded.next_change;
            all_.give_back(std::move(folder));
        }
        return *positions_;
    }

    /// Calls `use` with the key of the patient and of those merged into it.
    template <class Use>
    void each_key(Use use) const {
        for (const Key key : all_.keys_of(patient_)) {
            use(key);
        }
    }

    /// What the patient told, oldest first; the copies are where the ledger goes on.
    struct FoundAnswers {
        std::vector<const Answer*> rows;
        std::deque<Answer> copies;
    };

    const std::vector<EnrolmentState>& enrolments() {
        if (!enrolments_) {
            auto& found = enrolments_.emplace();
            if (all_.look_) {
                all_.look_([&](const Ledger& ledger) {
                    each_key([&](Key key) {
                        for (const EnrolmentView one : ledger.enrolments_of(key)) {
                            if (one.enrolled_at() <= as_of_) {
                                found.push_back(*one);
                            }
                        }
                    });
                });
            }
            std::ranges::sort(found, {}, [](const EnrolmentState& one) {
                return std::pair(one.enrolment.enrolled_at, one.enrolment.id);
            });
        }
        return *enrolments_;
    }

    const std::vector<MessagePointer>& messages() {
        if (!messages_) {
            auto& found = messages_.emplace();
            const auto order = [](const MessagePointer& one) {
                return std::pair(one->message.planned_at, one->message.id);
            };
            if (all_.look_) {
                all_.look_([&](const Ledger& ledger) {
                    each_key([&](Key key) {
                        for (const MessagePointer& one : ledger.messages_of(key)) {
                            if (one->message.planned_at <= as_of_) {
                                found.push_back(all_.copies_
                                                    ? std::make_shared<const MessageState>(*one)
                                                    : one);
                            }
                        }
                    });
                });
            }
            std::ranges::sort(found, {}, order);
        }
        return *messages_;
    }

    const std::vector<AnswerRow>& answers() {
        if (!answers_) {
            auto& found = answers_.emplace();
            if (all_.look_) {
                all_.look_([&](const Ledger& ledger) {
                    each_key([&](Key key) {
                        for (const Answer& one : ledger.steps().answers_of(key)) {
                            if (one.at <= as_of_) {
                                found.rows.push_back(all_.copies_ ? &found.copies.emplace_back(one)
                                                                  : &one);
                            }
                        }
                    });
                });
            }
            std::ranges::sort(found.rows, {},
                              [](const Answer* one) { return std::pair(one->at, one->id); });
            for (const Answer* const answer : found.rows) {
                for (AnswerRow& earlier : answer_rows_) {
                    earlier.current = earlier.current && (earlier.answer->kind != answer->kind ||
                                                          earlier.answer->name != answer->name);
                }
                answer_rows_.push_back({answer, true});
            }
        }
        return answer_rows_;
    }

    const EngagementRows& all_;
    population::PatientNumber patient_;
    Instant as_of_;
    std::optional<std::vector<position::ConcernPosition>> positions_;
    Instant positions_change_ = no_time;
    std::optional<std::vector<EnrolmentState>> enrolments_;
    std::optional<std::vector<MessagePointer>> messages_;
    std::optional<FoundAnswers> answers_;
    std::vector<AnswerRow> answer_rows_;
};

EngagementRows::EngagementRows(const population::LiveIndex& index, const position::CompiledMap& map,
                               Look look, bool copies)
    : index_(index), map_(map), look_(std::move(look)), copies_(copies) {
    for (const auto& [number, survivor] : index.merged()) {
        merged_[survivor].push_back(number);
    }
}

std::vector<Key> EngagementRows::keys_of(population::PatientNumber patient) const {
    const auto& keys = index_.patients().key;
    std::vector<Key> all = {keys[patient]};
    if (const auto merged = merged_.find(patient); merged != merged_.end()) {
        for (const population::PatientNumber number : merged->second) {
            all.push_back(keys[number]);
        }
    }
    return all;
}

std::unique_ptr<population::PatientEngagement> EngagementRows::of(population::PatientNumber patient,
                                                                  Instant as_of) const {
    return std::make_unique<OfPatient>(*this, patient, as_of);
}

std::unique_ptr<position::Folder> EngagementRows::take_folder() const {
    {
        const std::scoped_lock lock(mutex_);
        if (!folders_.empty()) {
            auto folder = std::move(folders_.back());
            folders_.pop_back();
            return folder;
        }
    }
    return std::make_unique<position::Folder>(map_);
}

void EngagementRows::give_back(std::unique_ptr<position::Folder> folder) const {
    const std::scoped_lock lock(mutex_);
    folders_.push_back(std::move(folder));
}

}  // namespace parcours::engine
