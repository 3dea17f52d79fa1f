# Headers that are read once for many sources (docs/decisions/0035, 0039). Not with g++: its build shows
# that nothing leans on them, and so does tidy (tools/tidy: standard.cc, reach.cc).
#   standard        the standard library, for every module
#   testing         with GoogleTest, for the modules' tests
#   below_engine    what many of the engine's sources take from the modules below it
#   engine          the engine's service, for what stands above it; `engine_testing` for its tests
#   http_api        with the API's own, for handlers

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # ccache may keep what was read: nothing in it depends on the time of day.
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
else()
    set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()

set(standard_headers <algorithm> <array> <atomic> <bit> <chrono> <compare> <condition_variable> <cstddef>
    <cstdint> <cstring> <deque> <expected> <filesystem> <functional> <initializer_list> <iterator> <limits>
    <map> <memory> <mutex> <numeric> <optional> <ranges> <set> <shared_mutex> <span> <sstream> <stop_token>
    <string> <string_view> <thread> <tuple> <type_traits> <unordered_map> <unordered_set> <utility>
    <variant> <vector>)
set(testing_headers ${standard_headers} <gtest/gtest.h> <gmock/gmock.h>)

# Sources of tests are compiled in half the time where nothing is optimised; what they test is, in
# its libraries (docs/decisions/0037). The headers read for them are compiled alike.
set(test_options $<$<CONFIG:Release>:-O0>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    list(APPEND test_options -fno-profile-use)  # else it is read all the same
endif()

# parcours_precompiled(NAME HEADERS … LINKS …): what `parcours_use_precompiled` takes from. Those
# whose name ends in `testing` are for tests.
function(parcours_precompiled name)
    cmake_parse_arguments(ARG "" "" "HEADERS;LINKS" ${ARGN})
    set(source ${CMAKE_BINARY_DIR}/precompiled/${name}.cc)
    if(NOT EXISTS ${source})
        file(WRITE ${source} "")
    endif()
    add_library(precompiled_${name} OBJECT ${source})
    target_include_directories(precompiled_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(precompiled_${name} PRIVATE ${ARG_LINKS})
    target_precompile_headers(precompiled_${name} PRIVATE ${ARG_HEADERS})
    if(name MATCHES "testing$")
        target_compile_options(precompiled_${name} PRIVATE ${test_options})
    endif()
endfunction()

# The sources of `target` are read after the headers of `name`.
function(parcours_use_precompiled target name)
    target_precompile_headers(${target} REUSE_FROM precompiled_${name})
endfunction()

parcours_precompiled(standard HEADERS ${standard_headers})
if(PARCOURS_TESTS)
    parcours_precompiled(testing HEADERS ${testing_headers} LINKS GTest::gtest GTest::gmock)
endif()
