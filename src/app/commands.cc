#include <vector>

#include "app/command.h"

namespace parcours::app {

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {"import", "Read FHIR R4 files into a data folder", declare_import},
        {"quarantine", "Show what an import could not read, and try it again", declare_quarantine},
    };
    return all;
}

}  // namespace parcours::app
