#include "import_fixture.h"

#include <cstddef>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zlib.h>

#include "base/json.h"
#include "fhir/resource_type.h"
#include "population/live_index.h"
#include "record/identity.h"
#include "record/log.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

class TextView final : public FileView {
  public:
    explicit TextView(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] std::string_view bytes() const override { return text_; }

  private:
    std::string text_;
};

class Bodies final : public store::ScanVisitor {
  public:
    bool visit(const LogRecord& record) override {
        if (record.kind == RecordKind::Body) {
            found.push_back(fmt::format("{} {} <- {} {}", record.position, record.topic,
                                        record.previous, record.payload));
        }
        return true;
    }
    bool damaged(LogPosition position, const Error& error) override {
        ADD_FAILURE() << position << ": " << error.message;
        return true;
    }
    std::vector<std::string> found;
};

}  // namespace

Files::Kind TextFiles::kind(const std::string& path) const {
    if (files.contains(path)) {
        return Kind::File;
    }
    const auto below = files.lower_bound(path + "/");
    return below != files.end() && below->first.starts_with(path + "/") ? Kind::Folder
                                                                        : Kind::Missing;
}

Result<std::vector<std::string>> TextFiles::list(const std::string& folder) const {
    std::vector<std::string> found;
    for (const auto& [path, text] : files) {
        if (path.starts_with(folder + "/")) {
            found.push_back(path);
        }
    }
    return found;
}

Result<std::unique_ptr<FileView>> TextFiles::view(const std::string& path) const {
    if (unreadable.contains(path) || !files.contains(path)) {
        return fail(ErrorCode::Unavailable, "cannot open \"" + path + "\"; look at the disk");
    }
    ++opened[path];
    return std::make_unique<TextView>(files.at(path));
}

Result<> TextFiles::write(const std::string& path, std::string_view) const {
    return fail(ErrorCode::ReadOnly, "nothing writes \"" + path + "\" here");
}

std::string gzip(std::string_view text) {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(compressBound(text.size()) + 64, '\0');
    std::string copy(text);
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    return out;
}

std::string condition(std::string_view id, std::string_view code, std::string_view meta) {
    return fmt::format(
        R"({{"resourceType":"Condition","id":"{}",{}"subject":{{"reference":"Patient/p"}},)"
        R"("code":{{"coding":[{{"system":"http://snomed.info/sct","code":"{}"}}]}},)"
        R"("onsetDateTime":"2015-03-04"}})",
        id, meta.empty() ? "" : fmt::format("\"meta\":{{{}}},", meta), code);
}

std::string patient(std::string_view id) {
    return fmt::format(R"({{"resourceType":"Patient","id":"{}","birthDate":"1970-01-02"}})", id);
}

void ImportFixture::reopen() {
    folder.reset();
    auto store = store::open_memory_store(disk_, true, faults);
    ASSERT_TRUE(store) << store.error().message;
    auto opened = DataFolder::open(std::move(*store), true);
    ASSERT_TRUE(opened) << opened.error().message;
    folder = std::move(*opened);
}

void ImportFixture::start_anew() {
    folder.reset();
    disk_ = std::make_shared<store::MemoryDisk>();
    reopen();
}

ImportReport ImportFixture::import(const std::vector<std::string>& paths, unsigned workers) {
    ImportOptions options;
    options.paths = paths;
    options.worker_count = workers;
    options.merge_entries_min = merge_entries_min;
    const auto report = import_files(*folder, files, clock, options, [](const ImportProgress&) {});
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : ImportReport{};
}

std::vector<QuarantineEntry> ImportFixture::quarantine() const {
    const auto entries = list_quarantine(*folder);
    EXPECT_TRUE(entries);
    return *entries;
}

RetryReport ImportFixture::retry() {
    const auto report = retry_quarantine(*folder, files, clock);
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : RetryReport{};
}

std::string ImportFixture::current(std::string_view id) const {
    const Key key = resource_key("main", fhir::ResourceType::Condition, id);
    const auto index = folder->index();
    const auto place = index->find_rows(fhir::ResourceType::Condition, std::span(&key, 1)).front();
    if (!place) {
        return {};
    }
    const auto body = folder->read_body(place->table->position[place->row]);
    EXPECT_TRUE(body);
    JsonDocument document;
    const auto json = document.parse(*body);
    return std::string((*json)["code"]["coding"].elements().at(0)["code"].text());
}

std::vector<std::string> ImportFixture::bodies() const {
    Bodies visitor;
    EXPECT_TRUE(folder->store().scan(1, folder->end(), visitor));
    return visitor.found;
}

std::string ImportFixture::indexed() const {
    const auto index = folder->index();
    std::vector<std::string> lines;
    for (population::PatientNumber number = 0; number < index->patient_count(); ++number) {
        lines.push_back(fmt::format("{} at {}\n", index->patients().id(number),
                                    index->patients().fact(number).position));
    }
    for (const population::IndexLayer& layer : index->layers()) {
        for (const population::Table& table : layer.index->tables()) {
            layer.each_row(table, [&](std::uint32_t row) {
                const population::PatientNumber number = layer.number_of(table.patient[row]);
                const Key patient =
                    number == population::no_patient ? 0 : index->patients().key[number];
                lines.push_back(fmt::format("{} {:x} of {:x} at {} code {}\n",
                                            fhir::resource_type_name(table.type), table.key[row],
                                            patient, table.position[row],
                                            index->dictionary().concept_text(table.code[row])));
            });
        }
    }
    // Layers come and go; what they say together does not depend on it.
    std::ranges::sort(lines);
    return fmt::format("{} persons\n{}", index->person_count(), fmt::join(lines, ""));
}

}  // namespace parcours::engine
