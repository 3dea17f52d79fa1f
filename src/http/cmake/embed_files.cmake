# cmake -D FUNCTION=… -D FOLDER=… -D OTHERWISE=… -D OUT=….cc -P embed_files.cmake
# Writes a C++ source whose FUNCTION() lists the files of FOLDER with their bytes, and those of text
# also compressed, beside OUT. Without FOLDER/index.html the files of OTHERWISE are taken.
cmake_policy(SET CMP0009 NEW)

if(NOT EXISTS "${FOLDER}/index.html")
    set(FOLDER "${OTHERWISE}")
endif()
file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*")
list(SORT files COMPARE STRING)
set(packed "${OUT}.gzip")
file(MAKE_DIRECTORY "${packed}")

set(type_html "text/html; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_mjs "text/javascript; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_json "application/json")
set(type_map "application/json")
set(type_svg "image/svg+xml")
set(type_txt "text/plain; charset=utf-8")
set(type_webmanifest "application/manifest+json")
set(type_png "image/png")
set(type_jpg "image/jpeg")
set(type_webp "image/webp")
set(type_ico "image/x-icon")
set(type_woff2 "font/woff2")
set(type_woff "font/woff")
set(type_wasm "application/wasm")

set(bytes "")
set(rows "")
set(number 0)
foreach(path IN LISTS files)
    string(REGEX REPLACE "^.*\\." "" ending "${path}")
    if(ending STREQUAL "map" OR path MATCHES "(^|/)\\.")
        continue()
    endif()
    set(type "application/octet-stream")
    if(DEFINED type_${ending})
        set(type "${type_${ending}}")
    endif()
    file(SHA256 "${FOLDER}/${path}" hash)
    string(SUBSTRING "${hash}" 0 32 tag)
    set(gzip_from "")
    if(type MATCHES "^text/|json|svg|wasm")
        set(gzip_file "${packed}/${hash}.gz")
        if(NOT EXISTS "${gzip_file}")
            execute_process(COMMAND gzip -9 -n -c "${FOLDER}/${path}"
                OUTPUT_FILE "${gzip_file}.new" COMMAND_ERROR_IS_FATAL ANY)
            file(RENAME "${gzip_file}.new" "${gzip_file}")
        endif()
        file(SIZE "${FOLDER}/${path}" plain_size)
        file(SIZE "${gzip_file}" gzip_size)
        if(gzip_size LESS plain_size)
            set(gzip_from "${gzip_file}")
        endif()
    endif()
    # Vite names what changes with its content `assets/NAME-HASH.ending`.
    set(immutable false)
    if(path MATCHES "^assets/.*-[A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-]\\.")
        set(immutable true)
    endif()
    set(symbol "parcours_${FUNCTION}_${number}")
    string(APPEND bytes "// ${path} ${hash}\nPARCOURS_EMBED(${symbol}, \"${FOLDER}/${path}\")\n")
    set(gzip_text "{}")
    if(gzip_from)
        string(APPEND bytes "PARCOURS_EMBED(${symbol}_gzip, \"${gzip_from}\")\n")
        set(gzip_text "view(${symbol}_gzip_begin, ${symbol}_gzip_end)")
    endif()
    string(APPEND rows "        {\"/${path}\", \"${type}\", \"\\\"${tag}\\\"\",\n"
        "         view(${symbol}_begin, ${symbol}_end), ${gzip_text}, ${immutable}},\n")
    math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUT}.new" "// Made by src/http/cmake/embed_files.cmake.
#include \"http/static_files.h\"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#define PARCOURS_EMBED(name, path)                                                          \\
    asm(\".section .rodata\\n.global \" #name \"_begin\\n.global \" #name \"_end\\n.balign 16\\n\" #name \\
        \"_begin:\\n.incbin \\\"\" path \"\\\"\\n\" #name \"_end:\\n.byte 0\\n.previous\\n\");                   \\
    extern \"C\" const char name##_begin[];                                                   \\
    extern \"C\" const char name##_end[];

${bytes}
namespace parcours::http {
namespace {

std::string_view view(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const StaticFile> ${FUNCTION}() {
    static const std::array<StaticFile, ${number}> files{{
${rows}    }};
    return files;
}

}  // namespace parcours::http
")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUT}.new")
