# The library as others use it: one static and one shared `libquickclinic_socketio` out of the objects that the folders
# up to cluster/ are compiled to anyway, and their headers; `cmake --install <build> --component socketio`.
#
# Built are both kinds, or the one that BUILD_SHARED_LIBS names when it is set. All symbols are visible: handlers that
# are coroutines call into the Asio that is compiled into the library, and a list of what is public would need a macro
# in front of every class.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(headers)
set(lone_headers)
set(objects $<TARGET_OBJECTS:quickclinic_boost>)
foreach(folder ${library_folders})
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.hpp)
  list(APPEND headers ${found})
  list(APPEND objects $<TARGET_OBJECTS:quickclinic_${folder}>)
endforeach()
list(APPEND objects $<TARGET_OBJECTS:quickclinic_cluster_redis>)
list(FILTER headers EXCLUDE REGEX "[/_]test[_.]")
# A header compiles alone when a source of its name includes it first, which tools/tidy.py sees to. The others are
# compiled alone by `all_verify_interface_header_sets`; all of them would take a minute and a half.
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
foreach(header ${headers})
  string(REGEX REPLACE "hpp$" "cpp" source ${header})
  if(NOT EXISTS ${source})
    list(APPEND lone_headers ${header})
  endif()
endforeach()
list(REMOVE_ITEM headers ${lone_headers})

# What a program sees of the library, static or shared. Its dependencies are those that the headers include.
get_target_property(definitions quickclinic_boost INTERFACE_COMPILE_DEFINITIONS)
add_library(quickclinic_headers INTERFACE)
target_sources(quickclinic_headers INTERFACE
  FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers}
  FILE_SET lone TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${lone_headers}
  FILE_SET umbrella TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include
    FILES ${PROJECT_SOURCE_DIR}/include/quickclinic/socketio.hpp)
target_compile_features(quickclinic_headers INTERFACE cxx_std_23)
target_compile_definitions(quickclinic_headers INTERFACE ${definitions})
target_link_libraries(quickclinic_headers INTERFACE Boost::headers Boost::json Threads::Threads)

# Those that only the library's own sources include. The same stand in quickclinic-config.cmake.in and below.
set(private_libraries OpenSSL::SSL ZLIB::ZLIB spdlog::spdlog hiredis)
set(private_link_flags "-lssl -lcrypto -lz -lspdlog -lfmt -lhiredis")

set(kinds static shared)
if(DEFINED BUILD_SHARED_LIBS)
  if(BUILD_SHARED_LIBS)
    set(kinds shared)
  else()
    set(kinds static)
  endif()
endif()

add_custom_target(quickclinic_library)
foreach(kind ${kinds})
  set(library quickclinic_library_${kind})
  string(TOUPPER ${kind} type)
  add_library(${library} ${type} ${objects})
  target_link_libraries(${library} PUBLIC quickclinic_headers PRIVATE ${private_libraries})
  set_target_properties(${library} PROPERTIES
    OUTPUT_NAME quickclinic_socketio
    EXPORT_NAME socketio_${kind}
    LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}  # before 1.0, every minor version may break the ABI
    ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  add_dependencies(quickclinic_library ${library})
  install(TARGETS ${library} EXPORT quickclinic-${kind} COMPONENT socketio)
  install(EXPORT quickclinic-${kind} NAMESPACE quickclinic:: COMPONENT socketio
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quickclinic)
endforeach()
if(TARGET quickclinic_library_shared)
  # Its own calls go straight to their functions; whatever is missing is noticed here, not by a program.
  target_link_options(quickclinic_library_shared PRIVATE -Wl,-Bsymbolic-functions -Wl,--no-undefined)
  add_library(quickclinic::socketio ALIAS quickclinic_library_shared)  # as the package names it, for FetchContent
else()
  add_library(quickclinic::socketio ALIAS quickclinic_library_static)
endif()

set_target_properties(quickclinic_headers PROPERTIES
  EXPORT_NAME socketio_headers
  INTERFACE_HEADER_SETS_TO_VERIFY "lone;umbrella")
install(TARGETS quickclinic_headers EXPORT quickclinic-headers COMPONENT socketio
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quickclinic COMPONENT socketio
  FILE_SET lone DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quickclinic COMPONENT socketio
  FILE_SET umbrella DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT socketio)
install(EXPORT quickclinic-headers NAMESPACE quickclinic:: COMPONENT socketio
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quickclinic)

set(package_files ${PROJECT_BINARY_DIR}/package)
configure_package_config_file(cmake/quickclinic-config.cmake.in ${package_files}/quickclinic-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quickclinic)
write_basic_package_version_file(${package_files}/quickclinic-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${package_files}/quickclinic-config.cmake ${package_files}/quickclinic-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quickclinic COMPONENT socketio)

# Relative to where the file lies, so that an installed tree can be moved.
list(TRANSFORM definitions PREPEND -D OUTPUT_VARIABLE definition_flags)
list(JOIN definition_flags " " definition_flags)
file(RELATIVE_PATH to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" to_prefix ${to_prefix})
configure_file(cmake/quickclinic-socketio.pc.in ${package_files}/quickclinic-socketio.pc @ONLY)
install(FILES ${package_files}/quickclinic-socketio.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT socketio)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT socketio)
