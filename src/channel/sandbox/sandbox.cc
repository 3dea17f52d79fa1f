#include "channel/sandbox/sandbox.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "channel/channel.h"

namespace parcours::channel {

void SandboxChannel::answer_with(std::string address, AttemptResult result) {
    answers_.insert_or_assign(std::move(address), std::move(result));
}

AttemptResult SandboxChannel::send(const Outbound& message) {
    AttemptResult result{.outcome = Outcome::Accepted, .detail = "captured by the sandbox"};
    if (const auto told = answers_.find(message.to); told != answers_.end()) {
        result = told->second;
    }
    const std::string provider_id = "sandbox-" + message.message_id;
    if (result.outcome == Outcome::Accepted || result.outcome == Outcome::Unknown) {
        sink_.capture(name_, message, provider_id);
    }
    if (result.outcome == Outcome::Accepted && result.provider_id.empty()) {
        result.provider_id = provider_id;
    }
    return result;
}

Result<std::vector<Inbound>> SandboxChannel::receive(std::string_view /*url*/,
                                                     std::string_view /*body*/,
                                                     std::string_view /*signature*/) {
    return fail(ErrorCode::InvalidInput,
                "the sandbox sends nothing and so has no callbacks; configure a real adapter");
}

}  // namespace parcours::channel
