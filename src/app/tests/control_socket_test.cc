#include "app/control_socket.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace parcours::app {
namespace {

/// A data folder with the socket in it.
class ControlSocket : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "socketXXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        auto opened = ControlServer::open(folder_);
        ASSERT_TRUE(opened) << opened.error().to_text();
        server_ = std::move(*opened);
    }
    void TearDown() override {
        for (const int client : clients_) {
            ::close(client);
        }
        server_.reset();
        std::filesystem::remove_all(folder_);
    }

    int connect() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
            if (entry.is_socket()) {
                const std::string path = entry.path().string();
                std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
            }
        }
        const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        clients_.push_back(client);
        EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        return client;
    }
    static void send(int client, std::string_view text) {
        EXPECT_EQ(::send(client, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    }
    void serve() {
        server_->serve(0, -1,
                       [this](std::string_view request, const ControlServer::Answer& answer) {
                           requests.emplace_back(request);
                           answer("{}");
                       });
    }

    std::vector<std::string> requests;

  private:
    std::string folder_;
    std::unique_ptr<ControlServer> server_;
    std::vector<int> clients_;
};

TEST_F(ControlSocket, OneRequestACall) {
    send(connect(), "{\"a\":1}\n");
    send(connect(), "{\"b\":2}\n");
    serve();
    EXPECT_EQ(requests, std::vector<std::string>({"{\"a\":1}"}));
    serve();
    EXPECT_EQ(requests.size(), 2U);
}

/// Two that were read to their ends in one call: nothing wakes the second any more.
TEST_F(ControlSocket, ARequestThatWasReadBesideAnotherIsAnswered) {
    const int first = connect();
    serve();
    send(first, "{\"a\":1}\n");
    send(connect(), "{\"b\":2}\n");
    serve();
    EXPECT_EQ(requests.size(), 1U);
    serve();
    EXPECT_EQ(requests.size(), 2U);
}

}  // namespace
}  // namespace parcours::app
