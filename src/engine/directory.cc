#include "engine/directory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/executor.h"
#include "engine/data_folder.h"
#include "engine/number_bytes.h"
#include "population/index.h"
#include "record/patient_card.h"

namespace parcours::engine {
namespace {

constexpr std::uint64_t format = 1;

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

std::string_view Directory::sort_name(std::size_t place) const {
    const std::string_view all = text(place);
    return all.substr(0, all.find('\n'));
}

std::shared_ptr<const Directory> Directory::make(const DataFolder& folder,
                                                 const population::Index& index,
                                                 std::shared_ptr<const Directory> before,
                                                 Executor& executor) {
    if (before && before->is_of(index)) {
        return before;
    }
    const std::uint32_t count = index.patient_count();
    std::vector<std::string> texts(count);
    const Parts all{count};
    executor.run(all.number(), [&](std::size_t part) {
        const auto from = static_cast<std::uint32_t>(all.from(part));
        const auto to = static_cast<std::uint32_t>(all.to(part));
        std::size_t old = 0;
        if (before != nullptr && from < to) {
            old = static_cast<std::size_t>(
                std::ranges::lower_bound(before->keys_, index.patients().key[from]) -
                before->keys_.begin());
        }
        for (std::uint32_t number = from; number < to; ++number) {
            const Key key = index.patients().key[number];
            const LogPosition position = index.patients().position[number];
            while (before != nullptr && old < before->keys_.size() && before->keys_[old] < key) {
                ++old;
            }
            const bool known = before != nullptr && old < before->keys_.size() &&
                               before->keys_[old] == key && before->positions_[old] == position;
            if (known) {
                texts[number] = before->text(old);
            } else {
                texts[number] = (position == 0 ? "\n" : read_text(folder, position)) + '\0';
            }
        }
    });
    auto directory = std::make_shared<Directory>();
    for (std::uint32_t number = 0; number < count; ++number) {
        directory->keys_.push_back(index.patients().key[number]);
        directory->positions_.push_back(index.patients().position[number]);
        directory->texts_ += texts[number];
        directory->starts_.push_back(directory->texts_.size());
    }
    directory->rank_names();
    return directory;
}

bool Directory::is_of(const population::Index& index) const {
    if (keys_.size() != index.patient_count()) {
        return false;
    }
    for (std::uint32_t number = 0; number < keys_.size(); ++number) {
        if (keys_[number] != index.patients().key[number] ||
            positions_[number] != index.patients().position[number]) {
            return false;
        }
    }
    return true;
}

void Directory::rank_names() {
    std::vector<std::pair<std::string_view, std::uint32_t>> order;
    order.reserve(keys_.size());
    for (std::uint32_t number = 0; number < keys_.size(); ++number) {
        order.emplace_back(sort_name(number), number);
    }
    std::ranges::sort(order);
    ranks_.resize(order.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
        ranks_[order[rank].second] = rank;
    }
}

std::vector<population::PatientNumber> Directory::search(const population::Index& index,
                                                         std::string_view query) const {
    std::vector<population::PatientNumber> found;
    const std::vector<std::string> words = search_words(query);
    const auto add = [&](std::size_t place) {
        const auto number = static_cast<population::PatientNumber>(place);
        if (index.patients().counts(number)) {
            found.push_back(number);
        }
    };
    if (words.empty()) {
        for (std::size_t place = 0; place < keys_.size(); ++place) {
            add(place);
        }
        return found;
    }
    // The longest word is the rarest: it leads through the texts of all patients at once.
    const std::string& rarest =
        *std::ranges::max_element(words, {}, [](const std::string& word) { return word.size(); });
    const std::string_view all = texts_;
    for (std::size_t at = all.find(rarest); at != std::string_view::npos;) {
        const auto place = static_cast<std::size_t>(
            std::ranges::upper_bound(starts_, std::uint64_t{at}) - starts_.begin() - 1);
        if (std::ranges::all_of(words, [&](const std::string& word) {
                return text(place).find(word) != std::string_view::npos;
            })) {
            add(place);
        }
        at = all.find(rarest, starts_[place + 1]);
    }
    for (const population::PatientNumber number : index.find_patients(query)) {
        if (number < keys_.size() && std::ranges::find(found, number) == found.end()) {
            add(number);
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string Directory::to_bytes() const {
    std::string bytes;
    append_number(bytes, format);
    append_number(bytes, keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        append_number(bytes, keys_[i]);
        append_number(bytes, positions_[i]);
        append_number(bytes, starts_[i + 1] - starts_[i]);
    }
    return bytes + texts_;
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
    auto directory = std::make_shared<Directory>();
    for (std::uint64_t i = 0; i < count; ++i) {
        directory->keys_.push_back(reader.next());
        directory->positions_.push_back(reader.next());
        directory->starts_.push_back(directory->starts_.back() + reader.next());
    }
    directory->texts_ = bytes.substr(16 + count * row);
    if (directory->texts_.size() != directory->starts_.back() ||
        !std::ranges::is_sorted(directory->keys_) || !std::ranges::is_sorted(directory->starts_)) {
        return damaged();
    }
    directory->rank_names();
    return directory;
}

}  // namespace parcours::engine
