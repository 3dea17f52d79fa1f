#include "tools/tidy/rules.h"

#include <array>
#include <span>
#include <string_view>

namespace parcours::tidy {
namespace {

constexpr auto rank_table = std::to_array<Rank>({
    {"base", 0},     {"fhir", 1},      {"values", 1},   {"cql", 2},      {"fhirpath", 2},
    {"hl7v2", 2},    {"record", 3},    {"view", 3},     {"practice", 4}, {"population", 5},
    {"position", 6}, {"quality", 6},   {"campaign", 7}, {"outreach", 8}, {"store", 9},
    {"channel", 9},  {"access", 9},    {"engine", 10},  {"measure", 10}, {"synth", 10},
    {"http", 11},    {"scenario", 11}, {"app", 12},
});

constexpr auto third_party_table = std::to_array<ThirdParty>({
    {"fmt/", "src/", "text for people, everywhere"},
    {"gtest/", "src/", "tests; is_test() is asked as well"},
    {"gmock/", "src/", "tests"},
    {"rapidcheck", "src/", "tests"},
    {"simdjson.h", "src/base/json", "the JSON facade"},
    {"simdjson.h", "src/fhir/", "resources in bulk"},
    {"simdjson.h", "src/fhirpath/nodes.cc", "every step of a path"},
    {"simdjson.h", "src/fhirpath/item.cc", "every step of a path"},
    {"boost/json/", "src/fhir/documents.cc", "finds where broken JSON breaks"},
    {"boost/system/", "src/fhir/documents.cc", "comes with Boost.JSON"},
    {"sodium/", "src/base/hash.cc", "digests"},
    {"sodium/", "src/base/random.cc", "the system's chance"},
    {"sodium/", "src/access/", "password hashes, SHA-256, sealing of second steps"},
    {"xxhash.h", "src/base/hash.cc", "short keys"},
    {"re2/", "src/values/regex.cc", "regular expressions in linear time"},
    {"yaml-cpp/", "src/practice/node_builder", "located YAML"},
    {"yaml-cpp/", "src/practice/yaml.cc", "located YAML"},
    {"sqlite3.h", "src/store/", "the embedded database"},
    {"zstd.h", "src/store/codec.cc", "bodies"},
    {"zdict.h", "src/store/", "dictionaries of bodies"},
    {"zlib.h", "src/engine/input.cc", "gzip that comes in"},
    {"zlib.h", "src/engine/tests/", "gzip files made for tests"},
    {"zlib.h", "src/synth/", "gzip that goes out"},
    {"zconf.h", "src/synth/", "comes with zlib"},
    {"curl/", "src/channel/", "SMTP and HTTP"},
    {"openssl/", "src/channel/signature.cc", "signatures of callbacks"},
    {"openssl/", "src/access/", "codes of telephones (SHA-1), signatures of OpenID Connect"},
    {"openssl/", "src/channel/tests/", "certificates of the tests' own servers"},
    {"unicode/", "src/channel/email/mime_reader.cc", "character sets of mail that comes in"},
    {"unicode/", "src/channel/folded.cc", "words without accents and case"},
    {"unicode/", "src/channel/keywords.cc", "STOP in every script"},
    {"unicode/", "src/record/patient_card.cc", "names without accents and case"},
    {"unicode/", "src/outreach/", "MessageFormat, dates and numbers per locale"},
    {"date/", "src/outreach/zones.cc", "zones"},
    {"phonenumbers/", "src/outreach/phone.cc", "whether a phone number can be"},
    {"cmark-gfm", "src/outreach/markdown.cc", "Markdown"},
    {"CLI/", "src/app/command_line.cc", "options of the command line"},
    {"CLI/", "src/app/main.cc", "the command line"},
    {"pwd.h", "src/app/options.cc", "who runs the command"},
    {"termios.h", "src/app/user_command.cc", "a password is not shown while it is typed"},
    {"yaml-cpp/", "src/http/api/openapi_tool.cc", "the OpenAPI file becomes JSON"},
    {"boost/asio/", "src/http/server.cc", "sockets, timers"},
    {"boost/asio/", "src/http/links.", "plain and TLS streams"},
    {"boost/asio/", "src/http/request_reader.cc", "buffers, as Beast takes them"},
    {"boost/beast/", "src/http/request_reader.cc", "framing of bodies"},
    {"openssl/", "src/http/links.cc", "settings of TLS"},
    {"openssl/", "src/http/tests/", "certificates and clients of the tests"},
    {"zlib.h", "src/http/compression.cc", "gzip of answers"},
});

constexpr auto word_table = std::to_array<Word>({
    {"system_clock::now", Touch::Clock},
    {"steady_clock", Touch::Clock},
    {"high_resolution_clock", Touch::Clock},
    {"utc_clock", Touch::Clock},
    {"gettimeofday", Touch::Clock},
    {"clock_gettime", Touch::Clock},
    {"std::time", Touch::Clock},
    {"::time", Touch::Clock},
    {"localtime", Touch::Clock},
    {"localtime_r", Touch::Clock},
    {"random_device", Touch::Chance},
    {"std::rand", Touch::Chance},
    {"srand", Touch::Chance},
    {"rand_r", Touch::Chance},
    {"getrandom", Touch::Chance},
    {"getentropy", Touch::Chance},
    {"arc4random", Touch::Chance},
    {"randombytes_buf", Touch::Chance},
    {"std::mt19937", Touch::Chance},
    {"std::mt19937_64", Touch::Chance},
    {"std::default_random_engine", Touch::Chance},
    {"std::thread", Touch::Thread},
    {"std::jthread", Touch::Thread},
    {"std::async", Touch::Thread},
    {"pthread_create", Touch::Thread},
    {"<fstream>", Touch::File},
    {"<filesystem>", Touch::File},
    {"fopen", Touch::File},
    {"openat", Touch::File},
    {"mkstemp", Touch::File},
    {"O_RDONLY", Touch::File},
    {"O_WRONLY", Touch::File},
    {"O_RDWR", Touch::File},
    {"gzopen", Touch::File},
    {"<sys/socket.h>", Touch::Socket},
    {"<netdb.h>", Touch::Socket},
    {"getaddrinfo", Touch::Socket},
    {"AF_INET", Touch::Socket},
    {"AF_UNIX", Touch::Socket},
    {"<curl/curl.h>", Touch::Socket},
    {"fork", Touch::Process},
    {"::fork", Touch::Process},
    {"execv", Touch::Process},
    {"execve", Touch::Process},
    {"execvp", Touch::Process},
    {"posix_spawn", Touch::Process},
    {"popen", Touch::Process},
    {"std::system", Touch::Process},
    {"getenv", Touch::Environment},
    {"secure_getenv", Touch::Environment},
    {"setenv", Touch::Environment},
    {"sleep_for", Touch::Sleep},
    {"sleep_until", Touch::Sleep},
    {"usleep", Touch::Sleep},
    {"nanosleep", Touch::Sleep},
    {"::sleep", Touch::Sleep},
});

constexpr auto allowance_table = std::to_array<Allowance>({
    {Touch::Clock, "src/base/time.cc", "SystemClock: the only real clock"},
    {Touch::Clock, "src/app/terminal", "the rate shown while a command works; decides nothing"},
    {Touch::Clock, "src/app/surroundings.cc", "what goes on steadily, to see the clock jump"},
    {Touch::Clock, "src/http/server.cc", "limits of time of connections"},
    {Touch::Chance, "src/base/random.cc", "SystemRandom: the only real chance"},
    {Touch::Thread, "src/base/executor.cc", "ThreadExecutor"},
    {Touch::Thread, "src/base/fair_shared_mutex", "knows whose it is; starts none"},
    {Touch::Thread, "src/engine/import.cc", "readers ahead of the writer; the order stays"},
    {Touch::Thread, "src/engine/intake_lane", "one that takes records in beside the writer"},
    {Touch::Thread, "src/engine/ledger_keeper", "writes a snapshot beside the writer"},
    {Touch::Thread, "src/synth/synth.cc", "pages are made at once and written in order"},
    {Touch::Thread, "src/http/worker_pool", "the workers that answer requests"},
    {Touch::File, "src/base/files.cc", "SystemFiles"},
    {Touch::File, "src/store/sqlite/", "the store's own files"},
    {Touch::File, "src/practice/disk.cc", "reads a practice folder"},
    {Touch::File, "src/synth/export_files", "writes an export"},
    {Touch::Thread, "src/app/serving", "one for HTTP, one for the audit, one for metrics"},
    {Touch::File, "src/app/", "the command line's own files"},
    {Touch::File, "src/http/api/openapi_tool.cc", "a tool of the build"},
    {Touch::Socket, "src/channel/", "providers, by libcurl"},
    {Touch::Socket, "src/app/control_socket.cc", "commands reach the writer of a data folder"},
    {Touch::Socket, "src/http/listen_rule.cc", "reads addresses; opens nothing"},
    {Touch::Environment, "src/app/", "secrets of providers, NO_COLOR"},
});

}  // namespace

std::span<const Rank> ranks() {
    return rank_table;
}
std::span<const ThirdParty> third_party() {
    return third_party_table;
}
std::span<const Word> words() {
    return word_table;
}
std::span<const Allowance> allowances() {
    return allowance_table;
}

std::string_view touch_name(Touch touch) {
    switch (touch) {
        case Touch::Clock:
            return "a real clock";
        case Touch::Chance:
            return "chance";
        case Touch::Thread:
            return "threads";
        case Touch::File:
            return "files";
        case Touch::Socket:
            return "sockets";
        case Touch::Process:
            return "processes";
        case Touch::Environment:
            return "the environment";
        case Touch::Sleep:
            return "sleep";
    }
    return "";
}

}  // namespace parcours::tidy
