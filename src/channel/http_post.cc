#include "channel/http_post.h"

#include <cstddef>
#include <curl/curl.h>
#include <memory>
#include <string_view>

#include "base/text.h"
#include "channel/encoding.h"

namespace parcours::channel {
namespace {

struct Exchange {
    HttpAnswer answer;
    std::size_t header_size = 0;
};

int on_debug(CURL* /*handle*/, curl_infotype type, char* /*bytes*/, std::size_t /*size*/,
             void* context) {
    // libcurl reports headers and data once they were written, even in part.
    if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT) {
        static_cast<Exchange*>(context)->answer.bytes_left = true;
    }
    return 0;
}

std::size_t on_header(char* bytes, std::size_t item_size, std::size_t items, void* context) {
    auto& exchange = *static_cast<Exchange*>(context);
    const std::string_view line(bytes, item_size * items);
    exchange.header_size += line.size();
    if (exchange.header_size > HttpPoster::answer_size_max) {
        return 0;
    }
    if (line.starts_with("HTTP/")) {
        exchange.answer.retry_after.clear();
    }
    constexpr std::string_view name = "retry-after:";
    if (to_lower_ascii(line.substr(0, name.size())) == name) {
        exchange.answer.retry_after = trim(line.substr(name.size()));
    }
    return line.size();
}

std::size_t on_body(char* bytes, std::size_t item_size, std::size_t items, void* context) {
    auto& answer = static_cast<Exchange*>(context)->answer;
    const std::size_t size = item_size * items;
    if (answer.body.size() + size > HttpPoster::answer_size_max) {
        return 0;
    }
    answer.body.append(bytes, size);
    return size;
}

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::unique_ptr<curl_slist, FreeList> make_headers(const HttpRequest& request) {
    curl_slist* headers = nullptr;
    if (!request.content_type.empty()) {
        headers = curl_slist_append(nullptr, ("Content-Type: " + request.content_type).c_str());
    }
    for (const std::string& header : request.headers) {
        headers = curl_slist_append(headers, header.c_str());
    }
    headers = curl_slist_append(headers, "Accept: application/json");
    headers = curl_slist_append(headers, "User-Agent: parcours");
    // Waiting for "100 Continue" would only add a way to be left in doubt.
    headers = curl_slist_append(headers, "Expect:");
    return std::unique_ptr<curl_slist, FreeList>(headers);
}

}  // namespace

HttpAnswer HttpPoster::post(const HttpRequest& request) {
    return perform(request, Method::Post);
}

HttpAnswer HttpPoster::get(const HttpRequest& request) {
    return perform(request, Method::Get);
}

HttpAnswer HttpPoster::perform(const HttpRequest& request, Method method) {
    Exchange exchange;
    const auto headers = make_headers(request);
    transfer_.start(request.url, "http,https", request.ca_file, request.connect_timeout,
                    request.timeout);
    transfer_.restrict(request.network);
    transfer_.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    transfer_.set(CURLOPT_FRESH_CONNECT, 1L);
    transfer_.set(CURLOPT_FORBID_REUSE, 1L);
    transfer_.set(CURLOPT_HTTPHEADER, headers.get());
    if (method == Method::Post) {
        transfer_.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        transfer_.set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    if (!request.username.empty()) {
        transfer_.set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        transfer_.set(CURLOPT_USERNAME, request.username.c_str());
        transfer_.set(CURLOPT_PASSWORD, request.password.c_str());
    }
    transfer_.set(CURLOPT_HEADERFUNCTION, &on_header);
    transfer_.set(CURLOPT_HEADERDATA, &exchange);
    transfer_.set(CURLOPT_WRITEFUNCTION, &on_body);
    transfer_.set(CURLOPT_WRITEDATA, &exchange);
    transfer_.set(CURLOPT_DEBUGFUNCTION, &on_debug);
    transfer_.set(CURLOPT_DEBUGDATA, &exchange);
    transfer_.set(CURLOPT_VERBOSE, 1L);
    const CURLcode code = transfer_.run();
    exchange.answer.complete = code == CURLE_OK;
    if (code != CURLE_OK) {
        exchange.answer.failure = transfer_.failure(code);
    }
    constexpr long final_status_min = 200;
    const long status = transfer_.status();
    exchange.answer.status = status >= final_status_min ? status : 0;
    return exchange.answer;
}

}  // namespace parcours::channel
