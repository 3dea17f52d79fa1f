#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parcours::store {

/// How much a topic is sampled, and how large its dictionary then becomes.
struct DictionaryStage {
    std::size_t sample_bytes = 0;
    std::size_t dictionary_bytes = 0;
};

/// A first small dictionary soon, so that rare types have one too, then better ones. Measured on a
/// Synthea export of 45,000 resources of 16 types: 7.3 : 1 with headers and with what was stored
/// before there was a dictionary, 45 ms of training in all; 8.9 : 1 once trained.
[[nodiscard]] std::span<const DictionaryStage> dictionary_stages();

/// The first contents of one topic, gathered until a stage is complete.
class DictionarySamples {
  public:
    /// Takes in a content, or the beginning of a long one.
    void add(std::string_view payload);

    [[nodiscard]] std::size_t size_bytes() const { return bytes_.size(); }

    /// A dictionary of about `size` bytes trained from the samples (fast cover with fixed
    /// parameters, so that its time is bounded and the same samples give the same bytes), or
    /// nothing where they are too few to learn from.
    [[nodiscard]] std::optional<std::string> train(std::size_t size) const;

    void clear();

  private:
    std::string bytes_;
    std::vector<std::size_t> sizes_;
};

}  // namespace parcours::store
