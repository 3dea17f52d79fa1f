#include "store/tests/held_reader.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "store/sqlite/connection.h"

namespace parcours::store {
namespace {

class Held final : public HeldReader {
  public:
    explicit Held(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  private:
    std::unique_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<HeldReader> hold_reader(const std::filesystem::path& folder) {
    auto connection = Connection::open(folder / "parcours.db", Connection::Mode::Read);
    if (!connection || !(*connection)->run("BEGIN") ||
        !(*connection)->number("SELECT count(*) FROM sqlite_schema")) {
        return nullptr;
    }
    return std::make_unique<Held>(std::move(*connection));
}

}  // namespace parcours::store
