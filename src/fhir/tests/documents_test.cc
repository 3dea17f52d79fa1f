#include "fhir/documents.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace parcours::fhir {
namespace {

struct Split {
    std::vector<std::string> taken;
    std::vector<std::string> refused;
    Result<> result;
};

Split split(const std::string& bundle) {
    Split out;
    out.result = split_bundle(
        bundle, [&out](const BundleEntry& entry) { out.taken.emplace_back(entry.resource); },
        [&out](std::uint64_t, Error error) { out.refused.push_back(std::move(error.message)); });
    return out;
}

TEST(LocateJsonError, NamesLineAndColumn) {
    const Error error = locate_json_error("{\"a\": 1,\n \"b\": tru }");
    EXPECT_EQ(error.where.line, 2U);
    EXPECT_GE(error.where.column, 7U);
    EXPECT_LE(error.where.column, 11U);
}

TEST(LocateJsonError, TellsWhatIsWrong) {
    EXPECT_NE(locate_json_error("{\"a\": [1, 2").message.find("ends before"), std::string::npos);
    EXPECT_NE(locate_json_error("{} {}").message.find("follows after"), std::string::npos);
    EXPECT_NE(locate_json_error("{\"a\": \"\xff\xfe\"}").message.find("UTF-8"), std::string::npos);
    const Error deep = locate_json_error(std::string(100'000, '['));
    EXPECT_EQ(deep.code, ErrorCode::Limit);
    EXPECT_EQ(deep.where.column, 201U);
}

TEST(SplitBundle, KeepsTheBytesOfEachResource) {
    const std::string patient = "{ \"resourceType\":\"Patient\", \"id\":\"p1\",\"x\":1.50 }";
    const Split out = split(
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
        "{\"fullUrl\":\"http://h/Patient/p1\",\"resource\":" +
        patient + "}]}");
    ASSERT_TRUE(out.result);
    ASSERT_EQ(out.taken.size(), 1U);
    EXPECT_EQ(out.taken.front(), patient);
}

TEST(SplitBundle, ReplacesNamesOfOtherEntriesAndAssignsIds) {
    const Split out = split(R"({"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:aa-1","resource":{"resourceType":"Patient"},"request":{"method":"POST"}},
        {"fullUrl":"urn:uuid:bb-2","resource":{"resourceType":"Condition","id":"c",
         "subject":{"reference":"urn:uuid:aa-1"},"note":[{"text":"urn:uuid:aa-1 said"}]}}]})");
    ASSERT_TRUE(out.result);
    ASSERT_EQ(out.taken.size(), 2U);
    EXPECT_EQ(out.taken[0], R"({"id":"aa-1","resourceType":"Patient"})");
    EXPECT_NE(out.taken[1].find(R"("reference":"Patient/aa-1")"), std::string::npos);
    EXPECT_NE(out.taken[1].find(R"("urn:uuid:aa-1 said")"), std::string::npos);
}

TEST(SplitBundle, RefusesWhatItCannotTakeAndGoesOn) {
    const Split out = split(R"({"resourceType":"Bundle","type":"batch","entry":[
        {"resource":{"resourceType":"Bundle","id":"inner","entry":[]}},
        {"request":{"method":"DELETE","url":"Patient/x"}},
        {"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}},
        {"resource":{"resourceType":"Patient","id":"p"}}]})");
    ASSERT_TRUE(out.result);
    EXPECT_EQ(out.taken.size(), 1U);
    ASSERT_EQ(out.refused.size(), 2U);
    EXPECT_NE(out.refused[0].find("inner"), std::string::npos);
    EXPECT_NE(out.refused[1].find("DELETE"), std::string::npos);
}

TEST(SplitBundle, OneBadEntryCostsOnlyItself) {
    const Split out = split(R"({"resourceType":"Bundle","entry":[
        1, null, {"resource":"x"}, {"resource":null}, {"resource":[{}]}, {},
        {"resource":{"resourceType":"Patient","id":"p"}}]})");
    ASSERT_TRUE(out.result);
    EXPECT_EQ(out.taken.size(), 1U);
    EXPECT_EQ(out.refused.size(), 5U);
}

TEST(SplitBundle, SaysWhereARefusedEntryStands) {
    const std::string bundle =
        R"({"resourceType":"Bundle","entry":[7,{"resource":"x"},{"request":{"method":"DELETE"}}]})";
    std::vector<std::uint64_t> offsets;
    ASSERT_TRUE(split_bundle(
        bundle, [](const BundleEntry&) {},
        [&offsets](std::uint64_t offset, const Error&) { offsets.push_back(offset); }));
    EXPECT_EQ(offsets, (std::vector<std::uint64_t>{bundle.find('7'), bundle.find("\"x\""),
                                                   bundle.find("{\"request\"")}));
}

TEST(SplitBundle, EmptyAndBrokenBundles) {
    EXPECT_TRUE(split(R"({"resourceType":"Bundle","type":"searchset","total":0})").result);
    EXPECT_FALSE(split(R"({"resourceType":"Bundle","entry":{}})").result);
}

TEST(PlaceOf, CountsFromOne) {
    EXPECT_EQ(place_of("abc", 0).column, 1U);
    EXPECT_EQ(place_of("a\nbc", 3).line, 2U);
    EXPECT_EQ(place_of("a\nbc", 3).column, 2U);
}

TEST(PlaceFinder, AgreesWithCountingFromTheBeginning) {
    const std::string text = "ab\n\ncd\nefg";
    PlaceFinder finder(text);
    for (const std::uint64_t offset : {0U, 1U, 2U, 3U, 4U, 4U, 8U, 10U, 5U, 9U}) {
        const TextPlace found = finder.at(offset);
        const TextPlace expected = place_of(text, offset);
        EXPECT_EQ(found.line, expected.line) << offset;
        EXPECT_EQ(found.column, expected.column) << offset;
    }
}

}  // namespace
}  // namespace parcours::fhir
