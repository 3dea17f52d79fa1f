#include "engine/directory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "engine/data_folder.h"
#include "engine/number_bytes.h"
#include "population/live_index.h"
#include "record/patient_card.h"

namespace parcours::engine {
namespace {

constexpr std::uint64_t format = 1;
/// Of so many patients with newer names all names are put in order anew.
constexpr std::size_t changes_max = 2'000;
/// Ranks between those of two names.
constexpr std::int64_t rank_room = std::int64_t{1} << 24;

std::string_view name_in(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

/// What the search of one patient reads: nothing where the resource cannot be read.
std::string read_text(const DataFolder& folder, LogPosition position) {
    const auto body = folder.read_body(position);
    if (!body) {
        return "\n";
    }
    const auto card = parse_patient_card(*body);
    return card ? card->sort_name + '\n' + card->search_text() : "\n";
}

bool is_number_word(std::string_view word) {
    return std::ranges::all_of(word,
                               [](char c) {
                                   return (c >= '0' && c <= '9') || c == '+' || c == '(' ||
                                          c == ')' || c == '-' || c == '.' || c == '/';
                               }) &&
           std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// What must all be found. Neighbouring words of digits are one number: "06 12 34".
std::vector<std::string> search_words(std::string_view query) {
    std::vector<std::string> words;
    std::string number;
    const auto end_number = [&] {
        // A number typed with its national 0 is written with a country code elsewhere.
        const std::size_t zeros = std::min(number.find_first_not_of('0'), number.size());
        if (!number.empty()) {
            words.push_back(zeros < number.size() ? number.substr(zeros) : number);
            number.clear();
        }
    };
    std::string folded = fold_for_search(query);
    std::string_view rest = folded;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (is_number_word(word)) {
            number += digits_of(word);
        } else if (!word.empty()) {
            end_number();
            words.emplace_back(word);
        }
    }
    end_number();
    return words;
}

}  // namespace

/// Everybody's names, as long as nobody's resource changes. Immutable.
struct Directory::Names {
    // By PatientNumber.
    std::vector<Key> keys;
    std::vector<LogPosition> positions;
    std::vector<std::uint64_t> starts = {0};  ///< one more than there are patients
    std::string texts;                        ///< sort name, line feed, search text, NUL
    std::vector<std::uint32_t> ranks;
    std::vector<std::uint32_t> order;  ///< places by rank

    [[nodiscard]] std::string_view text(std::size_t place) const {
        return std::string_view(texts).substr(starts[place], starts[place + 1] - starts[place]);
    }
    [[nodiscard]] std::string_view sort_name(std::size_t place) const {
        return name_in(text(place));
    }
    void rank() {
        order.resize(keys.size());
        std::iota(order.begin(), order.end(), std::uint32_t{0});
        const auto name = [this](std::uint32_t place) {
            return std::pair(sort_name(place), keys[place]);
        };
        std::ranges::sort(order, {}, name);
        ranks.resize(order.size());
        for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
            ranks[order[rank]] = rank;
        }
    }
};

std::shared_ptr<const Directory> Directory::make(const DataFolder& folder,
                                                 const population::LiveIndex& index,
                                                 std::shared_ptr<const Directory> before,
                                                 Executor& executor) {
    const bool same_numbers =
        before != nullptr && (before->base_.lock() == index.base() || before->is_of(index));
    if (!same_numbers) {
        return make_anew(folder, index, before.get(), executor);
    }
    const auto changed = before->find_changed(index);
    if (changed.empty() && before->base_.lock() == index.base()) {
        return before;
    }
    if (changed.size() + before->changes_.size() > changes_max) {
        return make_anew(folder, index, before.get(), executor);
    }
    auto next = std::make_shared<Directory>(*before);
    next->base_ = index.base();
    for (const population::PatientNumber number : changed) {
        const LogPosition position = index.patients().position[number];
        next->changes_[number] = {index.patients().key[number], position,
                                  position == 0 ? "\n" : read_text(folder, position), 0};
    }
    next->rank_changes();
    return next;
}

std::shared_ptr<const Directory> Directory::make_anew(const DataFolder& folder,
                                                      const population::LiveIndex& index,
                                                      const Directory* before, Executor& executor) {
    const std::uint32_t count = index.patient_count();
    std::vector<std::string> texts(count);
    // What is known, by where it was read.
    std::unordered_map<LogPosition, std::string_view> known;
    if (before != nullptr) {
        for (std::size_t place = 0; place < before->names_->keys.size(); ++place) {
            known.emplace(before->names_->positions[place], before->names_->text(place));
        }
        for (const auto& [number, change] : before->changes_) {
            known.insert_or_assign(change.position, change.text);
        }
        known.erase(0);
    }
    const Parts all{count};
    executor.run(all.number(), [&](std::size_t part) {
        for (auto number = static_cast<std::uint32_t>(all.from(part)); number < all.to(part);
             ++number) {
            const LogPosition position = index.patients().position[number];
            const auto found = known.find(position);
            std::string& text = texts[number];
            text = found != known.end() ? std::string(found->second)
                   : position == 0      ? "\n"
                                        : read_text(folder, position);
            if (text.empty() || text.back() != '\0') {
                text += '\0';
            }
        }
    });
    auto names = std::make_shared<Names>();
    for (std::uint32_t number = 0; number < count; ++number) {
        names->keys.push_back(index.patients().key[number]);
        names->positions.push_back(index.patients().position[number]);
        names->texts += texts[number];
        names->starts.push_back(names->texts.size());
    }
    names->rank();
    auto directory = std::make_shared<Directory>();
    directory->names_ = std::move(names);
    directory->base_ = index.base();
    return directory;
}

/// Whether it has the same numbers, to be found out by looking at each.
bool Directory::is_of(const population::LiveIndex& index) const {
    if (names_->keys.size() > index.patient_count() || !changes_.empty()) {
        return false;
    }
    const population::Patients& patients = index.base()->patients();
    const std::size_t count = std::min<std::size_t>(names_->keys.size(), patients.count);
    for (std::size_t number = 0; number < count; ++number) {
        if (names_->keys[number] != patients.key[number] ||
            names_->positions[number] != patients.position[number]) {
            return false;
        }
    }
    return names_->keys.size() == patients.count;
}

/// Patients of later layers who are not known as they are now.
std::vector<population::PatientNumber> Directory::find_changed(
    const population::LiveIndex& index) const {
    std::vector<population::PatientNumber> changed;
    for (const population::IndexLayer& layer : index.layers().subspan(1)) {
        for (population::PatientNumber own = 0; own < layer.index->patient_count(); ++own) {
            if (!layer.has(own)) {
                continue;
            }
            const population::PatientNumber number = layer.numbers[own];
            const auto change = changes_.find(number);
            const bool named = number < names_->keys.size();
            const LogPosition known = change != changes_.end() ? change->second.position
                                      : named                  ? names_->positions[number]
                                                               : 0;
            if (known != layer.index->patients().position[own] ||
                (!named && change == changes_.end())) {
                changed.push_back(number);
            }
        }
    }
    return changed;
}

/// Between the ranks of the names there is room for those that have changed.
void Directory::rank_changes() {
    std::vector<Change*> all;
    for (auto& [number, change] : changes_) {
        all.push_back(&change);
    }
    std::ranges::sort(all, {}, [](const Change* change) {
        return std::pair(name_in(change->text), change->key);
    });
    std::int64_t last = -1;
    for (Change* const change : all) {
        const auto place =
            std::ranges::lower_bound(names_->order, std::pair(name_in(change->text), change->key),
                                     {}, [this](std::uint32_t at) {
                                         return std::pair(names_->sort_name(at), names_->keys[at]);
                                     });
        const std::int64_t gap = (place - names_->order.begin()) * rank_room;
        change->rank = std::max(gap + 1 - rank_room / 2, last + 1);
        last = change->rank;
    }
}

std::int64_t Directory::name_rank(population::PatientNumber number) const {
    const auto change = changes_.find(number);
    return change != changes_.end() ? change->second.rank : names_->ranks[number] * rank_room;
}

std::vector<population::PatientNumber> Directory::search(const population::LiveIndex& index,
                                                         std::string_view query) const {
    std::vector<population::PatientNumber> found;
    const std::vector<std::string> words = search_words(query);
    const auto is_changed = [this](std::size_t place) {
        return !changes_.empty() &&
               changes_.contains(static_cast<population::PatientNumber>(place));
    };
    const auto add = [&](std::size_t place) {
        const auto number = static_cast<population::PatientNumber>(place);
        if (index.patients().counts(number)) {
            found.push_back(number);
        }
    };
    const auto fits = [&words](std::string_view text) {
        return std::ranges::all_of(words, [text](const std::string& word) {
            return text.find(word) != std::string_view::npos;
        });
    };
    for (const auto& [number, change] : changes_) {
        if (words.empty() || fits(change.text)) {
            add(number);
        }
    }
    if (words.empty()) {
        for (std::size_t place = 0; place < names_->keys.size(); ++place) {
            if (!is_changed(place)) {
                add(place);
            }
        }
        std::ranges::sort(found);
        return found;
    }
    // The longest word is the rarest: it leads through the texts of all patients at once.
    const std::string& rarest =
        *std::ranges::max_element(words, {}, [](const std::string& word) { return word.size(); });
    const std::string_view all = names_->texts;
    for (std::size_t at = all.find(rarest); at != std::string_view::npos;) {
        const auto place =
            static_cast<std::size_t>(std::ranges::upper_bound(names_->starts, std::uint64_t{at}) -
                                     names_->starts.begin() - 1);
        if (!is_changed(place) && fits(names_->text(place))) {
            add(place);
        }
        at = all.find(rarest, names_->starts[place + 1]);
    }
    for (const population::PatientNumber number : index.find_patients(query)) {
        if (number < names_->keys.size() || is_changed(number)) {
            if (std::ranges::find(found, number) == found.end()) {
                add(number);
            }
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string Directory::to_bytes() const {
    struct Row {
        Key key;
        LogPosition position;
        std::string_view text;
    };
    std::vector<Row> rows;
    for (std::size_t place = 0; place < names_->keys.size(); ++place) {
        if (!changes_.contains(static_cast<population::PatientNumber>(place))) {
            rows.push_back({names_->keys[place], names_->positions[place], names_->text(place)});
        }
    }
    for (const auto& [number, change] : changes_) {
        rows.push_back({change.key, change.position, change.text});
    }
    std::ranges::sort(rows, {}, &Row::key);
    std::string bytes;
    append_number(bytes, format);
    append_number(bytes, rows.size());
    std::string texts;
    for (const Row& row : rows) {
        const bool ended = !row.text.empty() && row.text.back() == '\0';
        append_number(bytes, row.key);
        append_number(bytes, row.position);
        append_number(bytes, row.text.size() + (ended ? 0U : 1U));
        texts += row.text;
        texts += ended ? std::string_view() : std::string_view("\0", 1);
    }
    return bytes + texts;
}

Result<std::shared_ptr<const Directory>> Directory::from_bytes(std::string_view bytes) {
    constexpr std::size_t row = 24;
    const auto damaged = [] {
        return fail(ErrorCode::Damaged, "the stored directory of patients is cut short");
    };
    if (bytes.size() < 16) {
        return damaged();
    }
    NumberReader reader(bytes);
    if (reader.next() != format) {
        return fail(ErrorCode::NewerFormat, "the stored directory has another format");
    }
    const std::uint64_t count = reader.next();
    if (count > (bytes.size() - 16) / row) {
        return damaged();
    }
    auto names = std::make_shared<Names>();
    for (std::uint64_t i = 0; i < count; ++i) {
        names->keys.push_back(reader.next());
        names->positions.push_back(reader.next());
        names->starts.push_back(names->starts.back() + reader.next());
    }
    names->texts = bytes.substr(16 + count * row);
    if (names->texts.size() != names->starts.back() || !std::ranges::is_sorted(names->keys) ||
        !std::ranges::is_sorted(names->starts)) {
        return damaged();
    }
    names->rank();
    auto directory = std::make_shared<Directory>();
    directory->names_ = std::move(names);
    return directory;
}

}  // namespace parcours::engine
