#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "cql/cql.h"
#include "cql/tree.h"
#include "population/cohort.h"
#include "population/combination.h"
#include "population/source.h"
#include "population/time_shape.h"
#include "population/truth.h"

namespace parcours::population {

/// What one evaluation of a cohort shares.
struct Query {
    const cql::Expression& expression;
    const Index& index;
    const CohortContext& context;
    const PreparedRetrieves& retrieves;
    /// How it depends on the moment; null: nobody asks until when its truths hold.
    const TimeShape* times = nullptr;
};

/// What a reference to a definition stands for, where it is of one patient; else the node itself.
[[nodiscard]] const cql::Node& without_defines(const Query& query, const cql::Node& node);

/// What a part of an expression reads, besides constants.
struct Reads {
    std::vector<const cql::Node*> row_properties;  ///< Property nodes of the alias
    std::vector<const cql::model::PropertyPath*> patient_properties;
    bool birth_date = false;  ///< AgeInYears() and the like
    bool other = false;       ///< anything else: retrieves, queries, other aliases

    [[nodiscard]] bool nothing() const {
        return row_properties.empty() && patient_properties.empty() && !birth_date && !other;
    }
    [[nodiscard]] bool only_patient() const { return row_properties.empty() && !other; }
    [[nodiscard]] bool only_row() const {
        return patient_properties.empty() && !birth_date && !other;
    }
};

/// `alias` is the slot of the row's alias; nothing outside of queries.
[[nodiscard]] Reads find_reads(const cql::Expression& expression, const cql::Node& node,
                               std::optional<std::uint32_t> alias);

/// The value of a part that reads nothing; nothing where it fails (the failure shows again when it
/// is evaluated singly).
[[nodiscard]] std::optional<cql::Value> constant_value(const Query& query, const cql::Node& node);
/// The same as a truth.
[[nodiscard]] Held constant_truth(const Query& query, const cql::Node& node);

/// The truth of a part for one row, from columns alone; `standing_for`, where set, is what its
/// property of the row reads as. Open where the columns do not say it.
[[nodiscard]] Truth row_truth(const Query& query, const cql::Node& node, std::uint32_t alias,
                              cql::Row row, const cql::Value* standing_for = nullptr);
/// The same, with how long it holds where that is asked.
[[nodiscard]] Held row_held(const Query& query, const cql::Node& node, std::uint32_t alias,
                            cql::Row row);

/// The truth of a part that reads only the patient, from columns alone.
[[nodiscard]] Held patient_truth(const Query& query, const cql::Node& node, PatientNumber number);

/// Truths already found, by a small number; threads may share it.
class TruthMemo {
  public:
    explicit TruthMemo(std::size_t size) : known_(size) {}

    template <class Find>
    Truth get(std::size_t at, Find find) {
        const std::uint8_t known = known_[at].load(std::memory_order_acquire);
        if (known != 0) {
            return static_cast<Truth>(known - 1);
        }
        const Truth found = find();
        known_[at].store(static_cast<std::uint8_t>(static_cast<std::uint8_t>(found) + 1),
                         std::memory_order_release);
        return found;
    }
    void forget(std::size_t at) { known_[at].store(0, std::memory_order_relaxed); }
    void forget() {
        for (auto& one : known_) {
            one.store(0, std::memory_order_relaxed);
        }
    }
    [[nodiscard]] std::size_t size() const { return known_.size(); }

  private:
    std::vector<std::atomic<std::uint8_t>> known_;
};

/// The same with how long they hold.
class HeldMemo {
  public:
    HeldMemo(std::size_t size, bool timed) : truths_(size), untils_(timed ? size : 0) {}

    /// What is known holds until its time; then it is found again.
    template <class Find>
    Held get(std::size_t at, Instant now, Find find) {
        if (!untils_.empty() && untils_[at].load(std::memory_order_relaxed) <= now) {
            truths_.forget(at);
        }
        const Truth truth = truths_.get(at, [&] {
            const Held held = find();
            if (!untils_.empty()) {
                untils_[at].store(held.until, std::memory_order_relaxed);
            }
            return held.truth;
        });
        return {truth,
                untils_.empty() ? Instant::max() : untils_[at].load(std::memory_order_relaxed)};
    }
    [[nodiscard]] std::size_t size() const { return truths_.size(); }

  private:
    TruthMemo truths_;
    std::vector<std::atomic<Instant>> untils_;
};

}  // namespace parcours::population
