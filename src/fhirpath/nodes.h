#pragma once

#include <optional>
#include <string_view>

#include "fhirpath/collection.h"
#include "fhirpath/item.h"
#include "fhirpath/tree.h"

namespace parcours::fhirpath {

/// Appends the children of an item that have the member's name: `value` of an Observation is
/// `valueQuantity`, a primitive has `id` and `extension`, a Quantity `value` and `unit`.
void append_member(const Item& item, std::string_view name, fhir::NameId name_id, Collection& out);
/// All children in the order of the JSON.
void append_children(const Item& item, Collection& out);

/// A node that stands for a value as that value: FHIR's boolean as a Boolean, a FHIR Quantity as a
/// Quantity; other items as they are. Nothing for a primitive without a value.
[[nodiscard]] std::optional<Item> to_system(const Item& item);
/// Whether it is of FHIR's Quantity (or derived from it).
[[nodiscard]] bool is_fhir_quantity(const Item& item);
/// Whether the node is a primitive (JSON's or FHIR's); one without a value too.
[[nodiscard]] bool is_primitive(const Item& item);

/// Whether the item is of the type, derived ones included.
[[nodiscard]] bool is_of(const Item& item, const TypeName& types);
/// The number of the type that it is: "System.Integer", "Patient"; 0: JSON of no known type.
[[nodiscard]] fhir::TypeId type_of(const Item& item);
/// A resource's or an untyped object's item by its `resourceType`.
[[nodiscard]] Item object_item(const JsonView& json);

/// JSON's equality, whatever the order of members. `equivalent`: texts without case and white
/// space, lists in any order, `id` left out.
[[nodiscard]] bool same_json(const JsonView& left, const JsonView& right);
[[nodiscard]] bool equivalent_json(const JsonView& left, const JsonView& right);

}  // namespace parcours::fhirpath
