#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/clinic.h"
#include "practice/folder.h"
#include "store/store.h"

namespace parcours::engine {

/// One published version of a practice.
struct PracticeVersion {
    std::uint64_t number = 0;  ///< from 1, without gaps
    Digest digest;             ///< of all files, the built-in ones of that time included
    Instant at;
    std::string by;
    std::string note;       ///< why
    std::size_t files = 0;  ///< of the clinic's own
};

/// The published versions of a data folder's practice. What is kept of each is the clinic's own
/// files; the built-in ones come from the program that runs. Kept as blobs beside the log: the
/// files of a version first, then the history, whose replacement is the commit.
class PracticeVersions {
  public:
    /// Borrows the store. Errors: Damaged, and those of the store.
    static Result<PracticeVersions> load(const store::Store& store);

    /// The oldest first; the last one runs.
    [[nodiscard]] const std::vector<PracticeVersion>& all() const { return all_; }
    [[nodiscard]] const PracticeVersion* find(std::uint64_t number) const;
    /// The clinic's own files as they were. Errors: NotFound, Damaged.
    [[nodiscard]] Result<practice::FileMap> files_of(std::uint64_t number) const;

    /// Adds a version, durably; gives it its number. Errors: Limit, those of the store.
    Result<PracticeVersion> add(store::Store& store, PracticeVersion version,
                                const practice::FileMap& own);

    static constexpr std::size_t count_max = 10'000;

  private:
    explicit PracticeVersions(const store::Store& store) : store_(&store) {}

    const store::Store* store_;
    std::vector<PracticeVersion> all_;
};

/// What somebody wants to publish: changes laid over the practice that runs.
struct PracticeChange {
    practice::FileMap files;        ///< new or changed
    std::set<std::string> removed;  ///< of the clinic's own: built-in ones come back
    bool whole = false;             ///< `files` are all of the clinic's own: others are removed
    Digest base;                    ///< of the files that it was decided on (`practice_digest`)
    std::string by;
    std::string note;
};

/// The clinic's own files after a change. Errors: NotFound (there is no such file to remove).
Result<practice::FileMap> change_files(const practice::FileMap& own, const PracticeChange& change);

/// The digest of a practice's files.
[[nodiscard]] Digest practice_digest(const practice::FileMap& files);

/// Those of the files that are not the built-in ones as they are.
[[nodiscard]] practice::FileMap own_files(const practice::FileMap& files);

/// Which practice is read where a data folder may have published one.
enum class PracticeChoice : std::uint8_t {
    Published,  ///< the published version, else the folder that is named: what works
    Named       ///< the folder that is named, else the published version: what only reads
};

/// The clinic of a data folder. Errors: those of `engine::load_clinic`.
Result<std::shared_ptr<const Clinic>> load_clinic(const store::Store& store,
                                                  const std::string& practice_path, ClinicUse use,
                                                  PracticeChoice choice,
                                                  ImportedTerminology imported = nullptr);

}  // namespace parcours::engine
