#include <memory>
#include <string>

#include "app/command.h"
#include "app/listen_address.h"
#include "app/options.h"
#include "app/serving.h"
#include "base/error.h"
#include "http/listen_rule.h"

namespace parcours::app {
namespace {

Result<int> run(const ServeOptions& options) {
    if (options.certificate.empty() != options.key.empty()) {
        return fail(ErrorCode::Usage, "TLS needs both --tls-certificate FILE and --tls-key FILE");
    }
    const auto address = read_listen_address(options.listen);
    if (!address) {
        return pass_on(address);
    }
    // Said before anything is opened; who can log in is known only then.
    const bool tls = !options.certificate.empty();
    if (const auto allowed = http::may_listen({address->address, tls, 1, !options.proxies.empty()});
        !allowed) {
        return pass_on(allowed);
    }
    const auto serving = Serving::open(options);
    if (!serving) {
        return pass_on(serving);
    }
    if (const auto ran = (*serving)->run(); !ran) {
        return pass_on(ran);
    }
    return 0;
}

}  // namespace

Run declare_serve(CommandLine app) {
    const auto options = std::make_shared<ServeOptions>();
    add_data_option(app, options->common);
    add_practice_option(app, options->common);
    app.add_option("--listen", options->listen, "Address and port to listen at")
        .show_default()
        .type_name("ADDRESS:PORT");
    app.add_option("--tls-certificate", options->certificate,
                   "PEM file of the certificate with its chain; read again at SIGHUP")
        .type_name("FILE");
    app.add_option("--tls-key", options->key, "PEM file of its key").type_name("FILE");
    app.add_option("--access", options->access,
                   "How staff log in (access.yaml): sessions, second step, provider")
        .type_name("FILE");
    app.add_option("--behind-proxy", options->proxies,
                   "The address of a reverse proxy that does TLS; may be given several times")
        .type_name("ADDRESS");
    app.add_option(
           "--host", options->hosts,
           "A name that this server is reached by, beside the practice's public-url; may be "
           "given several times")
        .type_name("NAME");
    app.add_option(
           "--metrics", options->metrics,
           "Serve counts for Prometheus at this address of loopback, such as 127.0.0.1:9464")
        .type_name("ADDRESS:PORT");
    app.add_option("--import-from", options->import_from,
                   "A folder that imports over the API may read; may be given several times")
        .type_name("DIR");
    app.add_flag("--no-work", options->no_work, "Show and take in only: no campaign runs");
    app.footer(
        "Runs the campaigns and serves console and API, in one process, until stopped. Without\n"
        "TLS it listens on loopback only: give it a certificate to be reached from elsewhere.\n\n"
        "Versions of the practice that are published by the console, the API or `parcours\n"
        "publish` lie in the data folder, and the newest one runs; --practice is where a clinic\n"
        "starts from, and is not read once there is a version.\n\n"
        "  parcours user add NAME --role administrator --data clinic\n"
        "  parcours serve --data clinic\n"
        "  parcours serve --data clinic --listen 0.0.0.0:443 \\\n"
        "      --tls-certificate fullchain.pem --tls-key key.pem");
    return [options] { return run(*options); };
}

}  // namespace parcours::app
