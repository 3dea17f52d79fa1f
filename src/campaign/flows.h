#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "campaign/definition.h"
#include "campaign/reader.h"
#include "practice/yaml.h"

namespace parcours::campaign {

/// The flows a campaign may walk through: its own before those of the practice.
class Flows {
  public:
    /// Of files flows/NAME.yaml, by the name each gives itself. Mistakes of a file's head are
    /// appended to `errors`.
    static Flows of_files(const std::vector<const practice::Node*>& documents,
                          std::vector<Error>& errors);
    /// Adds those of a campaign file's `flows`.
    void add_own(Reader& reader, const practice::Node& flows);

    /// The `steps` of a flow; null where there is none of that name.
    [[nodiscard]] const practice::Node* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    std::map<std::string, practice::Node, std::less<>> steps_;
};

/// Reads the steps of a map. What is a sequence of others is put in place: a flow's steps as
/// "STEP" (the first) and "STEP.INNER", a form as its question and the wait for its answers, a
/// ladder until reply as its messages and waits. `link` knows nothing of them.
[[nodiscard]] std::vector<Step> read_steps(Reader& reader, const practice::Node& steps,
                                           const Flows& flows);

/// The names of the flows that the steps of a campaign name, through others too, sorted.
[[nodiscard]] std::vector<std::string> flows_used(const practice::Node& steps, const Flows& flows);

}  // namespace parcours::campaign
