#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/ledger_state.h"
#include "engine/names.h"

namespace parcours::engine {

/// What a list of tasks asks for; empty words ask for nothing.
struct TaskQuery {
    bool open = true;
    bool closed = false;
    std::string_view queue;
    std::string_view kind;
    std::string_view campaign;
    std::string_view step;
    Instant opened_until = Instant::max();  ///< those opened later are left out
    std::optional<Instant> late_at;         ///< only open ones that were due before
    bool by_due = true;  ///< else by when they were opened; without a due time: the last
    bool down = false;
};

/// Some of what a query finds, by number in its order; how many it finds, and how many each queue
/// has where no queue, kind, campaign or step is asked for.
struct TaskPage {
    std::vector<std::uint32_t> numbers;
    std::size_t total = 0;
    std::map<std::string, std::uint64_t> queues;
};

/// Open tasks of one kind.
struct TaskGroup {
    std::string kind;
    std::string queue;
    std::string campaign;
    std::string step;
    std::uint64_t count = 0;
    std::uint64_t late = 0;
    Instant oldest;
};

/// Finds tasks in order without sorting all of them. One thread.
class TaskLists {
  public:
    /// A new one; its number is that of those before it.
    void add(const TaskState& state);
    /// It was open before.
    void close(std::uint32_t number, const TaskState& state);

    [[nodiscard]] TaskPage find(const TaskQuery& query, std::size_t from, std::size_t count) const;
    /// The open ones of a queue and a kind, what is due first before the others.
    [[nodiscard]] std::vector<std::uint32_t> open_of(std::string_view queue,
                                                     std::string_view kind) const;
    /// Those closed from a moment on; older ones than two days may be missing.
    [[nodiscard]] std::vector<std::uint32_t> closed_since(Instant since) const;
    /// The open ones that were opened by a moment; late are those due before it.
    [[nodiscard]] std::vector<TaskGroup> groups(Instant now) const;

  private:
    /// What a task is found by; words are numbers of `words_`.
    struct Entry {
        Instant opened_at;
        Instant due;  ///< without a due time the last moment there is
        std::uint32_t queue = 0;
        std::uint32_t kind = 0;
        std::uint32_t campaign = 0;
        std::uint32_t step = 0;
        bool open = true;
    };
    using Place = std::pair<Instant, Digest>;
    using Ordered = std::map<Place, std::uint32_t>;
    /// Tasks that are open, or closed.
    struct Part {
        Ordered by_due;
        Ordered by_opened;
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> counts;  ///< queue, kind
    };
    using GroupKey = std::tuple<std::string, std::string, std::string, std::string>;

    [[nodiscard]] GroupKey group_of(const Entry& entry) const;
    void put(Part& part, const Digest& id, std::uint32_t number);
    void take(Part& part, const Digest& id, std::uint32_t number);
    [[nodiscard]] static bool is_then(const TaskQuery& query, const Entry& entry);
    [[nodiscard]] bool fits(const TaskQuery& query, std::uint32_t queue, std::uint32_t kind) const;
    [[nodiscard]] bool fits(const TaskQuery& query, const Entry& entry) const;
    void count(const Part& part, const TaskQuery& query, TaskPage& page) const;
    void look_through(const Part& part, const TaskQuery& query, TaskPage& page) const;
    [[nodiscard]] bool is_counted(const TaskQuery& query) const;
    void note_closed(std::uint32_t number, Instant at);

    std::vector<Entry> entries_;  ///< by number
    Names words_;
    Part open_;
    Part closed_;
    /// When the open ones were opened, and are due.
    std::map<GroupKey, std::pair<std::multiset<Instant>, std::multiset<Instant>>> groups_;
    Instant last_opened_;
    std::multimap<Instant, std::uint32_t> closed_lately_;
};

}  // namespace parcours::engine
