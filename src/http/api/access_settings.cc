#include "http/api/access_settings.h"

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/log_in.h"
#include "access/oidc.h"
#include "access/roles.h"
#include "base/error.h"
#include "base/time.h"
#include "practice/scalar.h"
#include "practice/yaml.h"

namespace parcours::http::api {
namespace {

using practice::Node;

/// A map with these keys and no others.
Result<> expect_map(const Node& node, std::initializer_list<std::string_view> known,
                    std::string_view what) {
    if (!node.is_map()) {
        return practice::refuse(node, std::string(what) + " must be a map of names and values");
    }
    const auto unknown = practice::unknown_keys(node, known, what);
    return unknown.empty() ? Result<>() : std::unexpected(unknown.front());
}

/// The text of a key, kept as it is where the key is missing.
Result<> read_into(const Node& map, std::string_view key, std::string& value) {
    const Node* const node = map.find(key);
    if (node == nullptr) {
        return {};
    }
    auto text = practice::read_text(*node, key);
    if (!text || text->empty()) {
        return text ? practice::refuse(*node, std::string(key) + " must not be empty")
                    : pass_on(text);
    }
    value = std::move(*text);
    return {};
}

Result<access::Role> read_role(const Node& node) {
    const auto role = access::role_from_name(node.text());
    if (!role) {
        return practice::refuse(
            node, "\"" + node.text() + "\" is no role; right are " + access::role_words());
    }
    return *role;
}

Result<> read_time(const Node& map, std::string_view key, Duration least, Duration most,
                   Duration& value) {
    const Node* const node = map.find(key);
    if (node == nullptr) {
        return {};
    }
    const auto time = practice::read_duration(*node, key);
    if (!time) {
        return pass_on(time);
    }
    if (*time < least || *time > most) {
        return practice::refuse(*node, std::string(key) +
                                           " is too short or too long: a session "
                                           "may idle for 1 minute to 12 hours and "
                                           "last for up to 7 days");
    }
    value = *time;
    return {};
}

Result<> read_sessions(const Node& node, access::SessionLimits& limits) {
    if (const auto map = expect_map(node, {"idle", "whole"}, "sessions"); !map) {
        return map;
    }
    if (const auto idle =
            read_time(node, "idle", std::chrono::minutes(1), std::chrono::hours(12), limits.idle);
        !idle) {
        return idle;
    }
    return read_time(node, "whole", std::chrono::minutes(1), std::chrono::hours(7 * 24),
                     limits.whole);
}

Result<> read_second_step(const Node& node, access::AccessOptions& options) {
    if (!node.is_sequence()) {
        return practice::refuse(node, "second-step-for must be a list of roles");
    }
    for (const Node& item : node.items()) {
        const auto role = read_role(item);
        if (!role) {
            return pass_on(role);
        }
        options.second_step_for.insert(*role);
    }
    return {};
}

/// A secret stands in the environment, never in a file that is shown and copied.
Result<std::string> read_secret(const Node& node, const Environment& environment) {
    const Node* const name = node.is_map() ? node.find("env") : nullptr;
    if (name == nullptr || node.entries().size() != 1 || name->text().empty()) {
        return practice::refuse(node,
                                "write client-secret: { env: NAME }, and put the secret into "
                                "that variable");
    }
    auto value = environment(name->text());
    if (!value || value->empty()) {
        return practice::refuse(*name, "the variable " + name->text() + " is not set");
    }
    return std::move(*value);
}

Result<> read_roles(const Node& node, access::OidcSettings& settings) {
    if (!node.is_map()) {
        return practice::refuse(node, "roles must say for each word of the provider a role here");
    }
    for (const Node::Entry& entry : node.entries()) {
        const auto role = read_role(entry.value);
        if (!role) {
            return pass_on(role);
        }
        settings.roles.emplace_back(entry.key, *role);
    }
    return {};
}

Result<> read_people(const Node& node, access::OidcSettings& settings) {
    if (const Node* const roles = node.find("roles")) {
        if (const auto read = read_roles(*roles, settings); !read) {
            return read;
        }
    }
    if (const Node* const domains = node.find("domains")) {
        auto read = practice::read_texts(*domains, "domains");
        if (!read) {
            return pass_on(read);
        }
        settings.domains = std::move(*read);
    }
    const Node* const add = node.find("add-people");
    if (add != nullptr) {
        const auto read = practice::read_bool(*add, "add-people");
        if (!read) {
            return pass_on(read);
        }
        settings.add_people = *read;
    }
    if (settings.add_people && settings.roles.empty()) {
        return practice::refuse(*add, "add-people needs roles: nobody is added without one");
    }
    return {};
}

Result<access::OidcSettings> read_provider(const Node& node, const std::string& public_url,
                                           const Environment& environment, std::string& ca_file) {
    if (const auto map =
            expect_map(node,
                       {"name", "issuer", "client-id", "client-secret", "scope", "role-claim",
                        "name-claim", "roles", "domains", "add-people", "ca-file"},
                       "provider");
        !map) {
        return pass_on(map);
    }
    access::OidcSettings settings;
    settings.redirect_uri = public_url + std::string(provider_callback_path);
    const std::initializer_list<std::pair<std::string_view, std::string*>> texts{
        {"issuer", &settings.issuer},
        {"client-id", &settings.client_id},
        {"name", &settings.name},
        {"scope", &settings.scope},
        {"role-claim", &settings.role_claim},
        {"name-claim", &settings.name_claim},
        {"ca-file", &ca_file}};
    for (const auto& [key, value] : texts) {
        if (const auto read = read_into(node, key, *value); !read) {
            return pass_on(read);
        }
    }
    if (settings.name.empty() || settings.client_id.empty() ||
        !access::is_safe_address(settings.issuer)) {
        return practice::refuse(node,
                                "a provider needs a name, a client-id, and an issuer that "
                                "begins with https://");
    }
    if (const Node* const secret = node.find("client-secret")) {
        auto read = read_secret(*secret, environment);
        if (!read) {
            return pass_on(read);
        }
        settings.client_secret = std::move(*read);
    }
    if (const auto read = read_people(node, settings); !read) {
        return pass_on(read);
    }
    return settings;
}

}  // namespace

Result<AccessSettings> parse_access_settings(std::string_view text, std::string file,
                                             const Environment& environment) {
    const auto document = practice::parse_yaml(text, std::move(file));
    if (!document) {
        return pass_on(document);
    }
    AccessSettings settings;
    if (document->is_null()) {
        return settings;
    }
    if (const auto map = expect_map(
            *document, {"public-url", "sessions", "second-step-for", "provider"}, "access.yaml");
        !map) {
        return pass_on(map);
    }
    std::string public_url;
    if (const auto read = read_into(*document, "public-url", public_url); !read) {
        return pass_on(read);
    }
    if (const Node* const sessions = document->find("sessions")) {
        if (const auto read = read_sessions(*sessions, settings.options.session); !read) {
            return pass_on(read);
        }
    }
    if (const Node* const roles = document->find("second-step-for")) {
        if (const auto read = read_second_step(*roles, settings.options); !read) {
            return pass_on(read);
        }
    }
    if (const Node* const provider = document->find("provider")) {
        if (!access::is_safe_address(public_url) || public_url.ends_with('/')) {
            return practice::refuse(*provider,
                                    "a provider needs public-url, the address that "
                                    "browsers reach this server at, such as "
                                    "https://parcours.example.org");
        }
        auto read = read_provider(*provider, public_url, environment, settings.provider_ca_file);
        if (!read) {
            return pass_on(read);
        }
        settings.provider = std::move(*read);
    }
    return settings;
}

}  // namespace parcours::http::api
