# quickclinic_layer(<folder> SOURCES … [LINKS …] [TESTS …])
#
# One folder of src/ as a static library that links only what the layer rule allows, with the unit tests that
# stand beside its sources as the executable <folder>_test.
function(quickclinic_layer name)
  cmake_parse_arguments(layer "" "" "SOURCES;LINKS;PRIVATE_LINKS;TESTS;TEST_LINKS" ${ARGN})
  add_library(quickclinic_${name} STATIC ${layer_SOURCES})
  target_include_directories(quickclinic_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(quickclinic_${name}
    PUBLIC ${layer_LINKS}
    PRIVATE ${layer_PRIVATE_LINKS} quickclinic_options)
  quickclinic_precompiled(quickclinic_${name} quickclinic_pch)
  if(QUICKCLINIC_TESTS AND layer_TESTS)
    quickclinic_test(${name}_test SOURCES ${layer_TESTS} LINKS quickclinic_${name} ${layer_TEST_LINKS})
  endif()
endfunction()

# Everything that ctest runs: `ninja quickclinic_tests` builds it, and nothing else.
add_custom_target(quickclinic_tests)

# quickclinic_test(<name> SOURCES … LINKS …): a GoogleTest program, run by ctest and by ./test.
function(quickclinic_test name)
  cmake_parse_arguments(test "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${test_LINKS} GTest::gtest GTest::gtest_main quickclinic_options)
  quickclinic_precompiled(${name} quickclinic_test_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  add_dependencies(quickclinic_tests ${name})
endfunction()

# quickclinic_apart(<source> …): files whose names of their own are others' too. The sanitizers' presets compile several
# files as one, for half the time; these they compile each by itself.
function(quickclinic_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
