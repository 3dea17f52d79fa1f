# parcours_embed(TARGET FUNCTION FOLDER OTHERWISE)
# Puts the files of FOLDER into the static library TARGET, which then defines
# `std::span<const parcours::http::StaticFile> parcours::http::FUNCTION()`. While FOLDER has no
# index.html, the files of OTHERWISE stand in. Looked at anew at each build.
function(parcours_embed target function folder otherwise)
    set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_files.cmake)
    set(made ${CMAKE_CURRENT_BINARY_DIR}/${function}.cc)
    set(command ${CMAKE_COMMAND} -D FUNCTION=${function} -D FOLDER=${folder}
        -D OTHERWISE=${otherwise} -D OUT=${made} -P ${script})
    if(NOT EXISTS ${made})
        execute_process(COMMAND ${command} COMMAND_ERROR_IS_FATAL ANY)
    endif()
    add_custom_target(${target}_${function} COMMAND ${command} BYPRODUCTS ${made}
        COMMENT "Embedding ${function}" VERBATIM)
    target_sources(${target} PRIVATE ${made})
    add_dependencies(${target} ${target}_${function})
endfunction()
