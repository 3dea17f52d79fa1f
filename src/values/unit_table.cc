#include "values/unit_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "values/ratio.h"

namespace parcours::values {
namespace {

enum class Form : std::uint8_t { Plain, Metric, Arbitrary, MetricArbitrary, Special };

/// value · unit; units stand before those that use them.
struct Row {
    std::string_view symbol;
    std::string_view value;
    std::string_view unit;
    Form form = Form::Plain;
};

// UCUM 2.1, the units that clinical data use and the rest of physics. A mole is a dimension of its
// own here, not a number: so that mmol/L and mg/dL, or mol and eq, are not taken for each other.
constexpr auto rows = std::to_array<Row>({
    {"10*", "10", "1"},
    {"10^", "10", "1"},
    {"[pi]", "3.14159265358979324", "1"},
    {"%", "0.01", "1"},
    {"[ppth]", "0.001", "1"},
    {"[ppm]", "0.000001", "1"},
    {"[ppb]", "0.000000001", "1"},
    {"[pptr]", "0.000000000001", "1"},
    {"sr", "1", "rad2", Form::Metric},
    {"deg", "0.0174532925199432958", "rad"},
    {"'", "0.000290888208665721596", "rad"},
    {"''", "0.00000484813681109535994", "rad"},
    {"gon", "0.0157079632679489662", "rad"},
    {"circ", "6.28318530717958648", "rad"},
    {"min", "60", "s"},
    {"h", "60", "min"},
    {"d", "24", "h"},
    {"wk", "7", "d"},
    {"a_t", "365.24219", "d"},
    {"a_j", "365.25", "d"},
    {"a_g", "365.2425", "d"},
    {"a", "365.25", "d"},
    {"mo_s", "29.53059", "d"},
    {"mo_j", "30.4375", "d"},
    {"mo_g", "30.436875", "d"},
    {"mo", "30.4375", "d"},
    {"Hz", "1", "s-1", Form::Metric},
    {"N", "1000", "g.m/s2", Form::Metric},
    {"Pa", "1", "N/m2", Form::Metric},
    {"J", "1", "N.m", Form::Metric},
    {"W", "1", "J/s", Form::Metric},
    {"A", "1", "C/s", Form::Metric},
    {"V", "1", "J/C", Form::Metric},
    {"F", "1", "C/V", Form::Metric},
    {"Ohm", "1", "V/A", Form::Metric},
    {"S", "1", "A/V", Form::Metric},
    {"Wb", "1", "V.s", Form::Metric},
    {"T", "1", "Wb/m2", Form::Metric},
    {"H", "1", "Wb/A", Form::Metric},
    {"lm", "1", "cd.sr", Form::Metric},
    {"lx", "1", "lm/m2", Form::Metric},
    {"Bq", "1", "s-1", Form::Metric},
    {"Gy", "1", "J/10*3/g", Form::Metric},
    {"Sv", "1", "J/10*3/g", Form::Metric},
    {"L", "0.001", "m3", Form::Metric},
    {"l", "0.001", "m3", Form::Metric},
    {"ar", "100", "m2", Form::Metric},
    {"t", "1000000", "g", Form::Metric},
    {"u", "1.66054020e-24", "g", Form::Metric},
    {"eV", "1.60217733e-19", "J", Form::Metric},
    {"bar", "100000", "Pa", Form::Metric},
    {"atm", "101325", "Pa"},
    {"dyn", "0.00001", "N", Form::Metric},
    {"erg", "0.0000001", "J", Form::Metric},
    {"P", "1", "dyn.s/10*-4/m2", Form::Metric},
    {"St", "0.0001", "m2/s", Form::Metric},
    {"G", "0.0001", "T", Form::Metric},
    {"Ci", "37000000000", "Bq", Form::Metric},
    {"R", "0.000258", "C/10*3/g", Form::Metric},
    {"RAD", "0.01", "Gy", Form::Metric},
    {"[RAD]", "0.01", "Gy", Form::Metric},
    {"REM", "0.01", "Sv", Form::Metric},
    {"[REM]", "0.01", "Sv", Form::Metric},
    {"eq", "1", "mol", Form::Metric},
    {"osm", "1", "mol", Form::Metric},
    {"kat", "1", "mol/s", Form::Metric},
    {"U", "0.000001", "mol/min", Form::Metric},
    {"g%", "10", "g/L", Form::Metric},
    {"cal", "4.184", "J", Form::Metric},
    {"cal_th", "4.184", "J", Form::Metric},
    {"cal_IT", "4.1868", "J", Form::Metric},
    {"[Cal]", "4184", "J"},
    {"[Btu]", "1055.05585262", "J"},
    {"[HP]", "745.699871582270", "W"},
    {"m[Hg]", "133322", "Pa", Form::Metric},
    {"m[H2O]", "9806.65", "Pa", Form::Metric},
    {"[in_i'Hg]", "3386.3788", "Pa"},
    {"[in_i'H2O]", "249.08891", "Pa"},
    {"[g]", "9.80665", "m/s2", Form::Metric},
    {"gf", "1", "g.[g]", Form::Metric},
    {"[c]", "299792458", "m/s", Form::Metric},
    {"Ao", "0.0000000001", "m"},
    {"[in_i]", "0.0254", "m"},
    {"[ft_i]", "12", "[in_i]"},
    {"[yd_i]", "3", "[ft_i]"},
    {"[mi_i]", "5280", "[ft_i]"},
    {"[fth_i]", "6", "[ft_i]"},
    {"[nmi_i]", "1852", "m"},
    {"[kn_i]", "1", "[nmi_i]/h"},
    {"[sin_i]", "1", "[in_i]2"},
    {"[sft_i]", "1", "[ft_i]2"},
    {"[syd_i]", "1", "[yd_i]2"},
    {"[cin_i]", "1", "[in_i]3"},
    {"[cft_i]", "1", "[ft_i]3"},
    {"[in_us]", "0.0254000508001016002", "m"},
    {"[ft_us]", "0.304800609601219202", "m"},
    {"[mi_us]", "1609.34721869443739", "m"},
    {"[acr_us]", "4046.87260987425200", "m2"},
    {"[acr_br]", "4046.850", "m2"},
    {"[gal_us]", "231", "[in_i]3"},
    {"[qt_us]", "0.25", "[gal_us]"},
    {"[pt_us]", "0.5", "[qt_us]"},
    {"[gil_us]", "0.25", "[pt_us]"},
    {"[cup_us]", "0.5", "[pt_us]"},
    {"[cup_m]", "240", "mL"},
    {"[foz_us]", "0.25", "[gil_us]"},
    {"[foz_m]", "30", "mL"},
    {"[tbs_us]", "0.5", "[foz_us]"},
    {"[tbs_m]", "15", "mL"},
    {"[tsp_us]", "1", "[tbs_us]/3"},
    {"[tsp_m]", "5", "mL"},
    {"[fdr_us]", "0.125", "[foz_us]"},
    {"[bbl_us]", "42", "[gal_us]"},
    {"[gal_br]", "4.54609", "L"},
    {"[pt_br]", "0.125", "[gal_br]"},
    {"[foz_br]", "0.05", "[pt_br]"},
    {"[drp]", "0.05", "mL"},
    {"[gr]", "0.06479891", "g"},
    {"[lb_av]", "7000", "[gr]"},
    {"[oz_av]", "0.0625", "[lb_av]"},
    {"[dr_av]", "0.0625", "[oz_av]"},
    {"[ston_av]", "2000", "[lb_av]"},
    {"[lton_av]", "2240", "[lb_av]"},
    {"[stone_av]", "14", "[lb_av]"},
    {"[lb_tr]", "5760", "[gr]"},
    {"[oz_tr]", "480", "[gr]"},
    {"[lb_ap]", "5760", "[gr]"},
    {"[oz_ap]", "480", "[gr]"},
    {"[car_m]", "0.2", "g"},
    {"[lbf_av]", "1", "[lb_av].[g]"},
    {"[psi]", "1", "[lbf_av]/[in_i]2"},
    {"[degR]", "5", "K/9"},
    {"bit", "1", "1", Form::Metric},
    {"By", "8", "bit", Form::Metric},
    {"Bd", "1", "s-1", Form::Metric},
    {"[diop]", "1", "m-1"},
    {"[mesh_i]", "1", "[in_i]-1"},
    {"[Ch]", "1", "mm/3"},
    {"[MET]", "3.5", "mL/min/10*3/g"},
    {"[PRU]", "1", "m[Hg].s/L/10*-3"},
    {"[wood'U]", "1", "mm[Hg].min/L"},
    {"[m/s2/Hz^0.5]", "1", "m/s2", Form::Arbitrary},
    {"[iU]", "1", "1", Form::MetricArbitrary},
    {"[IU]", "1", "[iU]", Form::Metric},
    {"[arb'U]", "1", "1", Form::Arbitrary},
    {"[USP'U]", "1", "1", Form::Arbitrary},
    {"[GPL'U]", "1", "1", Form::Arbitrary},
    {"[MPL'U]", "1", "1", Form::Arbitrary},
    {"[APL'U]", "1", "1", Form::Arbitrary},
    {"[beth'U]", "1", "1", Form::Arbitrary},
    {"[anti'Xa'U]", "1", "1", Form::Arbitrary},
    {"[todd'U]", "1", "1", Form::Arbitrary},
    {"[dye'U]", "1", "1", Form::Arbitrary},
    {"[smgy'U]", "1", "1", Form::Arbitrary},
    {"[bdsk'U]", "1", "1", Form::Arbitrary},
    {"[ka'U]", "1", "1", Form::Arbitrary},
    {"[knk'U]", "1", "1", Form::Arbitrary},
    {"[mclg'U]", "1", "1", Form::Arbitrary},
    {"[tb'U]", "1", "1", Form::Arbitrary},
    {"[Lf]", "1", "1", Form::Arbitrary},
    {"[PFU]", "1", "1", Form::Arbitrary},
    {"[FFU]", "1", "1", Form::Arbitrary},
    {"[CFU]", "1", "1", Form::Arbitrary},
    {"[CCID_50]", "1", "1", Form::Arbitrary},
    {"[TCID_50]", "1", "1", Form::Arbitrary},
    {"[EID_50]", "1", "1", Form::Arbitrary},
    {"[ELU]", "1", "1", Form::Arbitrary},
    {"[EU]", "1", "1", Form::Arbitrary},
    {"[AU]", "1", "1", Form::Arbitrary},
    {"[BAU]", "1", "1", Form::Arbitrary},
    {"[Amb'a'1'U]", "1", "1", Form::Arbitrary},
    {"[PNU]", "1", "1", Form::Arbitrary},
    {"[D'ag'U]", "1", "1", Form::Arbitrary},
    {"[S]", "1", "1", Form::Arbitrary},
    {"[HPF]", "1", "1", Form::Arbitrary},
    {"[LPF]", "100", "[HPF]"},
    {"[hnsf'U]", "1", "1", Form::Arbitrary},
    {"Cel", "1", "K", Form::Special},
    {"[degF]", "5", "K/9", Form::Special},
    {"[degRe]", "1.25", "K", Form::Special},
    {"[pH]", "1", "mol/L", Form::Special},
    {"Np", "1", "1", Form::Special},
    {"B", "1", "1", Form::Special},
    {"B[SPL]", "1", "Pa", Form::Special},
    {"B[V]", "1", "V", Form::Special},
    {"B[mV]", "1", "mV", Form::Special},
    {"B[W]", "1", "W", Form::Special},
    {"B[kW]", "1", "kW", Form::Special},
});

constexpr auto base_units =
    std::to_array<std::string_view>({"m", "g", "s", "rad", "K", "C", "cd", "mol"});

constexpr auto prefixes = std::to_array<std::pair<std::string_view, int>>(
    {{"da", 1}, {"Y", 24},  {"Z", 21},  {"E", 18},  {"P", 15},  {"T", 12}, {"G", 9},
     {"M", 6},  {"k", 3},   {"h", 2},   {"d", -1},  {"c", -2},  {"m", -3}, {"u", -6},
     {"n", -9}, {"p", -12}, {"f", -15}, {"a", -18}, {"z", -21}, {"y", -24}});

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "0.0254", "1.6e-24"
Ratio read_value(std::string_view text) {
    Ratio::Raw digits = 0;
    int ten = 0;
    bool after = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '.') {
            after = true;
        } else if (text[i] == 'e') {
            ten += std::stoi(std::string(text.substr(i + 1)));
            break;
        } else {
            digits = digits * 10 + (text[i] - '0');
            ten -= after ? 1 : 0;
        }
    }
    return Ratio::make(digits, ten);
}

void multiply_into(Measure& product, const Measure& part, int exponent, bool& possible) {
    product.factor = product.factor.multiply(part.factor.power(exponent));
    for (std::size_t i = 0; i < product.dimension.size(); ++i) {
        product.dimension[i] =
            static_cast<std::int8_t>(product.dimension[i] + part.dimension[i] * exponent);
    }
    possible = possible && !part.special;
    if (!part.arbitrary.empty()) {
        possible = possible && (product.arbitrary.empty() || product.arbitrary == part.arbitrary);
        product.arbitrary = part.arbitrary;
        product.arbitrary_exponent = static_cast<std::int8_t>(product.arbitrary_exponent +
                                                              part.arbitrary_exponent * exponent);
        if (product.arbitrary_exponent == 0) {
            product.arbitrary = {};
        }
    }
}

/// Reads one unit; UCUM §2, the grammar of units.
class UnitParser {
  public:
    UnitParser(std::string_view text, const std::vector<UnitRow>& known)
        : text_(text), known_(known) {}

    std::optional<Measure> read() {
        auto measure = terms(0);
        return measure && at_ == text_.size() ? measure : std::nullopt;
    }

  private:
    [[nodiscard]] bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }

    std::optional<Measure> terms(int depth) {
        if (depth > 8) {
            return std::nullopt;
        }
        Measure product;
        bool possible = true;
        bool first = true;
        std::size_t count = 0;
        while (true) {
            int sign = 1;
            if (at('/')) {
                sign = -1;
                ++at_;
            } else if (!first) {
                if (!at('.')) {
                    break;
                }
                ++at_;
            }
            const auto part = component(depth);
            if (!part || ++count > 16) {
                return std::nullopt;
            }
            const bool alone = first && (at_ == text_.size()) && sign == 1;
            if (alone && part->special) {
                return part;
            }
            multiply_into(product, *part, sign, possible);
            first = false;
        }
        return possible ? std::optional(product) : std::nullopt;
    }

    std::optional<Measure> component(int depth) {
        if (at('(')) {
            ++at_;
            auto inner = terms(depth + 1);
            if (!inner || !at(')')) {
                return std::nullopt;
            }
            ++at_;
            return inner;
        }
        const std::size_t start = at_;
        const std::string_view symbol = take_symbol();
        std::optional<Measure> measure;
        if (symbol.empty()) {
            measure = start < text_.size() && text_[start] == '{' ? std::optional(Measure{})
                                                                  : std::nullopt;
        } else {
            measure = annotated(symbol);
        }
        skip_annotation();
        return measure;
    }

    // Up to an operator; brackets and annotations are one piece.
    std::string_view take_symbol() {
        const std::size_t start = at_;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '[') {
                const std::size_t end = text_.find(']', at_);
                at_ = end == std::string_view::npos ? text_.size() : end + 1;
            } else if (c == '.' || c == '/' || c == '(' || c == ')' || c == '{') {
                break;
            } else {
                ++at_;
            }
        }
        return text_.substr(start, at_ - start);
    }

    void skip_annotation() {
        if (at('{')) {
            const std::size_t end = text_.find('}', at_);
            at_ = end == std::string_view::npos ? text_.size() + 1 : end + 1;
        }
    }

    // "m2", "s-1", "10*3", "100"
    std::optional<Measure> annotated(std::string_view symbol) {
        if (std::ranges::all_of(symbol, is_digit) && symbol.size() <= 15) {
            Measure number;
            number.factor = read_value(symbol);
            return symbol.find_first_not_of('0') == std::string_view::npos ? std::nullopt
                                                                           : std::optional(number);
        }
        if (const auto whole = simple(symbol)) {
            return whole;
        }
        std::size_t begin = symbol.size();
        while (begin > 0 && is_digit(symbol[begin - 1])) {
            --begin;
        }
        if (begin == symbol.size() || begin == 0 || symbol.size() - begin > 2) {
            return std::nullopt;
        }
        int exponent = 0;
        for (const char c : symbol.substr(begin)) {
            exponent = exponent * 10 + (c - '0');
        }
        if (symbol[begin - 1] == '-' || symbol[begin - 1] == '+') {
            exponent = symbol[begin - 1] == '-' ? -exponent : exponent;
            --begin;
        }
        const auto base = simple(symbol.substr(0, begin));
        if (!base || base->special || exponent > 30 || exponent < -30) {
            return std::nullopt;
        }
        Measure product;
        bool possible = true;
        multiply_into(product, *base, exponent, possible);
        return possible ? std::optional(product) : std::nullopt;
    }

    // A unit, or a prefix and a metric unit.
    [[nodiscard]] std::optional<Measure> simple(std::string_view symbol) const {
        if (const UnitRow* const row = find(symbol)) {
            return row->measure;
        }
        for (const auto& [prefix, ten] : prefixes) {
            if (symbol.size() <= prefix.size() || !symbol.starts_with(prefix)) {
                continue;
            }
            const UnitRow* const row = find(symbol.substr(prefix.size()));
            if (row != nullptr && row->metric) {
                Measure measure = row->measure;
                measure.factor = measure.factor.multiply(Ratio::make(1, ten));
                return measure;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] const UnitRow* find(std::string_view symbol) const {
        for (const UnitRow& row : known_) {
            if (row.symbol == symbol) {
                return &row;
            }
        }
        return nullptr;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    const std::vector<UnitRow>& known_;
};

UnitRow make_row(const Row& row, const std::vector<UnitRow>& known) {
    auto measure = UnitParser(row.unit, known).read();
    check(measure.has_value(), "units stand before those that use them");
    measure->factor = measure->factor.multiply(read_value(row.value));
    if (row.form == Form::Arbitrary || row.form == Form::MetricArbitrary) {
        measure->arbitrary = row.symbol;
        measure->arbitrary_exponent = 1;
    }
    measure->special = row.form == Form::Special;
    if (row.symbol == "Cel" || row.symbol == "[degRe]" || row.symbol == "[degF]") {
        measure->has_scale = true;
        measure->offset_hundredths =
            row.symbol == "[degF]" ? 45967 : (row.symbol == "Cel" ? 27315 : 21852);
    }
    return {
        row.symbol, *measure,
        row.form == Form::Metric || row.form == Form::MetricArbitrary || row.form == Form::Special};
}

std::vector<UnitRow> make_table() {
    std::vector<UnitRow> table;
    UnitRow one;
    one.symbol = "1";
    table.push_back(one);
    for (std::size_t i = 0; i < base_units.size(); ++i) {
        UnitRow row;
        row.symbol = base_units[i];
        row.measure.dimension[i] = 1;
        row.metric = true;
        table.push_back(row);
    }
    for (const Row& row : rows) {
        table.push_back(make_row(row, table));
    }
    return table;
}

const std::vector<UnitRow>& table() {
    static const std::vector<UnitRow> made = make_table();
    return made;
}

}  // namespace

std::optional<Measure> parse_unit(std::string_view text) {
    return UnitParser(text, table()).read();
}

}  // namespace parcours::values
