#include "http/api/idempotency.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "access/principal.h"
#include "base/error.h"
#include "base/hash.h"
#include "engine/kept_answers.h"
#include "engine/service.h"
#include "http/api/backend.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http::api {
namespace {

constexpr std::string_view key_header = "Idempotency-Key";
constexpr std::size_t key_size_max = 100;
/// Of an answer that is kept to be given again; the program's own are much smaller.
constexpr std::size_t body_bytes_max = 256UL * 1024;

/// Keys whose requests are under way. Shared by the answers that are still to come: a request that
/// is dropped unanswered lets go of its key as well.
class UnderWay {
  public:
    bool begin(const Digest& key) {
        const std::scoped_lock lock(mutex_);
        return keys_.insert(key).second;
    }
    void end(const Digest& key) {
        const std::scoped_lock lock(mutex_);
        keys_.erase(key);
    }

  private:
    std::mutex mutex_;
    std::set<Digest> keys_;
};

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= key_size_max &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

KeyedRequest read_keyed(const Backend& backend, const Request& request, std::string_view key) {
    const engine::Service& service = backend.service;
    return {service.private_hash("idempotency-key", {request.caller->actor.id.to_hex(), key}),
            service.private_hash("keyed-request", {method_name(request.method), request.target,
                                                   request.media_type(), request.body}),
            false};
}

Response refusal(int status, std::string code, std::string detail, std::string cure) {
    Response response = problem_response({.status = status,
                                          .code = std::move(code),
                                          .detail = std::move(detail),
                                          .cure = std::move(cure),
                                          .errors = {}});
    return response;
}

Response wait(Response response, std::string_view seconds) {
    response.headers.set("Retry-After", std::string(seconds));
    return response;
}

Response replay(const engine::KeptAnswers::Kept& kept) {
    if (!kept.has_body) {
        return refusal(409, "answer-gone",
                       "this change was made already under the same key, and what was answered "
                       "is not kept any more",
                       "ask for what it changed; do not make it again");
    }
    Response response;
    response.status = static_cast<int>(kept.answer.status);
    if (!kept.answer.media.empty()) {
        response = Response::text(response.status, kept.answer.media, kept.answer.body);
    }
    response.headers.set("Idempotency-Replayed", "true");
    return response;
}

/// Gives the answer of a change that is not the writer's own, and lets the writer keep it; until
/// then the key stays held. Whether it is kept or not: such a change, made twice, is the same or
/// refused.
void answer_and_keep(const Backend& backend, const Request& request, Response response,
                     const Answer& answer, const std::shared_ptr<void>& held) {
    const auto shared = std::make_shared<const Response>(std::move(response));
    answer(*shared);
    [[maybe_unused]] const bool taken =
        backend.write([request, shared, held](engine::Service& service) {
            [[maybe_unused]] const auto kept = keep_answer(service, request, *shared);
        });
}

bool is_good(const Response& response) {
    return response.status >= 200 && response.status < 300;
}

/// Lets go of the key when the last answer to come goes away.
std::shared_ptr<void> hold_key(const std::shared_ptr<UnderWay>& under_way, const Digest& key) {
    return {nullptr, [under_way, key](void*) { under_way->end(key); }};
}

}  // namespace

std::optional<Response> find_kept_answer(const Backend& backend, const Request& request) {
    const auto kept = backend.service.find_answer(request.keyed->key);
    if (!kept) {
        return std::nullopt;
    }
    if (kept->answer.request != request.keyed->request) {
        return refusal(422, "key-reused",
                       "this Idempotency-Key was used for another request in the last 24 hours",
                       "take a new key for each change, and the same one only to repeat it");
    }
    const auto audited =
        backend.audit(request, request.route->operation, "", request.target + " (answered again)");
    return audited ? replay(*kept) : problem(audited.error());
}

Result<> keep_answer(engine::Service& service, const Request& request, const Response& response) {
    engine::RequestAnswered answer{request.keyed->key,
                                   request.keyed->request,
                                   static_cast<std::uint32_t>(response.status),
                                   std::string(response.headers.find("Content-Type").value_or("")),
                                   {},
                                   service.clock().now()};
    if (const auto* const text = std::get_if<std::string>(&response.body);
        text != nullptr && text->size() <= body_bytes_max) {
        answer.body = *text;
    }
    request.keyed->kept = true;
    return service.keep_answer(answer);
}

Handler once_for_each_key(Backend& backend, Handler handler) {
    const auto under_way = std::make_shared<UnderWay>();
    return
        [&backend, handler = std::move(handler), under_way](Request request, const Answer& answer) {
            const auto key = request.headers.find(key_header);
            if (!key) {
                handler(std::move(request), answer);
                return;
            }
            if (!is_key(*key) || request.headers.count(key_header) > 1) {
                answer(problem(400, "Idempotency-Key must be 1 to 100 visible characters of ASCII",
                               "a random UUID for each change will do"));
                return;
            }
            request.keyed = std::make_shared<KeyedRequest>(read_keyed(backend, request, *key));
            const Digest digest = request.keyed->key;
            if (!under_way->begin(digest)) {
                answer(wait(
                    refusal(409, "key-in-use", "a request with this Idempotency-Key is under way",
                            "ask again in a second: its answer is then given again"),
                    "1"));
                return;
            }
            const auto held = hold_key(under_way, digest);
            if (auto kept = find_kept_answer(backend, request)) {
                answer(std::move(*kept));
                return;
            }
            if (!backend.service.can_keep_answer()) {
                answer(wait(refusal(429, "too-many-keys",
                                    "so many changes came with a key in the last 24 hours that no "
                                    "further one can be remembered",
                                    "ask again later, or without a key"),
                            "3600"));
                return;
            }
            const Request asked = request;
            handler(std::move(request), [&backend, asked, answer, held](Response response) {
                if (asked.keyed->kept || !is_good(response)) {
                    answer(std::move(response));
                } else {
                    answer_and_keep(backend, asked, std::move(response), answer, held);
                }
            });
        };
}

}  // namespace parcours::http::api
