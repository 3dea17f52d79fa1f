#pragma once

#include <functional>
#include <string>

#include "channel/channel.h"
#include "engine/dispatcher.h"
#include "simulation/world.h"

namespace parcours::simulation {

class Post;

/// The gateways of text messages and mail, and the patients behind them. What they answer is read
/// by the real adapters' own judges.
class Providers {
  public:
    /// `taken` is told of each message that a provider took: a patient reads it.
    using Taken = std::function<void(const std::string& channel, const channel::Outbound&)>;
    Providers(World& world, Post& post, Taken taken)
        : world_(world), post_(post), taken_(std::move(taken)) {}

    [[nodiscard]] engine::Channels open();

  private:
    class Gateway;
    class Sms;
    class Email;
    class Hook;

    World& world_;
    Post& post_;
    Taken taken_;
    std::uint64_t sids_ = 0;
};

}  // namespace parcours::simulation
