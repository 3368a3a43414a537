# quickclinic_embed(<target> FILE <file> HEADER <header> FUNCTION <function>)
#
# Compiles the bytes of a file into a target, as the function that a header of the target declares:
# `std::string_view <function>() noexcept` in namespace quickclinic::server. Done at build time, whenever the file
# has changed.
if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${INPUT} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  file(WRITE ${OUTPUT}
"#include \"${HEADER}\"\n
namespace quickclinic::server {
namespace {\n
constexpr char bytes[] = {
${bytes}};\n
}  // namespace\n
std::string_view ${FUNCTION}() noexcept { return {bytes, sizeof bytes}; }\n
}  // namespace quickclinic::server\n")
  return()
endif()

set(QUICKCLINIC_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(quickclinic_embed target)
  cmake_parse_arguments(embed "" "FILE;HEADER;FUNCTION" "" ${ARGN})
  cmake_path(ABSOLUTE_PATH embed_FILE OUTPUT_VARIABLE input)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${embed_FUNCTION}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${input} -DOUTPUT=${output} -DHEADER=${embed_HEADER}
            -DFUNCTION=${embed_FUNCTION} -P ${QUICKCLINIC_EMBED_SCRIPT}
    DEPENDS ${input} ${QUICKCLINIC_EMBED_SCRIPT}
    COMMENT "Embedding ${embed_FILE}" VERBATIM)
  target_sources(${target} PRIVATE ${output})
  set_source_files_properties(${output} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)  # each has a `bytes`
endfunction()
