#include "http/callbacks/routes.h"

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "access/throttle.h"
#include "base/error.h"
#include "base/time.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/api/rows.h"
#include "http/callbacks/page.h"
#include "http/listen_rule.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::callbacks {
namespace {

constexpr std::size_t callback_bytes_max = 64UL * 1024;
constexpr std::string_view signature_header = "X-Twilio-Signature";

/// The address that the provider called: behind a proxy only the practice knows its beginning.
std::string called_url(const engine::Service& service, const Request& request) {
    const std::string& known = service.published()->clinic->folder.config.public_url;
    const std::string begin = !known.empty()
                                  ? known
                                  : std::string(request.secure ? "https://" : "http://") +
                                        std::string(request.headers.find("Host").value_or(""));
    return begin + request.target;
}

/// What the gateway takes as "heard, nothing to say".
Response nothing_to_say() {
    return Response::text(200, "text/xml; charset=utf-8",
                          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response></Response>\n");
}

/// Says no more than that it was refused: who forges learns nothing.
Response refuse_callback(const Error& error) {
    switch (error.code) {
        case ErrorCode::Conflict:
            return problem(403, "the callback is not signed as this practice's gateway signs");
        case ErrorCode::InvalidInput:
        case ErrorCode::NotFound:
            return problem(400, "this is no callback of the SMS gateway");
        default:
            return problem(error);
    }
}

/// Slows down addresses that sent what this practice's gateway did not sign.
class Forgers {
  public:
    struct Entry {
        Duration wait{};       ///< what is left to wait; zero: to be judged
        bool counted = false;  ///< as a forgery, until it is judged
    };
    /// Whoever forged before is counted before the judgement, so that attempts made at once do not
    /// slip through. Others are not: a gateway has many callbacks under way while the writer works.
    Entry enter(const std::string& peer, Instant now) {
        const std::scoped_lock lock(mutex_);
        Entry entry{peers_.wait(peer, now), false};
        if (entry.wait == Duration::zero() && peers_.knows(peer)) {
            peers_.count(peer, now);
            entry.counted = true;
        }
        return entry;
    }
    void judged(const std::string& peer, int status, bool counted, Instant now) {
        const std::scoped_lock lock(mutex_);
        if (status == 200) {
            peers_.forgive(peer);
        } else if (status == 403 && !counted) {
            peers_.count(peer, now);
        } else if (status != 403 && counted) {
            peers_.take_back(peer);
        }
    }

  private:
    std::mutex mutex_;
    access::PeerThrottle peers_{{.free_count = 20, .delay_max = std::chrono::minutes(1)}};
};

Response too_many(Duration wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    Response response = problem(429, "too many callbacks from this address were not signed");
    response.headers.set("Retry-After", std::to_string(seconds));
    return response;
}

Response take_callback(engine::Service& service, const Request& request) {
    // Two signatures are nobody's: which one counts would be a guess.
    const auto signature = request.headers.find(signature_header);
    if (!signature || request.headers.count(signature_header) != 1) {
        return refuse_callback({ErrorCode::Conflict, {}, {}});
    }
    const auto received =
        service.receive("sms", called_url(service, request), request.body, *signature);
    return received ? nothing_to_say() : refuse_callback(received.error());
}

Response page(const engine::Service& service, const Request& request, int status, Saying saying,
              std::string_view language) {
    const auto record = service.published();
    Response response =
        Response::text(status, "text/html; charset=utf-8",
                       make_page(saying, language, record->clinic->folder.config.name));
    if (request.path.starts_with("/unsubscribe/")) {
        response.headers.set("X-Robots-Tag", "noindex, nofollow");
    }
    return response;
}

std::string_view language_of(const engine::Service& service, const Request& request,
                             std::string_view token) {
    std::string patients;
    const auto record = service.published();
    if (const auto patient = service.find_unsubscriber(token)) {
        if (const auto number = record->index->find_patient(*patient)) {
            patients = api::read_card(service, *record->index, *number).language;
        }
    }
    return choose_language(patients, request.headers.find("Accept-Language").value_or(""));
}

Response ask(const engine::Service& service, const Request& request) {
    const std::string_view token = request.path_value("token");
    const std::string_view language = language_of(service, request, token);
    return service.find_unsubscriber(token)
               ? page(service, request, 200, Saying::Ask, language)
               : page(service, request, 404, Saying::Unknown, language);
}

/// Whether a mail program asks (RFC 8058 §3.1, as a form of either kind) or our own page does.
bool is_confirmed(const Request& request) {
    const std::string_view body = request.body;
    const bool one_click = body.find("List-Unsubscribe") != std::string_view::npos &&
                           body.find("One-Click") != std::string_view::npos;
    return one_click || body.find("confirm=yes") != std::string_view::npos;
}

Response stop(engine::Service& service, const Request& request) {
    const std::string token(request.path_value("token"));
    const std::string_view language = language_of(service, request, token);
    const auto stopped = service.unsubscribe(token);
    if (stopped) {
        return page(service, request, 200, Saying::Done, language);
    }
    return stopped.error().code == ErrorCode::NotFound
               ? page(service, request, 404, Saying::Unknown, language)
               : page(service, request, 503, Saying::Failed, language);
}

/// A handler whose work the writer does.
Handler by_writer(api::Backend& backend,
                  std::function<Response(engine::Service&, const Request&)> make) {
    return [&backend, make = std::move(make)](const Request& request, const Answer& answer) {
        const bool taken =
            backend.write([&backend, make, request, answer](engine::Service& service) {
                try {
                    Response made = make(service, request);
                    if (made.status == 200) {
                        api::tell(backend, "task", "");
                        api::tell(backend, "message", "");
                    }
                    answer(std::move(made));
                } catch (const std::exception& thrown) {
                    // The writer goes on with the work of others, unless this was half done.
                    service.note_break();
                    answer(problem(thrown));
                }
            });
        if (!taken) {
            answer(problem(503, "the server is busy or stopping", "try again in a minute"));
        }
    };
}

/// What is not ours or not confirmed yet is answered here: anybody may send as much of it as they
/// like, and the writer has other work.
Handler by_token(api::Backend& backend) {
    return [&backend, stop = by_writer(backend, stop)](Request request, const Answer& answer) {
        const engine::Service& service = backend.service;
        if (!is_confirmed(request) || !service.find_unsubscriber(request.path_value("token"))) {
            answer(ask(service, request));
            return;
        }
        stop(std::move(request), answer);
    };
}

/// A forger is sent away before the writer is troubled. This computer itself is not slowed down: a
/// proxy that was not named may stand there, and hide the gateway among others.
Handler with_throttle(api::Backend& backend) {
    const auto forgers = std::make_shared<Forgers>();
    return [forgers, &backend, judge = by_writer(backend, take_callback)](Request request,
                                                                          const Answer& answer) {
        const Instant now = backend.service.clock().now();
        if (is_loopback(request.peer)) {
            judge(std::move(request), answer);
            return;
        }
        const std::string peer = request.peer;
        const auto [wait, counted] = forgers->enter(peer, now);
        if (wait > Duration::zero()) {
            answer(too_many(wait));
            return;
        }
        judge(std::move(request), [forgers, peer, counted, now, answer](Response response) {
            forgers->judged(peer, response.status, counted, now);
            answer(std::move(response));
        });
    };
}

}  // namespace

void add_callback_routes(Router& router, api::Backend& backend) {
    router.add({Method::Post, "/callbacks/sms", "smsCallback",
                RouteAccess::open("the provider's signature says who calls"),
                with_throttle(backend), callback_bytes_max});
    const auto open = RouteAccess::open("the link's token says whose messages stop");
    router.add(
        {Method::Get, "/unsubscribe/{token}", "askToUnsubscribe", open,
         answering([&backend](const Request& request) { return ask(backend.service, request); })});
    router.add({Method::Post, "/unsubscribe/{token}", "unsubscribe", open, by_token(backend),
                callback_bytes_max});
    router.add({Method::Get, style_path, "unsubscribeStyle",
                RouteAccess::open("a style sheet tells nothing"), answering([](const Request&) {
                    return Response::text(200, "text/css; charset=utf-8",
                                          std::string(page_style()));
                })});
}

}  // namespace parcours::http::callbacks
