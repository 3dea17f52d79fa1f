#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/types.h>

namespace parcours::store {

/// A forked process whose pipe the test reads. Killed and awaited when it goes.
class Child {
  public:
    /// Runs `work` with the descriptor of the pipe's writing end, then exits.
    explicit Child(const std::function<void(int)>& work);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] int pipe() const { return pipe_; }
    [[nodiscard]] pid_t id() const { return id_; }
    /// Everything until the child closes its end.
    [[nodiscard]] std::string read_all() const;
    /// Waits for one byte; false when the child has ended.
    [[nodiscard]] bool read_byte() const;
    /// SIGKILL, and waits for the end.
    void kill();

  private:
    pid_t id_ = -1;
    int pipe_ = -1;
};

/// Runs `work` in a child process of its own mount table, so that whatever it mounts is gone with
/// it; gives its answer, or "skip" where mounting is not allowed here.
[[nodiscard]] std::string in_private_mounts(const std::function<std::string()>& work);

/// In a child of `in_private_mounts`: an empty disk of so many bytes at a folder.
[[nodiscard]] bool mount_small_disk(const std::filesystem::path& folder, std::size_t bytes);

/// In a child of `in_private_mounts`: makes a folder read-only.
[[nodiscard]] bool mount_read_only(const std::filesystem::path& folder);

}  // namespace parcours::store
