#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/time.h"
#include "channel/sms/segments.h"
#include "engine/clinic.h"
#include "engine/variables.h"
#include "outreach/email_page.h"
#include "outreach/render.h"
#include "practice/content.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string content;
    std::string language;
    std::string channel;
    bool html = false;
};

/// An invented patient's values: every variable has one.
outreach::Variables sample_variables(const practice::Config& config, Instant now) {
    outreach::Variables variables;
    for (const auto& [name, type] : outreach::KnownVariables(engine::known_variables())) {
        switch (type) {
            case outreach::VariableType::Text:
                variables[name] = std::string("‹" + name + "›");
                break;
            case outreach::VariableType::Date:
                variables[name] = now + std::chrono::days{3};
                break;
            case outreach::VariableType::Number:
                variables[name] = 2.0;
                break;
        }
    }
    variables["given_name"] = std::string("Camille");
    variables["full_name"] = std::string("Camille Martin");
    variables["clinic_name"] = config.sender.empty() ? config.name : config.sender;
    variables["clinic_phone"] = config.phone;
    variables["clinic_address"] = config.address;
    variables["emergency_number"] = config.emergency_number;
    return variables;
}

Result<> show(const Options& options, const engine::Clinic& clinic,
              const practice::Content& content, const std::string& language,
              const std::string& channel) {
    const practice::Wording* const wording = content.find(language, channel);
    const Style style = output_style();
    fmt::print("{}\n", style.dim(fmt::format("── {} · {} · {} ", content.name, language, channel)));
    if (wording == nullptr) {
        fmt::print("{}\n\n", style.alert("nothing is said in this language on this channel"));
        return {};
    }
    const auto rendered =
        outreach::render(*wording, sample_variables(clinic.folder.config, SystemClock().now()),
                         {language, clinic.zone});
    if (!rendered) {
        return pass_on(rendered);
    }
    if (channel == "email") {
        const practice::Config& config = clinic.folder.config;
        const outreach::EmailFrame frame{language, config.name, config.address, config.phone,
                                         "mailto:unsubscribe@example.org"};
        if (options.html) {
            fmt::print("{}\n", outreach::make_email_html(*rendered, frame));
            return {};
        }
        fmt::print("{}\n\n{}\n", style.bold(rendered->subject),
                   outreach::make_email_text(*rendered, frame));
        return {};
    }
    fmt::print("{}\n", rendered->text);
    if (channel == "sms") {
        const auto segments = channel::count_sms_segments(rendered->text);
        fmt::print("{}\n", style.dim(counted(segments.segments, "SMS segment")));
    }
    fmt::print("\n");
    return {};
}

/// Refuses a language or a channel in which the content says nothing at all.
Result<> check_choice(const Options& options, const practice::Content& content) {
    if (!options.language.empty()) {
        std::vector<std::string> languages;
        for (const practice::Wording& wording : content.wordings) {
            if (std::ranges::find(languages, wording.language) == languages.end()) {
                languages.push_back(wording.language);
            }
        }
        const bool regional = std::ranges::any_of(languages, [&](const std::string& language) {
            return options.language.starts_with(language + "-");
        });
        if (!regional) {
            if (const auto known = must_be_one_of("--language", options.language, languages);
                !known) {
                return known;
            }
        }
    }
    return options.channel.empty()
               ? Result<>()
               : must_be_one_of("--channel", options.channel,
                                content.channels.empty()
                                    ? std::vector<std::string>{"worklist", "email", "sms"}
                                    : content.channels);
}

Result<int> run(const Options& options) {
    const auto clinic = engine::load_clinic(options.common.practice, engine::ClinicUse::Read);
    if (!clinic) {
        return pass_on(clinic);
    }
    const practice::ContentLibrary& library = (*clinic)->folder.content;
    const practice::Content* const content = library.find(options.content);
    if (content == nullptr) {
        std::string names;
        for (const std::string& name : library.names()) {
            names += (names.empty() ? "" : ", ") + name;
        }
        return fail(ErrorCode::NotFound, fmt::format("there is no content \"{}\"; there is: {}",
                                                     options.content, names));
    }
    const auto languages = options.language.empty() ? (*clinic)->folder.config.languages
                                                    : std::vector<std::string>{options.language};
    std::vector<std::string> channels = content->channels;
    if (!options.channel.empty()) {
        channels = {options.channel};
    } else if (channels.empty()) {
        channels = {"worklist"};
    }
    if (const auto known = check_choice(options, *content); !known) {
        return pass_on(known);
    }
    for (const std::string& language : languages) {
        for (const std::string& channel : channels) {
            if (const auto shown = show(options, **clinic, *content, language, channel); !shown) {
                return pass_on(shown);
            }
        }
    }
    return 0;
}

}  // namespace

Run declare_preview(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.add_option("content", options->content, "Its name in the content library").required();
    app.add_option("--language", options->language, "Only this one: en, fr, zh").type_name("LANG");
    app.add_option("--channel", options->channel, "Only this one: email, sms").type_name("CHANNEL");
    app.add_flag("--html", options->html, "E-mail: the HTML part");
    add_practice_option(app, options->common);
    app.footer("  parcours preview welcome --language fr --channel sms");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
