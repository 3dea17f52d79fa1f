#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <system_error>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "engine/data_folder.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/folder_lock.h"

namespace parcours::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    CommonOptions common;
    std::string to;
};

std::uint64_t size_of(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        bytes += entry->is_regular_file(error) ? entry->file_size(error) : 0;
    }
    return bytes;
}

/// The record first: an audit may tell of a look at what the copy does not hold yet, but no change
/// in the copy is without its audit.
Result<> copy_all(const fs::path& data, const fs::path& copy) {
    ProgressBar bar("Copying the record", "%");
    const auto tell = [&](double share) {
        bar.update(share, static_cast<std::uint64_t>(share * 100));
    };
    auto copied = store::copy_store(data, copy, engine::derived_blobs, tell);
    bar.finish();
    if (copied && fs::exists(data / "access")) {
        copied = store::copy_store(data / "access", copy / "access", {}, [](double) {});
    }
    return copied;
}

Result<int> run(const Options& options) {
    fs::path to = fs::absolute(options.to).lexically_normal();
    if (!to.has_filename()) {
        to = to.parent_path();
    }
    std::error_code error;
    if (fs::exists(to, error)) {
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" is there already; name a new folder, such as {}-2",
                                options.to, to.filename().string()));
    }
    // A disk that is not mounted must not pass for one; a copy of a copy would grow for ever.
    if (!fs::is_directory(to.parent_path(), error)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no folder \"{}\"; is the disk for backups mounted?",
                                to.parent_path().string()));
    }
    const fs::path data = fs::canonical(options.common.data, error);
    const fs::path parent = fs::canonical(to.parent_path(), error);
    if (!data.empty() && std::ranges::mismatch(data, parent).in1 == data.end()) {
        return fail(ErrorCode::Usage,
                    "a backup inside of the data folder is none; name a folder "
                    "elsewhere, at best on another disk");
    }
    // Under another name until it is whole: what has the name is a backup.
    fs::path partial = to;
    partial += ".partial";
    fs::remove_all(partial, error);
    auto copied = copy_all(options.common.data, partial);
    if (copied) {
        fs::rename(partial, to, error);
        copied = error ? fail(ErrorCode::Unavailable,
                              fmt::format("naming {} failed: {}", to.string(), error.message()))
                       : store::sync_folder(to.parent_path());
    }
    if (!copied) {
        fs::remove_all(partial, error);
        return pass_on(copied);
    }
    const std::uint64_t bytes = size_of(to);
    if (options.common.json) {
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("backup", to.string()).member("bytes", bytes).end_object();
        fmt::print("{}\n", out);
        return 0;
    }
    fmt::print(
        "{} in \"{}\". It is a data folder like the first.\nNext: parcours verify --data {}\n",
        byte_size(bytes), options.to, options.to);
    return 0;
}

}  // namespace

Run declare_backup(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("to", options->to, "The new folder").required();
    add_data_option(app, options->common);
    add_json_option(app, options->common);
    app.footer(
        "Copies the record, then staff and audit, each as it stands at one moment. Work and serve\n"
        "may go on meanwhile. To restore, put the copy in the place of the folder and start.\n\n"
        "  parcours backup /mnt/backup/clinic-$(date +%F) --data clinic");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
