#include "campaign/span.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/time.h"

namespace parcours::campaign {
namespace {

LocalTime local(const char* text) {
    return LocalTime{parse_instant(text).value().time_since_epoch()};
}

TEST(Span, ReadsNumbersAndUnits) {
    EXPECT_EQ(parse_span("3 days").value(), (Span{3, Span::Unit::Day}));
    EXPECT_EQ(parse_span("1 month").value(), (Span{1, Span::Unit::Month}));
    EXPECT_EQ(parse_span("21  days").value(), (Span{21, Span::Unit::Day}));
    EXPECT_EQ(parse_span("90 minutes").value(), (Span{90, Span::Unit::Minute}));
    EXPECT_EQ(parse_span("2 years").value().to_text(), "2 years");
    EXPECT_EQ(parse_span("1 week").value().to_text(), "1 week");
}

TEST(Span, RefusesWhatIsNoLengthOfTime) {
    for (const char* text : {"", "3", "days", "three days", "-3 days", "3 fortnights", "3 days ago",
                             "3.5 days", "3 dayss", "3days"}) {
        const Result<Span> span = parse_span(text);
        ASSERT_FALSE(span.has_value()) << text;
        EXPECT_NE(span.error().message.find("such as \"3 days\""), std::string::npos) << text;
    }
    EXPECT_EQ(parse_span("21 years").error().code, ErrorCode::Limit);
    EXPECT_TRUE(parse_span("20 years").has_value());
    EXPECT_EQ(parse_span("99999999999 days").error().code, ErrorCode::InvalidInput);
}

TEST(Span, AddsOnTheCalendar) {
    EXPECT_EQ(add(local("2026-01-31T10:00:00"), {1, Span::Unit::Month}, 1),
              local("2026-02-28T10:00:00"));
    EXPECT_EQ(add(local("2024-02-29T10:00:00"), {1, Span::Unit::Year}, 1),
              local("2025-02-28T10:00:00"));
    EXPECT_EQ(add(local("2026-03-02T08:30:00"), {3, Span::Unit::Day}, -1),
              local("2026-02-27T08:30:00"));
    EXPECT_EQ(add(local("2026-03-02T08:30:00"), {2, Span::Unit::Week}, 1),
              local("2026-03-16T08:30:00"));
    EXPECT_EQ(add(local("2026-03-02T08:30:00"), {90, Span::Unit::Minute}, -1),
              local("2026-03-02T07:00:00"));
}

TEST(Moment, LeansOnADate) {
    EXPECT_EQ(parse_moment("7 days").value().side, Moment::Side::FromNow);
    const Moment before = parse_moment("3 days before appointment").value();
    EXPECT_EQ(before.side, Moment::Side::Before);
    EXPECT_EQ(before.anchor, "appointment");
    EXPECT_EQ(before.to_text(), "3 days before appointment");
    EXPECT_EQ(parse_moment("2 hours after due-date").value().to_text(), "2 hours after due-date");
    EXPECT_EQ(parse_moment("on appointment").value().to_text(), "on appointment");
}

TEST(Moment, RefusesOtherForms) {
    for (const char* text : {"", "before appointment", "3 days before", "3 days before Appointment",
                             "3 days since appointment", "at appointment", "on", "soon"}) {
        EXPECT_FALSE(parse_moment(text).has_value()) << text;
    }
}

TEST(Window, FindsTheNextTimeOfDay) {
    const Window ten = parse_window("10:00").value();
    EXPECT_EQ(ten.next(local("2026-03-02T09:00:00")), local("2026-03-02T10:00:00"));
    EXPECT_EQ(ten.next(local("2026-03-02T10:00:00")), local("2026-03-02T10:00:00"));
    EXPECT_EQ(ten.next(local("2026-03-02T10:00:01")), local("2026-03-03T10:00:00"));
}

TEST(Window, StretchesLetThroughWhatLiesWithin) {
    const Window hours = parse_window("mon-fri 10:00-16:00").value();
    EXPECT_EQ(hours.next(local("2026-03-02T12:15:00")), local("2026-03-02T12:15:00"));
    EXPECT_EQ(hours.next(local("2026-03-02T16:00:00")), local("2026-03-03T10:00:00"));
    // Friday evening goes on to Monday.
    EXPECT_EQ(hours.next(local("2026-03-06T18:00:00")), local("2026-03-09T10:00:00"));
    const Window sunday = parse_window("sun 09:00").value();
    EXPECT_EQ(sunday.next(local("2026-03-08T09:30:00")), local("2026-03-15T09:00:00"));
}

TEST(Window, PrintsWhatItReads) {
    EXPECT_EQ(parse_window("9:30").value().to_text(), "09:30");
    EXPECT_EQ(parse_window("mon,thu 09:30-12:00").value().to_text(), "mon,thu 09:30-12:00");
    EXPECT_EQ(parse_window("sat-mon 10:00").value().to_text(), "mon,sat,sun 10:00");
    EXPECT_EQ(parse_window("mon-fri 10:00").value(),
              parse_window("mon,tue,wed,thu,fri 10:00").value());
}

TEST(Window, RefusesOtherForms) {
    for (const char* text : {"", "24:00", "10", "10:60", "10:0", "16:00-10:00", "10:00-10:00",
                             "monday 10:00", "mon-fri", "mon 10:00 tue", "10:00-11:00-12:00"}) {
        EXPECT_FALSE(parse_window(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace parcours::campaign
