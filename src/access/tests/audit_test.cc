#include "access/audit.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>

#include "access/principal.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"

namespace parcours::access {
namespace {

AuditEntry full_entry() {
    AuditEntry entry;
    entry.at = Instant{std::chrono::microseconds(1'790'000'000'123'456)};
    entry.who = {ActorKind::Staff, named_hash("staff", {"anna"}), "anna"};
    entry.action = "patient.read";
    entry.patient = "main/Patient/p1";
    entry.detail = {{"route", "GET /api/v1/patients/{id}"}, {"quote", "\"{\\\n"}};
    entry.kept = {{"password", "$argon2id$"}};
    entry.why = "rendez-vous à préparer, 预约";
    entry.peer = "192.0.2.7";
    return entry;
}

void expect_same(const AuditEntry& left, const AuditEntry& right) {
    EXPECT_EQ(left.sequence, right.sequence);
    EXPECT_EQ(left.at, right.at);
    EXPECT_EQ(left.who, right.who);
    EXPECT_EQ(left.action, right.action);
    EXPECT_EQ(left.patient, right.patient);
    EXPECT_EQ(left.detail, right.detail);
    EXPECT_EQ(left.kept, right.kept);
    EXPECT_EQ(left.why, right.why);
    EXPECT_EQ(left.peer, right.peer);
}

TEST(AuditRecord, IsReadBackAsItWasWritten) {
    AuditEntry entry = full_entry();
    AuditHead head{41, sha256("before")};
    const std::string payload = write_record(entry, head);
    EXPECT_EQ(entry.sequence, 42U);
    EXPECT_EQ(head.sequence, 42U);
    expect_same(read_record(payload).value(), entry);
    EXPECT_EQ(head_of(payload).value(), head);

    AuditEntry bare;
    const std::string small = write_record(bare, head);
    expect_same(read_record(small).value(), bare);
}

TEST(AuditRecord, IsJsonWhoseHashAnybodyCanCompute) {
    AuditEntry entry = full_entry();
    AuditHead head{41, sha256("before")};
    const std::string payload = write_record(entry, head);
    JsonDocument document;
    const JsonView json = document.parse(payload).value();
    EXPECT_EQ(json["previous"].text(), sha256("before").to_hex());
    const auto record = find_record(payload);
    ASSERT_TRUE(record);
    EXPECT_EQ(json["hash"].text(), sha256(sha256("before").view(), record->entry).to_hex());
    EXPECT_TRUE(hash_fits(*record));
}

TEST(AuditRecord, AnyChangedByteIsSeen) {
    AuditEntry entry = full_entry();
    AuditHead head;
    const std::string payload = write_record(entry, head);
    for (std::size_t i = 0; i < payload.size(); ++i) {
        std::string changed = payload;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(read_record(changed)) << i;
        EXPECT_FALSE(read_record(payload.substr(0, i))) << i;
    }
}

TEST(AuditRecord, TextsOfOthersAreMadeWritable) {
    AuditEntry entry = full_entry();
    entry.why = std::string(audit_text_bytes_max - 1, 'x') + "é and more";
    entry.peer = "\xff\x00 bytes";
    entry.detail = {{"note", std::string(5000, '\xfe')}};
    AuditHead head;
    const std::string payload = write_record(entry, head);
    EXPECT_LE(entry.why.size(), audit_text_bytes_max);
    EXPECT_TRUE(entry.why.starts_with(std::string(audit_text_bytes_max - 1, 'x')));
    EXPECT_LE(entry.detail[0].second.size(), audit_text_bytes_max);
    EXPECT_TRUE(is_utf8(payload));
    expect_same(read_record(payload).value(), entry);
}

TEST(AuditHead, IsReadBack) {
    const AuditHead head{17, sha256("x")};
    EXPECT_EQ(parse_head(head_text(head)).value(), head);
    EXPECT_EQ(parse_head("  " + head_text(head) + "\r\n").value(), head);
    EXPECT_EQ(parse_head(head_text({})).value(), AuditHead{});
    for (const std::string& text :
         {std::string(), std::string("parcours-audit"), std::string("parcours-audit 17"),
          std::string("parcours-audit 17 abc"), "parcours-audit -1 " + head.hash.to_hex(),
          "parcours-audit  17 " + head.hash.to_hex(), head_text(head) + " x",
          "parcours-audit 99999999999999999999999 " + head.hash.to_hex()}) {
        EXPECT_FALSE(parse_head(text)) << text;
    }
}

TEST(Actor, KindsAreReadBack) {
    for (const ActorKind kind : {ActorKind::Staff, ActorKind::Token, ActorKind::System}) {
        EXPECT_EQ(actor_kind_from_name(actor_kind_name(kind)), kind);
    }
    EXPECT_FALSE(actor_kind_from_name("root"));
}

}  // namespace
}  // namespace parcours::access
