#include "http/links.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "http/link.h"
#include "http/server.h"

namespace parcours::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using SystemError = boost::system::error_code;

constexpr std::size_t secure_read_bytes = 16UL * 1024;

std::array<asio::const_buffer, 2> buffers_of(std::string_view bytes, std::string_view rest) {
    return {asio::buffer(bytes.data(), bytes.size()), asio::buffer(rest.data(), rest.size())};
}

class PlainLink final : public Link, public std::enable_shared_from_this<PlainLink> {
  public:
    PlainLink(tcp::socket socket, std::string peer, Scratch& scratch)
        : socket_(std::move(socket)), peer_(std::move(peer)), scratch_(scratch) {}

    void start(std::shared_ptr<LinkUser> user) override {
        user_ = std::move(user);
        user_->on_started();
    }
    void read() override {
        socket_.async_wait(tcp::socket::wait_read,
                           [self = shared_from_this(), user = user_](SystemError error) {
                               self->on_readable(error, *user);
                           });
    }
    void write(std::string_view bytes, std::string_view rest) override {
        asio::async_write(
            socket_, buffers_of(bytes, rest),
            [self = shared_from_this(), user = user_](SystemError error, std::size_t) {
                if (!self->closed_) {
                    error ? user->on_ended() : user->on_written();
                }
            });
    }
    void finish() override {
        SystemError ignored;  // whoever is gone already need not be told
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
    }
    void close() override {
        closed_ = true;
        SystemError ignored;
        socket_.close(ignored);
        user_.reset();
    }
    [[nodiscard]] const std::string& peer() const override { return peer_; }
    [[nodiscard]] bool secure() const override { return false; }

  private:
    void on_readable(SystemError error, LinkUser& user) {
        if (closed_) {
            return;
        }
        std::size_t count = 0;
        if (!error) {
            count = socket_.read_some(asio::buffer(scratch_), error);
        }
        if (error == asio::error::would_block) {
            read();
        } else if (error) {
            user.on_ended();
        } else {
            user.on_bytes({scratch_.data(), count});
        }
    }

    tcp::socket socket_;
    std::string peer_;
    Scratch& scratch_;
    std::shared_ptr<LinkUser> user_;
    bool closed_ = false;
};

class SecureLink final : public Link, public std::enable_shared_from_this<SecureLink> {
  public:
    SecureLink(tcp::socket socket, std::string peer, SecureContext context)
        : context_(std::move(context)),
          stream_(std::move(socket), *context_),
          peer_(std::move(peer)) {}

    void start(std::shared_ptr<LinkUser> user) override {
        user_ = std::move(user);
        stream_.async_handshake(asio::ssl::stream_base::server,
                                [self = shared_from_this(), user = user_](SystemError error) {
                                    if (!self->closed_) {
                                        error ? user->on_ended() : user->on_started();
                                    }
                                });
    }
    void read() override {
        inbox_.resize(secure_read_bytes);
        stream_.async_read_some(asio::buffer(inbox_), [self = shared_from_this(), user = user_](
                                                          SystemError error, std::size_t count) {
            if (!self->closed_) {
                error ? user->on_ended() : user->on_bytes({self->inbox_.data(), count});
            }
        });
    }
    void write(std::string_view bytes, std::string_view rest) override {
        asio::async_write(
            stream_, buffers_of(bytes, rest),
            [self = shared_from_this(), user = user_](SystemError error, std::size_t) {
                if (!self->closed_) {
                    error ? user->on_ended() : user->on_written();
                }
            });
    }
    void finish() override {
        // Length or last chunk end every answer, so close_notify adds nothing; sent while the other
        // side still sends, it would make OpenSSL refuse what has to be read to avoid a reset.
    }
    void close() override {
        closed_ = true;
        SystemError ignored;
        stream_.next_layer().close(ignored);
        user_.reset();
    }
    [[nodiscard]] const std::string& peer() const override { return peer_; }
    [[nodiscard]] bool secure() const override { return true; }

  private:
    SecureContext context_;
    asio::ssl::stream<tcp::socket> stream_;
    std::string peer_;
    std::string inbox_;
    std::shared_ptr<LinkUser> user_;
    bool closed_ = false;
};

/// Chooses http/1.1 out of what a client offers (RFC 7301).
int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
    static constexpr std::string_view ours = "\x08http/1.1";
    unsigned char* selected = nullptr;
    if (SSL_select_next_proto(&selected, chosen_size,
                              reinterpret_cast<const unsigned char*>(ours.data()), ours.size(),
                              offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    *chosen = selected;
    return SSL_TLSEXT_ERR_OK;
}

std::unexpected<Error> bad_file(std::string_view what, const std::string& path,
                                const SystemError& error) {
    return fail(ErrorCode::InvalidInput,
                fmt::format("cannot use {} as the {} of TLS ({}): name a readable PEM file", path,
                            what, error.message()));
}

}  // namespace

Result<SecureContext> make_secure_context(const TlsFiles& files) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_alpn_select_cb(native, &choose_protocol, nullptr);
    SystemError error;
    context->use_certificate_chain_file(files.certificate, error);
    if (error) {
        return bad_file("certificate", files.certificate, error);
    }
    context->use_private_key_file(files.key, asio::ssl::context::pem, error);
    if (error) {
        return bad_file("key", files.key, error);
    }
    if (SSL_CTX_check_private_key(native) != 1) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("the key {} is not that of the certificate {}", files.key,
                                files.certificate));
    }
    return context;
}

std::shared_ptr<Link> make_plain_link(tcp::socket socket, std::string peer, Scratch& scratch) {
    return std::make_shared<PlainLink>(std::move(socket), std::move(peer), scratch);
}

std::shared_ptr<Link> make_secure_link(tcp::socket socket, std::string peer,
                                       SecureContext context) {
    return std::make_shared<SecureLink>(std::move(socket), std::move(peer), std::move(context));
}

}  // namespace parcours::http
