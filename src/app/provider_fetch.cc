#include "app/provider_fetch.h"

#include <chrono>
#include <string>
#include <utility>

#include "access/fetch.h"
#include "base/error.h"
#include "channel/http_post.h"

namespace parcours::app {

access::Fetch fetch_by_curl(std::string ca_file) {
    return [ca_file = std::move(ca_file)](
               const access::FetchRequest& asked) -> Result<access::FetchAnswer> {
        channel::HttpRequest request;
        request.url = asked.url;
        request.body = asked.form;
        request.username = asked.username;
        request.password = asked.password;
        request.ca_file = ca_file;
        request.connect_timeout = std::chrono::seconds(5);
        request.timeout = std::chrono::seconds(10);
        channel::HttpPoster poster;
        if (!asked.form.empty()) {
            request.content_type = "application/x-www-form-urlencoded";
        }
        const auto answer = asked.form.empty() ? poster.get(request) : poster.post(request);
        if (!answer.complete) {
            return fail(ErrorCode::Unavailable, "the provider does not answer: " + answer.failure);
        }
        return access::FetchAnswer{answer.status, answer.body};
    };
}

}  // namespace parcours::app
