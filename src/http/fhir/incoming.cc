#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/core.h>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "fhir/documents.h"
#include "fhir/reference.h"
#include "fhir/resource_type.h"
#include "fhir/summary.h"
#include "http/api/backend.h"
#include "http/fhir/write.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

/// Why an entry's `request` cannot be done; empty where it can.
std::string request_mistake(const JsonView& entry) {
    const JsonView request = entry["request"];
    const std::string_view method = request["method"].text();
    if (method != "POST" && method != "PUT") {
        return fmt::format("the method of an entry must be POST or PUT{}",
                           method == "DELETE" ? "; nothing is deleted here: send the resource with "
                                                "its final status"
                                              : "");
    }
    for (const std::string_view name : {"ifNoneExist", "ifMatch"}) {
        if (request[name]) {
            return fmt::format("\"{}\" is not known here: name the resource by its id", name);
        }
    }
    const std::string_view type = entry["resource"]["resourceType"].text();
    const std::string_view id = entry["resource"]["id"].text();
    const std::string_view url = request["url"].text();
    const bool fits = method == "POST" ? url == type : url == fmt::format("{}/{}", type, id);
    if (!entry["resource"].is_object()) {
        return "an entry must have a resource";
    }
    return fits ? std::string()
                : fmt::format("the request's url must be {}", method == "POST"
                                                                  ? "the resource's type"
                                                                  : "Type/id as in the resource");
}

/// Whether `split_bundle` says anything of an entry.
bool is_told_of(const JsonView& entry) {
    if (!entry.is_object()) {
        return true;
    }
    if (entry["request"]["method"].text() == "DELETE") {
        return true;
    }
    const JsonView resource = entry["resource"];
    return resource && (!resource.is_object() || resource["resourceType"].text() == "Bundle" ||
                        entry["search"]["mode"].text() != "outcome");
}

std::string with_id(std::string_view resource, const std::string& id) {
    std::string out = "{";
    JsonWriter(out).key("id").value(id);
    const std::size_t open = resource.find('{');
    return out + ',' + std::string(resource.substr(open + 1));
}

/// A patient who is named by a search would be nobody: the resource would be stored, and never seen
/// with whom it is about.
bool names_patient_by_search(const JsonView& resource) {
    return std::ranges::any_of(
        std::to_array<std::string_view>({"subject", "patient", "beneficiary", "for"}),
        [&](std::string_view member) {
            return resource[member]["reference"].text().starts_with("Patient?");
        });
}

/// Reads what a resource is. Without an id it is given one.
void identify(Incoming& incoming, JsonDocument& document, fhir::Summary& summary) {
    auto resource = document.parse(incoming.text);
    if (resource && resource->is_object() && !(*resource)["id"] &&
        (*resource)["resourceType"].is_string()) {
        incoming.text = with_id(incoming.text, content_hash(incoming.text).to_hex());
        resource = document.parse(incoming.text);
    }
    if (!resource) {
        incoming.mistake = resource.error().message;
        return;
    }
    if (names_patient_by_search(*resource)) {
        incoming.mistake =
            "a patient cannot be named by a search here (Patient?…): refer to them as Patient/id, "
            "or "
            "by the fullUrl of an entry";
        return;
    }
    if (const auto read = fhir::summarise(*resource, summary); !read) {
        incoming.mistake = read.error().message;
        return;
    }
    incoming.type = summary.type;
    incoming.id = summary.id;
    incoming.patient = summary.type == fhir::ResourceType::Patient
                           ? summary.id
                           : fhir::patient_id_of(summary.patient);
    incoming.key = resource_key(api::main_feed, summary.type, summary.id);
}

/// What `split_bundle` says of the entries it speaks of, in their order.
Result<std::vector<Incoming>> split(std::string_view body) {
    std::vector<Incoming> told;
    const auto done = fhir::split_bundle(
        body,
        [&told](const fhir::BundleEntry& entry) {
            told.emplace_back().text = std::string(entry.resource);
        },
        [&told](std::uint64_t, const Error& error) {
            told.emplace_back().mistake = error.message;
        });
    if (!done) {
        return pass_on(done);
    }
    return told;
}

}  // namespace

Result<IncomingBundle> read_bundle(std::string_view body) {
    JsonDocument document;
    const auto bundle = document.parse(body);
    if (!bundle) {
        return std::unexpected(fhir::locate_json_error(body));
    }
    const std::string_view type = (*bundle)["type"].text();
    if ((*bundle)["resourceType"].text() != "Bundle" ||
        (type != "transaction" && type != "batch")) {
        return fail(ErrorCode::InvalidInput,
                    "what is sent here must be a Bundle of the type transaction or batch");
    }
    auto told = split(body);
    if (!told) {
        return pass_on(told);
    }
    IncomingBundle out;
    out.transaction = type == "transaction";
    JsonDocument one;
    fhir::Summary summary;
    std::size_t next = 0;
    for (const JsonView& entry : (*bundle)["entry"].elements()) {
        Incoming incoming;
        if (is_told_of(entry) && next < told->size()) {
            incoming = std::move((*told)[next++]);
        }
        if (std::string mistake = entry.is_object() ? request_mistake(entry) : std::string();
            !mistake.empty()) {
            incoming.mistake = std::move(mistake);
        }
        if (incoming.good()) {
            identify(incoming, one, summary);
        }
        out.entries.push_back(std::move(incoming));
    }
    return out;
}

Result<Incoming> read_single(std::string_view body, fhir::ResourceType type) {
    Incoming incoming;
    incoming.text = std::string(body);
    JsonDocument document;
    fhir::Summary summary;
    if (const auto parsed = document.parse(body); !parsed) {
        return std::unexpected(fhir::locate_json_error(body));
    }
    identify(incoming, document, summary);
    if (!incoming.good()) {
        return fail(ErrorCode::InvalidInput, incoming.mistake);
    }
    if (incoming.type != type || type == fhir::ResourceType::Bundle) {
        return fail(ErrorCode::InvalidInput,
                    fmt::format("this address takes a {}, and a Bundle goes to /fhir",
                                fhir::resource_type_name(type)));
    }
    return incoming;
}

std::string as_document(const std::vector<Incoming>& entries) {
    std::string out = R"({"resourceType":"Bundle","type":"collection","entry":[)";
    bool first = true;
    for (const Incoming& entry : entries) {
        if (entry.good()) {
            out += first ? "" : ",";
            out += R"({"resource":)" + entry.text + "}";
            first = false;
        }
    }
    return out + "]}";
}

}  // namespace parcours::http::facade
