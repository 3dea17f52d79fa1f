#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace parcours::fhir {

/// Types and names of elements are small numbers; 0 is "none".
using TypeId = std::uint16_t;
using NameId = std::uint16_t;

/// What a type is. `System` are the types of FHIRPath and CQL ("System.String").
enum class TypeKind : std::uint8_t { System, Primitive, Complex, Backbone, Resource };

struct ModelType {
    std::string_view name;  ///< "Patient", "HumanName", "Patient.contact", "System.String"
    TypeKind kind = TypeKind::Complex;
    TypeId base = 0;  ///< DomainResource of Patient; 0 for Resource, Element, System types
};

/// An element of a type. `choice_of` is set on the members of a choice as JSON names them:
/// "valueQuantity" is one of "value".
struct ModelElement {
    NameId name = 0;
    NameId choice_of = 0;
    bool is_list = false;
    bool is_choice = false;         ///< "value": one of `types`
    std::span<const TypeId> types;  ///< one, except for a choice
};

/// The resources and data types of FHIR R4 as data (r4_model.txt). Immutable; made at first use.
class Model {
  public:
    static const Model& r4();
    ~Model();

    /// By its full name; 0 for an unknown one.
    [[nodiscard]] TypeId find_type(std::string_view name) const;
    [[nodiscard]] const ModelType& type(TypeId id) const { return types_[id]; }
    /// The name as `type()` of FHIRPath tells it: "BackboneElement" for "Patient.contact".
    [[nodiscard]] std::string_view public_name(TypeId id) const;
    /// Whether it is `base` or derived from it.
    [[nodiscard]] bool is_subtype(TypeId id, TypeId base) const;
    [[nodiscard]] bool is_resource(TypeId id) const {
        return types_[id].kind == TypeKind::Resource;
    }
    [[nodiscard]] bool is_primitive(TypeId id) const {
        return types_[id].kind == TypeKind::Primitive || types_[id].kind == TypeKind::System;
    }

    /// The number of a name that some element has; 0 for others.
    [[nodiscard]] NameId find_name(std::string_view name) const;
    [[nodiscard]] std::string_view name(NameId id) const { return names_[id]; }
    /// The element of the type or of one of its bases; null where there is none.
    [[nodiscard]] const ModelElement* find_element(TypeId type, NameId name) const;
    [[nodiscard]] const ModelElement* find_element(TypeId type, std::string_view name) const {
        return find_element(type, find_name(name));
    }
    /// Its own elements and those of its bases, bases first, without members of choices.
    [[nodiscard]] std::vector<const ModelElement*> elements(TypeId type) const;
    [[nodiscard]] std::size_t type_count() const { return types_.size(); }

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

  private:
    struct Slot {
        std::uint32_t key = 0;
        std::uint32_t element = 0;
    };
    struct Names;
    friend class ModelReader;
    Model();

    std::vector<ModelType> types_;
    std::vector<std::vector<std::uint32_t>> own_;  ///< per type: of `elements_`
    std::vector<std::string_view> names_;
    std::vector<ModelElement> elements_;
    std::vector<Slot> slots_;  ///< (type, name) → element, open addressing; a power of two
    std::unique_ptr<Names> index_;
};

}  // namespace parcours::fhir
