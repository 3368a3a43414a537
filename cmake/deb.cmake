# The Debian package of the program: `ninja -C <build> deb` makes <build>/quickclinic_<version>_<machine>.deb, with the
# systemd units, the man page, completion and the scripts of deploy/debian/. The library is not in it.
include(GNUInstallDirs)
find_package(Python3 COMPONENTS Interpreter)
find_program(GZIP_PROGRAM gzip)
if(NOT Python3_FOUND OR NOT GZIP_PROGRAM)
  return()
endif()

set(deploy ${PROJECT_SOURCE_DIR}/deploy)
set(made ${PROJECT_BINARY_DIR}/deb)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(maintainer "The QuickClinic authors <quickclinic@localhost>")
file(CONFIGURE OUTPUT ${made}/changelog.Debian @ONLY CONTENT
"quickclinic (@PROJECT_VERSION@) stable; urgency=medium

  * Version @PROJECT_VERSION@.

 -- @maintainer@  @now@
")
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n" "\n " license "${license}")
file(CONFIGURE OUTPUT ${made}/copyright @ONLY CONTENT
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: quickclinic

Files: *
Copyright: 2026 The QuickClinic authors
License: MIT
 @license@
")

add_custom_command(OUTPUT ${made}/quickclinic.1.gz ${made}/changelog.gz
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/man_page.py $<TARGET_FILE:quickclinic> ${made}/quickclinic.1
  COMMAND ${GZIP_PROGRAM} -9nf ${made}/quickclinic.1
  COMMAND ${GZIP_PROGRAM} -9nc ${made}/changelog.Debian > ${made}/changelog.gz
  DEPENDS quickclinic ${PROJECT_SOURCE_DIR}/tools/man_page.py VERBATIM)

install(FILES ${deploy}/systemd/quickclinic.service ${deploy}/systemd/quickclinic.socket
  DESTINATION lib/systemd/system COMPONENT service)
install(FILES ${deploy}/debian/quickclinic.env DESTINATION /etc/quickclinic COMPONENT service)
install(FILES ${made}/quickclinic.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT service)
install(FILES ${made}/changelog.gz ${made}/copyright ${deploy}/nginx.conf ${deploy}/haproxy.cfg ${deploy}/postgresql-role.sql
  ${deploy}/prometheus/prometheus.yml ${deploy}/prometheus/quickclinic.rules.yml
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT service)
install(FILES ${deploy}/grafana/quickclinic.json DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME grafana-dashboard.json
  COMPONENT service)
install(FILES ${PROJECT_SOURCE_DIR}/.env.example DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME settings.env.example
  COMPONENT service)
install(FILES ${deploy}/debian/quickclinic.bash-completion DESTINATION share/bash-completion/completions
  RENAME quickclinic COMPONENT service)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME quickclinic)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${maintainer})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "chat server for doctors and their patients")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"One program that speaks Socket.IO, keeps every message in SQLite or PostgreSQL
 before it is acknowledged, and serves the web front end.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program service)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, redis-server, nginx")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(CONFIGURE OUTPUT ${made}/conffiles CONTENT "/etc/quickclinic/quickclinic.env\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${deploy}/debian/postinst ${deploy}/debian/prerm ${deploy}/debian/postrm ${made}/conffiles)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(CPack)

add_custom_target(deb
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${PROJECT_BINARY_DIR}/CPackConfig.cmake -B ${PROJECT_BINARY_DIR}
  DEPENDS quickclinic ${made}/quickclinic.1.gz
  WORKING_DIRECTORY ${PROJECT_BINARY_DIR} USES_TERMINAL VERBATIM)
