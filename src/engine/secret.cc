#include "engine/secret.h"

#include <cstddef>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "engine/data_folder.h"
#include "engine/number_bytes.h"

namespace parcours::engine {
namespace {

constexpr std::size_t secret_size = 32;

}  // namespace

Result<std::string> find_or_make_secret(DataFolder& folder, Random& random) {
    const auto stored = folder.store().get_blob("secret");
    if (!stored) {
        return pass_on(stored);
    }
    if (*stored && (*stored)->size() == secret_size) {
        return **stored;
    }
    std::string secret;
    while (secret.size() < secret_size) {
        append_number(secret, random.next());
    }
    if (const auto put = folder.store().put_blob("secret", secret); !put) {
        return pass_on(put);
    }
    return secret;
}

std::string virtual_secret() {
    return std::string(secret_size, 'v');
}

}  // namespace parcours::engine
