#include "faults/promises.h"

#include <cstddef>
#include <fmt/core.h>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "faults/faults.h"
#include "support/clinic.h"
#include "support/program.h"

namespace parcours::testing {

std::map<std::string, Shown> read_messages(const std::string& data) {
    const Ended outbox = run({"outbox", "--data", data, "--json"});
    JsonDocument document;
    const auto parsed = document.parse(outbox.last_line());
    std::map<std::string, Shown> messages;
    if (parsed) {
        for (const JsonView& one : (*parsed)["messages"].elements()) {
            messages[std::string(one["id"].text())] = {
                std::string(one["status"].text()), std::string(one["channel"].text()),
                std::string(one["step"].text()), std::string(one["to"].text())};
        }
    }
    return messages;
}

void judge_messages(const std::map<std::string, Shown>& messages,
                    const std::vector<Provider::Got>& taken, std::size_t hand_overs_max,
                    bool at_rest, FaultReport& report) {
    std::map<std::string, std::size_t> counts;
    for (const Provider::Got& got : taken) {
        ++counts[got.message];
        ++report.taken;
    }
    for (const auto& [message, count] : counts) {
        if (count > hand_overs_max) {
            report.broken.push_back(
                fmt::format("message {} was handed over {} times", message, count));
        }
        if (!messages.contains(message)) {
            report.broken.push_back("the provider got a message that the log does not know: " +
                                    message);
        }
    }
    report.messages += messages.size();
    for (const auto& [id, message] : messages) {
        const std::string& state = message.status;
        report.unknown += state == "unknown" ? 1 : 0;
        const bool settled = state == "sent" || state == "unknown" || state == "not-sent";
        if (!settled && (at_rest || state != "waiting")) {
            report.broken.push_back(fmt::format("message {} is left as {}", id, state));
        }
        const bool was_taken = counts.contains(id);
        if (was_taken ? state == "not-sent" : state == "sent") {
            report.broken.push_back(fmt::format("message {} is {}, but {}", id, state,
                                                was_taken ? "it was taken" : "it never came"));
        }
        if (was_taken && state == "waiting" && hand_overs_max == 1) {
            report.broken.push_back(fmt::format("message {} may have been taken, and waits", id));
        }
    }
}

}  // namespace parcours::testing
