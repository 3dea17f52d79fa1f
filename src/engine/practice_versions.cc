#include "engine/practice_versions.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "engine/release_files.h"
#include "practice/folder.h"
#include "store/store.h"

namespace parcours::engine {
namespace {

constexpr std::string_view history_blob = "practice/history";

std::string files_blob(std::uint64_t number) {
    return "practice/" + std::to_string(number);
}

std::string write_history(const std::vector<PracticeVersion>& versions) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("versions").begin_array();
    for (const PracticeVersion& version : versions) {
        json.begin_object()
            .member("digest", version.digest.to_hex())
            .member("at", version.at.time_since_epoch().count())
            .member("by", version.by)
            .member("note", version.note)
            .member("files", version.files)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

Result<std::vector<PracticeVersion>> read_history(std::string_view text) {
    JsonDocument document;
    const auto parsed = document.parse(text);
    std::vector<PracticeVersion> versions;
    bool good = parsed && (*parsed)["versions"].is_array();
    if (good) {
        for (const JsonView one : (*parsed)["versions"].elements()) {
            const auto digest = digest_from_hex(one["digest"].text());
            const auto at = one["at"].integer();
            good = good && digest && at;
            versions.push_back({versions.size() + 1, digest.value_or(Digest{}),
                                Instant{std::chrono::microseconds{at.value_or(0)}},
                                std::string(one["by"].text()), std::string(one["note"].text()),
                                static_cast<std::size_t>(one["files"].natural().value_or(0))});
        }
    }
    if (!good) {
        return fail(ErrorCode::Damaged,
                    "the history of the practice's versions cannot be read; restore the data "
                    "folder from a backup");
    }
    return versions;
}

Result<std::string> get_blob(const store::Store& store, const std::string& name) {
    auto blob = store.get_blob(name);
    if (!blob) {
        return pass_on(blob);
    }
    if (!*blob) {
        return fail(ErrorCode::Damaged,
                    "the data folder lacks the blob \"" + name + "\"; restore it from a backup");
    }
    return std::move(**blob);
}

}  // namespace

Result<PracticeVersions> PracticeVersions::load(const store::Store& store) {
    PracticeVersions versions(store);
    const auto blob = store.get_blob(history_blob);
    if (!blob) {
        return pass_on(blob);
    }
    if (*blob) {
        auto read = read_history(**blob);
        if (!read) {
            return pass_on(read);
        }
        versions.all_ = std::move(*read);
    }
    return versions;
}

const PracticeVersion* PracticeVersions::find(std::uint64_t number) const {
    return number == 0 || number > all_.size() ? nullptr : &all_[number - 1];
}

Result<practice::FileMap> PracticeVersions::files_of(std::uint64_t number) const {
    if (find(number) == nullptr) {
        return fail(ErrorCode::NotFound, "there is no such version of the practice");
    }
    const auto text = get_blob(*store_, files_blob(number));
    return text ? read_release_files(*text) : pass_on(text);
}

Result<PracticeVersion> PracticeVersions::add(store::Store& store, PracticeVersion version,
                                              const practice::FileMap& own) {
    if (all_.size() >= count_max) {
        return fail(ErrorCode::Limit, "a data folder keeps at most " + std::to_string(count_max) +
                                          " versions of its practice");
    }
    version.number = all_.size() + 1;
    version.files = own.size();
    // Left behind by a publication that was cut off, these files are simply replaced.
    if (const auto put = store.put_blob(files_blob(version.number), write_release_files(own));
        !put) {
        return pass_on(put);
    }
    auto next = all_;
    next.push_back(version);
    if (const auto put = store.put_blob(history_blob, write_history(next)); !put) {
        return pass_on(put);
    }
    all_ = std::move(next);
    return version;
}

Digest practice_digest(const practice::FileMap& files) {
    return content_hash(write_release_files(files));
}

practice::FileMap own_files(const practice::FileMap& files) {
    const practice::FileMap& built_in = practice::built_in_files();
    practice::FileMap own;
    for (const auto& [path, text] : files) {
        const auto found = built_in.find(path);
        if (found == built_in.end() || found->second != text) {
            own.emplace(path, text);
        }
    }
    return own;
}

Result<std::shared_ptr<const Clinic>> load_clinic(const store::Store& store,
                                                  const std::string& practice_path, ClinicUse use,
                                                  PracticeChoice choice,
                                                  ImportedTerminology imported) {
    if (choice == PracticeChoice::Named && !practice_path.empty()) {
        return load_clinic(practice_path, use, std::move(imported));
    }
    const auto versions = PracticeVersions::load(store);
    if (!versions) {
        return pass_on(versions);
    }
    if (versions->all().empty()) {
        return load_clinic(practice_path, use, std::move(imported));
    }
    const auto own = versions->files_of(versions->all().back().number);
    return own ? make_clinic(practice::overlay(practice::built_in_files(), *own), use,
                             std::move(imported))
               : pass_on(own);
}

}  // namespace parcours::engine
