#include "fhirpath/item.h"

#include <cstring>
#include <simdjson.h>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/json_access.h"
#include "fhirpath/collection.h"

namespace parcours::fhirpath {

JsonView Item::view(std::size_t at, bool exists) const {
    if (!exists) {
        return {};
    }
    simdjson::dom::element element;
    std::memcpy(&element, bytes_.data() + at, sizeof element);
    return JsonAccess::make(element);
}

JsonView Arena::keep_json(std::string_view text) {
    const auto parsed = documents_.emplace_front().parse(text, JsonDocument::Numbers::AsWritten);
    return parsed ? *parsed : JsonView{};
}

}  // namespace parcours::fhirpath
