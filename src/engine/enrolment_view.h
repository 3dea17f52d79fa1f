#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/hash.h"
#include "base/time.h"
#include "engine/enrolment_row.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {

class EnrolmentTable;

/// One enrolment of the ledger as it is at the moment of each question, or none. `->` and `*` copy
/// all of it: what is asked of many has a function of its own. Valid for as long as the ledger;
/// texts too.
class EnrolmentView {
  public:
    EnrolmentView() = default;
    EnrolmentView(const EnrolmentTable& table, std::uint32_t row) : table_(&table), row_(row) {}

    [[nodiscard]] bool operator==(std::nullptr_t) const { return table_ == nullptr; }
    [[nodiscard]] explicit operator bool() const { return table_ != nullptr; }

    [[nodiscard]] const Digest& id() const;
    [[nodiscard]] Key patient() const;
    [[nodiscard]] std::string_view campaign() const;
    [[nodiscard]] Digest release() const;
    [[nodiscard]] std::string_view key() const;
    [[nodiscard]] std::string_view step() const;
    [[nodiscard]] std::string_view result() const;
    [[nodiscard]] std::uint32_t round() const;
    [[nodiscard]] std::uint32_t occurrence() const;
    [[nodiscard]] Instant enrolled_at() const;
    [[nodiscard]] Instant ended_at() const;
    [[nodiscard]] std::optional<Instant> due() const;
    /// When it fires; nothing while its campaign rests.
    [[nodiscard]] std::optional<Instant> timer() const;
    [[nodiscard]] bool ended() const;
    [[nodiscard]] bool holdout() const;
    [[nodiscard]] bool done_elsewhere() const;
    /// The step entered last; empty where none was.
    [[nodiscard]] std::string_view entered_last() const;

    [[nodiscard]] Enrolment enrolment() const;
    [[nodiscard]] EnrolmentState operator*() const;

    class Copy {
      public:
        explicit Copy(EnrolmentState state);
        const EnrolmentState* operator->() const { return &state_; }

      private:
        EnrolmentState state_;
    };
    [[nodiscard]] Copy operator->() const { return Copy(**this); }

  private:
    friend class EnrolmentTable;
    [[nodiscard]] const EnrolmentRow& row() const;

    const EnrolmentTable* table_ = nullptr;
    std::uint32_t row_ = 0;
};

}  // namespace parcours::engine
