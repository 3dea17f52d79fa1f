// Of `EnrolmentTable`: all of it as bytes, and back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/blob_stream.h"
#include "engine/enrolment_row.h"
#include "engine/enrolment_table.h"
#include "engine/number_bytes.h"
#include "record/identity.h"

namespace parcours::engine {
namespace {

std::string bytes_of(std::uint64_t number) {
    std::string bytes;
    append_number(bytes, number);
    return bytes;
}

template <class Row>
std::string_view bytes_of(const Row* rows, std::size_t count) {
    return {reinterpret_cast<const char*>(rows), count * sizeof(Row)};
}

/// How many rows follow, where the bytes that are left can hold them.
template <class Row>
std::size_t read_count(BlobStreamReader& reader) {
    const std::uint64_t count = reader.number();
    return count <= reader.left() / sizeof(Row) ? count : 0;
}

}  // namespace

EnrolmentTable::Shared EnrolmentTable::share() {
    return {names_.share(), rows_.share(), path_.share(), merged_running()};
}

void EnrolmentTable::unshare() {
    names_.unshare();
    rows_.unshare();
    path_.unshare();
}

void EnrolmentTable::Shared::write(const std::function<void(std::string_view bytes)>& sink) const {
    const auto write_rows = [&sink](const auto& table) {
        sink(bytes_of(table.size()));
        table.each_run(
            [&sink](const auto* first, std::size_t count) { sink(bytes_of(first, count)); });
    };
    sink(bytes_of(names.size()));
    for (std::size_t i = 0; i < names.size(); ++i) {
        sink(bytes_of(names.text(i).size()));
        sink(names.text(i));
    }
    write_rows(rows);
    write_rows(path);
    sink(bytes_of(running.size()));
    sink(bytes_of(running.data(), running.size()));
}

bool EnrolmentTable::read(BlobStreamReader& reader) {
    const std::uint64_t name_count = reader.number();
    for (std::uint64_t i = 0; i < name_count && reader.good(); ++i) {
        if (names_.number(reader.text(reader.number())) != i) {
            return false;  // twice the same
        }
    }
    const auto read_rows = [&reader](auto* first, std::size_t count) {
        reader.read(first, count * sizeof *first);
    };
    rows_.read(read_count<EnrolmentRow>(reader), read_rows);
    path_.read(read_count<PathRow>(reader), read_rows);
    running_.resize(read_count<std::uint32_t>(reader));
    reader.read(running_.data(), running_.size() * sizeof(std::uint32_t));
    if (!reader.good() || !is_sound()) {
        return false;
    }
    find_again();
    timers_.read_rows();
    return true;
}

/// Whether all numbers name something, and links lead back.
bool EnrolmentTable::is_sound() const {
    const auto is_name = [this](std::uint32_t name) { return name < names_.size(); };
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const EnrolmentRow& row = rows_[i];
        if (row.earlier > i || row.path > path_.size() || !is_name(row.campaign) ||
            !is_name(row.release) || !is_name(row.key) || !is_name(row.stratum) ||
            !is_name(row.step) || !is_name(row.result) || !is_name(row.ended_because) ||
            names_.text(row.release).size() != row.id.bytes.size()) {
            return false;
        }
    }
    for (std::size_t i = 0; i < path_.size(); ++i) {
        const PathRow& row = path_[i];
        if (row.before > i || !is_name(row.step) || !is_name(row.because)) {
            return false;
        }
    }
    return std::ranges::all_of(running_, [this](std::uint32_t row) { return row < rows_.size(); });
}

}  // namespace parcours::engine
