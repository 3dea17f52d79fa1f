#include "outreach/joining.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "outreach/render.h"
#include "practice/content.h"
#include "practice/nearest.h"

namespace parcours::outreach {
namespace {

constexpr std::string_view parts_line = "{parts}";

/// Where the line stands that is nothing but {parts}.
std::size_t find_parts_line(std::string_view body) {
    for (std::size_t at = body.find(parts_line); at != std::string_view::npos;
         at = body.find(parts_line, at + 1)) {
        const std::size_t end = at + parts_line.size();
        const bool begins = at == 0 || body[at - 1] == '\n';
        const bool ends = end == body.size() || body[end] == '\n' || body[end] == '\r';
        if (begins && ends) {
            return at;
        }
    }
    return std::string_view::npos;
}

std::string name_of_part(std::size_t number) {
    return std::string(parts_variable) + "_" + std::to_string(number);
}

class JoiningCheck {
  public:
    explicit JoiningCheck(const practice::ContentLibrary& library) : library_(library) {}

    std::vector<Error> run() && {
        for (const auto& [name, content] : library_.all()) {
            if (!content.joins.text.empty()) {
                check(content);
            }
        }
        return std::move(errors_);
    }

  private:
    void note(std::string message, const Location& where) {
        errors_.push_back({ErrorCode::InvalidInput, std::move(message), where});
    }

    void check(const practice::Content& content) {
        const practice::Content* const frame = library_.find(content.joins.text);
        if (frame == nullptr) {
            note("there is no content \"" + content.joins.text + "\" to join in" +
                     practice::suggest(content.joins.text, library_.names()),
                 content.joins.where);
            return;
        }
        if (!frame->joins.text.empty()) {
            note("\"" + frame->name + "\" joins others itself; a frame cannot",
                 content.joins.where);
        }
        if (frame->purpose != content.purpose) {
            note("\"" + content.name + "\" and \"" + frame->name +
                     "\" differ in purpose; what is said together has one purpose",
                 content.joins.where);
        }
        for (const practice::Wording& wording : frame->wordings) {
            if (find_parts_line(wording.body) == std::string_view::npos) {
                note("\"" + content.name +
                         "\" is joined in this content, which needs a line that is nothing but "
                         "{parts}: the list of all that is said together",
                     wording.body_where);
            }
        }
        for (const practice::Wording& wording : content.wordings) {
            if (wording.line.empty()) {
                note("a content with joins: needs line: in each language, the same in one line",
                     wording.where);
            }
        }
    }

    const practice::ContentLibrary& library_;
    std::vector<Error> errors_;
};

}  // namespace

Result<Rendered> render_joined(const practice::Wording& frame, std::span<const std::string> lines,
                               const Variables& variables, const Reader& reader) {
    practice::Wording wording = frame;
    const std::size_t at = find_parts_line(wording.body);
    if (at == std::string::npos) {
        return fail(ErrorCode::InvalidInput, "the frame has no line for {parts}", frame.body_where);
    }
    Variables all = variables;
    std::string list;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        all[name_of_part(i + 1)] = lines[i];
        list += (i == 0 ? "- {" : "\n- {") + name_of_part(i + 1) + "}";
    }
    wording.body.replace(at, parts_line.size(), list);
    return render(wording, all, reader);
}

std::vector<Error> check_joining(const practice::ContentLibrary& library) {
    return JoiningCheck(library).run();
}

}  // namespace parcours::outreach
