// Each start of a program reads the releases in which people are in flight. Runs have dozens of
// starts and always the same releases: the linker leads the engine here (CMakeLists.txt), so that
// each is read once. A clinic is a function of its files, and nobody changes one.

#include <map>
#include <memory>
#include <utility>

#include "base/error.h"
#include "engine/clinic.h"
#include "practice/folder.h"

namespace parcours::simulation {

using Made = Result<std::shared_ptr<const engine::Clinic>>;

// clang-format off: the symbols stand on lines of their own
Made real_make_clinic(practice::FileMap files, engine::ImportedTerminology imported)
    asm("__real__ZN8parcours6engine11make_clinicESt3mapINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES7_St4lessIvESaISt4pairIKS7_S7_EEESt10shared_ptrIKSE_E");
Made known_make_clinic(practice::FileMap files, engine::ImportedTerminology imported)
    asm("__wrap__ZN8parcours6engine11make_clinicESt3mapINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES7_St4lessIvESaISt4pairIKS7_S7_EEESt10shared_ptrIKSE_E");
// clang-format on

Made known_make_clinic(practice::FileMap files, engine::ImportedTerminology imported) {
    static std::map<practice::FileMap, std::shared_ptr<const engine::Clinic>> known;
    if (imported != nullptr) {
        return real_make_clinic(std::move(files), std::move(imported));
    }
    const auto found = known.find(files);
    if (found != known.end()) {
        return found->second;
    }
    auto made = real_make_clinic(files, nullptr);
    if (made) {
        known.emplace(std::move(files), *made);
    }
    return made;
}

}  // namespace parcours::simulation
