#include "engine/tests/service_fixture.h"

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "engine/data_folder.h"
#include "engine/import.h"
#include "engine/service.h"
#include "population/live_index.h"

namespace parcours::engine {

Result<std::unique_ptr<FileView>> GatedFiles::view(const std::string& path) const {
    if (path == gated) {
        open_.wait();
    }
    return texts.view(path);
}

std::string recall_patients(int from, int to) {
    std::string text;
    for (int i = from; i <= to; ++i) {
        const std::string n = std::to_string(i);
        const std::string whose = R"("subject":{"reference":"Patient/p)" + n + R"("})";
        text += R"({"resourceType":"Patient","id":"p)" + n + R"(","name":[{"family":"Test)" + n +
                R"("}],"gender":"female","birthDate":"1960-05-01","telecom":[)" +
                R"({"system":"email","value":"p)" + n + R"(@example.org"}]})" + "\n";
        text += R"({"resourceType":"Condition","id":"c)" + n + "\"," + whose +
                R"(,"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}]},)" +
                R"("clinicalStatus":{"coding":[{"code":"active"}]},"verificationStatus":)" +
                R"({"coding":[{"code":"confirmed"}]},"onsetDateTime":"2020-03-04"})" + "\n";
        text += R"({"resourceType":"Encounter","id":"e)" + n +
                R"(","status":"finished","class":{"code":"AMB"},)" + whose +
                R"(,"period":{"start":"2025-03-04T09:00:00Z","end":"2025-03-04T09:20:00Z"}})" +
                "\n";
    }
    return text;
}

ServiceFixture::ServiceFixture() {
    std::string name =
        (std::filesystem::temp_directory_path() / "parcours-service-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    EXPECT_TRUE(DataFolder::open(folder_ + "/data", DataFolder::Mode::Create));
    reopen();
    files.texts.files["first/a.ndjson"] = recall_patients(1, 20);
    const auto report = service->intake().import(folder_in("first"), [](const ImportProgress&) {});
    EXPECT_TRUE(report) << report.error().message;
    EXPECT_TRUE(service->start());
    work_all();
}

ServiceFixture::~ServiceFixture() {
    service.reset();
    std::filesystem::remove_all(folder_);
}

void ServiceFixture::reopen() {
    service.reset();
    auto opened = Service::open({.data = folder_ + "/data",
                                 .practice = {},
                                 .sending = true,
                                 .publishing = true,
                                 .wake = {}},
                                {files, clock, random_, executor_,
                                 [](const std::string&) { return std::optional<std::string>(); }});
    ASSERT_TRUE(opened) << opened.error().message;
    service = std::move(*opened);
}

void ServiceFixture::work_all() {
    do {
        service->intake().finish();
        ASSERT_TRUE(service->work());
    } while (service->idle_ms(1) == 0 || service->intake().busy());
}

ImportOptions ServiceFixture::folder_in(const std::string& path) {
    ImportOptions options;
    options.paths = {path};
    return options;
}

std::size_t ServiceFixture::patient_count() const {
    return service->published()->index->person_count();
}

}  // namespace parcours::engine
