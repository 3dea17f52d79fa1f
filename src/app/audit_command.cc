#include <cstddef>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "access/audit.h"
#include "access/audit_verify.h"
#include "app/access_store.h"
#include "app/command.h"
#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"
#include "base/json_writer.h"

namespace parcours::app {
namespace {

struct Options {
    CommonOptions common;
    std::string head_file;
    CommandLine verify;
};

Result<std::optional<access::AuditHead>> read_known_head(const std::string& file) {
    if (file.empty()) {
        return std::optional<access::AuditHead>();
    }
    std::ifstream in(file);
    if (!in) {
        return fail(ErrorCode::NotFound, fmt::format("cannot read \"{}\"; check the path", file));
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto head = access::parse_head(text);
    if (!head) {
        return pass_on(head);
    }
    return std::optional(*head);
}

std::string report_json(const access::ChainReport& report) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .member("entries", report.entry_count)
        .member("whole", report.is_whole())
        .member("head", access::head_text(report.head))
        .key("faults")
        .begin_array();
    for (const access::ChainFault& fault : report.faults) {
        json.begin_object()
            .member("sequence", fault.sequence)
            .member("what", fault.what)
            .end_object();
    }
    json.end_array().end_object();
    return out;
}

int print_report(const Options& options, const access::ChainReport& report, bool had_head) {
    if (options.common.json) {
        fmt::print("{}\n", report_json(report));
    } else if (report.is_whole()) {
        fmt::print("{} entries, each as it was written{}.\n", grouped(report.entry_count),
                   had_head ? ", and the head that you keep is among them"
                            : "; give --head FILE to know that none is missing at the end");
    } else {
        const Style style = output_style();
        for (const access::ChainFault& fault : report.faults) {
            fmt::print("{} {}\n", style.alert(fmt::format("entry {}:", fault.sequence)),
                       fault.what);
        }
        fmt::print("{} faults in {} entries.\n", grouped(report.fault_count),
                   grouped(report.entry_count));
    }
    return report.is_whole() ? 0 : exit_code(ErrorCode::Damaged);
}

Result<int> run(const Options& options) {
    const auto store = open_audit_for_reading(options.common.data);
    if (!store) {
        return store.error().code == ErrorCode::NotFound
                   ? fail(ErrorCode::NotFound,
                          "this data folder has no audit yet: nobody was let in")
                   : std::unexpected(store.error());
    }
    StoreAccessLog log(**store, 0);
    if (options.verify.parsed()) {
        const auto known = read_known_head(options.head_file);
        if (!known) {
            return pass_on(known);
        }
        const auto report = access::verify_chain(log, *known);
        if (!report) {
            return pass_on(report);
        }
        return print_report(options, *report, known->has_value());
    }
    const auto last = log.last();
    if (!last) {
        return pass_on(last);
    }
    access::AuditHead head;
    if (*last) {
        const auto read = access::head_of(**last);
        if (!read) {
            return pass_on(read);
        }
        head = *read;
    }
    fmt::print("{}\n", access::head_text(head));
    return 0;
}

}  // namespace

Run declare_audit(CommandLine app) {
    const auto options = std::make_shared<Options>();
    app.require_subcommand();
    options->verify = app.add_subcommand("verify", "Check every entry against the one before");
    options->verify
        .add_option("--head", options->head_file, "A head exported before: finds a cut end")
        .type_name("FILE");
    CommandLine head = app.add_subcommand("head", "Print where the audit ends, to be kept");
    for (CommandLine sub : {options->verify, head}) {
        add_data_option(sub, options->common);
        add_json_option(sub, options->common);
    }
    app.footer(
        "Each entry holds the hash of the one before. Keep the head where nobody who owns the\n"
        "data folder can change it:\n\n"
        "  parcours audit head --data clinic > /mnt/elsewhere/head\n"
        "  parcours audit verify --head /mnt/elsewhere/head --data clinic");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
