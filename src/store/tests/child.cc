#include "store/tests/child.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <string>
#include <sys/mount.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace parcours::store {

Child::Child(const std::function<void(int)>& work) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        ADD_FAILURE() << "no pipe";
        return;
    }
    id_ = fork();
    if (id_ == 0) {
        close(ends[0]);
        work(ends[1]);
        close(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    pipe_ = ends[0];
}

Child::~Child() {
    kill();
    close(pipe_);
}

std::string Child::read_all() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 1; size > 0 || errno == EINTR;) {
        errno = 0;
        size = read(pipe_, buffer.data(), buffer.size());
        if (size == 0) {
            break;
        }
        text.append(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    return text;
}

bool Child::read_byte() const {
    char byte = 0;
    return read(pipe_, &byte, 1) == 1;
}

void Child::kill() {
    if (id_ > 0) {
        ::kill(id_, SIGKILL);
        waitpid(id_, nullptr, 0);
        id_ = -1;
    }
}

std::string in_private_mounts(const std::function<std::string()>& work) {
    const Child child([&](int pipe) {
        std::string answer = "skip";
        if (unshare(CLONE_NEWNS) == 0 &&
            mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) {
            answer = work();
        }
        static_cast<void>(!write(pipe, answer.data(), answer.size()));
    });
    return child.read_all();
}

bool mount_small_disk(const std::filesystem::path& folder, std::size_t bytes) {
    return mount("tmpfs", folder.c_str(), "tmpfs", 0, fmt::format("size={}", bytes).c_str()) == 0;
}

bool mount_read_only(const std::filesystem::path& folder) {
    return mount(folder.c_str(), folder.c_str(), nullptr, MS_BIND, nullptr) == 0 &&
           mount(nullptr, folder.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

}  // namespace parcours::store
