// Group/{id}/$members: whom a cohort holds, as a paged Bundle of patients.

#include <algorithm>
#include <cstddef>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/roles.h"
#include "base/error.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "engine/service.h"
#include "fhir/resource_type.h"
#include "http/api/backend.h"
#include "http/api/evaluate_cohort.h"
#include "http/fhir/finder.h"
#include "http/fhir/outcome.h"
#include "http/fhir/own.h"
#include "http/fhir/query.h"
#include "http/fhir/routes.h"
#include "http/message.h"
#include "http/router.h"
#include "population/live_index.h"
#include "record/identity.h"

namespace parcours::http::facade {
namespace {

using population::PatientNumber;

/// One page, from what was asked to its Bundle. Pages follow the patients' keys, which do not
/// change when others come or go.
class MembersPage {
  public:
    MembersPage(const api::Backend& backend, const Request& request, Query query)
        : backend_(backend),
          request_(request),
          query_(std::move(query)),
          record_(backend.service.published()),
          id_(request.path_value("id")) {}

    Result<Response> answer() {
        const auto group = find_own(backend_, *record_, fhir::ResourceType::Group, id_);
        if (!group) {
            return fail(ErrorCode::NotFound,
                        "there is no cohort of this id; GET /fhir/Group lists them");
        }
        const auto moment = api::asked_moment(backend_, request_);
        if (!moment) {
            return pass_on(moment);
        }
        const auto members = api::find_members(backend_, *record_, group->cohort, *moment);
        if (!members) {
            return pass_on(members);
        }
        choose(*members);
        if (const auto audited = audit(); !audited) {
            return pass_on(audited);
        }
        return write(members->count);
    }

  private:
    [[nodiscard]] Key key_of(PatientNumber number) const {
        return record_->index->patients().key[number];
    }

    void choose(const api::CohortMembers& members) {
        if (query_.only_count) {
            return;
        }
        members.patients->for_each([&](std::size_t number) {
            const auto patient = static_cast<PatientNumber>(number);
            if (!query_.cursor || key_of(patient) > query_.cursor->key) {
                page_.push_back(patient);
            }
        });
        const std::size_t kept = std::min(query_.count, page_.size());
        more_ = page_.size() > kept;
        std::ranges::partial_sort(page_, page_.begin() + static_cast<std::ptrdiff_t>(kept), {},
                                  [this](PatientNumber number) { return key_of(number); });
        page_.resize(kept);
    }

    Result<> audit() const {
        std::vector<std::string> names;
        for (const PatientNumber number : page_) {
            names.push_back(engine::patient_name(*record_->index, key_of(number)));
        }
        return api::audit_list(backend_, request_, "fhir.members", names, request_.target);
    }

    [[nodiscard]] std::string target(const std::optional<Cursor>& cursor) const {
        // The path of the operation, with what was asked for as any search's address has it.
        const std::string search = page_target(query_, cursor);
        const std::size_t question = search.find('?');
        return fmt::format("{}/Group/{}/$members{}", base_url(*record_, request_),
                           percent_encode(id_, "."),
                           question == std::string::npos ? "" : search.substr(question));
    }

    void write_link(JsonWriter& json, std::string_view relation,
                    const std::optional<Cursor>& cursor) const {
        json.begin_object().member("relation", relation);
        json.member("url", target(cursor)).end_object();
    }

    Result<Response> write(std::size_t total) {
        std::string out;
        JsonWriter json(out);
        json.begin_object().member("resourceType", "Bundle").member("type", "searchset");
        json.member("total", total).key("link").begin_array();
        write_link(json, "self", query_.cursor);
        if (more_) {
            write_link(json, "next", Cursor{0, key_of(page_.back())});
        }
        json.end_array();
        if (!page_.empty()) {
            json.key("entry").begin_array();
            for (const PatientNumber number : page_) {
                if (const auto written = write_entry(json, number); !written) {
                    return pass_on(written);
                }
            }
            json.end_array();
        }
        json.end_object();
        return fhir_json(std::move(out));
    }

    Result<> write_entry(JsonWriter& json, PatientNumber number) {
        const auto body =
            backend_.service.folder().read_body(record_->index->patients().position[number]);
        if (!body) {
            return pass_on(body);
        }
        const auto resource = document_.parse(*body);
        const std::string id = resource ? address_id(*record_->index, fhir::ResourceType::Patient,
                                                     key_of(number), (*resource)["id"].text())
                                        : std::string();
        json.begin_object();
        json.member("fullUrl", fmt::format("{}/Patient/{}", base_url(*record_, request_), id));
        json.key("resource").raw(*body);
        json.key("search").begin_object().member("mode", "match").end_object().end_object();
        return {};
    }

    const api::Backend& backend_;
    const Request& request_;
    Query query_;
    std::shared_ptr<const engine::Published> record_;
    std::string_view id_;
    std::vector<PatientNumber> page_;
    bool more_ = false;
    JsonDocument document_;
};

Result<Response> list_members(const api::Backend& backend, const Request& request) {
    Request plain = request;
    std::erase_if(plain.query, [](const auto& pair) { return pair.first == "as_of"; });
    auto query = read_query(fhir::ResourceType::Patient, plain);
    if (!query) {
        return pass_on(query);
    }
    if (!query->criteria.empty() || !query->ignored.empty() || query->sort != SortBy::Nothing) {
        return fail(ErrorCode::Usage,
                    "$members takes _count, _cursor, _summary=count and as_of; narrow it by the "
                    "cohort's own expression");
    }
    if (const auto as_of = request.find_query("as_of"); as_of && !as_of->empty()) {
        query->given.emplace_back("as_of", *as_of);
    }
    return MembersPage(backend, request, std::move(*query)).answer();
}

}  // namespace

void add_group_routes(Router& router, api::Backend& backend) {
    router.add({Method::Get, "/fhir/Group/{id}/$members", "fhirGroupMembers",
                RouteAccess::needs(access::Permission::FhirRead),
                answering_fhir([&backend](const Request& request) {
                    return list_members(backend, request);
                })});
}

}  // namespace parcours::http::facade
