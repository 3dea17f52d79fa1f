#include "store/store.h"

#include "base/error.h"
#include "base/hash.h"

namespace parcours::store {

Result<> BlobMapping::verify() const {
    if (fast_hash(bytes) != checksum) {
        return fail(ErrorCode::Damaged,
                    "the blob is damaged: its checksum is wrong; it has to be made anew from the "
                    "log");
    }
    return {};
}

}  // namespace parcours::store
