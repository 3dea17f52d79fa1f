// Headers include what they use of the standard library. Compilers would not tell: they read the
// standard library before everything else (cmake/precompiled.cmake).

#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/tidy/checks.h"
#include "tools/tidy/source_file.h"

namespace parcours::tidy {
namespace {

/// By the name behind `std::`: the header that has it.
const std::map<std::string_view, std::string_view>& standard_names() {
    static const std::map<std::string_view, std::string_view> names{
        {"array", "array"},
        {"atomic", "atomic"},
        {"atomic_bool", "atomic"},
        {"back_inserter", "iterator"},
        {"bit_cast", "bit"},
        {"bitset", "bitset"},
        {"byte", "cstddef"},
        {"call_once", "mutex"},
        {"chrono", "chrono"},
        {"clamp", "algorithm"},
        {"condition_variable", "condition_variable"},
        {"conditional_t", "type_traits"},
        {"decay_t", "type_traits"},
        {"deque", "deque"},
        {"enable_shared_from_this", "memory"},
        {"equal_to", "functional"},
        {"exchange", "utility"},
        {"expected", "expected"},
        {"filesystem", "filesystem"},
        {"forward", "utility"},
        {"function", "functional"},
        {"future", "future"},
        {"get_if", "variant"},
        {"greater", "functional"},
        {"hash", "functional"},
        {"holds_alternative", "variant"},
        {"ifstream", "fstream"},
        {"initializer_list", "initializer_list"},
        {"int16_t", "cstdint"},
        {"int32_t", "cstdint"},
        {"int64_t", "cstdint"},
        {"int8_t", "cstdint"},
        {"invoke_result_t", "type_traits"},
        {"is_class_v", "type_traits"},
        {"is_enum_v", "type_traits"},
        {"is_integral_v", "type_traits"},
        {"is_same_v", "type_traits"},
        {"is_trivially_copyable_v", "type_traits"},
        {"is_void_v", "type_traits"},
        {"jthread", "thread"},
        {"less", "functional"},
        {"make_shared", "memory"},
        {"make_unique", "memory"},
        {"make_unique_for_overwrite", "memory"},
        {"map", "map"},
        {"max", "algorithm"},
        {"memcpy", "cstring"},
        {"min", "algorithm"},
        {"monostate", "variant"},
        {"move", "utility"},
        {"multimap", "map"},
        {"multiset", "set"},
        {"mutex", "mutex"},
        {"nullopt", "optional"},
        {"numeric_limits", "limits"},
        {"ofstream", "fstream"},
        {"once_flag", "mutex"},
        {"optional", "optional"},
        {"ostringstream", "sstream"},
        {"pair", "utility"},
        {"popcount", "bit"},
        {"ptrdiff_t", "cstddef"},
        {"queue", "queue"},
        {"remove_cvref_t", "type_traits"},
        {"scoped_lock", "mutex"},
        {"set", "set"},
        {"shared_lock", "shared_mutex"},
        {"shared_mutex", "shared_mutex"},
        {"shared_ptr", "memory"},
        {"size_t", "cstddef"},
        {"sort", "algorithm"},
        {"span", "span"},
        {"stop_token", "stop_token"},
        {"string", "string"},
        {"string_view", "string_view"},
        {"strong_ordering", "compare"},
        {"thread", "thread"},
        {"tie", "tuple"},
        {"to_array", "array"},
        {"to_string", "string"},
        {"tuple", "tuple"},
        {"uint16_t", "cstdint"},
        {"uint32_t", "cstdint"},
        {"uint64_t", "cstdint"},
        {"uint8_t", "cstdint"},
        {"underlying_type_t", "type_traits"},
        {"unexpected", "expected"},
        {"unique_lock", "mutex"},
        {"unique_ptr", "memory"},
        {"unordered_map", "unordered_map"},
        {"unordered_multimap", "unordered_map"},
        {"unordered_set", "unordered_set"},
        {"variant", "variant"},
        {"vector", "vector"},
        {"visit", "variant"},
        {"weak_ptr", "memory"},
    };
    return names;
}

void judge_header(const SourceFile& file, std::vector<Finding>& findings) {
    const std::string blanked = blank_words(file.text);
    const auto tokens = tokens_of(blanked);
    std::set<std::string_view> included;
    for (const Token& token : tokens) {
        if (token.included && token.text.starts_with('<')) {
            included.insert(token.text.substr(1, token.text.size() - 2));
        }
    }
    for (std::size_t i = 2; i < tokens.size(); ++i) {
        if (tokens[i - 1].text != "::" || tokens[i - 2].text != "std") {
            continue;
        }
        const auto known = standard_names().find(tokens[i].text);
        if (known != standard_names().end() && included.insert(known->second).second) {
            findings.push_back({file.path, tokens[i].line,
                                "includes no <" + std::string(known->second) +
                                    ">, which has std::" + std::string(known->first)});
        }
    }
}

}  // namespace

std::vector<Finding> check_standard_headers(std::span<const SourceFile> files) {
    std::vector<Finding> findings;
    for (const SourceFile& file : files) {
        if (is_header(file.path)) {
            judge_header(file, findings);
        }
    }
    return findings;
}

}  // namespace parcours::tidy
