#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/blob_stream.h"
#include "engine/enrolment_row.h"
#include "engine/enrolment_timers.h"
#include "engine/enrolment_view.h"
#include "engine/events.h"
#include "engine/names.h"
#include "engine/numbered_iterator.h"
#include "engine/row_finder.h"
#include "engine/shared_rows.h"
#include "record/identity.h"

namespace parcours::engine {

/// All enrolments with their timers, in the order they began: about 150 bytes each while it waits,
/// so that ten million fit 2 GB. A part of the ledger. One thread; it must not move.
class EnrolmentTable {
  public:
    EnrolmentTable() : timers_(rows_) {}
    EnrolmentTable(const EnrolmentTable&) = delete;
    EnrolmentTable& operator=(const EnrolmentTable&) = delete;
    ~EnrolmentTable() = default;

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    [[nodiscard]] EnrolmentView operator[](std::size_t row) const {
        return {*this, static_cast<std::uint32_t>(row)};
    }
    [[nodiscard]] EnrolmentView front() const { return (*this)[0]; }

    using Iterator = NumberedIterator<EnrolmentTable>;
    [[nodiscard]] Iterator begin() const { return {*this, 0}; }
    [[nodiscard]] Iterator end() const { return {*this, size()}; }

    /// One that is not there is none.
    [[nodiscard]] EnrolmentView find(const Digest& id) const;
    /// A patient's, oldest first.
    [[nodiscard]] std::vector<EnrolmentView> of_patient(Key patient) const;
    /// The ids of those that have not ended, ascending.
    [[nodiscard]] std::vector<Digest> running() const;
    [[nodiscard]] const EnrolmentTimers& timers() const { return timers_; }

    /// Takes in what an enrolment is after a transition; its timer stands where `armed`.
    void apply(const Transition& event, bool armed);
    /// Sets its timer going, or stops it: its campaign rests.
    void arm(const EnrolmentView& enrolment, bool armed);
    /// A person closed a task of it so.
    void set_done_elsewhere(const Digest& id);

    /// The table as it is at a moment, for a thread beside; the table copies what it changes until
    /// `unshare`.
    struct Shared {
        Names::Shared names;
        SharedRows<EnrolmentRow> rows;
        SharedRows<PathRow> path;
        std::vector<std::uint32_t> running;
        /// All of it as bytes; the same table gives the same bytes.
        void write(const std::function<void(std::string_view bytes)>& sink) const;
    };
    [[nodiscard]] Shared share();
    void unshare();
    /// Fills an empty table. Whether the bytes were those of one.
    [[nodiscard]] bool read(BlobStreamReader& reader);

  private:
    friend class EnrolmentView;

    [[nodiscard]] std::optional<std::uint32_t> find_row(const Digest& id) const;
    [[nodiscard]] std::uint32_t make_row(const Enrolment& enrolment);
    void fill(EnrolmentRow& row, const Enrolment& enrolment);
    void note_running(std::uint32_t row);
    [[nodiscard]] std::vector<std::uint32_t> merged_running() const;
    [[nodiscard]] std::vector<StepEntered> path_of(const EnrolmentRow& row) const;
    [[nodiscard]] Digest digest(std::uint32_t name) const;
    [[nodiscard]] bool is_sound() const;
    void find_again();

    Names names_;
    SharedRows<EnrolmentRow> rows_;
    SharedRows<PathRow> path_;
    RowFinder ids_;
    RowFinder patients_;  ///< the row of a patient's latest enrolment
    EnrolmentTimers timers_;
    std::vector<std::uint32_t> running_;  ///< by id; some have ended since
    std::vector<std::uint32_t> started_;  ///< since, in their order
};

}  // namespace parcours::engine
