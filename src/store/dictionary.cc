#include "store/dictionary.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// Debian's library exports the fast cover trainer only under this name for its header.
#define ZDICT_STATIC_LINKING_ONLY
#include <zdict.h>

namespace parcours::store {
namespace {

constexpr std::array<DictionaryStage, 3> stages = {
    {{.sample_bytes = 16U << 10U, .dictionary_bytes = 8U << 10U},
     {.sample_bytes = 128U << 10U, .dictionary_bytes = 32U << 10U},
     {.sample_bytes = 1024U << 10U, .dictionary_bytes = 64U << 10U}}};

constexpr std::size_t sample_size_max = 32U << 10U;
constexpr std::size_t sample_count_min = 8;

ZDICT_fastCover_params_t training_parameters() {
    ZDICT_fastCover_params_t parameters{};
    parameters.k = 1000;
    parameters.d = 8;
    parameters.f = 16;
    parameters.accel = 10;
    parameters.zParams.compressionLevel = 1;
    return parameters;
}

}  // namespace

std::span<const DictionaryStage> dictionary_stages() {
    return stages;
}

void DictionarySamples::add(std::string_view payload) {
    const std::string_view sample = payload.substr(0, sample_size_max);
    if (sample.empty()) {
        return;
    }
    bytes_ += sample;
    sizes_.push_back(sample.size());
}

std::optional<std::string> DictionarySamples::train(std::size_t size) const {
    if (sizes_.size() < sample_count_min) {
        return std::nullopt;
    }
    std::string dictionary(size, '\0');
    const std::size_t trained = ZDICT_trainFromBuffer_fastCover(
        dictionary.data(), dictionary.size(), bytes_.data(), sizes_.data(),
        static_cast<unsigned>(sizes_.size()), training_parameters());
    if (ZDICT_isError(trained) != 0U) {
        return std::nullopt;
    }
    dictionary.resize(trained);
    return dictionary;
}

void DictionarySamples::clear() {
    bytes_ = {};
    sizes_ = {};
}

}  // namespace parcours::store
