#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "fhir/resource_type.h"
#include "population/column.h"
#include "population/column_form.h"
#include "population/snapshot.h"
#include "population/snapshot_format.h"
#include "record/dictionary.h"

namespace parcours::population {
namespace {

std::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::Damaged,
                fmt::format("the snapshot of the population index is damaged ({}); it is rebuilt "
                            "from the log",
                            what));
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<SnapshotHeader> read_header(std::span<const std::byte> bytes, const SnapshotLog& log) {
    SnapshotHeader header;
    if (bytes.size() < sizeof header) {
        return damaged("it is shorter than its header");
    }
    check(reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0,
          "a snapshot is opened at an address aligned to 8 bytes");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != snapshot_magic) {
        return damaged("it does not begin like one");
    }
    if (header.format > snapshot_format) {
        return fail(ErrorCode::NewerFormat,
                    fmt::format("the snapshot has format {}, this program reads {}: use the newer "
                                "program, or let it be rebuilt",
                                header.format, snapshot_format));
    }
    if (header.format < snapshot_format) {
        return damaged("it was written by an older version of this program");
    }
    if (header.total_size != bytes.size()) {
        return damaged("its length is not what its header says");
    }
    if (header.log_id != log.id || header.covers > log.last) {
        return fail(ErrorCode::Conflict,
                    header.log_id != log.id
                        ? "the snapshot belongs to another log; it is rebuilt from this one"
                        : fmt::format("the snapshot covers the log to position {}, but the log "
                                      "ends at {}; it is rebuilt",
                                      header.covers, log.last));
    }
    return header;
}

Result<std::vector<Section>> read_sections(std::span<const std::byte> bytes,
                                           const SnapshotHeader& header) {
    const std::uint64_t head_size =
        sizeof header + std::uint64_t{header.section_count} * sizeof(Section);
    const std::uint64_t padded =
        (head_size + section_alignment - 1) / section_alignment * section_alignment;
    if (padded > bytes.size() || header.section_count == 0) {
        return damaged("its section table is cut short");
    }
    std::string head(as_text(bytes.first(padded)));
    SnapshotHeader unsigned_header = header;
    unsigned_header.checksum = 0;
    std::memcpy(head.data(), &unsigned_header, sizeof unsigned_header);
    if (fast_hash(head) != header.checksum) {
        return damaged("its header fails its checksum");
    }
    std::vector<Section> sections(header.section_count);
    std::memcpy(sections.data(), bytes.data() + sizeof header, sections.size() * sizeof(Section));
    return sections;
}

/// Gives out the sections in their order, each verified.
class Sections {
  public:
    Sections(std::span<const std::byte> bytes, std::vector<Section> sections)
        : bytes_(bytes), sections_(std::move(sections)) {}

    /// The bytes of the next section; nothing when it is damaged.
    std::span<const std::byte> stored(const Section& section, std::string_view name) {
        const std::uint64_t size = section.count * section.element_size;
        if (section.count > bytes_.size() || section.offset > bytes_.size() ||
            size > bytes_.size() - section.offset || section.offset % section_alignment != 0) {
            set_error(name);
            return {};
        }
        const auto found = bytes_.subspan(section.offset, size);
        // A place that two columns share is verified once.
        const std::pair place(section.offset, size);
        const bool seen = std::ranges::find(verified_, place) != verified_.end();
        if (!seen && fast_hash(as_text(found)) != section.value) {
            set_error(name);
            return {};
        }
        verified_.push_back(place);
        return found;
    }

    const Section* next(std::string_view name) {
        if (at_ == sections_.size()) {
            set_error(name);
            return nullptr;
        }
        return &sections_[at_++];
    }

    template <class T>
    void read(std::string_view name, Column<T>& column) {
        const Section* section = next(name);
        if (section == nullptr) {
            return;
        }
        if (section->element_size != sizeof(T)) {
            set_error(name);
        } else if (section->kind == Section::Kind::Constant) {
            T value{};
            std::memcpy(static_cast<void*>(&value), &section->value, sizeof value);
            column = Column<T>(value, section->count);
        } else if (section->kind == Section::Kind::Packed) {
            read_packed(*section, name, column);
        } else {
            column = Column<T>(as<T>(stored(*section, name)));
        }
    }

    template <class T>
    void read_packed(const Section& head, std::string_view name, Column<T>& column) {
        const Section* const codes = next(name);
        const Section* const side = codes == nullptr ? nullptr : next(name);
        if (side == nullptr) {
            return;
        }
        const auto code_bytes = stored(*codes, name);
        const auto side_bytes = stored(*side, name);
        if (!error_.empty()) {
            return;
        }
        const auto form = static_cast<ColumnForm>(head.offset);
        bool good = false;
        if (form == ColumnForm::Table8) {
            good = read_table(as<std::uint8_t>(code_bytes), as<T>(side_bytes), column);
        } else if (form == ColumnForm::Table16) {
            good = read_table(as<std::uint16_t>(code_bytes), as<T>(side_bytes), column);
        } else if (form == ColumnForm::Blocks && !std::is_floating_point_v<T>) {
            const auto blocks = as<ColumnBlock>(side_bytes);
            column =
                Column<T>(code_bytes, blocks, static_cast<std::int64_t>(head.value), head.count);
            good = are_within(blocks, code_bytes.size(), head.count);
        }
        if (!good || column.size() != head.count) {
            set_error(name);
        }
    }

    template <class Code, class T>
    static bool read_table(std::span<const Code> codes, std::span<const T> table,
                           Column<T>& column) {
        column = Column<T>(codes, table);
        return std::ranges::all_of(codes, [&](Code code) { return code < table.size(); });
    }

    /// Whether every block of `rows` lies in the codes.
    static bool are_within(std::span<const ColumnBlock> blocks, std::size_t code_bytes,
                           std::uint64_t rows) {
        if (blocks.size() != (rows + block_rows - 1) / block_rows) {
            return false;
        }
        std::uint64_t left = rows;
        for (const ColumnBlock& block : blocks) {
            const std::uint64_t size = std::min<std::uint64_t>(left, block_rows) * block.width;
            if (std::uint64_t{block.place} * 8 + size > code_bytes || block.width > 8 ||
                (block.width != 0 && !std::has_single_bit(block.width))) {
                return false;
            }
            left -= std::min<std::uint64_t>(left, block_rows);
        }
        return true;
    }

    template <class T>
    static std::span<const T> as(std::span<const std::byte> bytes) {
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }

    void set_error(std::string_view name) {
        if (error_.empty()) {
            error_ = fmt::format("section \"{}\" fails its check", name);
        }
    }
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] bool all_read() const { return at_ == sections_.size(); }

  private:
    std::span<const std::byte> bytes_;
    std::vector<Section> sections_;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> verified_;  ///< offset, size
    std::size_t at_ = 0;
    std::string error_;
};

bool read_concepts(ByteReader& in, Dictionary& dictionary) {
    const std::uint64_t count = in.number();
    for (std::uint64_t id = 1; id < count && in.good(); ++id) {
        const std::uint64_t size = in.number();
        if (size > dictionary.code_count()) {
            return false;
        }
        std::vector<CodeId> codes(size);
        for (CodeId& code : codes) {
            const std::uint64_t number = in.number();
            if (number >= dictionary.code_count()) {
                return false;
            }
            code = static_cast<CodeId>(number);
        }
        if (dictionary.add_concept(std::move(codes), in.text()) != id) {
            return false;
        }
    }
    return in.good();
}

bool read_dictionary(ByteReader& in, Dictionary& dictionary) {
    const std::uint64_t codes = in.number();
    for (std::uint64_t id = 1; id < codes && in.good(); ++id) {
        const std::string_view system = in.text();
        const std::string_view code = in.text();
        if (dictionary.add_code(system, code, in.text()) != id) {
            return false;
        }
    }
    if (!read_concepts(in, dictionary)) {
        return false;
    }
    const std::uint64_t units = in.number();
    for (std::uint64_t id = 1; id < units && in.good(); ++id) {
        if (dictionary.add_unit(in.text()) != id) {
            return false;
        }
    }
    return in.good() && in.at_end();
}

bool read_description(std::string_view bytes, IndexContent& content) {
    ByteReader in(bytes);
    content.patients.count = static_cast<std::uint32_t>(in.number());
    const std::uint64_t sources = in.number();
    for (std::uint64_t i = 0; i < sources && in.good(); ++i) {
        content.patients.sources.emplace_back(in.text());
    }
    const std::uint64_t tables = in.number();
    if (tables > fhir::resource_type_count) {
        return false;
    }
    for (std::uint64_t i = 0; i < tables && in.good(); ++i) {
        Table& table = content.tables.emplace_back();
        const std::uint64_t type = in.number();
        if (type >= fhir::resource_type_count) {
            return false;
        }
        table.type = static_cast<fhir::ResourceType>(type);
        table.row_count = static_cast<std::uint32_t>(in.number());
    }
    auto dictionary = std::make_shared<Dictionary>();
    const bool good = in.good() && read_dictionary(in, *dictionary);
    content.dictionary = std::move(dictionary);
    return good;
}

void read_columns(Sections& sections, IndexContent& content) {
    const auto read = [&sections](std::string_view name, auto& column) {
        sections.read(name, column);
    };
    const auto check_size = [&sections](std::uint32_t rows) {
        return [&sections, rows](std::string_view name, const auto& column) {
            if (column.size() != rows) {
                sections.set_error(name);
            }
        };
    };
    Patients::each_column(content.patients, read);
    Patients::each_row_column(content.patients, check_size(content.patients.count));
    for (Table& table : content.tables) {
        Table::each_column(table, read);
        Table::each_row_column(table, check_size(table.row_count));
        check_size(content.patients.count + 2)("offsets", table.offsets);
    }
}

}  // namespace

Result<std::shared_ptr<const Index>> open_snapshot(std::span<const std::byte> bytes,
                                                   std::shared_ptr<const void> keep_alive,
                                                   const SnapshotLog& log) {
    const auto header = read_header(bytes, log);
    if (!header) {
        return pass_on(header);
    }
    auto table = read_sections(bytes, *header);
    if (!table) {
        return pass_on(table);
    }
    Sections sections(bytes, std::move(*table));
    IndexContent content;
    content.covers = header->covers;
    const Section* first = sections.next("description");
    if (first->kind != Section::Kind::Stored || first->element_size != 1 ||
        !read_description(as_text(sections.stored(*first, "description")), content)) {
        return damaged("its description fails its check");
    }
    read_columns(sections, content);
    if (!sections.error().empty() || !sections.all_read()) {
        return damaged(sections.error().empty() ? "it has too many sections" : sections.error());
    }
    content.keep_alive.push_back(std::move(keep_alive));
    return std::make_shared<const Index>(std::move(content));
}

}  // namespace parcours::population
