#include "fhir/model.h"

#include <array>
#include <bit>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours::fhir {

/// Made from r4_model.txt by the build.
std::string_view r4_model_text();

struct Model::Names {
    std::unordered_map<std::string_view, TypeId> types;
    std::unordered_map<std::string_view, NameId> names;
    std::deque<std::string> made;                ///< "valueQuantity"
    std::deque<std::vector<TypeId>> type_lists;  ///< what `ModelElement::types` looks into
};

namespace {

std::string_view take_word(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
}

TypeKind kind_of(char letter) {
    switch (letter) {
        case 'p':
            return TypeKind::Primitive;
        case 'b':
            return TypeKind::Backbone;
        case 'r':
            return TypeKind::Resource;
        default:
            return TypeKind::Complex;
    }
}

std::uint32_t key_of(TypeId type, NameId name) {
    return (std::uint32_t{type} << 16U) | name;
}

std::size_t slot_of(std::uint32_t key, std::size_t count) {
    return (key * 0x9E3779B1U >> 7U) & (count - 1);
}

}  // namespace

/// Reads the table: first every type's name, then their elements.
class ModelReader {
  public:
    explicit ModelReader(Model& model) : model_(model) {}

    void read(std::string_view text) {
        add_type("", TypeKind::System);
        model_.names_.emplace_back();
        for (const std::string_view name : system_types) {
            add_type(name, TypeKind::System);
        }
        for (std::string_view rest = text; !rest.empty();) {
            std::string_view line = take_word(rest, '\n');
            if (line.empty() || line.front() == '#') {
                continue;
            }
            const TypeKind kind = kind_of(take_word(line, ' ').front());
            lines_.emplace_back(add_type(take_word(line, ' '), kind), line);
        }
        for (auto& [type, line] : lines_) {
            model_.types_[type].base = model_.find_type(take_word(line, ' '));
        }
        for (auto& [type, line] : lines_) {
            while (!line.empty()) {
                add_element(type, take_word(line, ' '));
            }
        }
        index();
    }

  private:
    static constexpr auto system_types = std::to_array<std::string_view>(
        {"System.Any", "System.Boolean", "System.Integer", "System.Long", "System.Decimal",
         "System.String", "System.Date", "System.DateTime", "System.Time", "System.Quantity"});

    TypeId add_type(std::string_view name, TypeKind kind) {
        const auto id = static_cast<TypeId>(model_.types_.size());
        model_.types_.push_back({name, kind, 0});
        model_.own_.emplace_back();
        model_.index_->types.emplace(name, id);
        return id;
    }

    NameId name_id(std::string_view name) {
        const auto [found, added] =
            model_.index_->names.emplace(name, static_cast<NameId>(model_.names_.size()));
        if (added) {
            model_.names_.push_back(name);
        }
        return found->second;
    }

    void push(TypeId type, const ModelElement& element) {
        model_.own_[type].push_back(static_cast<std::uint32_t>(model_.elements_.size()));
        model_.elements_.push_back(element);
    }

    // "value?=Quantity|string", "name*=HumanName"
    void add_element(TypeId type, std::string_view text) {
        std::string_view name = take_word(text, '=');
        ModelElement element;
        element.is_list = name.ends_with('*');
        name.remove_suffix(element.is_list ? 1 : 0);
        element.is_choice = name.ends_with('?');
        name.remove_suffix(element.is_choice ? 1 : 0);
        auto& types = model_.index_->type_lists.emplace_back();
        while (!text.empty()) {
            types.push_back(model_.find_type(take_word(text, '|')));
            check(types.back() != 0, "the FHIR model names only types that it has");
        }
        element.name = name_id(name);
        element.types = types;
        push(type, element);
        for (std::size_t i = 0; element.is_choice && i < types.size(); ++i) {
            add_member(type, element, i);
        }
    }

    void add_member(TypeId type, const ModelElement& choice, std::size_t number) {
        std::string suffix(model_.types_[choice.types[number]].name);
        suffix[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(suffix[0])));
        const std::string& name =
            model_.index_->made.emplace_back(std::string(model_.names_[choice.name]) + suffix);
        ModelElement member = choice;
        member.is_choice = false;
        member.choice_of = choice.name;
        member.name = name_id(name);
        member.types = choice.types.subspan(number, 1);
        push(type, member);
    }

    // Every type's elements with those it inherits, so that a look-up is one probe.
    void index() {
        std::size_t count = 0;
        for (std::size_t type = 1; type < model_.types_.size(); ++type) {
            for (auto of = static_cast<TypeId>(type); of != 0; of = model_.types_[of].base) {
                count += model_.own_[of].size();
            }
        }
        model_.slots_.resize(std::bit_ceil(count * 2));
        for (std::size_t type = 1; type < model_.types_.size(); ++type) {
            for (auto of = static_cast<TypeId>(type); of != 0; of = model_.types_[of].base) {
                for (const std::uint32_t element : model_.own_[of]) {
                    insert(static_cast<TypeId>(type), element);
                }
            }
        }
    }

    void insert(TypeId type, std::uint32_t element) {
        const std::uint32_t key = key_of(type, model_.elements_[element].name);
        std::size_t at = slot_of(key, model_.slots_.size());
        while (model_.slots_[at].key != 0) {
            if (model_.slots_[at].key == key) {
                return;  // nearer to the type: it stays
            }
            at = (at + 1) & (model_.slots_.size() - 1);
        }
        model_.slots_[at] = {key, element};
    }

    Model& model_;
    std::vector<std::pair<TypeId, std::string_view>> lines_;
};

Model::Model() : index_(std::make_unique<Names>()) {
    ModelReader(*this).read(r4_model_text());
}
Model::~Model() = default;

const Model& Model::r4() {
    static const Model model;
    return model;
}

TypeId Model::find_type(std::string_view name) const {
    const auto found = index_->types.find(name);
    return found == index_->types.end() ? TypeId{0} : found->second;
}

std::string_view Model::public_name(TypeId id) const {
    const ModelType& type = types_[id];
    return type.kind == TypeKind::Backbone ? types_[type.base].name : type.name;
}

bool Model::is_subtype(TypeId id, TypeId base) const {
    while (id != base && id != 0) {
        id = types_[id].base;
    }
    return id == base;
}

NameId Model::find_name(std::string_view name) const {
    const auto found = index_->names.find(name);
    return found == index_->names.end() ? NameId{0} : found->second;
}

const ModelElement* Model::find_element(TypeId type, NameId name) const {
    if (type == 0 || name == 0) {
        return nullptr;
    }
    const std::uint32_t key = key_of(type, name);
    for (std::size_t at = slot_of(key, slots_.size()); slots_[at].key != 0;
         at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at].key == key) {
            return &elements_[slots_[at].element];
        }
    }
    return nullptr;
}

std::vector<const ModelElement*> Model::elements(TypeId type) const {
    std::vector<const ModelElement*> all;
    if (types_[type].base != 0) {
        all = elements(types_[type].base);
    }
    for (const std::uint32_t element : own_[type]) {
        if (elements_[element].choice_of == 0) {
            all.push_back(&elements_[element]);
        }
    }
    return all;
}

}  // namespace parcours::fhir
