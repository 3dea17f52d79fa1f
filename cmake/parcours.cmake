# Compiler settings and `parcours_module`, the one way a module is declared.

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
find_program(CCACHE ccache)
if(CCACHE)
    # What precompiled headers need (cmake/precompiled.cmake).
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
    # Libraries before objects: of an inline function that both have, the first is taken, and a test's
    # own is not optimised. To mold the order means nothing else.
    set(CMAKE_CXX_LINK_EXECUTABLE "<CMAKE_CXX_COMPILER> <FLAGS> <CMAKE_CXX_LINK_FLAGS> <LINK_FLAGS> <LINK_LIBRARIES> <OBJECTS> -o <TARGET>")
endif()

# With threads everywhere, as some libraries ask for: what is precompiled is compiled alike.
add_compile_options(-pthread)
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # libstdc++ 12 offers std::expected only where concepts of C++20 are announced.
    add_compile_options(-Wno-missing-field-initializers)
    if(PARCOURS_WERROR)
        add_compile_options(-Werror)
    endif()
else()
    # g++ 12 sees overflows in its own std::string (GCC bug 105651) and in variants.
    add_compile_options(-Wno-missing-field-initializers -Wno-maybe-uninitialized -Wno-restrict
                        -Wno-stringop-overflow -Wno-array-bounds)
endif()

include(cmake/training.cmake)

find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)
if(PARCOURS_TESTS)
    find_package(GTest REQUIRED)
endif()

# What the program and its benchmarks take memory from (docs/decisions/0031). Sanitizers bring theirs.
add_library(parcours_allocator INTERFACE)
if(NOT "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG}" MATCHES "-fsanitize")
    pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
    target_link_libraries(parcours_allocator INTERFACE PkgConfig::JEMALLOC)
endif()

include(cmake/precompiled.cmake)

# parcours_module(NAME SOURCES … LINKS … TESTS …)
# A static library `parcours_NAME` from explicit SOURCES, linked to LINKS, and, where TESTS are
# named, a GoogleTest program `NAME_test`. TEST_LINKS are further libraries of the test program.
# PRECOMPILED and TEST_PRECOMPILED name the headers that are read once (cmake/precompiled.cmake).
function(parcours_module name)
    cmake_parse_arguments(ARG "" "PRECOMPILED;TEST_PRECOMPILED" "SOURCES;LINKS;TESTS;TEST_LINKS" ${ARGN})
    add_library(parcours_${name} STATIC ${ARG_SOURCES})
    target_include_directories(parcours_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(parcours_${name} PUBLIC ${ARG_LINKS})
    if(NOT ARG_PRECOMPILED)
        set(ARG_PRECOMPILED standard)
    endif()
    parcours_use_precompiled(parcours_${name} ${ARG_PRECOMPILED})
    if(PARCOURS_TESTS AND ARG_TESTS)
        parcours_test(${name}_test SOURCES ${ARG_TESTS} LINKS parcours_${name} ${ARG_TEST_LINKS}
                      PRECOMPILED ${ARG_TEST_PRECOMPILED})
    endif()
endfunction()

# parcours_test(NAME [PROGRAMS] SOURCES … LINKS … [PRECOMPILED NAME])
# A GoogleTest program that ./test runs, its own sources compiled without optimisation. It finds the
# sources by PARCOURS_SOURCE_DIR and, with PROGRAMS, those that were built, such as `parcours`, in
# PARCOURS_BINARY_DIR.
function(parcours_test name)
    cmake_parse_arguments(ARG "PROGRAMS" "PRECOMPILED" "SOURCES;LINKS" ${ARGN})
    list(REMOVE_DUPLICATES ARG_SOURCES)
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE
        PARCOURS_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_compile_options(${name} PRIVATE ${test_options})
    if(NOT ARG_PRECOMPILED)
        set(ARG_PRECOMPILED testing)
    endif()
    parcours_use_precompiled(${name} ${ARG_PRECOMPILED})
    if(ARG_PROGRAMS)
        target_compile_definitions(${name} PRIVATE
            PARCOURS_BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    endif()
    set_property(GLOBAL APPEND PROPERTY PARCOURS_TEST_PROGRAMS ${name})
endfunction()
