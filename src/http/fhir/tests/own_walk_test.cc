#include "http/fhir/own_walk.h"

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger.h"
#include "fhir/resource_type.h"
#include "http/fhir/tests/facade_fixture.h"

namespace parcours::http::facade::testing {
namespace {

using fhir::ResourceType;

class WalkTest : public FacadeTest {
  protected:
    /// The ids that a walk comes by where it lets the ledger go after each `step` places.
    std::vector<std::string> ids(ResourceType type, std::size_t step) {
        const auto record = service->published();
        const Walk walk(*record, service->ledger().ledger, type, std::nullopt);
        std::vector<std::string> found;
        for (std::size_t from = 0; from < walk.size(); from += step) {
            const auto reading = service->ledger();
            walk.see(reading.ledger, from, from + step,
                     [&](const Seen& seen) { found.push_back(seen.item.fhir_id(type)); });
        }
        return found;
    }
};

TEST_F(WalkTest, InPiecesItComesByTheSame) {
    for (const ResourceType type : {ResourceType::Communication, ResourceType::Group}) {
        const auto whole = ids(type, 1'000);
        EXPECT_GE(whole.size(), 4U);
        EXPECT_EQ(ids(type, 3), whole);
        EXPECT_EQ(ids(type, 1), whole);
    }
}

TEST_F(WalkTest, WhatHasGoneMeanwhileIsPassedOver) {
    const auto record = service->published();
    const Walk walk(*record, service->ledger().ledger, ResourceType::Communication, std::nullopt);
    const engine::Ledger forgotten;  // as after the start of a virtual run
    walk.see(forgotten, 0, walk.size(), [](const Seen&) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace parcours::http::facade::testing
