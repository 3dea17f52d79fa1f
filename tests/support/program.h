#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace parcours::testing {

/// A folder under the system's temporary one, removed with all it holds. Short: sockets live in it.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    /// The path of something in it.
    [[nodiscard]] std::string operator/(std::string_view name) const;
    /// Writes a file in it, with the folders above, and gives its path.
    std::string write(std::string_view name, std::string_view text) const;

  private:
    std::string path_;
};

/// How a program ended.
struct Ended {
    int code = -1;  ///< exit code; -1 where a signal ended it
    int signal = 0;
    std::string out;
    std::string err;
    std::size_t memory_max_kb = 0;

    /// The last line of standard output.
    [[nodiscard]] std::string last_line() const;
};

struct ProgramOptions {
    std::string program;                             ///< empty: the real binary
    std::string input;                               ///< of standard input
    std::string folder;                              ///< working folder
    std::map<std::string, std::string> environment;  ///< added to this process's own
    std::chrono::seconds limit{120};                 ///< then it is killed
};

/// A running program. What it writes goes to files until it is waited for.
class Program {
  public:
    explicit Program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    [[nodiscard]] pid_t id() const { return id_; }
    void signal(int number) const;
    /// Waits for its end; after `limit` it is killed.
    Ended wait();
    /// Whether it has ended already; `wait` tells how.
    [[nodiscard]] bool has_ended() const;
    /// What it has written to standard error so far.
    [[nodiscard]] std::string err() const;

  private:
    TemporaryFolder files_;
    std::chrono::seconds limit_;
    pid_t id_ = -1;
};

/// Runs a program to its end.
Ended run(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

/// Waits until `holds`, looking every few milliseconds; false where it did not within `limit`.
template <class Holds>
bool wait_until(Holds holds, std::chrono::seconds limit = std::chrono::seconds{30});

void pause_a_little();

template <class Holds>
bool wait_until(Holds holds, std::chrono::seconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        pause_a_little();
    }
    return true;
}

}  // namespace parcours::testing
