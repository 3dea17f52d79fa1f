#include "engine/filed_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "engine/archive_reader.h"
#include "engine/archive_writer.h"
#include "engine/blob_stream.h"
#include "engine/blocks.h"
#include "engine/digest_hash.h"
#include "engine/ledger_state.h"
#include "engine/message_fields.h"
#include "engine/number_bytes.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

const Message& named(const MessageState& state) {
    return state.message;
}
const Task& named(const TaskState& state) {
    return state.task;
}
std::string_view content_of(const Message& message) {
    return message.content;
}
std::string_view content_of(const Task& task) {
    return task.script;
}

/// Enough to pass over nearly all that are not meant.
std::uint32_t short_hash(const Digest& id) {
    return static_cast<std::uint32_t>(DigestHash{}(id));
}
std::uint32_t short_hash(std::string_view text) {
    return static_cast<std::uint32_t>(fast_hash(text));
}

// Before each state its number and its size stand, so that a block can be gone through.
constexpr std::size_t head_size = 2 * sizeof(std::uint32_t);

template <class State>
std::string bytes_of(const State& state) {
    ArchiveWriter archive;
    archive(state);
    return std::move(archive.bytes());
}

template <class State>
bool read_state(std::string_view bytes, State& state) {
    ArchiveReader archive(bytes);
    archive(state);
    return archive.good() && archive.at_end();
}

std::string record_of(std::uint32_t number, std::string_view state) {
    const auto size = static_cast<std::uint32_t>(state.size());
    std::string bytes(head_size, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    std::memcpy(bytes.data() + sizeof number, &size, sizeof size);
    return bytes.append(state);
}

}  // namespace

template <class State>
State FiledTable<State>::whole(const Row& row) const {
    State state;
    if (!read_state(filed_.at(row.place).substr(head_size), state)) {
        std::abort();  // they were written here, and nothing may be decided by half of them
    }
    return state;
}

template <class State>
typename FiledTable<State>::Pointer FiledTable<State>::operator[](std::size_t number) const {
    const Row& row = rows_[number];
    return row.open() ? Pointer(slots_[row.place.from].state)
                      : std::make_shared<const State>(whole(row));
}

template <class State>
std::optional<std::uint32_t> FiledTable<State>::number(const Digest& id) const {
    return ids_.find(DigestHash{}(id), [&](std::uint32_t row) { return rows_[row].id == id; });
}

template <class State>
typename FiledTable<State>::Pointer FiledTable<State>::find(const Digest& id) const {
    const auto row = number(id);
    return row ? (*this)[*row] : nullptr;
}

/// Calls `use(number, row)` for each of a patient's, the newest first.
template <class State>
template <class Use>
void FiledTable<State>::each_of(Key patient, Use use) const {
    const auto last =
        patients_.find(patient, [&](std::uint32_t row) { return rows_[row].patient == patient; });
    for (std::uint32_t link = last ? *last + 1 : 0; link != 0; link = rows_[link - 1].earlier) {
        use(link - 1, rows_[link - 1]);
    }
}

template <class State>
template <class Wanted>
std::vector<typename FiledTable<State>::Pointer> FiledTable<State>::of_patient(
    Key patient, Wanted wanted) const {
    std::vector<Pointer> all;
    each_of(patient, [&](std::uint32_t number, const Row& row) {
        if (wanted(row)) {
            all.push_back((*this)[number]);
        }
    });
    std::ranges::reverse(all);
    return all;
}

template <class State>
std::vector<std::uint32_t> FiledTable<State>::numbers_of(Key patient) const {
    std::vector<std::uint32_t> all;
    each_of(patient, [&all](std::uint32_t number, const Row&) { all.push_back(number); });
    std::ranges::reverse(all);
    return all;
}

template <class State>
std::vector<typename FiledTable<State>::Pointer> FiledTable<State>::of_patient(Key patient) const {
    return of_patient(patient, [](const Row&) { return true; });
}

template <class State>
std::vector<typename FiledTable<State>::Pointer> FiledTable<State>::of_enrolment(
    Key patient, const Digest& id) const {
    return of_patient(patient,
                      [hash = short_hash(id)](const Row& row) { return row.enrolment == hash; });
}

template <class State>
std::vector<typename FiledTable<State>::Pointer> FiledTable<State>::of_content(
    Key patient, std::string_view name) const {
    return of_patient(patient,
                      [hash = short_hash(name)](const Row& row) { return row.content == hash; });
}

template <class State>
void FiledTable<State>::add_row(const State& state, const Blocks::Place& place) {
    const Digest& id = named(state).id;
    const Key patient = named(state).patient;
    const auto number = static_cast<std::uint32_t>(rows_.size());
    const auto is_patient = [&](std::uint32_t row) { return rows_[row].patient == patient; };
    const auto earlier = patients_.find(patient, is_patient);
    rows_.push_back({id, patient, place, earlier ? *earlier + 1 : 0,
                     short_hash(named(state).enrolment), short_hash(content_of(named(state)))});
    ids_.put(
        DigestHash{}(id), number, [](std::uint32_t) { return false; },
        [this](std::uint32_t row) { return DigestHash{}(rows_[row].id); });
    patients_.put(patient, number, is_patient,
                  [this](std::uint32_t row) { return rows_[row].patient; });
}

template <class State>
Blocks::Place FiledTable<State>::hold(State state, Instant now) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = {std::make_shared<State>(std::move(state)), now};
    return {0, slot, 0};
}

template <class State>
State& FiledTable<State>::add(State state, Instant now) {
    const Blocks::Place place = hold(std::move(state), now);
    State& added = *slots_[place.from].state;
    add_row(added, place);
    return added;
}

template <class State>
State* FiledTable<State>::edit(const Digest& id, Instant now) {
    const auto found = number(id);
    if (!found) {
        return nullptr;
    }
    if (const Row& row = rows_[*found]; !row.open()) {
        gone_.resize(std::max<std::size_t>(gone_.size(), row.place.block + 1));
        gone_[row.place.block] += row.place.size;
        const Blocks::Place place = hold(whole(row), now);
        rows_.edit(*found).place = place;
    }
    Slot& slot = slots_[rows_[*found].place.from];
    slot.changed = now;
    return slot.state.get();
}

template <class State>
void FiledTable<State>::file(const FilingLimits& limits, Instant now) {
    // A clock that was set back files early, once.
    if (open_count() <= limits.open_max && now >= filed_at_ && now < filed_at_ + limits.open_for) {
        return;
    }
    filed_at_ = now;
    std::vector<std::uint32_t> held;
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
        if (slots_[slot].state == nullptr) {
            continue;
        }
        const Instant changed = slots_[slot].changed;
        if (changed <= now - limits.open_for || changed > now) {
            file_slot(slot);
        } else {
            held.push_back(slot);
        }
    }
    if (held.size() > limits.open_max) {
        // Half of the room is free then, so that this is not done with every event.
        const auto last = held.end() - static_cast<std::ptrdiff_t>(limits.open_max / 2);
        std::ranges::nth_element(held, last, {}, [this](std::uint32_t slot) {
            return std::pair(slots_[slot].changed, slot);
        });
        std::for_each(held.begin(), last, [this](std::uint32_t slot) { file_slot(slot); });
    }
    for (std::uint32_t block = 0; block < gone_.size(); ++block) {
        if (gone_[block] > filed_.block_size() / 2 && !filed_.is_last(block)) {
            sweep(block);
        }
    }
    if (free_.size() > 4 * (limits.open_max + 64)) {
        close_up();
    }
}

/// After many were open at once: the slots that are empty are given back.
template <class State>
void FiledTable<State>::close_up() {
    std::vector<Slot> held;
    for (Slot& slot : slots_) {
        if (slot.state != nullptr) {
            const std::uint32_t row = *number(named(*slot.state).id);
            rows_.edit(row).place.from = static_cast<std::uint32_t>(held.size());
            held.push_back(std::move(slot));
        }
    }
    slots_ = std::move(held);
    free_ = {};
}

template <class State>
void FiledTable<State>::file_slot(std::uint32_t slot) {
    const State& state = *slots_[slot].state;
    const std::uint32_t row = *number(named(state).id);
    rows_.edit(row).place = filed_.put(record_of(row, bytes_of(state)));
    slots_[slot].state.reset();
    free_.push_back(slot);
}

/// Puts what is still needed of a block elsewhere.
template <class State>
void FiledTable<State>::sweep(std::uint32_t block) {
    const std::string_view all = filed_.block(block);
    for (std::size_t from = 0; from < all.size();) {
        std::uint32_t row = 0;
        std::uint32_t size = 0;
        std::memcpy(&row, all.data() + from, sizeof row);
        std::memcpy(&size, all.data() + from + sizeof row, sizeof size);
        const Blocks::Place& place = rows_[row].place;
        if (!rows_[row].open() && place.block == block && place.from == from) {
            rows_.edit(row).place = filed_.put(all.substr(from, head_size + size));
        }
        from += head_size + size;
    }
    filed_.release(block);
    gone_[block] = 0;
}

template <class State>
typename FiledTable<State>::Shared FiledTable<State>::share() {
    Shared shared;
    for (const Slot& slot : slots_) {
        if (slot.state != nullptr) {
            shared.open_.emplace_back(*number(named(*slot.state).id), bytes_of(*slot.state));
        }
    }
    std::ranges::sort(shared.open_);
    shared.rows_ = rows_.share();
    shared.filed_ = filed_.share();
    return shared;
}

template <class State>
void FiledTable<State>::Shared::write(
    const std::function<void(std::string_view bytes)>& sink) const {
    const auto write_number = [&sink](std::uint64_t number) {
        std::string bytes;
        append_number(bytes, number);
        sink(bytes);
    };
    write_number(rows_.size());
    auto open = open_.begin();
    rows_.each_run([&](const Row* first, std::size_t count) {
        for (const Row* row = first; row != first + count; ++row) {
            const std::string_view bytes = row->open() ? std::string_view(open++->second)
                                                       : filed_.at(row->place).substr(head_size);
            write_number(bytes.size());
            sink(bytes);
        }
    });
}

template <class State>
bool FiledTable<State>::read(BlobStreamReader& reader,
                             const std::function<bool(const State& state)>& take) {
    const std::uint64_t count = reader.number();
    if (count > reader.left() / sizeof(std::uint64_t)) {
        return false;
    }
    for (std::uint32_t row = 0; row < count; ++row) {
        const std::string bytes = reader.text(reader.number());
        State state;
        if (!reader.good() || !read_state(bytes, state) || number(named(state).id) ||
            !take(state)) {
            return false;
        }
        add_row(state, filed_.put(record_of(row, bytes)));
    }
    return true;
}

template class FiledTable<MessageState>;
template class FiledTable<TaskState>;

}  // namespace parcours::engine
