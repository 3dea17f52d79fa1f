#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <iostream>
#include <istream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "app/answers.h"
#include "app/command.h"
#include "app/options.h"
#include "base/error.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/data_folder.h"
#include "fhir/resource_type.h"
#include "population/live_index.h"
#include "population/patients.h"
#include "population/table.h"
#include "view/view.h"
#include "view/write.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string view;
    std::string resources;
    std::string format = "csv";
};

Result<std::shared_ptr<const view::View>> read_view(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail(ErrorCode::NotFound, fmt::format("{} cannot be read", path));
    }
    JsonDocument document;
    const auto parsed = document.parse(text.str(), JsonDocument::Numbers::AsWritten);
    auto read = parsed ? view::View::read(*parsed) : pass_on(parsed);
    if (!read) {
        Error error = std::move(read.error());
        error.where.file = path;
        return std::unexpected(std::move(error));
    }
    return read;
}

/// Writes the rows of one resource after another.
class Table {
  public:
    Table(const view::View& view, bool csv) : view_(view), csv_(csv), now_(SystemClock().now()) {
        if (csv_) {
            view::append_csv_head(out_, view_.columns());
        }
    }

    Result<> add(std::string_view json) {
        const auto resource = document_.parse(json, JsonDocument::Numbers::AsWritten);
        if (!resource) {
            return pass_on(resource);
        }
        if (auto done = view_.run(*resource, now_, [this](view::Row row) { append(row); }); !done) {
            const JsonView root = *resource;
            Error error = std::move(done.error());
            error.message = fmt::format("{}/{}: {}", root["resourceType"].text(),
                                        one_line(root["id"].text()), error.message);
            return std::unexpected(std::move(error));
        }
        return out_.size() >= written_at ? flush() : Result<>();
    }

    Result<> flush() {
        if (std::fwrite(out_.data(), 1, out_.size(), stdout) != out_.size() ||
            std::fflush(stdout) != 0) {
            return fail(ErrorCode::Unavailable, "the rows cannot be written to the output");
        }
        out_.clear();
        return {};
    }

  private:
    static constexpr std::size_t written_at = 1U << 16U;

    void append(view::Row row) {
        if (csv_) {
            view::append_csv(out_, row);
        } else {
            view::append_ndjson(out_, view_.columns(), row);
        }
    }

    const view::View& view_;
    bool csv_;
    Instant now_;
    JsonDocument document_;
    std::string out_;
};

Result<> add_lines(std::istream& lines, const std::string& name, Table& table) {
    std::uint64_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        if (auto done = table.add(line); !done) {
            Error error = std::move(done.error());
            error.where = {name, number, 0};
            return std::unexpected(std::move(error));
        }
    }
    return {};
}

Result<> add_file(const std::string& path, Table& table) {
    if (path == "-") {
        return add_lines(std::cin, "standard input", table);
    }
    std::ifstream file(path);
    if (!file) {
        return fail(ErrorCode::NotFound, fmt::format("{} cannot be read", path));
    }
    return add_lines(file, path, table);
}

Result<> add_body(const engine::DataFolder& folder, LogPosition position, Table& table) {
    const auto body = folder.read_body(position);
    return body ? table.add(*body) : pass_on(body);
}

/// The current version of every resource of the view's type.
Result<> add_stored(const CommonOptions& options, std::string_view type, Table& table) {
    const auto folder = open_for_reading(options);
    if (!folder) {
        return pass_on(folder);
    }
    const auto index = (*folder)->index();
    const auto known = fhir::find_resource_type(type);
    if (known == fhir::ResourceType::Patient) {
        const population::LivePatients& patients = index->patients();
        for (population::PatientNumber i = 0; i < index->patient_count(); ++i) {
            if (patients.position[i] == 0) {
                continue;
            }
            if (auto done = add_body(**folder, patients.position[i], table); !done) {
                return done;
            }
        }
        return {};
    }
    Result<> done;
    for (const population::IndexLayer& layer : index->layers()) {
        const population::Table* const rows = known ? layer.index->find_table(*known) : nullptr;
        if (rows != nullptr) {
            layer.each_row(*rows, [&](std::uint32_t row) {
                done = done ? add_body(**folder, rows->position[row], table) : done;
            });
        }
    }
    return done;
}

Result<int> run(const Options& options) {
    if (auto known = must_be_one_of("--format", options.format, {"csv", "ndjson"}); !known) {
        return pass_on(known);
    }
    if (options.common.data.empty() == options.resources.empty()) {
        return fail(ErrorCode::Usage,
                    "say where the resources are: --data DIR, or --resources FILE.ndjson");
    }
    const auto view = read_view(options.view);
    if (!view) {
        return pass_on(view);
    }
    std::ios::sync_with_stdio(false);
    Table table(**view, options.format == "csv");
    if (auto done = options.resources.empty()
                        ? add_stored(options.common, (*view)->resource(), table)
                        : add_file(options.resources, table);
        !done) {
        static_cast<void>(table.flush());
        return pass_on(done);
    }
    const auto flushed = table.flush();
    return flushed ? Result<int>(0) : pass_on(flushed);
}

}  // namespace

Run declare_view(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand();
    CommandLine sub = app.add_subcommand("run", "Write the rows of a view");
    sub.add_option("view", options->view, "A ViewDefinition (SQL on FHIR), as a JSON file")
        .required();
    sub.add_option("--data", options->common.data, "The data folder whose resources to take");
    sub.add_option("--resources", options->resources,
                   "A file of one resource a line to take instead, or - for standard input");
    sub.add_option("--format", options->format, "csv, or ndjson").show_default();
    app.footer(
        "A view says which type of resource it is for and what a row is made of, in FHIRPath:\n\n"
        "  {\"resource\": \"Patient\",\n"
        "   \"select\": [{\"column\": [{\"name\": \"id\", \"path\": \"id\"},\n"
        "                          {\"name\": \"born\", \"path\": \"birthDate\"}]},\n"
        "              {\"forEach\": \"name.where(use = 'official')\",\n"
        "               \"column\": [{\"name\": \"family\", \"path\": \"family\"}]}]}\n\n"
        "  parcours view run patients.json --data clinic --format csv > patients.csv\n"
        "  parcours view run patients.json --resources Patient.ndjson --format ndjson");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
