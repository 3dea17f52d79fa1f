#pragma once

#include <span>
#include <vector>

#include "tools/tidy/source_file.h"

namespace parcours::tidy {

// Each check judges all files at once and gives what it finds, in their order.

/// Includes go down the ranks.
std::vector<Finding> check_ranks(std::span<const SourceFile> files);

/// Link edges of the modules' CMakeLists.txt go down the ranks, and reach what the module includes.
std::vector<Finding> check_links(std::span<const SourceFile> files);

/// Third-party headers stand only where they are wrapped.
std::vector<Finding> check_third_party(std::span<const SourceFile> files);

/// Headers include what they use of the standard library.
std::vector<Finding> check_standard_headers(std::span<const SourceFile> files);

/// Headers reach what they name of ours by their own includes.
std::vector<Finding> check_reach(std::span<const SourceFile> files);

/// Clocks, chance, threads, files, sockets, processes, environment and sleep.
std::vector<Finding> check_touches(std::span<const SourceFile> files);

/// Lines of headers and sources.
std::vector<Finding> check_sizes(std::span<const SourceFile> files);

/// Sources longer than one likes to read: shown, never failing.
std::vector<Finding> list_long_sources(std::span<const SourceFile> files);

/// File names, `#pragma once`, coroutines, swallowed exceptions, paths of one machine.
std::vector<Finding> check_habits(std::span<const SourceFile> files);

/// Entries of the tables that no file needs any more.
std::vector<Finding> check_tables(std::span<const SourceFile> files);

}  // namespace parcours::tidy
