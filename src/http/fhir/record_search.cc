#include "http/fhir/record_search.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/service.h"
#include "http/fhir/compiled.h"
#include "http/fhir/finder.h"
#include "http/fhir/hit.h"
#include "http/fhir/parameters.h"
#include "http/fhir/query.h"
#include "http/fhir/row_match.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"
#include "record/dictionary.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

using population::PatientNumber;
using population::Table;

/// One search over the table of one layer.
class RowSearch {
  public:
    RowSearch(const engine::Service& service, const population::LiveIndex& index,
              std::uint32_t layer, const Table& table, const Query& query,
              const std::vector<Compiled>& criteria)
        : service_(service),
          index_(index),
          number_(layer),
          layer_(index.layers()[layer]),
          table_(table),
          query_(query),
          criteria_(criteria) {}

    Result<> run(std::vector<Hit>& hits) {
        patients_.resize(criteria_.size());
        for (std::size_t i = 0; i < criteria_.size(); ++i) {
            if (const auto found = find_patients(criteria_[i], patients_[i]); !found) {
                return pass_on(found);
            }
            tests_.push_back(make_row_test(criteria_[i], index_, layer_, table_, patients_[i]));
        }
        for (const std::uint32_t row : candidates()) {
            if (!layer_.shows(table_, row)) {
                continue;
            }
            const auto fits = test(row);
            if (!fits) {
                return pass_on(fits);
            }
            if (*fits) {
                hits.push_back({order(row), table_.key[row], Hit::Where::Row, row, number_});
            }
        }
        return {};
    }

  private:
    Result<> find_patients(const Compiled& criterion, std::vector<PatientNumber>& patients) const {
        if (criterion.parameter->matching != Matching::Patient) {
            return {};
        }
        for (const std::string& text : criterion.texts) {
            const auto number = find_referred(index_, text);
            if (!number) {
                return pass_on(number);
            }
            if (*number) {
                patients.push_back(**number);
            }
        }
        sort_unique(patients);
        return {};
    }

    [[nodiscard]] const Compiled* find(Matching matching) const {
        const auto found = std::ranges::find_if(criteria_, [matching](const Compiled& one) {
            return one.parameter->matching == matching;
        });
        return found == criteria_.end() ? nullptr : &*found;
    }

    /// The fewest rows that a column leads to; in the order of the table, each once.
    [[nodiscard]] std::vector<std::uint32_t> candidates() {
        std::vector<std::uint32_t> rows;
        if (const Compiled* const ids = find(Matching::Id)) {
            std::vector<Key> keys;
            for (const std::string& id : ids->texts) {
                const auto more = keys_of(index_, table_.type, id);
                keys.insert(keys.end(), more.begin(), more.end());
            }
            // Keys are as sure as the ids they are made of.
            tests_[static_cast<std::size_t>(ids - criteria_.data())] = [](std::uint32_t) {
                return Verdict::Yes;
            };
            for (const auto& place : find_rows(index_, table_.type, keys)) {
                if (place.layer == &layer_) {
                    rows.push_back(place.row);
                }
            }
            return rows;
        }
        if (const Compiled* const about = find(Matching::Patient)) {
            for (const PatientNumber patient :
                 patients_[static_cast<std::size_t>(about - criteria_.data())]) {
                const population::PatientPlace place = index_.place_of(patient);
                if (place.layer == &layer_) {
                    const auto [begin, end] = table_.rows_of(place.own);
                    add_range(begin, end, rows);
                }
            }
            add_rows_of_nobody(rows);
            return rows;
        }
        if (const Compiled* const code = find(Matching::Code)) {
            const auto concepts = matching_concepts(*code, index_.dictionary());
            for (ConceptId concept_id = 1; concept_id < concepts.size(); ++concept_id) {
                if (concepts[concept_id]) {
                    const auto posted = table_.rows_with(concept_id);
                    for (std::size_t at = 0; at < posted.size(); ++at) {
                        rows.push_back(posted[at]);
                    }
                }
            }
            add_rows_of_nobody(rows);
            return rows;
        }
        add_range(0, table_.row_count, rows);
        return rows;
    }

    /// Those that were entered in error or belong to no patient: no posting knows them.
    void add_rows_of_nobody(std::vector<std::uint32_t>& rows) const {
        const auto [begin, end] = table_.rows_of(layer_.index->patient_count());
        add_range(begin, end, rows);
    }

    static void add_range(std::uint32_t begin, std::uint32_t end,
                          std::vector<std::uint32_t>& rows) {
        const std::size_t from = rows.size();
        rows.resize(from + (end - begin));
        std::iota(rows.begin() + static_cast<std::ptrdiff_t>(from), rows.end(), begin);
    }

    Result<bool> test(std::uint32_t row) {
        open_.clear();
        for (std::size_t i = 0; i < tests_.size(); ++i) {
            const Verdict verdict = tests_[i](row);
            if (verdict == Verdict::No) {
                return false;
            }
            if (verdict == Verdict::Ask) {
                open_.push_back(&criteria_[i]);
            }
        }
        if (open_.empty()) {
            return true;
        }
        const auto body = service_.folder().read_body(table_.position[row]);
        if (!body) {
            return pass_on(body);
        }
        const auto resource = document_.parse(*body);
        return resource && std::ranges::all_of(open_, [&](const Compiled* criterion) {
                   return criterion->holds(*resource);
               });
    }

    [[nodiscard]] std::int64_t order(std::uint32_t row) const {
        switch (query_.sort) {
            case SortBy::Date:
                return order_of(table_.start[row].time_since_epoch().count(), query_.down);
            case SortBy::LastUpdated:
                return order_of(table_.last_updated[row].time_since_epoch().count(), query_.down);
            default:
                return 0;
        }
    }

    const engine::Service& service_;
    const population::LiveIndex& index_;
    std::uint32_t number_;
    const population::IndexLayer& layer_;
    const Table& table_;
    const Query& query_;
    const std::vector<Compiled>& criteria_;
    std::vector<std::vector<PatientNumber>> patients_;  // by criterion
    std::vector<RowTest> tests_;                        // by criterion
    std::vector<const Compiled*> open_;
    JsonDocument document_;
};

}  // namespace

Result<std::vector<Hit>> search_record(const engine::Service& service,
                                       const engine::Published& record, const Query& query,
                                       const std::vector<Compiled>& criteria) {
    std::vector<Hit> hits;
    for (std::uint32_t layer = 0; layer < record.index->layers().size(); ++layer) {
        const Table* const table = record.index->layers()[layer].index->find_table(query.type);
        if (table == nullptr) {
            continue;
        }
        RowSearch search(service, *record.index, layer, *table, query, criteria);
        if (const auto found = search.run(hits); !found) {
            return pass_on(found);
        }
    }
    return hits;
}

}  // namespace parcours::http::facade
