#include "http/connection.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "http/application.h"
#include "http/byte_stream.h"
#include "http/finish.h"
#include "http/head_rules.h"
#include "http/link.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/receipts.h"
#include "http/request_reader.h"

namespace parcours::http {
namespace {

constexpr std::size_t linger_bytes_max = 1024UL * 1024;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

Response busy() {
    Response response =
        problem(503, "the server has more to do than it can at the moment", "try again soon");
    response.headers.set("Retry-After", "1");
    return response;
}

Response defect() {
    return problem(500, "the server failed at this request", "the server's log says why");
}

}  // namespace

/// An answer that somebody owes; made up by 500 where it is forgotten.
class Connection::Pending {
  public:
    Pending(std::shared_ptr<Connection> connection, Conditions conditions,
            std::shared_ptr<Receipts> receipts)
        : connection_(std::move(connection)),
          conditions_(std::move(conditions)),
          receipts_(std::move(receipts)) {}
    ~Pending() {
        if (!answered_) {
            answer(defect());
        }
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    void answer(Response response) {
        if (answered_.exchange(true)) {
            return;
        }
        // Given its form by the thread that made it; whoever settles the receipts has other work.
        const auto finished = std::make_shared<Finished>(
            finish(conditions_, std::move(response), connection_->host_->content_security_policy));
        receipts_->then([connection = connection_, finished,
                         conditions = conditions_](const Receipts::Outcome& failure) {
            if (failure) {
                connection->host_->application->on_defect(connection->exchange_.operation,
                                                          failure->to_text());
                stop_stream(finished->body);
                *finished = finish(conditions, problem(*failure),
                                   connection->host_->content_security_policy);
            }
            leave(connection, finished);
        });
    }
    void forgo() { answered_ = true; }

  private:
    static void stop_stream(const Body& body) {
        if (const auto* const stream = std::get_if<std::shared_ptr<ByteStream>>(&body)) {
            (*stream)->stop();
        }
    }
    static void leave(const std::shared_ptr<Connection>& connection,
                      const std::shared_ptr<Finished>& finished) {
        connection->host_->post([connection, finished] {
            if (connection->state_ == State::Handling) {
                connection->send(std::move(*finished));
            } else {
                stop_stream(finished->body);  // whoever asked is gone
            }
        });
    }

    std::shared_ptr<Connection> connection_;
    Conditions conditions_;
    std::shared_ptr<Receipts> receipts_;
    std::atomic<bool> answered_ = false;
};

Connection::Connection(std::shared_ptr<Host> host, std::shared_ptr<Link> link)
    : host_(std::move(host)), link_(std::move(link)), reader_(host_->limits.request) {}

void Connection::start() {
    set_deadline(host_->limits.header_time);
    link_->start(shared_from_this());
}

void Connection::on_started() {
    if (state_ != State::Starting) {
        return;
    }
    state_ = State::Reading;
    phase_began_ = host_->now();
    set_deadline(host_->limits.header_time);
    read_more();
}

void Connection::set_deadline(Limits::Milliseconds time) {
    deadline_ = host_->now() + time;
}

std::optional<Host::Time> Connection::idle_since() const {
    if (state_ == State::Reading && phase_ == Phase::Idle) {
        return phase_began_;
    }
    return std::nullopt;
}

void Connection::on_bytes(std::string_view bytes) {
    reading_ = false;
    if (state_ == State::Lingering || state_ == State::Streaming) {
        // Read so that the end is noticed, and so that no reset destroys the last answer.
        lingered_bytes_ += bytes.size();
        if (lingered_bytes_ > linger_bytes_max) {
            close();
        } else {
            read_more();
        }
        return;
    }
    reader_.push(bytes);
    advance();
}

void Connection::on_ended() {
    reading_ = false;
    if (stream_) {
        stream_->stop();
    }
    close();
}

void Connection::read_more() {
    if (!reading_) {
        reading_ = true;
        link_->read();
    }
}

void Connection::advance() {
    while (state_ == State::Reading && !interim_) {
        switch (reader_.next()) {
            case RequestReader::Step::NeedMore:
                if (!reader_.is_idle()) {
                    hold_phase(phase_ == Phase::InBody ? Phase::InBody : Phase::InHead);
                }
                if (hold_body()) {
                    read_more();
                }
                return;
            case RequestReader::Step::Head:
                admit();
                break;
            case RequestReader::Step::Complete:
                if (hold_body()) {
                    dispatch();
                }
                return;
            case RequestReader::Step::Refused:
                refuse(reader_.refusal());
                return;
        }
    }
}

/// Each phase has its own limit of time; a body's grows with what has come.
void Connection::hold_phase(Phase phase) {
    const Limits& limits = host_->limits;
    if (phase != phase_) {
        phase_ = phase;
        phase_began_ = host_->now();
    }
    if (phase == Phase::InHead) {
        deadline_ = phase_began_ + limits.header_time;
    } else if (phase == Phase::InBody) {
        const auto earned = std::chrono::milliseconds(1000 * reader_.body_bytes() /
                                                      limits.body_bytes_per_second_min);
        deadline_ = phase_began_ + limits.body_time + earned;
    }
}

/// Takes what has come of the body from the server's budget; refuses where nothing is left.
bool Connection::hold_body() {
    const std::size_t bytes = reader_.body_bytes();
    if (bytes <= held_body_bytes_) {
        return true;
    }
    host_->buffered_body_bytes += bytes - held_body_bytes_;
    held_body_bytes_ = bytes;
    if (host_->buffered_body_bytes <= host_->limits.buffered_body_bytes_max) {
        return true;
    }
    keep_alive_ = false;
    answer_now(busy());
    return false;
}

void Connection::admit() {
    Head& head = reader_.head();
    Request& request = head.request;
    request.peer = link_->peer();
    request.secure = link_->secure();
    request.id = host_->next_request_id();
    std::optional<Response> answer = host_->proxies.apply(request);
    conditions_ = conditions_of(request);
    keep_alive_ = head.framing.keep_alive;
    request_began_ = host_->now();
    exchange_ = {};
    exchange_.method = request.method;
    if (!answer &&
        !host_->accepts_host(request.headers.find("Host").value_or(std::string_view{}))) {
        answer = problem(421, "this server does not answer for this host");
    }
    if (!answer) {
        try {
            Admission admission = host_->application->admit(request);
            answer = std::move(admission.answer);
            body_bytes_max_ = admission.body_bytes_max;
        } catch (const std::exception& exception) {
            host_->application->on_defect({}, exception.what());
            answer = defect();
        }
    }
    exchange_.operation = request.route == nullptr ? std::string_view{} : request.route->operation;
    if (answer) {
        if (head.framing.has_body()) {
            keep_alive_ = false;  // nobody will read it
        } else {
            reader_.allow_body(0);
            if (reader_.next() == RequestReader::Step::Complete) {
                (void)reader_.take();
            }
        }
        answer_now(std::move(*answer));
        return;
    }
    const bool large = head.framing.chunked
                           ? body_bytes_max_ > host_->limits.large_body_bytes
                           : head.framing.content_length > host_->limits.large_body_bytes;
    if (large && head.framing.content_length <= body_bytes_max_) {
        authorise();
    } else {
        accept_body();
    }
}

/// Asks a worker whether the sender of a large body may send it.
void Connection::authorise() {
    state_ = State::Authorising;
    deadline_.reset();
    const auto request = std::make_shared<Request>(std::move(reader_.head().request));
    const auto self = shared_from_this();
    const bool accepted = host_->work([self, request] {
        auto refusal = std::make_shared<std::optional<Response>>();
        try {
            *refusal = self->host_->application->authorise(*request);
        } catch (const std::exception& exception) {
            self->host_->application->on_defect({}, exception.what());
            *refusal = defect();
        }
        self->host_->post([self, request, refusal] {
            if (self->state_ != State::Authorising) {
                return;
            }
            self->state_ = State::Reading;
            if (*refusal) {
                self->keep_alive_ = false;
                self->answer_now(std::move(**refusal));
                return;
            }
            self->reader_.head().request = std::move(*request);
            self->accept_body();
            self->advance();
        });
    });
    if (!accepted) {
        keep_alive_ = false;
        answer_now(busy());
    }
}

void Connection::accept_body() {
    const bool waits = reader_.head().framing.expects_continue;
    reader_.allow_body(body_bytes_max_);
    hold_phase(Phase::InBody);
    if (waits && reader_.head().framing.content_length <= body_bytes_max_) {
        interim_ = true;
        link_->write(continue_line, {});
    }
}

void Connection::dispatch() {
    state_ = State::Handling;
    deadline_.reset();
    const auto request = std::make_shared<Request>(reader_.take());
    request->receipts = std::make_shared<Receipts>();
    const auto pending =
        std::make_shared<Pending>(shared_from_this(), conditions_, request->receipts);
    Application* const application = host_->application;
    const bool accepted = host_->work([application, request, pending] {
        try {
            application->handle(std::move(*request), [pending](Response response) {
                pending->answer(std::move(response));
            });
        } catch (const std::exception& exception) {
            application->on_defect(
                request->route == nullptr ? std::string_view{} : request->route->operation,
                exception.what());
        }
    });
    if (!accepted) {
        pending->forgo();
        answer_now(busy());
    }
}

void Connection::answer_now(Response response) {
    send(finish(conditions_, std::move(response), host_->content_security_policy));
}

void Connection::refuse(const Refusal& refusal) {
    if (phase_ != Phase::InBody) {
        conditions_ = {};
        conditions_.secure = link_->secure();
        conditions_.request_id = host_->next_request_id();
        exchange_ = {};
        request_began_ = host_->now();
    }
    keep_alive_ = false;
    answer_now(problem(refusal.status, refusal.detail));
}

void Connection::tick(Host::Time now) {
    if (!deadline_ || now < *deadline_) {
        return;
    }
    if (state_ == State::Streaming && !writing_) {
        const auto beat = stream_->heartbeat();
        if (beat.empty()) {
            set_deadline(host_->limits.heartbeat_time);
        } else {
            send_chunk(beat);
        }
        return;
    }
    if (state_ == State::Reading && phase_ != Phase::Idle && !interim_) {
        refuse({408, phase_ == Phase::InHead ? "the head of the request came too slowly"
                                             : "the body of the request came too slowly"});
        return;
    }
    close();
}

void Connection::drain() {
    if (state_ == State::Streaming) {
        stream_->stop();
        pump();
    } else if (idle_since() || state_ == State::Starting) {
        close();
    }
}

void Connection::close() {
    if (state_ == State::Closed) {
        return;
    }
    if (state_ == State::Writing || state_ == State::Streaming || state_ == State::Handling) {
        exchange_.took = host_->now() - request_began_;
        exchange_.request_id = conditions_.request_id;
        host_->application->on_answered(exchange_);
    }
    state_ = State::Closed;
    deadline_.reset();
    if (stream_) {
        stream_->stop();
    }
    host_->buffered_body_bytes -= held_body_bytes_;
    held_body_bytes_ = 0;
    link_->close();
    host_->forget(*this);
}

}  // namespace parcours::http
