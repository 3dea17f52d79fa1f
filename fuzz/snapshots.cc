// Snapshots of the population index, damaged and then signed again, so that not the checksums alone
// stand between a strange file and the program.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "fhir/summary.h"
#include "fuzz/target.h"
#include "population/builder.h"
#include "population/index.h"
#include "population/patients.h"
#include "population/snapshot.h"
#include "population/snapshot_format.h"
#include "population/table.h"
#include "record/log.h"

namespace parcours::fuzz {
namespace {

using population::Section;
using population::SnapshotHeader;

constexpr population::SnapshotLog this_log{7, 1'000'000};

/// Enough rows for columns of every form.
std::string make_snapshot() {
    population::IndexPart part;
    JsonDocument document;
    fhir::Summary summary;
    for (LogPosition i = 0; i < 900; ++i) {
        const auto resource = document.parse(fmt::format(
            R"({{"resourceType":"Observation","id":"o{}","status":"final","subject":{{"reference":"Patient/p{}"}},
            "code":{{"coding":[{{"system":"http://loinc.org","code":"{}"}}]}},
            "effectiveDateTime":"20{:02}-01-02T10:{:02}:00Z","valueQuantity":{{"value":{},"unit":"mg"}}}})",
            i, i % 70, i % 5, i % 25, i % 60, i));
        if (resource && fhir::summarise(*resource, summary)) {
            part.add("main", summary, *resource, i + 1);
        }
    }
    const population::IndexPart* const parts[] = {&part};
    const auto index = population::merge(parts, nullptr);
    check(index.has_value(), "the index to begin with can be made");
    return population::snapshot_bytes(**index, this_log);
}

/// Puts the right checksum to every section that lies in the file, and to the head.
void sign(std::string& bytes) {
    SnapshotHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    header.total_size = bytes.size();
    header.checksum = 0;
    const std::size_t room = (bytes.size() - sizeof header) / sizeof(Section);
    const std::size_t count = std::min<std::size_t>(header.section_count, room);
    for (std::size_t i = 0; i < count; ++i) {
        char* const place = bytes.data() + sizeof header + i * sizeof(Section);
        Section section;
        std::memcpy(&section, place, sizeof section);
        const std::uint64_t size = section.count * section.element_size;
        if (section.kind == Section::Kind::Stored && section.offset <= bytes.size() &&
            size <= bytes.size() - section.offset) {
            section.value = fast_hash(std::string_view(bytes).substr(section.offset, size));
            std::memcpy(place, &section, sizeof section);
        }
    }
    std::memcpy(bytes.data(), &header, sizeof header);
    const std::size_t head = sizeof header + header.section_count * sizeof(Section);
    const std::size_t padded = (head + population::section_alignment - 1) /
                               population::section_alignment * population::section_alignment;
    header.checksum = fast_hash(std::string_view(bytes).substr(0, padded));
    std::memcpy(bytes.data(), &header, sizeof header);
}

/// Reads every row of every column.
std::size_t read_all(const population::Index& index) {
    std::size_t bytes = 0;
    const auto read = [&bytes](std::string_view /*name*/, const auto& column) {
        // A column of one value may say that it has any number of rows.
        for (std::size_t row = 0; row < std::min<std::size_t>(column.size(), 1'000'000); ++row) {
            const auto value = column[row];
            bytes += sizeof value;
        }
    };
    population::Patients::each_column(index.patients(), read);
    for (const population::Table& table : index.tables()) {
        population::Table::each_column(table, read);
    }
    return bytes;
}

}  // namespace

// Each four bytes are a change: where (24 bits, among the first bytes by preference) and what.
void feed_snapshot(std::string_view bytes) {
    static const std::string whole = make_snapshot();
    std::string changed = whole;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        std::uint32_t edit = 0;
        std::memcpy(&edit, bytes.data() + at, sizeof edit);
        const std::size_t span = (edit & 1) != 0 ? changed.size() : changed.size() / 8;
        changed[(edit >> 1 & 0x7FFFFF) % span] = bytes[at + 3];
    }
    sign(changed);
    const auto memory = std::make_shared<std::vector<std::uint64_t>>(changed.size() / 8 + 1);
    std::memcpy(memory->data(), changed.data(), changed.size());
    const auto opened = population::open_snapshot(
        {reinterpret_cast<const std::byte*>(memory->data()), changed.size()}, memory, this_log);
    if (opened) {
        check(read_all(**opened) > 0 || changed != whole, "what was written is read");
    } else {
        check(!opened.error().message.empty(), "a refusal has words");
    }
    check(opened.has_value() || changed != whole, "the file as it was written is opened");
}

}  // namespace parcours::fuzz
