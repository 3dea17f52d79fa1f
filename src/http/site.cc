#include "http/site.h"

#include <optional>
#include <string_view>
#include <utility>

#include "http/application.h"
#include "http/message.h"
#include "http/problem.h"
#include "http/router.h"

namespace parcours::http {

Admission Site::admit(Request& head) {
    Admission admission;
    if (parts_.router.has_path(head)) {
        admission.answer = parts_.router.match(head);
        if (head.route != nullptr) {
            admission.body_bytes_max = head.route->body_bytes_max;
        }
        return admission;
    }
    if (parts_.files != nullptr) {
        admission.answer = parts_.files->answer(head);
    }
    if (!admission.answer) {
        admission.answer = parts_.router.match(head);
    }
    return admission;
}

std::optional<Response> Site::authorise(Request& head) {
    if (parts_.guard) {
        if (auto refusal = parts_.guard(head)) {
            return refusal;
        }
    } else if (head.route->access.permission()) {
        return problem(401, "nobody can log in here");
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
    route.handler(std::move(request), std::move(answer));
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
