# Releases are optimised for what was seen to run often (docs/decisions/0038). `tools/train` sees it:
# with PARCOURS_TRAINING the program counts its ways.

option(PARCOURS_TRAINING "Build a program that counts its ways (tools/train)" OFF)
if(NOT (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_BUILD_TYPE STREQUAL "Release"))
    return()
endif()

# Functions of one file go by its name alone, not by where it lies.
add_compile_options("SHELL:-mllvm -static-func-full-module-prefix=false")
if(PARCOURS_TRAINING)
    add_compile_options(-fprofile-generate)
    add_link_options(-fprofile-generate)
    return()
endif()

# Its name says what is in it: everything is built anew where that is another.
set(training ${PROJECT_SOURCE_DIR}/cmake/training.profdata)
file(SHA256 ${training} digest)
string(SUBSTRING ${digest} 0 12 digest)
set(seen ${CMAKE_BINARY_DIR}/training-${digest}.profdata)
configure_file(${training} ${seen} COPYONLY)
# A function that has changed since is optimised as if nothing was seen.
add_compile_options(-fprofile-use=${seen} -Wno-profile-instr-out-of-date -Wno-profile-instr-unprofiled
                    -Wno-backend-plugin)
