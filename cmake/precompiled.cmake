# Headers that are read once a build instead of once a file: half the time of most files. Off in the preset `dev`, where
# a file that forgot an include is to be noticed.
option(QUICKCLINIC_PRECOMPILE "Precompile the headers that most files include" ON)
if(NOT QUICKCLINIC_PRECOMPILE OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  function(quickclinic_precompiled target pch)
  endfunction()
  return()
endif()

# The headers are code like all other: they are compiled with the same definitions and options.
function(quickclinic_precompile name header)
  file(WRITE ${PROJECT_BINARY_DIR}/${name}.cpp "")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE quickclinic_boost Boost::json ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  # A cache of compilations recognises them by their content.
  target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  target_precompile_headers(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/${header})
endfunction()

# Lets `target` use them. Executables are compiled as position-independently as libraries for it.
function(quickclinic_precompiled target pch)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM ${pch})
endfunction()

set(quickclinic_precompiled_headers precompiled)
if(QUICKCLINIC_SANITIZE)
  set(quickclinic_precompiled_headers precompiled_own)
endif()
quickclinic_precompile(quickclinic_pch ${quickclinic_precompiled_headers}.hpp)
if(QUICKCLINIC_TESTS)
  quickclinic_precompile(quickclinic_test_pch ${quickclinic_precompiled_headers}_test.hpp GTest::gtest)
endif()
