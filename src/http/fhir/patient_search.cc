#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/fhir/compiled.h"
#include "http/fhir/hit.h"
#include "http/fhir/parameters.h"
#include "http/fhir/query.h"
#include "http/fhir/record_search.h"
#include "http/fhir/row_match.h"
#include "http/fhir/values.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/patients.h"
#include "record/fact.h"
#include "record/log.h"
#include "record/patient_card.h"

namespace parcours::http::facade {
namespace {

using population::PatientNumber;
using population::Patients;

bool is_any(const Compiled& criterion, std::string_view code) {
    return std::ranges::any_of(criterion.tokens,
                               [&](const Token& token) { return token.matches("", code); });
}

Verdict test_gender(const Compiled& criterion, const population::LivePatients& patients, PatientNumber number) {
    switch (patients.gender(number)) {
        case 1:
            return verdict(is_any(criterion, "female"));
        case 2:
            return verdict(is_any(criterion, "male"));
        case 3:
            return verdict(is_any(criterion, "other"));
        default:
            return verdict(patients.flagged(number, Patients::flag_said_unknown) &&
                           is_any(criterion, "unknown"));
    }
}

/// What the columns say of a patient whose Patient resource they tell exactly.
Verdict test_exact(const Compiled& criterion, const population::LivePatients& patients, PatientNumber number) {
    switch (criterion.parameter->matching) {
        case Matching::Birthdate: {
            if (patients.birth[number] == no_time) {
                return Verdict::No;
            }
            const DateTime birth{patients.birth[number], patients.birth_precision[number], {}};
            return verdict(criterion.date_fits(range_of(birth)));
        }
        case Matching::Gender:
            return test_gender(criterion, patients, number);
        case Matching::Active:
            return verdict(patients.flagged(number, Patients::flag_said_active) &&
                           is_any(criterion, patients.flagged(number, Patients::flag_inactive)
                                                 ? "false"
                                                 : "true"));
        case Matching::Deceased:
            return verdict(is_any(criterion, patients.flagged(number, Patients::flag_deceased) ||
                                                     patients.deceased[number] != no_time
                                                 ? "true"
                                                 : "false"));
        default:
            return Verdict::Ask;
    }
}

Verdict test(const Compiled& criterion, const population::LivePatients& patients, PatientNumber number) {
    if (criterion.parameter->matching == Matching::Id) {
        return Verdict::Yes;  // found by it
    }
    if (criterion.parameter->matching == Matching::LastUpdated) {
        return test_updated(criterion, patients.last_updated[number]);
    }
    return patients.flagged(number, Patients::flag_exact) ? test_exact(criterion, patients, number)
                                                          : Verdict::Ask;
}

/// A piece of a text that stands in every text that could match it: the longest without signs, so
/// that the directory finds it in what it keeps folded. For phones their digits.
std::string directory_word(std::string_view text) {
    std::string best;
    std::string run;
    for (const char c : fold_for_search(text) + " ") {
        const bool sign = static_cast<unsigned char>(c) < 0x80 && !(c >= 'a' && c <= 'z') &&
                          !(c >= '0' && c <= '9');
        if (!sign) {
            run += c;
            continue;
        }
        if (run.size() > best.size()) {
            best = run;
        }
        run.clear();
    }
    return best;
}

bool is_in_directory(Matching matching) {
    return matching == Matching::Name || matching == Matching::Family ||
           matching == Matching::Given || matching == Matching::Identifier ||
           matching == Matching::Phone || matching == Matching::Email;
}

/// Those whom one criterion's values may mean, sorted; all persons where it does not tell.
std::vector<PatientNumber> look_up(const engine::Published& record, const Compiled& criterion) {
    std::vector<PatientNumber> found;
    const bool is_token = parameter_type(criterion.parameter->matching) == "token";
    for (std::size_t i = 0; i < criterion.texts.size(); ++i) {
        const bool identifier = criterion.parameter->matching == Matching::Identifier;
        const std::string word =
            directory_word(identifier && is_token ? criterion.tokens[i].code : criterion.texts[i]);
        const auto more = record.directory->search(*record.index, word);
        found.insert(found.end(), more.begin(), more.end());
    }
    sort_unique(found);
    return found;
}

std::vector<PatientNumber> candidates(const engine::Published& record,
                                      const std::vector<Compiled>& criteria) {
    const population::LiveIndex& index = *record.index;
    std::vector<PatientNumber> found;
    for (const Compiled& criterion : criteria) {
        if (criterion.parameter->matching == Matching::Id) {
            for (const std::string& id : criterion.texts) {
                const auto more = index.find_patients(id);
                found.insert(found.end(), more.begin(), more.end());
            }
            sort_unique(found);
            std::erase_if(found, [&](PatientNumber number) {
                return index.patients().position[number] == 0;
            });
            return found;
        }
    }
    const auto by_words = std::ranges::find_if(criteria, [](const Compiled& criterion) {
        return is_in_directory(criterion.parameter->matching);
    });
    if (by_words != criteria.end()) {
        return look_up(record, *by_words);
    }
    for (PatientNumber number = 0; number < index.patient_count(); ++number) {
        if (index.patients().counts(number)) {
            found.push_back(number);
        }
    }
    return found;
}

std::int64_t sort_value(const engine::Published& record, SortBy sort, PatientNumber number) {
    const population::LivePatients& patients = record.index->patients();
    switch (sort) {
        case SortBy::Date:
            return patients.birth[number].time_since_epoch().count();
        case SortBy::LastUpdated:
            return patients.last_updated[number].time_since_epoch().count();
        case SortBy::Name:
            return record.directory->name_rank(number);
        default:
            return 0;
    }
}

/// Whether the resource itself fulfils what the columns left open.
Result<bool> holds(const engine::Service& service, LogPosition position,
                   const std::vector<const Compiled*>& open, JsonDocument& document) {
    if (open.empty()) {
        return true;
    }
    const auto body = service.folder().read_body(position);
    if (!body) {
        return pass_on(body);
    }
    const auto resource = document.parse(*body);
    return resource && std::ranges::all_of(open, [&](const Compiled* criterion) {
               return criterion->holds(*resource);
           });
}

}  // namespace

Result<std::vector<Hit>> search_patients(const engine::Service& service,
                                         const engine::Published& record, const Query& query,
                                         const std::vector<Compiled>& criteria) {
    const population::LivePatients& patients = record.index->patients();
    JsonDocument document;
    std::vector<Hit> hits;
    std::vector<const Compiled*> open;
    for (const PatientNumber number : candidates(record, criteria)) {
        open.clear();
        bool possible = true;
        for (const Compiled& criterion : criteria) {
            const Verdict says = test(criterion, patients, number);
            possible = possible && says != Verdict::No;
            if (says == Verdict::Ask) {
                open.push_back(&criterion);
            }
        }
        if (!possible) {
            continue;
        }
        const auto fits = holds(service, patients.position[number], open, document);
        if (!fits) {
            return pass_on(fits);
        }
        if (*fits) {
            const std::int64_t value = sort_value(record, query.sort, number);
            hits.push_back({query.sort == SortBy::Nothing ? 0 : order_of(value, query.down),
                            patients.key[number], Hit::Where::Patient, number});
        }
    }
    return hits;
}

}  // namespace parcours::http::facade
