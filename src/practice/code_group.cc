#include "practice/code_group.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parcours::practice {
namespace {

struct SystemName {
    std::string_view name;  ///< customary, in lower case without punctuation
    std::string_view url;
    std::string_view oid;
};

// FHIR R4 §4.3.0 "Using Codes"; OIDs from the HL7 registry.
constexpr std::array<SystemName, 18> systems = {{
    {"snomed", "http://snomed.info/sct", "2.16.840.1.113883.6.96"},
    {"snomedct", "http://snomed.info/sct", ""},
    {"sct", "http://snomed.info/sct", ""},
    {"loinc", "http://loinc.org", "2.16.840.1.113883.6.1"},
    {"icd10", "http://hl7.org/fhir/sid/icd-10", "2.16.840.1.113883.6.3"},
    {"icd10cm", "http://hl7.org/fhir/sid/icd-10-cm", "2.16.840.1.113883.6.90"},
    {"icd10fr", "https://smt.esante.gouv.fr/terminologie-cim-10", "1.2.250.1.213.2.5"},
    {"cim10", "https://smt.esante.gouv.fr/terminologie-cim-10", ""},
    {"icd9cm", "http://hl7.org/fhir/sid/icd-9-cm", "2.16.840.1.113883.6.103"},
    {"rxnorm", "http://www.nlm.nih.gov/research/umls/rxnorm", "2.16.840.1.113883.6.88"},
    {"cvx", "http://hl7.org/fhir/sid/cvx", "2.16.840.1.113883.12.292"},
    {"atc", "http://www.whocc.no/atc", "2.16.840.1.113883.6.73"},
    {"cpt", "http://www.ama-assn.org/go/cpt", "2.16.840.1.113883.6.12"},
    {"ucum", "http://unitsofmeasure.org", "2.16.840.1.113883.6.8"},
    {"ndc", "http://hl7.org/fhir/sid/ndc", "2.16.840.1.113883.6.69"},
    {"icpc2", "http://hl7.org/fhir/sid/icpc-2", "2.16.840.1.113883.6.139"},
    {"hcpcs", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", ""},
    {"actcode", "http://terminology.hl7.org/CodeSystem/v3-ActCode", "2.16.840.1.113883.5.4"},
}};

constexpr std::string_view oid_prefix = "urn:oid:";
constexpr std::string_view snomed_edition_prefix = "snomed.info/sct/";

std::string_view drop_scheme(std::string_view system) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (system.starts_with(scheme)) {
            return system.substr(scheme.size());
        }
    }
    return system;
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Without dots and spaces, in upper case: how prefixes are compared.
std::string bare(std::string_view code) {
    std::string text;
    text.reserve(code.size());
    for (const char c : code) {
        if (c != '.' && c != ' ') {
            text += upper(c);
        }
    }
    return text;
}

}  // namespace

std::string_view canonical_system(std::string_view system) {
    // The common spellings first: they are asked for once per code.
    for (const SystemName& known : systems) {
        if (system == known.url) {
            return known.url;
        }
    }
    if (system.starts_with(oid_prefix)) {
        const auto* const found = std::ranges::find_if(systems, [&](const SystemName& known) {
            return !known.oid.empty() && known.oid == system.substr(oid_prefix.size());
        });
        return found == systems.end() ? system : found->url;
    }
    std::string_view address = drop_scheme(system);
    if (address.starts_with(snomed_edition_prefix)) {
        return systems.front().url;
    }
    if (address.ends_with('/')) {
        address.remove_suffix(1);
    }
    const auto* const found = std::ranges::find_if(
        systems, [&](const SystemName& known) { return drop_scheme(known.url) == address; });
    return found == systems.end() ? system : found->url;
}

std::optional<std::string> find_system_name(std::string_view name) {
    std::string folded;
    for (const char c : name) {
        if (c != '-' && c != '_' && c != ' ') {
            folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    const auto* const found = std::ranges::find_if(
        systems, [&](const SystemName& known) { return known.name == folded; });
    if (found == systems.end()) {
        return std::nullopt;
    }
    return std::string(found->url);
}

std::vector<std::string> system_names() {
    return {"SNOMED", "LOINC", "ICD10", "ICD10CM", "ICD10FR", "ICD9CM", "RxNorm", "CVX",
            "ATC",    "CPT",   "UCUM",  "NDC",     "ICPC2",   "HCPCS",  "ActCode"};
}

bool CodeRange::contains(std::string_view bare_code) const {
    return bare_code.substr(0, first.size()) >= first && bare_code.substr(0, last.size()) <= last;
}

CodeRange make_code_range(std::string_view text) {
    const std::size_t hyphen = text.find('-');
    if (hyphen != std::string_view::npos) {
        std::string first = bare(text.substr(0, hyphen));
        std::string last = bare(text.substr(hyphen + 1));
        if (!first.empty() && first.size() == last.size() && first <= last) {
            return {std::move(first), std::move(last)};
        }
    }
    const std::string prefix = bare(text);
    return {prefix, prefix};
}

bool CodeGroup::contains(std::string_view code) const {
    if (codes.contains(code)) {
        return true;
    }
    if (ranges.empty() || code.empty()) {
        return false;
    }
    const std::string bare_code = bare(code);
    return std::ranges::any_of(ranges,
                               [&](const CodeRange& range) { return range.contains(bare_code); });
}

}  // namespace parcours::practice
