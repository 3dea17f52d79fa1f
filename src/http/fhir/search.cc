#include <cstddef>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/fhir/compiled.h"
#include "http/fhir/finder.h"
#include "http/fhir/hit.h"
#include "http/fhir/outcome.h"
#include "http/fhir/own.h"
#include "http/fhir/query.h"
#include "http/fhir/record_search.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "population/column.h"
#include "population/live_index.h"
#include "population/table.h"

namespace parcours::http::facade {
namespace {

using population::PatientNumber;

/// A form is a few parameters.
constexpr std::size_t form_bytes_max = 64UL * 1024;

/// One search, from what was asked to its Bundle.
class Searchset {
  public:
    Searchset(const api::Backend& backend, const Request& request, Query query)
        : backend_(backend),
          request_(request),
          query_(std::move(query)),
          record_(backend.service.published()),
          base_(base_url(*record_, request)) {}

    Result<Response> answer() {
        if (const auto found = find(); !found) {
            return pass_on(found);
        }
        const HitPage page = query_.only_count ? HitPage{} : choose_page(hits_, query_);
        if (const auto audited = audit(page); !audited) {
            return pass_on(audited);
        }
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("resourceType", "Bundle").member("type", "searchset");
        json.member("total", hits_.size());
        write_links(json, page);
        if (const auto written = write_entries(json, page); !written) {
            return pass_on(written);
        }
        json.end_object();
        return fhir_json(std::move(out));
    }

  private:
    Result<> find() {
        const auto criteria = compile(query_.criteria);
        if (!criteria) {
            return pass_on(criteria);
        }
        auto hits = query_.type == fhir::ResourceType::Patient
                        ? search_patients(backend_.service, *record_, query_, *criteria)
                        : search_record(backend_.service, *record_, query_, *criteria);
        if (!hits) {
            return pass_on(hits);
        }
        hits_ = std::move(*hits);
        const auto own = search_own(backend_, *record_, query_, *criteria, own_);
        if (!own) {
            return pass_on(own);
        }
        hits_.insert(hits_.end(), own->begin(), own->end());
        return {};
    }

    [[nodiscard]] Place place_of(const Hit& hit) const {
        const population::LiveIndex& index = *record_->index;
        Place place;
        place.key = hit.key;
        if (hit.where == Hit::Where::Patient) {
            place.position = index.patients().position[hit.place];
            place.patient = hit.place;
        } else if (hit.where == Hit::Where::Row) {
            const population::IndexLayer& layer = index.layers()[hit.layer];
            const population::Table& table = *layer.index->find_table(query_.type);
            place.position = table.position[hit.place];
            place.patient = layer.number_of(table.owner[hit.place]);
        } else {
            place.own = own_[hit.place];
            place.patient = index.find_patient(place.own->patient).value_or(population::no_patient);
        }
        return place;
    }

    /// Says who saw what of whom; where all of a page is one patient's, under their name.
    Result<> audit(const HitPage& page) const {
        std::set<std::string> seen;
        for (const Hit& hit : page.hits) {
            seen.insert(audited_patient(*record_, place_of(hit)));
        }
        // What stands in a form is a question as much as what stands in the address.
        const std::string question = request_.method == Method::Post
                                         ? "/fhir/" + page_target(query_, query_.cursor)
                                         : request_.target;
        if (seen.size() == 1) {
            return api::audit_question(backend_, request_, "fhir.search", question, *seen.begin());
        }
        const std::vector<std::string> patients(seen.begin(), seen.end());
        return api::audit_list(backend_, request_, "fhir.search", patients, question);
    }

    void write_links(JsonWriter& json, const HitPage& page) const {
        json.key("link").begin_array();
        const auto link = [&](std::string_view relation, const std::optional<Cursor>& cursor) {
            json.begin_object().member("relation", relation);
            json.member("url", base_ + "/" + page_target(query_, cursor)).end_object();
        };
        link("self", query_.cursor);
        if (page.next) {
            link("next", page.next);
        }
        json.end_array();
    }

    Result<> write_entries(JsonWriter& json, const HitPage& page) {
        if (page.hits.empty() && query_.ignored.empty()) {
            return {};
        }
        json.key("entry").begin_array();
        std::set<PatientNumber> about;
        for (const Hit& hit : page.hits) {
            const Place place = place_of(hit);
            about.insert(place.patient);
            if (const auto written = write_entry(json, query_.type, place, "match"); !written) {
                return written;
            }
        }
        if (query_.include_patient) {
            if (const auto written = write_patients(json, about); !written) {
                return written;
            }
        }
        write_ignored(json);
        json.end_array();
        return {};
    }

    Result<> write_patients(JsonWriter& json, const std::set<PatientNumber>& about) {
        const population::LivePatients& patients = record_->index->patients();
        for (const PatientNumber number : about) {
            if (number == population::no_patient || patients.position[number] == 0) {
                continue;
            }
            Place place;
            place.position = patients.position[number];
            place.key = patients.key[number];
            if (const auto written =
                    write_entry(json, fhir::ResourceType::Patient, place, "include");
                !written) {
                return written;
            }
        }
        return {};
    }

    Result<> write_entry(JsonWriter& json, fhir::ResourceType type, const Place& place,
                         std::string_view mode) {
        const auto body = place.own ? render_own(backend_, *record_, type, *place.own, {})
                                    : backend_.service.folder().read_body(place.position);
        if (!body) {
            return pass_on(body);
        }
        std::string id;
        if (place.own) {
            id = place.own->fhir_id(type);
        } else if (const auto resource = document_.parse(*body)) {
            id = address_id(*record_->index, type, place.key, (*resource)["id"].text());
        }
        json.begin_object();
        json.member("fullUrl", fmt::format("{}/{}/{}", base_, fhir::resource_type_name(type), id));
        json.key("resource").raw(*body);
        json.key("search").begin_object().member("mode", mode).end_object().end_object();
        return {};
    }

    void write_ignored(JsonWriter& json) const {
        if (query_.ignored.empty()) {
            return;
        }
        std::vector<Issue> issues;
        issues.reserve(query_.ignored.size());
        for (const std::string& name : query_.ignored) {
            issues.push_back({"warning",
                              "not-supported",
                              "the parameter \"" + name +
                                  "\" is not known here and was passed over; /fhir/metadata lists "
                                  "those that are",
                              {}});
        }
        json.begin_object().key("resource");
        write_outcome(json, issues);
        json.key("search").begin_object().member("mode", "outcome").end_object().end_object();
    }

    const api::Backend& backend_;
    const Request& request_;
    Query query_;
    std::shared_ptr<const engine::Published> record_;
    std::string base_;
    std::vector<Hit> hits_;
    std::vector<OwnItem> own_;
    JsonDocument document_;
};

Result<Response> search(const api::Backend& backend, const Request& request) {
    const auto type = asked_type(request);
    if (!type) {
        return pass_on(type);
    }
    auto query = read_query(*type, request);
    if (!query) {
        return pass_on(query);
    }
    return Searchset(backend, request, std::move(*query)).answer();
}

}  // namespace

void add_search_routes(Router& router, api::Backend& backend) {
    const auto handler =
        answering_fhir([&backend](const Request& request) { return search(backend, request); });
    const auto access = RouteAccess::needs(access::Permission::FhirRead);
    router.add({Method::Get, "/fhir/{type}", "fhirSearch", access, handler});
    router.add({Method::Post, "/fhir/{type}/_search", "fhirSearchByPost", access, handler,
                form_bytes_max});
}

}  // namespace parcours::http::facade
