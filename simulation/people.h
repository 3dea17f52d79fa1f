#pragma once

#include <string>

#include "base/time.h"
#include "channel/channel.h"
#include "simulation/feed.h"
#include "simulation/machine.h"
#include "simulation/post.h"
#include "simulation/world.h"

namespace parcours::simulation {

/// Patients: they read what they get, and answer, or ask to stop, at the worst of times.
class Patients {
  public:
    Patients(World& world, Post& post, Machine& machine)
        : world_(world), post_(post), machine_(machine) {}

    void read(const std::string& channel, const channel::Outbound& message);

  private:
    void stop(const std::string& channel, const channel::Outbound& message, Duration wait);
    void answer(const std::string& channel, const channel::Outbound& message);

    World& world_;
    Post& post_;
    Machine& machine_;
};

/// Staff: every day they close tasks, put patients into campaigns, pause and publish.
class Staff {
  public:
    Staff(World& world, Machine& machine, const Feed& feed)
        : world_(world), machine_(machine), feed_(feed) {}

    /// Works every day from now on.
    void begin();
    /// From now on every task is closed on its day, nothing is paused or published.
    void work_calmly() { calm_ = true; }

  private:
    void day();
    void close_tasks();
    void enrol();
    void pause();
    void lift_hold();
    void migrate();

    World& world_;
    Machine& machine_;
    const Feed& feed_;
    bool calm_ = false;
};

}  // namespace parcours::simulation
