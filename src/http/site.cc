#include "http/site.h"

#include <optional>
#include <string_view>
#include <utility>

#include "http/application.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http {

Response Site::dressed(const Request& request, Response response) const {
    return parts_.dress && response.status >= 400 ? parts_.dress(request, std::move(response))
                                                  : std::move(response);
}

Admission Site::admit(Request& head) {
    Admission admission;
    if (parts_.router.has_path(head)) {
        admission.answer = parts_.router.match(head);
        if (head.route != nullptr) {
            admission.body_bytes_max = head.route->body_bytes_max;
            if (!admission.answer && head.route->at_once) {
                head.route->handler(head, [&admission](Response response) {
                    admission.answer = std::move(response);
                });
            }
        }
        if (admission.answer) {
            admission.answer = dressed(head, std::move(*admission.answer));
        }
        return admission;
    }
    if (parts_.files != nullptr) {
        admission.answer = parts_.files->answer(head);
    }
    if (!admission.answer) {
        admission.answer = parts_.router.match(head);
    }
    if (admission.answer) {
        admission.answer = dressed(head, std::move(*admission.answer));
    }
    return admission;
}

std::optional<Response> Site::authorise(Request& head) {
    if (parts_.guard) {
        if (auto refusal = parts_.guard(head)) {
            return dressed(head, std::move(*refusal));
        }
    } else if (head.route->access.permission()) {
        return dressed(head, problem(401, "nobody can log in here"));
    }
    head.authorised = true;
    return std::nullopt;
}

void Site::handle(Request request, Answer answer) {
    if (!request.authorised) {
        if (auto refusal = authorise(request)) {
            answer(std::move(*refusal));
            return;
        }
    }
    const Route& route = *request.route;
    route.handler(std::move(request), [this, operation = route.operation,
                                       answer = std::move(answer)](Response response) {
        if (!response.defect.empty()) {
            on_defect(operation, response.defect);
        }
        answer(std::move(response));
    });
}

void Site::on_answered(const Exchange& exchange) {
    if (parts_.metrics != nullptr) {
        parts_.metrics->count(exchange);
    }
}

void Site::on_defect(std::string_view operation, std::string_view what) {
    if (parts_.log) {
        parts_.log(operation, what);
    }
}

}  // namespace parcours::http
