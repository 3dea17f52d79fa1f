#include "http/api/patient_engagement.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/principal.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/ledger.h"
#include "engine/outbox.h"
#include "engine/past_ledger.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/discretion.h"
#include "http/api/rows.h"
#include "population/live_index.h"
#include "record/engagement.h"
#include "record/identity.h"
#include "record/log.h"

namespace parcours::http::api {
namespace {

/// What the engine knows of the patient at the moment that is shown, of which the ledger is.
class Engagement {
  public:
    Engagement(JsonWriter& json, const engine::Ledger& ledger, const std::vector<Key>& keys,
               Instant as_of, const Discretion& discretion)
        : json_(json), ledger_(ledger), keys_(keys), as_of_(as_of), discretion_(discretion) {}

    void write_enrolments() {
        each("enrolments", &engine::Ledger::enrolments_of, [&](const auto& one) {
            if (one.enrolled_at() <= as_of_ && discretion_.may_see_campaign(one.campaign())) {
                write_enrolment(json_, *one);
            }
        });
    }

    void write_tasks(const engine::Clinic& clinic, std::string_view id, std::string_view name) {
        each("tasks", &engine::Ledger::tasks_of, [&](const engine::TaskPointer& state) {
            if (state->task.opened_at <= as_of_) {
                write_task(json_, discretion_.masked(*state), marks_of(clinic, state->task, as_of_),
                           id, name);
            }
        });
    }

    void write_choices() {
        each("choices", &engine::Ledger::choices_of, [&](const ContactChoice& choice) {
            if (choice.at <= as_of_) {
                json_.begin_object()
                    .member("channel", choice.channel)
                    .member("topic", choice.topic)
                    .member("allowed", choice.allowed)
                    .member("at", format_instant(choice.at))
                    .member("source", choice.source)
                    .end_object();
            }
        });
    }

  private:
    template <class List, class Write>
    void each(std::string_view name, List list, Write write) {
        json_.key(name).begin_array();
        for (const Key key : keys_) {
            for (const auto& one : (ledger_.*list)(key)) {
                write(one);
            }
        }
        json_.end_array();
    }

    JsonWriter& json_;
    const engine::Ledger& ledger_;
    const std::vector<Key>& keys_;
    Instant as_of_;
    const Discretion& discretion_;
};

/// The messages to a patient as they stood in a ledger.
Result<std::vector<engine::OutboxEntry>> messages_at(const Backend& backend,
                                                     const engine::Published& record,
                                                     const engine::Ledger& ledger,
                                                     const std::vector<Key>& keys, Instant as_of) {
    std::vector<engine::OutboxEntry> entries;
    for (const Key key : keys) {
        for (const engine::MessagePointer& state : ledger.messages_of(key)) {
            entries.push_back(engine::begin_entry(ledger, *state));
        }
    }
    return engine::read_messages(backend.service.folder(), *record.index, std::move(entries),
                                 as_of);
}

}  // namespace

Result<std::optional<engine::Ledger>> past_of(const Backend& backend, const std::vector<Key>& keys,
                                              Instant as_of) {
    LogPosition from = 0;
    {
        const auto reading = backend.service.ledger();
        if (!engine::is_past(reading.ledger, as_of)) {
            return std::nullopt;
        }
        from = reading.ledger.reach().run_from;
    }
    auto made = engine::ledger_at(backend.service.folder(), keys, as_of, from);
    return made ? Result<std::optional<engine::Ledger>>(std::move(*made)) : pass_on(made);
}

Result<> write_engagement(JsonWriter& json, const Backend& backend, const Request& request,
                          const engine::Published& record, population::PatientNumber number,
                          Instant as_of) {
    const std::vector<Key> keys = record.keys_of(number);
    const std::string id = engine::patient_name(*record.index, keys.front());
    const std::string name = display_name(backend.service, *record.index, keys.front());
    const Discretion discretion(backend, request, record);
    const auto past = past_of(backend, keys, as_of);
    if (!past) {
        return pass_on(past);
    }
    std::vector<engine::OutboxEntry> messages;
    if (request.caller->may(access::Permission::OutboxRead)) {
        auto read = *past ? messages_at(backend, record, **past, keys, as_of)
                          : backend.service.messages_of(keys);
        if (!read) {
            return pass_on(read);
        }
        messages = std::move(*read);
    }
    json.key("messages").begin_array();
    for (const engine::OutboxEntry& entry : messages) {
        if (entry.message.planned_at <= as_of) {
            write_message(json, discretion.masked(entry), name);
        }
    }
    json.end_array();
    const auto reading = backend.service.ledger();
    Engagement engagement(json, *past ? **past : reading.ledger, keys, as_of, discretion);
    engagement.write_enrolments();
    engagement.write_tasks(*record.clinic, id, name);
    engagement.write_choices();
    return {};
}

}  // namespace parcours::http::api
