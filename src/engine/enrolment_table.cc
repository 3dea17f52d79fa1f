#include "engine/enrolment_table.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/enrolment_row.h"
#include "engine/events.h"
#include "engine/ledger_state.h"
#include "record/engagement.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

Instant moment(std::int64_t microseconds) {
    return Instant{std::chrono::microseconds{microseconds}};
}

std::int64_t number(Instant at) {
    return at.time_since_epoch().count();
}

/// Ids are hashes, and a part of one is hash enough.
std::uint64_t hash_of(const Digest& id) {
    std::uint64_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
}

std::string_view bytes_of(const Digest& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

std::optional<Instant> timer_of(const EnrolmentRow& row) {
    return row.is(EnrolmentRow::Armed) ? std::optional(moment(row.due)) : std::nullopt;
}

}  // namespace

EnrolmentView EnrolmentTable::find(const Digest& id) const {
    const auto row = find_row(id);
    return row ? EnrolmentView(*this, *row) : EnrolmentView();
}

std::optional<std::uint32_t> EnrolmentTable::find_row(const Digest& id) const {
    return ids_.find(hash_of(id), [&](std::uint32_t row) { return rows_[row].id == id; });
}

std::vector<EnrolmentView> EnrolmentTable::of_patient(Key patient) const {
    std::vector<EnrolmentView> all;
    const auto last =
        patients_.find(patient, [&](std::uint32_t row) { return rows_[row].patient == patient; });
    for (std::uint32_t link = last ? *last + 1 : 0; link != 0; link = rows_[link - 1].earlier) {
        all.emplace_back(*this, link - 1);
    }
    std::ranges::reverse(all);
    return all;
}

std::vector<Digest> EnrolmentTable::running() const {
    std::vector<Digest> ids;
    const std::vector<std::uint32_t> rows = merged_running();
    ids.reserve(rows.size());
    std::ranges::transform(rows, std::back_inserter(ids),
                           [this](std::uint32_t row) { return rows_[row].id; });
    return ids;
}

std::vector<std::uint32_t> EnrolmentTable::merged_running() const {
    const auto id_of = [this](std::uint32_t row) -> const Digest& { return rows_[row].id; };
    std::vector<std::uint32_t> started = started_;
    std::ranges::sort(started, {}, id_of);
    std::vector<std::uint32_t> all;
    all.reserve(running_.size() + started.size());
    std::ranges::merge(running_, started, std::back_inserter(all), {}, id_of, id_of);
    const auto doubles = std::ranges::unique(all);
    all.erase(doubles.begin(), doubles.end());
    std::erase_if(all, [this](std::uint32_t row) { return rows_[row].ended(); });
    return all;
}

void EnrolmentTable::note_running(std::uint32_t row) {
    started_.push_back(row);
    if (started_.size() > 1024 + running_.size() / 2) {
        running_ = merged_running();
        started_.clear();
    }
}

std::uint32_t EnrolmentTable::make_row(const Enrolment& enrolment) {
    const auto row = static_cast<std::uint32_t>(rows_.size());
    EnrolmentRow made;
    made.id = enrolment.id;
    made.patient = enrolment.patient;
    const auto same_patient = [&](std::uint32_t one) {
        return rows_[one].patient == enrolment.patient;
    };
    if (const auto earlier = patients_.find(made.patient, same_patient)) {
        made.earlier = *earlier + 1;
    }
    rows_.push_back(made);
    ids_.put(
        hash_of(made.id), row, [](std::uint32_t) { return false; },
        [this](std::uint32_t one) { return hash_of(rows_[one].id); });
    patients_.put(made.patient, row, same_patient,
                  [this](std::uint32_t one) { return rows_[one].patient; });
    return row;
}

/// Makes what finds rows anew from the rows.
void EnrolmentTable::find_again() {
    const auto id_hash = [this](std::uint32_t row) { return hash_of(rows_[row].id); };
    const auto patient_hash = [this](std::uint32_t row) { return rows_[row].patient; };
    ids_.reserve(rows_.size(), id_hash);
    patients_.reserve(rows_.size(), patient_hash);
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
        const Key patient = rows_[row].patient;
        ids_.put(id_hash(row), row, [](std::uint32_t) { return false; }, id_hash);
        patients_.put(
            patient, row, [&](std::uint32_t one) { return rows_[one].patient == patient; },
            patient_hash);
    }
}

void EnrolmentTable::fill(EnrolmentRow& row, const Enrolment& enrolment) {
    row.enrolled_at = number(enrolment.enrolled_at);
    row.step_entered_at = number(enrolment.step_entered_at);
    row.due = enrolment.due ? number(*enrolment.due) : 0;
    row.campaign = names_.number(enrolment.campaign);
    row.release = names_.number(bytes_of(enrolment.release));
    row.key = names_.number(enrolment.key);
    row.stratum = names_.number(enrolment.stratum);
    row.step = names_.number(enrolment.step);
    row.result = names_.number(enrolment.result);
    row.round = enrolment.round;
    row.occurrence = enrolment.occurrence;
    row.set(EnrolmentRow::Holdout, enrolment.holdout);
    row.set(EnrolmentRow::HasDue, enrolment.due.has_value());
}

void EnrolmentTable::apply(const Transition& event, bool armed) {
    const auto known = find_row(event.enrolment.id);
    const bool ran = known && !rows_[*known].ended();
    const std::uint32_t at = known ? *known : make_row(event.enrolment);
    EnrolmentRow& row = rows_.edit(at);  // no row is added meanwhile
    const std::optional<Instant> before = timer_of(row);
    fill(row, event.enrolment);
    row.set(EnrolmentRow::Armed, armed && row.is(EnrolmentRow::HasDue) && !row.ended());
    for (const StepEntered& entered : event.entered) {
        path_.push_back({row.path, names_.number(entered.step), entered.occurrence,
                         names_.number(entered.because)});
        row.path = static_cast<std::uint32_t>(path_.size());
    }
    if (row.ended()) {
        row.ended_at = number(event.at);
        row.ended_because = names_.number(event.ended_because);
    } else if (!ran) {
        note_running(at);
    }
    timers_.changed(at, before);
}

void EnrolmentTable::arm(const EnrolmentView& enrolment, bool armed) {
    const EnrolmentRow& row = rows_[enrolment.row_];
    const bool stands = armed && row.is(EnrolmentRow::HasDue) && !row.ended();
    if (stands == row.is(EnrolmentRow::Armed)) {
        return;
    }
    const std::optional<Instant> before = timer_of(row);
    rows_.edit(enrolment.row_).set(EnrolmentRow::Armed, stands);
    timers_.changed(enrolment.row_, before);
}

void EnrolmentTable::set_done_elsewhere(const Digest& id) {
    if (const auto row = find_row(id)) {
        rows_.edit(*row).set(EnrolmentRow::DoneElsewhere, true);
    }
}

std::vector<StepEntered> EnrolmentTable::path_of(const EnrolmentRow& row) const {
    std::vector<StepEntered> path;
    for (std::uint32_t link = row.path; link != 0; link = path_[link - 1].before) {
        const PathRow& one = path_[link - 1];
        path.push_back({std::string(names_.text(one.step)), one.occurrence,
                        std::string(names_.text(one.because))});
    }
    std::ranges::reverse(path);
    return path;
}

Digest EnrolmentTable::digest(std::uint32_t name) const {
    Digest digest;
    const std::string_view bytes = names_.text(name);
    std::ranges::copy(bytes, digest.bytes.begin());
    return digest;
}

const EnrolmentRow& EnrolmentView::row() const {
    return table_->rows_[row_];
}

const Digest& EnrolmentView::id() const {
    return row().id;
}

Key EnrolmentView::patient() const {
    return row().patient;
}

std::string_view EnrolmentView::campaign() const {
    return table_->names_.text(row().campaign);
}

Digest EnrolmentView::release() const {
    return table_->digest(row().release);
}

std::string_view EnrolmentView::key() const {
    return table_->names_.text(row().key);
}

std::string_view EnrolmentView::step() const {
    return table_->names_.text(row().step);
}

std::string_view EnrolmentView::result() const {
    return table_->names_.text(row().result);
}

std::uint32_t EnrolmentView::round() const {
    return row().round;
}

std::uint32_t EnrolmentView::occurrence() const {
    return row().occurrence;
}

Instant EnrolmentView::enrolled_at() const {
    return moment(row().enrolled_at);
}

Instant EnrolmentView::ended_at() const {
    return moment(row().ended_at);
}

std::optional<Instant> EnrolmentView::due() const {
    return row().is(EnrolmentRow::HasDue) ? std::optional(moment(row().due)) : std::nullopt;
}

std::optional<Instant> EnrolmentView::timer() const {
    return timer_of(row());
}

bool EnrolmentView::ended() const {
    return row().ended();
}

bool EnrolmentView::holdout() const {
    return row().is(EnrolmentRow::Holdout);
}

bool EnrolmentView::done_elsewhere() const {
    return row().is(EnrolmentRow::DoneElsewhere);
}

std::string_view EnrolmentView::entered_last() const {
    const std::uint32_t link = row().path;
    return link == 0 ? std::string_view() : table_->names_.text(table_->path_[link - 1].step);
}

Enrolment EnrolmentView::enrolment() const {
    const EnrolmentRow& of = row();
    Enrolment enrolment;
    enrolment.id = of.id;
    enrolment.patient = of.patient;
    enrolment.campaign = campaign();
    enrolment.release = release();
    enrolment.key = key();
    enrolment.round = of.round;
    enrolment.enrolled_at = enrolled_at();
    enrolment.holdout = holdout();
    enrolment.stratum = table_->names_.text(of.stratum);
    enrolment.step = step();
    enrolment.occurrence = of.occurrence;
    enrolment.step_entered_at = moment(of.step_entered_at);
    enrolment.due = due();
    enrolment.result = result();
    return enrolment;
}

EnrolmentState EnrolmentView::operator*() const {
    const EnrolmentRow& of = row();
    return {enrolment(), ended_at(), std::string(table_->names_.text(of.ended_because)),
            table_->path_of(of), done_elsewhere()};
}

EnrolmentView::Copy::Copy(EnrolmentState state) : state_(std::move(state)) {}

}  // namespace parcours::engine
