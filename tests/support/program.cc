#include "support/program.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours::testing {
namespace {

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void redirect(const std::string& path, int flags, int descriptor) {
    const int file = ::open(path.c_str(), flags, 0600);
    if (file < 0 || ::dup2(file, descriptor) < 0) {
        ::_exit(126);
    }
    ::close(file);
}

[[noreturn]] void become(const std::vector<std::string>& words, const ProgramOptions& options,
                         const TemporaryFolder& files) {
    // A test that is killed leaves no program behind.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    redirect(files / "in", O_RDONLY, STDIN_FILENO);
    redirect(files / "out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(files / "err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) {
        ::_exit(126);
    }
    for (const auto& [name, value] : options.environment) {
        ::setenv(name.c_str(), value.c_str(), 1);
    }
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

TemporaryFolder::TemporaryFolder() : path_("/tmp/parcours-XXXXXX") {
    check(::mkdtemp(path_.data()) != nullptr, "a temporary folder can be made");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::operator/(std::string_view name) const {
    return path_ + "/" + std::string(name);
}

std::string TemporaryFolder::write(std::string_view name, std::string_view text) const {
    const std::filesystem::path path(*this / name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    check(out.good(), "a test file can be written");
    return path.string();
}

std::string Ended::last_line() const {
    const std::size_t end = out.find_last_not_of('\n');
    if (end == std::string::npos) {
        return {};
    }
    const std::size_t begin = out.rfind('\n', end);
    return out.substr(begin == std::string::npos ? 0 : begin + 1,
                      end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

Program::Program(const std::vector<std::string>& arguments, const ProgramOptions& options)
    : limit_(options.limit) {
    std::vector<std::string> words = {options.program.empty() ? PARCOURS_PROGRAM : options.program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    files_.write("in", options.input);
    id_ = ::fork();
    if (id_ == 0) {
        become(words, options, files_);
    }
    check(id_ > 0, "a program can be started");
}

Program::~Program() {
    if (id_ > 0) {
        signal(SIGKILL);
        int status = 0;
        ::waitpid(id_, &status, 0);
    }
}

void Program::signal(int number) const {
    ::kill(id_, number);
}

Ended Program::wait() {
    Ended ended;
    int status = 0;
    rusage usage{};
    const auto end = std::chrono::steady_clock::now() + limit_;
    pid_t done = 0;
    while ((done = ::wait4(id_, &status, WNOHANG, &usage)) == 0) {
        if (std::chrono::steady_clock::now() > end) {
            signal(SIGKILL);
        }
        pause_a_little();
    }
    id_ = -1;
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ended.memory_max_kb = static_cast<std::size_t>(usage.ru_maxrss);
    ended.out = read_file(files_ / "out");
    ended.err = read_file(files_ / "err");
    return ended;
}

bool Program::has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(id_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

std::string Program::err() const {
    return read_file(files_ / "err");
}

Ended run(const std::vector<std::string>& arguments, const ProgramOptions& options) {
    Program program(arguments, options);
    return program.wait();
}

void pause_a_little() {
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
}

}  // namespace parcours::testing
