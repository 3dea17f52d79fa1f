#include "http/fhir/measure_report.h"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "cql/value.h"
#include "http/fhir/cql_values.h"
#include "population/bitmap.h"
#include "population/column.h"
#include "quality/evaluate.h"
#include "quality/measure.h"

namespace parcours::http::facade {
namespace {

using Kind = ReportHead::Kind;

/// What a measure-observation found, as one number: R4 has no place for it but the score.
constexpr std::string_view observed_url =
    "https://parcours.example/fhir/StructureDefinition/measure-observation-aggregate";

std::string_view kind_code(Kind kind) {
    return kind == Kind::Individual    ? "individual"
           : kind == Kind::SubjectList ? "subject-list"
                                       : "summary";
}

/// A value as a CodeableConcept: its code where it has one, else its words.
void write_value_concept(JsonWriter& json, const cql::Value& value) {
    json.begin_object();
    const auto coding = [&json](const cql::Code& code) {
        json.key("coding").begin_array().begin_object();
        if (!code.system.empty()) {
            json.member("system", code.system);
        }
        json.member("code", code.code).end_object().end_array();
    };
    if (value.kind() == cql::ValueKind::Code) {
        coding(value.code());
    } else if (value.kind() == cql::ValueKind::Concept && !value.concept_value().codes.empty()) {
        coding(value.concept_value().codes.front());
    }
    const std::string text = value.kind() == cql::ValueKind::String ? value.text()
                             : value.is_null()                      ? "unknown"
                                                                    : value.to_text();
    json.member("text", text).end_object();
}

class Writer {
  public:
    Writer(const ReportHead& head, const quality::Report& report, const NameOfPatient& name_of)
        : head_(head), report_(report), name_of_(name_of), json_(out_) {}

    Result<std::string> write() {
        json_.begin_object().member("resourceType", "MeasureReport");
        if (const auto written = write_contained(); !written) {
            return pass_on(written);
        }
        write_messages();
        json_.member("status", "complete").member("type", kind_code(head_.kind));
        json_.member("measure", head_.measure->canonical());
        if (!head_.subject.empty()) {
            json_.key("subject").begin_object().member("reference", head_.subject).end_object();
        }
        json_.member("date", format_instant(head_.date));
        json_.key("period").begin_object().member("start", head_.period_start);
        json_.member("end", head_.period_end).end_object();
        if (!head_.measure->improvement_notation.empty()) {
            json_.key("improvementNotation").raw(head_.measure->improvement_notation);
        }
        json_.key("group").begin_array();
        for (std::size_t i = 0; i < report_.groups.size(); ++i) {
            write_group(i);
        }
        json_.end_array();
        write_evaluated();
        json_.end_object();
        return std::move(out_);
    }

  private:
    static std::string list_id(std::size_t group, std::size_t population) {
        return fmt::format("subjects-{}-{}", group, population);
    }

    Result<> write_contained() {
        const bool lists = head_.kind == Kind::SubjectList;
        if (!lists && report_.supplemental.empty() && head_.notes.empty()) {
            return {};
        }
        json_.key("contained").begin_array();
        std::size_t listed = 0;
        for (std::size_t i = 0; lists && i < report_.groups.size(); ++i) {
            for (std::size_t j = 0; j < report_.groups[i].populations.size(); ++j) {
                listed += report_.groups[i].populations[j].patients.count();
                if (listed > listed_max) {
                    return fail(ErrorCode::Limit,
                                fmt::format("more than {} subjects would be listed; ask for "
                                            "reportType=population, or name a Group as subject",
                                            listed_max));
                }
                write_list(list_id(i, j), report_.groups[i].populations[j].patients);
            }
        }
        for (std::size_t i = 0; i < report_.supplemental.size(); ++i) {
            write_supplemental(i);
        }
        write_notes();
        json_.end_array();
        return {};
    }

    void write_notes() {
        if (head_.notes.empty()) {
            return;
        }
        json_.begin_object().member("resourceType", "OperationOutcome").member("id", "notes");
        json_.key("issue").begin_array();
        for (const std::string& note : head_.notes) {
            json_.begin_object().member("severity", "information").member("code", "informational");
            json_.member("diagnostics", note).end_object();
        }
        json_.end_array().end_object();
    }

    void write_messages() {
        if (head_.notes.empty()) {
            return;
        }
        json_.key("extension").begin_array().begin_object();
        json_.member("url", "http://hl7.org/fhir/StructureDefinition/cqf-messages");
        json_.key("valueReference").begin_object().member("reference", "#notes").end_object();
        json_.end_object().end_array();
    }

    void write_list(const std::string& id, const population::Bitmap& patients) {
        json_.begin_object().member("resourceType", "List").member("id", id);
        json_.member("status", "current").member("mode", "snapshot");
        if (!patients.none()) {
            json_.key("entry").begin_array();
            patients.for_each([this](std::size_t number) {
                json_.begin_object().key("item").begin_object();
                json_.member("reference", name_of_(static_cast<population::PatientNumber>(number)));
                json_.end_object().end_object();
            });
            json_.end_array();
        }
        json_.end_object();
    }

    void write_supplemental(std::size_t number) {
        const quality::SupplementalResult& result = report_.supplemental[number];
        json_.begin_object().member("resourceType", "Observation");
        json_.member("id", fmt::format("supplemental-{}", number)).member("status", "final");
        json_.key("code");
        if (result.data->code.empty()) {
            json_.begin_object().member("text", result.data->name).end_object();
        } else {
            json_.raw(result.data->code);
        }
        const bool one = head_.kind == Kind::Individual && result.values.size() == 1;
        const bool written = one && write_value(json_, result.values.front().first);
        if (!written && !result.values.empty()) {
            json_.key("component").begin_array();
            for (const auto& [value, count] : result.values) {
                json_.begin_object().key("code");
                write_value_concept(json_, value);
                json_.member("valueInteger", count).end_object();
            }
            json_.end_array();
        }
        json_.end_object();
    }

    void write_evaluated() {
        if (report_.supplemental.empty()) {
            return;
        }
        json_.key("evaluatedResource").begin_array();
        for (std::size_t i = 0; i < report_.supplemental.size(); ++i) {
            json_.begin_object();
            json_.member("reference", fmt::format("#supplemental-{}", i)).end_object();
        }
        json_.end_array();
    }

    void write_score(const std::optional<double>& score) {
        if (score) {
            json_.key("measureScore").begin_object().member("value", *score).end_object();
        }
    }

    void write_population(const quality::Population& population, std::uint64_t count,
                          const std::string& list, const std::optional<double>& observed = {}) {
        json_.begin_object();
        if (!population.id.empty()) {
            json_.member("id", population.id);
        }
        if (observed) {
            json_.key("extension").begin_array().begin_object();
            json_.member("url", observed_url).member("valueDecimal", *observed);
            json_.end_object().end_array();
        }
        json_.key("code").raw(population.code).member("count", count);
        if (!list.empty()) {
            json_.key("subjectResults").begin_object().member("reference", "#" + list).end_object();
        }
        json_.end_object();
    }

    void write_group(std::size_t number) {
        const quality::GroupResult& result = report_.groups[number];
        json_.begin_object();
        if (!result.group->id.empty()) {
            json_.member("id", result.group->id);
        }
        if (!result.group->code.empty()) {
            json_.key("code").raw(result.group->code);
        }
        json_.key("population").begin_array();
        for (std::size_t i = 0; i < result.populations.size(); ++i) {
            const auto& one = result.populations[i];
            write_population(*one.population, one.count,
                             head_.kind == Kind::SubjectList ? list_id(number, i) : std::string(),
                             one.observed);
        }
        json_.end_array();
        write_score(result.score);
        if (!result.stratifiers.empty()) {
            json_.key("stratifier").begin_array();
            for (const quality::StratifierResult& stratifier : result.stratifiers) {
                write_stratifier(result, stratifier);
            }
            json_.end_array();
        }
        json_.end_object();
    }

    void write_stratifier(const quality::GroupResult& group,
                          const quality::StratifierResult& result) {
        json_.begin_object();
        if (!result.stratifier->code.empty()) {
            json_.key("code").begin_array().raw(result.stratifier->code).end_array();
        }
        if (!result.strata.empty()) {
            json_.key("stratum").begin_array();
            for (const quality::Stratum& stratum : result.strata) {
                write_stratum(group, *result.stratifier, stratum);
            }
            json_.end_array();
        }
        json_.end_object();
    }

    void write_stratum(const quality::GroupResult& group, const quality::Stratifier& stratifier,
                       const quality::Stratum& stratum) {
        json_.begin_object();
        if (!stratifier.has_components) {
            json_.key("value");
            write_value_concept(json_, stratum.values.front());
        } else {
            json_.key("component").begin_array();
            for (std::size_t i = 0; i < stratum.values.size(); ++i) {
                const std::string& code = stratifier.components[i].code;
                json_.begin_object().key("code");
                json_.raw(code.empty() ? fmt::format(R"({{"text":"component {}"}})", i + 1) : code);
                json_.key("value");
                write_value_concept(json_, stratum.values[i]);
                json_.end_object();
            }
            json_.end_array();
        }
        json_.key("population").begin_array();
        for (std::size_t i = 0; i < stratum.counts.size(); ++i) {
            write_population(*group.populations[i].population, stratum.counts[i], {});
        }
        json_.end_array();
        write_score(stratum.score);
        json_.end_object();
    }

    const ReportHead& head_;
    const quality::Report& report_;
    const NameOfPatient& name_of_;
    std::string out_;
    JsonWriter json_;
};

}  // namespace

Result<std::string> write_measure_report(const ReportHead& head, const quality::Report& report,
                                         const NameOfPatient& name_of) {
    return Writer(head, report, name_of).write();
}

}  // namespace parcours::http::facade
