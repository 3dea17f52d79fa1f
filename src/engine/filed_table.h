#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/blob_stream.h"
#include "engine/blocks.h"
#include "engine/ledger_state.h"
#include "engine/row_finder.h"
#include "engine/shared_rows.h"
#include "record/identity.h"

namespace parcours::engine {

/// What a table holds as it is, ready to change, before it files what has not changed for longest.
struct FilingLimits {
    std::size_t open_max = 8192;
    Duration open_for = std::chrono::minutes{5};  ///< since its last change
};

/// Messages, or tasks, in the order they came. Those that changed lately are held as they are (1 to
/// 2 kB each); the others as bytes (about 250), and made whole again for whoever asks. A part of
/// the ledger. One thread; where nothing changes, any number may read.
template <class State>
class FiledTable {
  public:
    using Pointer = std::shared_ptr<const State>;

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// How many are held as they are.
    [[nodiscard]] std::size_t open() const { return slots_.size() - free_.size(); }
    /// What the others take.
    [[nodiscard]] std::size_t filed_bytes() const { return filed_.size(); }
    [[nodiscard]] const Digest& id(std::uint32_t number) const { return rows_[number].id; }

    /// As it is now. One that is open shows later changes too; another does not.
    [[nodiscard]] Pointer operator[](std::size_t number) const;
    [[nodiscard]] std::optional<std::uint32_t> number(const Digest& id) const;
    /// Null where it is not there.
    [[nodiscard]] Pointer find(const Digest& id) const;
    /// The numbers of a patient's, oldest first.
    [[nodiscard]] std::vector<std::uint32_t> of_patient(Key patient) const;

    /// Adds one whose id is not there.
    State& add(State state, Instant now);
    /// To be changed, until the next `file`; null where it is not there.
    [[nodiscard]] State* edit(const Digest& id, Instant now);
    /// Files what changed long ago, where there is much or some time has passed.
    void file(const FilingLimits& limits, Instant now);

    class Iterator {
      public:
        using value_type = Pointer;
        using difference_type = std::ptrdiff_t;
        Iterator() = default;
        Iterator(const FiledTable& table, std::size_t number) : table_(&table), number_(number) {}
        Pointer operator*() const { return (*table_)[number_]; }
        Iterator& operator++() {
            ++number_;
            return *this;
        }
        Iterator operator++(int) { return {*table_, number_++}; }
        bool operator==(const Iterator& other) const { return number_ == other.number_; }

      private:
        const FiledTable* table_ = nullptr;
        std::size_t number_ = 0;
    };
    [[nodiscard]] Iterator begin() const { return {*this, 0}; }
    [[nodiscard]] Iterator end() const { return {*this, size()}; }

  private:
    struct Row {
        Digest id;
        Key patient = 0;
        Blocks::Place place;        ///< of size 0: open, and `from` is its slot
        std::uint32_t earlier = 0;  ///< the patient's one before, and 1; 0: none
        [[nodiscard]] bool open() const { return place.size == 0; }
    };
    struct Slot {
        std::shared_ptr<State> state;
        Instant changed;
    };

  public:
    /// The table as it is at a moment, for a thread beside; the table copies what it changes until
    /// `unshare`.
    class Shared {
      public:
        /// All of it as bytes; the same table gives the same bytes.
        void write(const std::function<void(std::string_view bytes)>& sink) const;

      private:
        friend class FiledTable;
        SharedRows<Row> rows_;
        Blocks filed_;
        std::vector<std::pair<std::uint32_t, std::string>> open_;  ///< by number
    };
    [[nodiscard]] Shared share();
    void unshare() { rows_.unshare(); }
    /// Fills an empty table and shows `seen` each. Whether the bytes were those of one.
    [[nodiscard]] bool read(BlobStreamReader& reader,
                            const std::function<void(const State& state)>& seen);

  private:
    [[nodiscard]] State whole(const Row& row) const;
    void add_row(const Digest& id, Key patient, const Blocks::Place& place);
    [[nodiscard]] Blocks::Place open(State state, Instant now);
    void file(std::uint32_t slot);
    void sweep(std::uint32_t block);

    SharedRows<Row> rows_;
    RowFinder ids_;
    RowFinder patients_;  ///< the row of a patient's latest
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;  ///< slots without a state
    Blocks filed_;
    std::vector<std::uint32_t> gone_;  ///< how many bytes of each block nobody needs any more
    Instant filed_at_;
};

extern template class FiledTable<MessageState>;
extern template class FiledTable<TaskState>;
using MessagePointer = FiledTable<MessageState>::Pointer;
using TaskPointer = FiledTable<TaskState>::Pointer;

}  // namespace parcours::engine
