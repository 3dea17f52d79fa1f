#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "cql/cql.h"
#include "engine/cohort_watch.h"
#include "population/bitmap.h"
#include "population/live_index.h"

namespace parcours::engine {

/// The members of a cohort at one moment.
struct KnownMembers {
    std::shared_ptr<const population::LiveIndex> index;  ///< whose numbers they are
    std::shared_ptr<const population::Bitmap> patients;
    std::size_t count = 0;
    std::shared_ptr<const cql::Expression> expression;
};

/// Who is in each cohort that is kept live, for any thread: what the one that writes last showed.
class KnownCohorts {
  public:
    /// Copies what has changed since the last time. The writer alone.
    void show(const CohortWatch& cohorts);

    /// Nothing where it is not known for certain at this moment, or by another expression than
    /// this one: somebody has saved it since.
    [[nodiscard]] std::optional<KnownMembers> find(std::string_view cohort,
                                                   std::string_view cql) const;
    /// By whatever expression.
    [[nodiscard]] std::optional<std::size_t> find_count(std::string_view cohort) const;

  private:
    struct Known {
        std::uint32_t number = 0;  ///< in the watch
        std::uint64_t version = 0;
        KnownMembers members;
    };

    mutable std::mutex mutex_;
    std::map<std::string, Known, std::less<>> known_;
    std::shared_ptr<const void> shown_;  ///< of the watch
};

}  // namespace parcours::engine
