#include "http/entity_tag.h"

#include <string>
#include <string_view>

namespace parcours::http {
namespace {

constexpr std::string_view gzip_mark = "-gzip\"";

}  // namespace

std::string quoted_tag(std::string_view core) {
    std::string tag = "\"";
    tag.append(core).append("\"");
    return tag;
}

std::string tag_of_compressed(std::string_view tag) {
    std::string marked(tag.substr(0, tag.size() - 1));
    marked += gzip_mark;
    return marked;
}

std::string_view core_of_tag(std::string_view tag) {
    if (tag.starts_with("W/")) {
        tag.remove_prefix(2);
    }
    if (tag.size() < 2 || !tag.starts_with('"') || !tag.ends_with('"')) {
        return {};
    }
    if (tag.size() > gzip_mark.size() && tag.ends_with(gzip_mark)) {
        return tag.substr(1, tag.size() - 1 - gzip_mark.size());
    }
    return tag.substr(1, tag.size() - 2);
}

bool lists_tag(std::string_view list, std::string_view tag) {
    if (list == "*") {
        return true;
    }
    while (true) {
        const auto open = list.find('"');
        const auto close = open == std::string_view::npos ? open : list.find('"', open + 1);
        if (close == std::string_view::npos) {
            return false;
        }
        if (core_of_tag(list.substr(open, close - open + 1)) == core_of_tag(tag)) {
            return true;
        }
        list.remove_prefix(close + 1);
    }
}

}  // namespace parcours::http
