#include "store/sqlite/backup.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/sqlite/blob_files.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/folder_lock.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"

namespace parcours::store {
namespace {

constexpr std::string_view blob_suffix = ".blob";

namespace fs = std::filesystem;

Result<> copy_durably(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy_file(from, to, error);
    if (error) {
        return std::unexpected(system_error(error.value(), "copying to", to));
    }
    const Descriptor copy(open(to.c_str(), O_RDONLY | O_CLOEXEC));
    if (copy.number() < 0 || fsync(copy.number()) != 0) {
        return std::unexpected(system_error(errno, "making durable", to));
    }
    return {};
}

/// Copies the blobs that `to` lacks. A blob is replaced as a whole, so that each copy is whole too.
Result<> copy_blobs(const fs::path& from, const fs::path& to,
                    std::span<const std::string_view> derived) {
    std::set<std::string> left_out;
    std::vector<std::string> beginnings;
    for (const std::string_view blob : derived) {
        const bool many = blob.ends_with('*');
        auto name = blob_file_name(many ? blob.substr(0, blob.size() - 1) : blob);
        if (!name) {
            return pass_on(name);
        }
        if (many) {
            beginnings.push_back(name->substr(0, name->size() - blob_suffix.size()));
        } else {
            left_out.insert(std::move(*name));
        }
    }
    const auto is_left_out = [&](const std::string& name) {
        return left_out.contains(name) ||
               std::ranges::any_of(beginnings, [&name](const std::string& beginning) {
                   return name.starts_with(beginning);
               });
    };
    std::error_code error;
    fs::create_directory(to, error);
    if (error) {
        return std::unexpected(system_error(error.value(), "making", to));
    }
    for (fs::directory_iterator entry(from, error), end; !error && entry != end;
         entry.increment(error)) {
        const fs::path name = entry->path().filename();
        if (name.extension() == blob_suffix && !is_left_out(name.native()) &&
            !fs::exists(to / name)) {
            if (const auto copied = copy_durably(entry->path(), to / name); !copied) {
                return copied;
            }
        }
    }
    if (error) {
        return std::unexpected(system_error(error.value(), "reading", from));
    }
    return sync_folder(to);
}

Result<> copy_database(const fs::path& from, const fs::path& to,
                       const std::function<void(double)>& progress) {
    const auto source = Connection::open(from, Connection::Mode::Read);
    if (!source) {
        return pass_on(source);
    }
    if (const auto state = inspect_database(**source, from); !state) {
        return pass_on(state);
    }
    const auto copy = Connection::open(to, Connection::Mode::Write);
    if (!copy) {
        return pass_on(copy);
    }
    return (*source)->copy_to(**copy, progress);
}

}  // namespace

Result<> copy_store(const fs::path& from, const fs::path& to,
                    std::span<const std::string_view> derived,
                    const std::function<void(double share)>& progress) {
    if (!fs::exists(from / database_name)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no data folder \"{}\"; make one with `parcours import`",
                                from.string()));
    }
    std::error_code error;
    if (!fs::create_directory(to, error) && !error) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("{} is there already: name a new folder", to.string()));
    }
    if (error) {
        return std::unexpected(system_error(error.value(), "making", to));
    }
    fs::permissions(to, fs::perms::owner_all, error);
    // Twice, since one that was made meanwhile may be named by another that is there already.
    auto copied = copy_blobs(from / blobs_name, to / blobs_name, derived);
    if (copied) {
        copied = copy_database(from / database_name, to / database_name, progress);
    }
    if (copied) {
        copied = copy_blobs(from / blobs_name, to / blobs_name, derived);
    }
    return copied ? sync_folder(to) : copied;
}

}  // namespace parcours::store
