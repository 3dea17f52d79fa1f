#include "population/tests/random_records.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"

namespace parcours::population {
namespace {

/// Chance with a seed, for picking.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    /// 0 … sides - 1.
    std::size_t roll(std::size_t sides) { return static_cast<std::size_t>(random_.below(sides)); }
    const std::string& pick(const std::vector<std::string>& from) {
        return from[roll(from.size())];
    }

  private:
    SeededRandom random_;
};

/// Small records with everything that makes real ones hard: dates of every precision, with and
/// without offsets, that do not exist or lie after death; periods without ends; values of all
/// kinds; statuses nobody knows; codes in several systems or none.
class RandomRecords {
  public:
    explicit RandomRecords(std::uint64_t seed) : dice_(seed) {}

    std::vector<LoggedBody> make(std::size_t patients, std::size_t resources) {
        std::vector<LoggedBody> log;
        for (std::size_t i = 0; i < patients; ++i) {
            if (dice_.roll(12) != 0) {  // some are only referred to
                log.push_back({"main", patient(i)});
            }
        }
        for (std::size_t i = 0; i < resources; ++i) {
            log.push_back({"main", resource(i, dice_.roll(patients))});
        }
        for (std::size_t i = 0; i + 1 < log.size(); ++i) {
            std::swap(log[i], log[i + dice_.roll(log.size() - i)]);
        }
        return log;
    }

  private:
    std::string date() {
        return "\"" +
               dice_.pick({"2010",
                           "2012-06",
                           "2012-06-15",
                           "2014-12-31",
                           "2015-01-01",
                           "2015-01-01T00:00:00Z",
                           "2014-12-31T23:30:00-02:00",
                           "2015-01-01T00:30:00+02:00",
                           "2015-06-01T10:00:00.123Z",
                           "2016",
                           "2016-02-29",
                           "2016-02-30",
                           "2018-03-01T08:00:00-05:00",
                           "2019-05-31",
                           "2019-06-01",
                           "2019-06-01T00:00:00Z",
                           "2019-06-02",
                           "2021-01-01",
                           "1960-01-01",
                           "1999-12"}) +
               "\"";
    }
    std::string maybe(const std::string& name, const std::string& value, std::size_t sides = 3) {
        return dice_.roll(sides) == 0 ? "" : ",\"" + name + "\":" + value;
    }
    std::string period() {
        return "{\"x\":1" + maybe("start", date(), 5) + maybe("end", date(), 2) + "}";
    }
    std::string concept_json() {
        switch (dice_.roll(6)) {
            case 0:
                return R"({"text":"only words"})";
            case 1:
                return R"({"coding":[{"code":"a"}]})";
            case 2:
                return R"({"coding":[{"system":"s","code":"a"},{"system":"t","code":"z"}]})";
            default:
                return R"({"coding":[{"system":"s","code":")" + dice_.pick({"a", "b", "c"}) +
                       R"(","display":")" + dice_.pick({"x", "y"}) + R"("}]})";
        }
    }
    std::string quantity() {
        return "{\"value\":" +
               dice_.pick({"5", "6.5", "7", "7.0", "7.00000001", "8.25", "700", "-1"}) +
               maybe("unit", "\"" + dice_.pick({"%", "kg", "percent"}) + "\"") +
               maybe("code", "\"" + dice_.pick({"%", "kg", "g"}) + "\"") +
               (dice_.roll(9) == 0 ? R"(,"comparator":"<")" : "") + "}";
    }
    std::string value() {
        switch (dice_.roll(7)) {
            case 0:
                return ",\"valueCodeableConcept\":" + concept_json();
            case 1:
                return R"(,"valueString":"some")";
            case 2:
                return ",\"valueInteger\":7";
            case 3:
                return "";
            default:
                return ",\"valueQuantity\":" + quantity();
        }
    }
    std::string status(const std::vector<std::string>& from) {
        return maybe("status", "\"" + dice_.pick(from) + "\"", 6);
    }

    std::string state(const std::string& system, const std::vector<std::string>& codes) {
        const std::string code = R"(","code":")" + dice_.pick(codes) + "\"}";
        const std::string coding =
            R"({"system":"http://terminology.hl7.org/CodeSystem/)" + system + code;
        switch (dice_.roll(9)) {
            case 8:
                return R"({"coding":[{"x":"1)" + code + "]}";
            case 0:
                return R"({"coding":[{"system":"other)" + code + "]}";
            case 1:
                return R"({"text":"in words"})";
            case 2:
                return "{\"coding\":[" + coding + "," + coding + "]}";
            default:
                return "{\"coding\":[" + coding + "]}";
        }
    }
    std::string verification() {
        return maybe("verificationStatus",
                     state("condition-ver-status",
                           {"confirmed", "entered-in-error", "refuted", "provisional", "odd"}),
                     2);
    }
    std::string clinical() {
        return maybe("clinicalStatus",
                     state("condition-clinical", {"active", "resolved", "remission", "odd"}), 2);
    }

    std::string patient(std::size_t who) {
        std::string out = R"({"resourceType":"Patient","id":"p)" + std::to_string(who) + "\"";
        out += maybe("gender",
                     "\"" + dice_.pick({"female", "male", "other", "unknown", "F"}) + "\"", 8);
        out += maybe("birthDate", date(), 8);
        out += dice_.roll(4) == 0 ? ",\"deceasedDateTime\":" + date()
                                  : maybe("deceasedBoolean", dice_.pick({"true", "false"}), 2);
        return out + maybe("active", dice_.pick({"true", "false"}), 2) + "}";
    }

    std::string resource(std::size_t number, std::size_t who) {
        const std::string head =
            "\"id\":\"r" + std::to_string(dice_.roll(20) == 0 ? number / 2 : number) +
            R"(","subject":{"reference":"Patient/p)" + std::to_string(who) + "\"}";
        const std::string code = maybe("code", concept_json(), 8);
        switch (dice_.roll(5)) {
            case 0:
                return R"({"resourceType":"Condition",)" + head + code +
                       (dice_.roll(5) == 0 ? ",\"onsetPeriod\":" + period()
                                           : maybe("onsetDateTime", date(), 5)) +
                       (dice_.roll(6) == 0 ? R"(,"abatementString":"gone")"
                                           : maybe("abatementDateTime", date(), 2)) +
                       maybe("recordedDate", date(), 2) + verification() + clinical() + "}";
            case 1:
                return R"({"resourceType":"Encounter",)" + head +
                       maybe("type", "[" + concept_json() + "," + concept_json() + "]") +
                       maybe("class", R"({"system":"s","code":"a"})", 2) +
                       status({"planned", "finished", "entered-in-error", "odd"}) +
                       maybe("period", period(), 6) +
                       maybe("reasonCode", "[" + concept_json() + "]") + "}";
            case 2:
                return R"({"resourceType":"Procedure",)" + head + code +
                       status({"completed", "entered-in-error"}) +
                       (dice_.roll(3) == 0 ? ",\"performedPeriod\":" + period()
                                           : maybe("performedDateTime", date(), 5)) +
                       "}";
            default:
                return R"({"resourceType":"Observation",)" + head + code + value() +
                       maybe("category", "[" + concept_json() + "," + concept_json() + "]") +
                       status({"final", "preliminary", "entered-in-error", "odd"}) +
                       (dice_.roll(4) == 0 ? ",\"effectivePeriod\":" + period()
                                           : maybe("effectiveDateTime", date(), 5)) +
                       maybe("issued", R"("2015-01-01T00:00:00Z")") + "}";
        }
    }

    Dice dice_;
};

/// Random Boolean expressions over such records.
class RandomExpressions {
  public:
    explicit RandomExpressions(std::uint64_t seed) : dice_(seed) {}

    std::string make(std::size_t depth = 2) {
        switch (depth == 0 ? 5 : dice_.roll(11)) {
            case 0:
                return "(" + make(depth - 1) + " and " + make(depth - 1) + ")";
            case 1:
                return "(" + make(depth - 1) + " or " + make(depth - 1) + ")";
            case 2:
                return "(not " + make(depth - 1) + ")";
            case 3:
                return "(" + make(depth - 1) + dice_.pick({" xor ", " implies "}) +
                       make(depth - 1) + ")";
            case 4:
                return "(" + make(depth - 1) +
                       dice_.pick({" is null", " is true", " is false", " is not null"}) + ")";
            case 5:
                return "(" + person() + ")";
            case 6:
                return "(if " + make(depth - 1) + " then " + make(depth - 1) + " else " +
                       make(depth - 1) + ")";
            case 7:
                return latest();
            default:
                return rows();
        }
    }

    /// The same question asked plainly and by way of a function: a library of each.
    std::pair<std::string, std::string> by_function() {
        const std::string type = dice_.pick({"Observation", "Condition", "Encounter", "Procedure"});
        const std::string is = condition(type, 2);
        const std::string of = person();
        const std::string when =
            dice_.pick({"@2015-01-01T00:00:00.0Z", "Now()", "@2019-05-31T22:00:00.0-02:00"});
        const std::string asked = date_condition(date_of(type), type == "Encounter");
        return {"define Main: (exists ([" + type + "] X where " + is + ") and (" + of +
                    ")) or exists ([" + type + ": \"ab\"] X where (" + asked + ") and X." +
                    date_of(type) + " before " + when + ")",
                "define fluent function fits(X " + type + "): " + is +
                    "\ndefine function any(found List<" + type +
                    ">, more Boolean): (exists (found A where A.fits())) and more"
                    "\ndefine fluent function early(X " +
                    type + ", at DateTime): (" + asked + ") and X." + date_of(type) +
                    " before at\ndefine Main: any([" + type + "], " + of + ") or exists ([" + type +
                    ": \"ab\"] Y where Y.early(" + when + "))"};
    }

  private:
    static std::string date_of(const std::string& type) {
        return type == "Condition"   ? "onset"
               : type == "Encounter" ? "period"
               : type == "Procedure" ? "performed"
                                     : "effective";
    }

    /// About the first or last row.
    std::string latest() {
        const std::string type =
            dice_.pick({"Observation", "Observation", "Encounter", "Procedure"});
        const std::string filter = dice_.pick({"", "", ": \"ab\"", ": \"z\""});
        const std::string where = dice_.roll(2) == 0 ? "" : " where " + condition(type, 1);
        const std::string key =
            (type == "Encounter" ? "start of " : "") + date_of(type) + dice_.pick({"", " desc"});
        const std::string list = "([" + type + filter + "] X" + where + " sort by " + key + ")";
        const std::string row = dice_.pick({"First", "Last"}) + list;
        const std::string is = one_condition(type);
        std::string out = is;
        for (std::size_t at = out.find("X."); at != std::string::npos; at = out.find("X.", at)) {
            out.replace(at, 1, row);
            at += row.size();
        }
        return "(" + out + ")";
    }

    std::string moment() {
        return dice_.pick({"@2015-01-01", "@2015-01-01T00:00:00.0Z", "@2012-06", "@2016", "Today()",
                           "Now()", "(Today() - 6 months)", "@2019-05-31T22:00:00.0-02:00"});
    }
    std::string interval() {
        return dice_.pick({"Interval[@2012-01-01, @2015-12-31]",
                           "Interval[@2014-12-31T12:00:00.0Z, @2016)",
                           "Interval(@2015-01-01, null]", "Interval[Today() - 5 years, Today()]"});
    }
    std::string person() {
        return dice_.pick(
            {"AgeInYears() >= 18", "AgeInYears() < 60", "AgeInYears() = 3", "AgeInMonths() > 50",
             "Patient.gender = 'female'", "Patient.gender != 'male'", "Patient.gender is null",
             "Patient.deceased is null", "Patient.deceased = true", "Patient.active",
             "Patient.active = false", "Patient.birthDate before @2012-06-15",
             "Patient.birthDate is null", "Patient.gender = 'male' and AgeInYears() > 10"});
    }
    std::string date_condition(const std::string& path, bool interval_only) {
        const std::string of = "X." + path;
        switch (dice_.roll(interval_only ? 7 : 6)) {
            case 0:
                return of + " " + dice_.pick({"before", "after", "on or before", "on or after"}) +
                       " " + moment();
            case 1:
                return of + dice_.pick({" during ", " included in "}) + interval();
            case 2:
                return of + " is " + dice_.pick({"null", "not null"});
            case 3:
                return of + " " +
                       dice_.pick({"1 year or less before ", "3 months or less after "}) + moment();
            case 4:
                return of +
                       dice_.pick({" same day as ", " same year or before ", " before month of "}) +
                       moment();
            case 5:  // the day where it was, which may be another in UTC
                return "date from " +
                       (interval_only ? "start of " + of : "(" + of + " as DateTime)") +
                       dice_.pick({" = ", " <= ", " > ", " != "}) +
                       dice_.pick({"@2014-12-31", "@2015-01-01", "@2018-03-01", "@2019-06-01"});
            default:
                return dice_.pick({"start", "end"}) + " of " + of + " " +
                       dice_.pick({"<", ">=", "before", "after"}) + " " + moment();
        }
    }
    std::string coded(const std::string& element) {
        const bool list = element == "type" || element == "reasonCode";
        return !list && dice_.roll(4) == 0
                   ? "X." + element + " ~ Code 'a' from \"S\""
                   : "X." + element + " in \"" + dice_.pick({"ab", "z", "none"}) + "\"";
    }
    std::string value() {
        switch (dice_.roll(6)) {
            case 0:
                return coded("value");
            case 1:
                return "X.value is " + dice_.pick({"null", "not null"});
            case 2:
                return "X.value between 5 '%' and 7 '%'";
            case 3:
                return "(X.value as Quantity) " + dice_.pick({">", "<=", "="}) + " 700 'g'";
            default:
                return "X.value " + dice_.pick({">", ">=", "<", "<=", "="}) + " " +
                       dice_.pick({"7 '%'", "6.5 '%'", "7 'kg'", "0.7 'kg'"});
        }
    }
    std::string status() {
        return "X.status " +
               dice_.pick({"= 'final'", "!= 'final'", "in { 'final', 'completed', 'odd' }",
                           "~ 'FINAL'", "= 'finished'", "is null", "= 'odd'"});
    }
    std::string state() {
        return "X." + dice_.pick({"clinicalStatus in \"over\"", "verificationStatus in \"over\"",
                                  "clinicalStatus ~ Code 'active' from \"clinical\"",
                                  "verificationStatus ~ Code 'refuted' from \"verification\"",
                                  "clinicalStatus is null", "verificationStatus is not null"});
    }
    std::string one_condition(const std::string& type) {
        if (type == "Condition" && dice_.roll(3) == 0) {
            return state();
        }
        switch (dice_.roll(5)) {
            case 0:
                return coded(type == "Encounter" ? dice_.pick({"type", "class", "reasonCode"})
                                                 : "code");
            case 1:
                return type == "Observation" ? value()
                       : type == "Condition" ? date_condition("abatement", false)
                                             : status();
            case 2:
                return type == "Condition" ? date_condition("onset", false) : status();
            default:
                return type == "Condition"   ? date_condition("onset", false)
                       : type == "Encounter" ? date_condition("period", true)
                       : type == "Procedure" ? date_condition("performed", false)
                                             : date_condition("effective", false);
        }
    }
    std::string condition(const std::string& type, std::size_t depth) {
        switch (depth == 0 ? 3 : dice_.roll(6)) {
            case 0:
                return "(" + condition(type, depth - 1) + " and " + condition(type, depth - 1) +
                       ")";
            case 1:
                return "(" + condition(type, depth - 1) + " or " + condition(type, depth - 1) + ")";
            case 2:
                return "(not " + condition(type, depth - 1) + ")";
            default:
                return "(" + one_condition(type) + ")";
        }
    }
    std::string rows() {
        const std::string type =
            dice_.pick({"Observation", "Observation", "Condition", "Encounter", "Procedure"});
        const std::string filter = dice_.pick({"", "", ": \"ab\"", ": \"z\""});
        const std::string retrieve = "[" + type + filter + "]";
        const std::string set =
            dice_.roll(4) == 0 ? retrieve : "(" + retrieve + " X where " + condition(type, 2) + ")";
        return dice_.roll(4) == 0 ? "(Count(" + set + ") " + dice_.pick({">", "<=", "="}) + " " +
                                        dice_.pick({"0", "1", "2"}) + ")"
                                  : "(exists " + set + ")";
    }

    Dice dice_;
};

}  // namespace

std::vector<LoggedBody> random_records(std::uint64_t seed, std::size_t patients,
                                       std::size_t resources) {
    return RandomRecords(seed).make(patients, resources);
}

std::vector<std::pair<std::string, std::string>> random_functions(std::uint64_t seed,
                                                                  std::size_t count) {
    RandomExpressions texts(seed);
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(texts.by_function());
    }
    return out;
}

std::vector<std::string> random_expressions(std::uint64_t seed, std::size_t count) {
    RandomExpressions texts(seed);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(texts.make());
    }
    return out;
}

}  // namespace parcours::population
