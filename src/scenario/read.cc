#include <algorithm>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "scenario/phrase.h"
#include "scenario/scenario.h"
#include "scenario/words.h"

namespace parcours::scenario {
namespace {

struct Line {
    std::string_view text;
    std::size_t indent = 0;
    Location where;  ///< of its first letter that is not blank
    [[nodiscard]] std::string_view bare() const { return trim(text); }
    [[nodiscard]] bool blank() const { return bare().empty(); }
    [[nodiscard]] bool comment() const { return bare().starts_with('#'); }
};

std::vector<Line> split_lines(std::string_view text, const std::string& file) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        Line line{text.substr(0, end), 0, {}};
        line.indent = std::min(line.text.find_first_not_of(" \t"), line.text.size());
        line.where = {file, lines.size() + 1, line.indent + 1};
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

Error mistake(std::string message, Location where) {
    return {ErrorCode::InvalidInput, std::move(message), std::move(where)};
}

/// Reads a file line by line.
class Reader {
  public:
    Reader(std::string_view text, const std::string& file) : lines_(split_lines(text, file)) {}

    Result<std::vector<Scenario>> read() {
        while (at_ < lines_.size()) {
            if (lines_[at_].blank() || lines_[at_].comment()) {
                ++at_;
                continue;
            }
            if (const auto taken = take(lines_[at_]); !taken) {
                return pass_on(taken);
            }
        }
        if (scenarios_.empty()) {
            return std::unexpected(
                mistake("the file has no scenario; one begins with the line "
                        "\"scenario: what it shows\"",
                        lines_.empty() ? Location{} : lines_.front().where));
        }
        for (const Scenario& scenario : scenarios_) {
            if (scenario.scenes.empty() && scenario.mistake.empty()) {
                return std::unexpected(
                    mistake("this scenario has no timeline; its first line "
                            "would be like \"2026-03-01 09:00\"",
                            scenario.where));
            }
            if (!scenario.scenes.empty() && !scenario.mistake.empty()) {
                return std::unexpected(
                    mistake("a practice with this mistake is never at work: the "
                            "scenario has \"mistake:\" or a timeline, not both",
                            scenario.mistake_where));
            }
        }
        return std::move(scenarios_);
    }

  private:
    Result<> take(const Line& line) {
        if (line.indent > 0) {
            return take_sentence(line);
        }
        auto words = split_words(line.bare(), line.where);
        if (!words) {
            return pass_on(words);
        }
        return moment_length(*words, 0) > 0 ? take_moment(line, std::move(*words))
                                            : take_heading(line, *words);
    }

    /// "2026-03-01 09:00 Europe/Paris", with a sentence behind it or not.
    Result<> take_moment(const Line& line, Words words) {
        if (scenarios_.empty()) {
            return std::unexpected(
                mistake("a timeline belongs to a scenario: begin with \"scenario: what it shows\"",
                        line.where));
        }
        const auto length = static_cast<std::ptrdiff_t>(moment_length(words, 0));
        Scene scene;
        scene.moment.assign(words.begin(), words.begin() + length);
        words.erase(words.begin(), words.begin() + length);
        scenarios_.back().scenes.push_back(std::move(scene));
        ++at_;
        return words.empty() ? Result<>{} : add_sentence(line, std::move(words));
    }

    Result<> take_sentence(const Line& line) {
        if (scenarios_.empty() || scenarios_.back().scenes.empty()) {
            return std::unexpected(
                mistake("a sentence stands under a moment: a line such as \"2026-03-01 09:00\" "
                        "must come before it",
                        line.where));
        }
        auto words = split_words(line.bare(), line.where);
        if (!words) {
            return pass_on(words);
        }
        ++at_;
        return add_sentence(line, std::move(*words));
    }

    Result<> add_sentence(const Line& line, Words words) {
        const std::size_t from = words.front().where.column - line.where.column;
        scenarios_.back().scenes.back().sentences.push_back(
            {std::move(words), std::string(line.bare().substr(from))});
        return {};
    }

    [[nodiscard]] Setting& setting() {
        return scenarios_.empty() ? shared_ : scenarios_.back().setting;
    }

    Result<> take_heading(const Line& line, const Words& words) {
        const std::string_view name = words.front().text;
        if (words.size() < 2 || (!words[1].is(":") && name != "file")) {
            return std::unexpected(unknown_heading(line));
        }
        if (name == "file") {
            return take_file(line, words);
        }
        if (name == "clinic") {
            return take_block(
                line, words, [this](Block block) { setting().clinic.push_back(std::move(block)); });
        }
        ++at_;
        const std::string value(trim(line.bare().substr(name.size() + 1)));
        if (value.empty()) {
            return std::unexpected(
                mistake("something must stand behind \"" + std::string(name) + ":\"", line.where));
        }
        return take_value(line, name, value, words);
    }

    Result<> take_value(const Line& line, std::string_view name, const std::string& value,
                        const Words& words) {
        const Location where = words.size() > 2 ? words[2].where : line.where;
        if (name == "scenario") {
            Scenario& added = scenarios_.emplace_back();
            added.title = value;
            added.where = line.where;
            added.setting = shared_;
        } else if (name == "practice") {
            setting().practice = value;
        } else if (name == "times") {
            setting().zone = value;
            setting().zone_where = where;
        } else if (name == "campaigns") {
            const bool all = value == "all";
            setting().choice = all ? Setting::Campaigns::All : Setting::Campaigns::Listed;
            setting().campaigns = all || value == "none" ? std::vector<std::string>{} : list(words);
            setting().campaigns_where = where;
        } else if (name == "covers" && !scenarios_.empty()) {
            scenarios_.back().covers = list(words);
        } else if (name == "mistake" && !scenarios_.empty()) {
            scenarios_.back().mistake = words.size() == 3 ? words[2].text : value;
            scenarios_.back().mistake_where = where;
        } else {
            return std::unexpected(unknown_heading(line));
        }
        if (name != "scenario" && !scenarios_.empty() && !scenarios_.back().scenes.empty()) {
            return std::unexpected(
                mistake("this stands before the timeline of its scenario", line.where));
        }
        return {};
    }

    static Error unknown_heading(const Line& line) {
        return mistake(
            "a line without indentation is a moment (\"2026-03-01 09:00\") or begins with one of: "
            "scenario:, covers:, practice:, campaigns:, times:, clinic:, mistake:, file PATH:",
            line.where);
    }

    /// What stands behind a heading, between commas.
    static std::vector<std::string> list(const Words& words) {
        std::vector<std::string> items(1);
        for (std::size_t i = 2; i < words.size(); ++i) {
            if (words[i].is(",")) {
                items.emplace_back();
            } else {
                items.back() += (items.back().empty() ? "" : " ") + words[i].text;
            }
        }
        std::erase(items, std::string());
        return items;
    }

    Result<> take_file(const Line& line, const Words& words) {
        static const Phrase phrase("file {path} [in version {version}]:");
        const Phrase::Fit fit = phrase.fit(words);
        if (!fit.whole) {
            return std::unexpected(
                mistake("a file of the practice begins with \"file campaigns/NAME.yaml:\", or "
                        "\"file campaigns/NAME.yaml in version NAME:\"",
                        line.where));
        }
        return take_block(line, words, [this, &fit](Block block) {
            setting().files.push_back(
                {fit.slots.text("path"), fit.slots.text("version"), std::move(block)});
        });
    }

    /// The indented lines that follow, without their common indentation.
    template <class Keep>
    Result<> take_block(const Line& line, const Words& words, const Keep& keep) {
        if (!words.back().is(":")) {
            return std::unexpected(
                mistake("what belongs to it stands below, indented", words.back().where));
        }
        Block block;
        std::size_t indent = 0;
        std::size_t end = ++at_;
        for (; end < lines_.size() && (lines_[end].blank() || lines_[end].indent > 0); ++end) {
            if (indent == 0 && !lines_[end].blank()) {
                indent = lines_[end].indent;
                block.where = lines_[end].where;
            }
        }
        if (indent == 0) {
            return std::unexpected(
                mistake("the indented lines that belong to it are missing", line.where));
        }
        const std::size_t first = block.where.line - 1;
        for (std::size_t i = first; i < end; ++i) {
            if (!lines_[i].blank() && lines_[i].indent < indent) {
                return std::unexpected(
                    mistake("this line is indented less than the first of its "
                            "block",
                            lines_[i].where));
            }
            block.text += lines_[i].blank() ? std::string_view{} : lines_[i].text.substr(indent);
            block.text += '\n';
        }
        at_ = end;
        keep(std::move(block));
        return {};
    }

    std::vector<Line> lines_;
    std::size_t at_ = 0;
    Setting shared_;
    std::vector<Scenario> scenarios_;
};

}  // namespace

Result<std::vector<Scenario>> read_scenarios(std::string_view text, const std::string& file) {
    return Reader(text, file).read();
}

}  // namespace parcours::scenario
