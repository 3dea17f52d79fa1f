#include "store/tests/power_disk.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <mutex>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace parcours::store {
namespace {

constexpr std::uint64_t sector_size = 512;

PowerDisk* the_disk = nullptr;
sqlite3_vfs* the_real = nullptr;

// SQLite's file object: ours in front, the real one behind it.
struct WatchedFile {
    sqlite3_file base;
    std::string* name;
    sqlite3_file* real;
};

WatchedFile& watched(sqlite3_file* file) {
    return *reinterpret_cast<WatchedFile*>(file);
}

const sqlite3_io_methods& real_methods(sqlite3_file* file) {
    return *watched(file).real->pMethods;
}

int close_file(sqlite3_file* file) {
    WatchedFile const& own = watched(file);
    const int code = own.real->pMethods->xClose(own.real);
    delete own.name;
    return code;
}

int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (the_disk->is_full()) {
        return SQLITE_FULL;
    }
    the_disk->write(*watched(file).name, static_cast<std::uint64_t>(offset),
                    {static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    return real_methods(file).xWrite(watched(file).real, bytes, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    the_disk->truncate(*watched(file).name, static_cast<std::uint64_t>(size));
    return real_methods(file).xTruncate(watched(file).real, size);
}

int sync_file(sqlite3_file* file, int) {
    the_disk->sync(*watched(file).name);
    return SQLITE_OK;  // the real disk has no part in this
}

const sqlite3_io_methods& watched_methods() {
    static const sqlite3_io_methods methods = [] {
        sqlite3_io_methods own{};
        own.iVersion = 2;
        own.xClose = close_file;
        own.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
            return real_methods(f).xRead(watched(f).real, to, n, at);
        };
        own.xWrite = write_file;
        own.xTruncate = truncate_file;
        own.xSync = sync_file;
        own.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
            return real_methods(f).xFileSize(watched(f).real, size);
        };
        own.xLock = [](sqlite3_file* f, int l) {
            return real_methods(f).xLock(watched(f).real, l);
        };
        own.xUnlock = [](sqlite3_file* f, int l) {
            return real_methods(f).xUnlock(watched(f).real, l);
        };
        own.xCheckReservedLock = [](sqlite3_file* f, int* out) {
            return real_methods(f).xCheckReservedLock(watched(f).real, out);
        };
        // Hints of a size to come would change the file behind the disk's back.
        own.xFileControl = [](sqlite3_file* f, int op, void* argument) {
            return op == SQLITE_FCNTL_SIZE_HINT
                       ? SQLITE_OK
                       : real_methods(f).xFileControl(watched(f).real, op, argument);
        };
        own.xSectorSize = [](sqlite3_file* f) {
            return real_methods(f).xSectorSize(watched(f).real);
        };
        own.xDeviceCharacteristics = [](sqlite3_file* f) {
            return real_methods(f).xDeviceCharacteristics(watched(f).real);
        };
        own.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
            return real_methods(f).xShmMap(watched(f).real, page, size, extend, out);
        };
        own.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
            return real_methods(f).xShmLock(watched(f).real, offset, n, flags);
        };
        own.xShmBarrier = [](sqlite3_file* f) { real_methods(f).xShmBarrier(watched(f).real); };
        own.xShmUnmap = [](sqlite3_file* f, int remove) {
            return real_methods(f).xShmUnmap(watched(f).real, remove);
        };
        return own;
    }();
    return methods;
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    auto& own = *new (file) WatchedFile{};
    own.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(WatchedFile));
    const int code = the_real->xOpen(the_real, name, own.real, flags, out);
    own.base.pMethods = nullptr;
    if (code == SQLITE_OK) {
        own.name = new std::string(name ? name : "");
        own.base.pMethods = &watched_methods();
    }
    return code;
}

sqlite3_vfs& watched_vfs() {
    static sqlite3_vfs vfs{};
    return vfs;
}

}  // namespace

PowerDisk::PowerDisk(std::filesystem::path folder, Honesty honesty, std::uint64_t seed)
    : folder_(std::move(folder)), honesty_(honesty), random_(seed) {
    the_disk = this;
    the_real = sqlite3_vfs_find("unix");
    sqlite3_vfs& vfs = watched_vfs();
    vfs = *the_real;
    vfs.zName = "power";
    vfs.pNext = nullptr;
    vfs.szOsFile = static_cast<int>(sizeof(WatchedFile)) + the_real->szOsFile;
    vfs.xOpen = open_file;
    vfs.xDelete = [](sqlite3_vfs*, const char* name, int sync) {
        the_disk->remove(name);
        return the_real->xDelete(the_real, name, sync);
    };
    check(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "SQLite takes the watched file system");
    if (std::filesystem::exists(folder_)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            if (!entry.is_regular_file()) {
                continue;  // blobs, which do not go through SQLite
            }
            std::ifstream file(entry.path(), std::ios::binary);
            files_[entry.path().filename().string()].durable =
                std::string(std::istreambuf_iterator<char>(file), {});
        }
    }
}

PowerDisk::~PowerDisk() {
    sqlite3_vfs_unregister(&watched_vfs());
    sqlite3_vfs_register(the_real, 1);
    the_disk = nullptr;
}

PowerDisk::File* PowerDisk::find(std::string_view file) {
    const std::filesystem::path path(file);
    return path.parent_path() == folder_ ? &files_[path.filename().string()] : nullptr;
}

void PowerDisk::apply(const Change& change, std::string& content) {
    if (change.truncates) {
        content.resize(change.offset);
        return;
    }
    content.resize(std::max(content.size(), change.offset + change.bytes.size()));
    content.replace(change.offset, change.bytes.size(), change.bytes);
}

void PowerDisk::write(std::string_view file, std::uint64_t offset, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    if (File* const found = find(file)) {
        maybe_cut();
        found->pending.push_back({false, offset, std::string(bytes)});
    }
}

void PowerDisk::truncate(std::string_view file, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    if (File* const found = find(file)) {
        maybe_cut();
        found->pending.push_back({true, size, {}});
    }
}

void PowerDisk::sync(std::string_view file) {
    const std::lock_guard lock(mutex_);
    File* const found = find(file);
    if (!found) {
        return;
    }
    maybe_cut();
    if (honesty_ == Honesty::Lying && file.ends_with("-wal")) {
        return;
    }
    for (const Change& change : found->pending) {
        apply(change, found->durable);
    }
    found->pending.clear();
}

void PowerDisk::remove(std::string_view file) {
    const std::lock_guard lock(mutex_);
    if (find(file)) {
        files_.erase(std::filesystem::path(file).filename().string());
    }
}

void PowerDisk::maybe_cut() {
    if (was_cut_ || cut_one_in_ == 0 || random_.below(cut_one_in_) != 0) {
        return;
    }
    was_cut_ = true;
    cut_.clear();
    // Nothing of what is pending, all of it, or any part.
    const std::uint64_t chance = random_.below(5);
    for (const auto& [name, file] : files_) {
        std::string content = file.durable;
        for (const Change& change : file.pending) {
            if (change.truncates) {
                if (random_.below(4) < chance) {
                    apply(change, content);
                }
                continue;
            }
            for (std::uint64_t at = 0; at < change.bytes.size();) {
                const std::uint64_t size = sector_size - (change.offset + at) % sector_size;
                if (random_.below(4) < chance) {
                    apply({false, change.offset + at, change.bytes.substr(at, size)}, content);
                }
                at += size;
            }
        }
        cut_.emplace(name, std::move(content));
    }
}

bool PowerDisk::take_cut(const std::filesystem::path& target) {
    const std::lock_guard lock(mutex_);
    if (!was_cut_) {
        return false;
    }
    was_cut_ = false;
    std::filesystem::create_directories(target);
    for (const auto& [name, content] : cut_) {
        if (!name.ends_with("-shm")) {
            std::ofstream(target / name, std::ios::binary) << content;
        }
    }
    cut_.clear();
    return true;
}

}  // namespace parcours::store
