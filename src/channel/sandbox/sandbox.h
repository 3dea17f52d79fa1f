#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "channel/channel.h"

namespace parcours::channel {

/// Takes what a sandbox captured: the engine's outbox, or a list in a test.
class SandboxSink {
  public:
    virtual ~SandboxSink() = default;
    /// One captured message with the reference it was given. Called once for each `send` that the
    /// sandbox accepts or answers with `Unknown`.
    virtual void capture(std::string_view channel, const Outbound& message,
                         std::string_view provider_id) = 0;
};

/// Captures every message instead of sending it: never touches the network. Answers `Accepted`
/// with the provider id "sandbox-MESSAGE" unless it was told otherwise for that address.
class SandboxChannel final : public Channel {
  public:
    /// `name` is the channel it stands for ("email", "sms", …). The sink must outlive it.
    SandboxChannel(std::string name, SandboxSink& sink) : name_(std::move(name)), sink_(sink) {}

    /// From now on, answers messages to that address with this result. An `Unknown` is captured
    /// too, since a real provider might have taken it.
    void answer_with(std::string address, AttemptResult result);

    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] std::string_view adapter() const override { return "sandbox"; }
    AttemptResult send(const Outbound& message) override;
    /// Nobody calls back a sandbox. Errors: InvalidInput, always.
    Result<std::vector<Inbound>> receive(std::string_view url, std::string_view body,
                                         std::string_view signature) override;

  private:
    std::string name_;
    SandboxSink& sink_;
    std::map<std::string, AttemptResult, std::less<>> answers_;
};

}  // namespace parcours::channel
