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
#include "engine/numbered_iterator.h"
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
    /// A state as it is. After an event, and outside the ledger's lock, ask for it again: whether
    /// it shows what changed since depends on how it is held.
    using Pointer = std::shared_ptr<const State>;

    explicit FiledTable(std::size_t block_size = Blocks::usual_size) : filed_(block_size) {}
    FiledTable(const FiledTable&) = delete;
    FiledTable& operator=(const FiledTable&) = delete;
    ~FiledTable() = default;

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// How many are held as they are.
    [[nodiscard]] std::size_t open_count() const { return slots_.size() - free_.size(); }
    /// What the others take.
    [[nodiscard]] std::size_t filed_bytes() const { return filed_.size(); }
    [[nodiscard]] const Digest& id(std::uint32_t number) const { return rows_[number].id; }
    [[nodiscard]] Key patient(std::uint32_t number) const { return rows_[number].patient; }

    [[nodiscard]] Pointer operator[](std::size_t number) const;
    [[nodiscard]] std::optional<std::uint32_t> number(const Digest& id) const;
    /// Null where it is not there.
    [[nodiscard]] Pointer find(const Digest& id) const;
    /// The numbers of a patient's, oldest first.
    [[nodiscard]] std::vector<std::uint32_t> numbers_of(Key patient) const;
    /// A patient's, oldest first.
    [[nodiscard]] std::vector<Pointer> of_patient(Key patient) const;
    /// Those of them that are of an enrolment, or have a content, and hardly any others.
    [[nodiscard]] std::vector<Pointer> of_enrolment(Key patient, const Digest& id) const;
    [[nodiscard]] std::vector<Pointer> of_content(Key patient, std::string_view name) const;

    /// Adds one whose id is not there.
    State& add(State state, Instant now);
    /// To be changed, until the next `file`; null where it is not there.
    [[nodiscard]] State* edit(const Digest& id, Instant now);
    /// Files what changed long ago, where there is much or some time has passed.
    void file(const FilingLimits& limits, Instant now);

    using Iterator = NumberedIterator<FiledTable>;
    [[nodiscard]] Iterator begin() const { return {*this, 0}; }
    [[nodiscard]] Iterator end() const { return {*this, size()}; }

  private:
    struct Row {
        Digest id;
        Key patient = 0;
        Blocks::Place place;          ///< of size 0: open, and `from` is its slot
        std::uint32_t earlier = 0;    ///< the patient's one before, and 1; 0: none
        std::uint32_t enrolment = 0;  ///< a part of its hash
        std::uint32_t content = 0;    ///< likewise
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
        Blocks::Shared filed_;
        std::vector<std::pair<std::uint32_t, std::string>> open_;  ///< by number
    };
    [[nodiscard]] Shared share();
    void unshare() { rows_.unshare(); }
    /// Fills an empty table and shows each to `take`, which may refuse it. Whether the bytes were
    /// those of one.
    [[nodiscard]] bool read(BlobStreamReader& reader,
                            const std::function<bool(const State& state)>& take);

  private:
    [[nodiscard]] State whole(const Row& row) const;
    template <class Use>
    void each_of(Key patient, Use use) const;
    template <class Wanted>
    [[nodiscard]] std::vector<Pointer> of_patient(Key patient, Wanted wanted) const;
    void add_row(const State& state, const Blocks::Place& place);
    [[nodiscard]] Blocks::Place hold(State state, Instant now);
    void file_slot(std::uint32_t slot);
    void close_up();
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
using MessageTable = FiledTable<MessageState>;
using TaskTable = FiledTable<TaskState>;
using MessagePointer = MessageTable::Pointer;
using TaskPointer = TaskTable::Pointer;

}  // namespace parcours::engine
