#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "simulation/machine.h"
#include "simulation/world.h"

namespace parcours::simulation {

/// The EHR that sends records, and sends them again until it is answered. It keeps the truth; what
/// it sends may be late, old, said twice, taken back and said again.
class Feed {
  public:
    Feed(World& world, Machine& machine) : world_(world), machine_(machine) {}

    /// Sends the first patients and puts all that follows until then on the agenda.
    void begin(Instant until);
    /// Ids of those who are there, for staff.
    [[nodiscard]] std::vector<std::string> patients() const;

  private:
    struct Person {
        std::string id;
        std::string phone;
        std::string email;
        std::string language;
        std::string died;
        std::string merged_into;
        bool active = true;
        std::uint32_t version = 0;
        std::vector<std::string> sent;  ///< every version, as it was sent
    };
    struct Appointment {
        std::string id;
        std::string patient;
        std::string status = "booked";
        Instant start;
        std::uint32_t version = 0;
        std::vector<std::string> sent;
    };

    void happen(Instant until);
    void new_person();
    void new_appointment();
    void change_appointment();
    void change_person();
    void repeat();
    void consent();
    void send(const std::string& document);
    void send_person(Person& person);
    void send_appointment(Appointment& appointment);

    World& world_;
    Machine& machine_;
    std::vector<Person> people_;
    std::vector<Appointment> appointments_;
    std::uint32_t consents_ = 0;
};

}  // namespace parcours::simulation
