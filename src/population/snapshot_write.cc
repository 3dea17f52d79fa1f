#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "population/column.h"
#include "population/column_form.h"
#include "population/snapshot.h"
#include "population/snapshot_format.h"
#include "record/dictionary.h"

namespace parcours::population {
namespace {

void write_dictionary(const Dictionary& dictionary, ByteWriter& out) {
    out.number(dictionary.code_count());
    for (CodeId id = 1; id < dictionary.code_count(); ++id) {
        const CodeName& name = dictionary.code(id);
        out.text(name.system);
        out.text(name.code);
        out.text(name.display);
    }
    out.number(dictionary.concept_count());
    for (ConceptId id = 1; id < dictionary.concept_count(); ++id) {
        const auto codes = dictionary.concept_codes(id);
        out.number(codes.size());
        for (const CodeId code : codes) {
            out.number(code);
        }
        out.text(dictionary.own_text(id));
    }
    out.number(dictionary.unit_count());
    for (std::size_t id = 1; id < dictionary.unit_count(); ++id) {
        out.text(dictionary.unit(static_cast<UnitId>(id)));
    }
}

/// Everything but the columns.
std::string describe(const Index& index) {
    ByteWriter out;
    out.number(index.patient_count());
    out.number(index.patients().sources.size());
    for (const std::string& source : index.patients().sources) {
        out.text(source);
    }
    out.number(index.tables().size());
    for (const Table& table : index.tables()) {
        out.number(static_cast<std::uint64_t>(table.type));
        out.number(table.row_count);
    }
    write_dictionary(index.dictionary(), out);
    return out.bytes();
}

/// Lays out sections one after another; each place in memory is written once.
class Layout {
  public:
    void add_bytes(std::string_view bytes, std::size_t element_size, std::size_t count) {
        Section section;
        section.element_size = static_cast<std::uint32_t>(element_size);
        section.count = count;
        const auto [known, added] = places_.try_emplace(bytes.data(), sections_.size());
        if (!added && sections_[known->second].count == count) {
            section = sections_[known->second];
        } else {
            section.offset = data_size_;
            section.value = fast_hash(bytes);
            data_.push_back(bytes);
            data_size_ += padded(bytes.size());
        }
        sections_.push_back(section);
    }

    template <class T>
    void add(const Column<T>& column) {
        if (column.is_constant()) {
            Section section{Section::Kind::Constant, sizeof(T), column.size(), 0, 0};
            const T value = column.constant();
            static_assert(sizeof(T) <= sizeof section.value);
            std::memcpy(&section.value, &value, sizeof value);
            sections_.push_back(section);
            return;
        }
        if (column.form() == ColumnForm::Plain) {
            add_stored(column.code_bytes(), sizeof(T));
            return;
        }
        sections_.push_back({Section::Kind::Packed, sizeof(T), column.size(),
                             static_cast<std::uint64_t>(column.form()),
                             static_cast<std::uint64_t>(column.step())});
        add_stored(column.code_bytes(), 1);
        add_stored(column.side_bytes(), 1);
    }

    Result<> write(SnapshotHeader header, const SnapshotSink& sink);

  private:
    void add_stored(std::span<const std::byte> bytes, std::size_t element_size) {
        add_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, element_size,
                  bytes.size() / element_size);
    }

    static std::size_t padded(std::size_t size) {
        return (size + section_alignment - 1) / section_alignment * section_alignment;
    }

    std::vector<Section> sections_;
    std::map<const char*, std::size_t> places_;
    std::vector<std::string_view> data_;
    std::size_t data_size_ = 0;
};

Result<> Layout::write(SnapshotHeader header, const SnapshotSink& sink) {
    const std::size_t head_size = sizeof header + sections_.size() * sizeof(Section);
    for (Section& section : sections_) {
        if (section.kind == Section::Kind::Stored) {
            section.offset += padded(head_size);
        }
    }
    header.section_count = static_cast<std::uint32_t>(sections_.size());
    header.total_size = padded(head_size) + data_size_;
    std::string head(padded(head_size), '\0');
    std::memcpy(head.data(), &header, sizeof header);
    std::memcpy(head.data() + sizeof header, sections_.data(), sections_.size() * sizeof(Section));
    header.checksum = fast_hash(head);
    std::memcpy(head.data(), &header, sizeof header);
    if (auto written = sink(head); !written) {
        return written;
    }
    const std::string zeros(section_alignment, '\0');
    for (const std::string_view bytes : data_) {
        if (auto written = sink(bytes); !written) {
            return written;
        }
        const std::size_t gap = padded(bytes.size()) - bytes.size();
        if (auto written = sink(std::string_view(zeros).substr(0, gap)); !written) {
            return written;
        }
    }
    return {};
}

}  // namespace

Result<> write_snapshot(const Index& index, const SnapshotLog& log, const SnapshotSink& sink) {
    Layout layout;
    const std::string description = describe(index);
    layout.add_bytes(description, 1, description.size());
    const auto add = [&layout](std::string_view, const auto& column) { layout.add(column); };
    Patients::each_column(index.patients(), add);
    for (const Table& table : index.tables()) {
        Table::each_column(table, add);
    }
    SnapshotHeader header;
    header.log_id = log.id;
    header.covers = index.covers();
    return layout.write(header, sink);
}

std::string snapshot_bytes(const Index& index, const SnapshotLog& log) {
    std::string bytes;
    const auto written = write_snapshot(index, log, [&bytes](std::string_view more) -> Result<> {
        bytes += more;
        return {};
    });
    check(written.has_value(), "a string takes any bytes");
    return bytes;
}

}  // namespace parcours::population
