# The language, the warnings and the sanitizers, carried by one interface target.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles temporaries in co_await expressions. "
    "Use clang++-19 (cmake --preset dev does) or g++ 13 and newer.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the tree, so that a fresh clone beside this one compiles nothing anew.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()

set(QUICKCLINIC_SANITIZE "" CACHE STRING "Sanitizers for our own code, as -fsanitize takes them")

add_library(quickclinic_options INTERFACE)
target_compile_options(quickclinic_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wold-style-cast
  $<$<NOT:$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wshadow>  # files compiled as one see each other's names
  $<$<BOOL:${PROJECT_IS_TOP_LEVEL}>:-Werror>)  # another project's compiler may warn of what ours does not
if(QUICKCLINIC_SANITIZE)
  add_compile_options(-fsanitize=${QUICKCLINIC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${QUICKCLINIC_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(LLD_PROGRAM NAMES ld.lld-19 ld.lld)
  if(LLD_PROGRAM)
    add_link_options(--ld-path=${LLD_PROGRAM})
  endif()
endif()
