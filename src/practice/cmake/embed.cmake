# cmake -D ROOT=… -D FILES=a|b -D OUT=….cc -P embed.cmake
# Writes a C++ source with the contents of the practice folder's files as a FileMap.
string(REPLACE "|" ";" files "${FILES}")
set(text "// Made by src/practice/cmake/embed.cmake from the folder practice/.\n")
string(APPEND text "#include \"practice/folder.h\"\n\n#include <string>\n\n")
string(APPEND text "namespace parcours::practice {\n\n")
string(APPEND text "const FileMap& built_in_files() {\n    static const FileMap files = [] {\n")
string(APPEND text "        FileMap made;\n")
file(WRITE "${OUT}.new" "${text}")
foreach(path IN LISTS files)
    file(READ "${ROOT}/${path}" content)
    file(APPEND "${OUT}.new" "        made[\"${path}\"] =\n")
    file(APPEND "${OUT}.new" "R\"=practice=(${content})=practice=\"")
    file(APPEND "${OUT}.new" ";\n")
endforeach()
file(APPEND "${OUT}.new"
    "        return made;\n    }();\n    return files;\n}\n\n}  // namespace parcours::practice\n")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUT}.new")
