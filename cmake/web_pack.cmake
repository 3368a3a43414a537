# quickclinic_web_pack(<target> <assembler source>)
#
# Gives the source the packed front end (web/scripts/pack.mjs writes build/web/web.pack) as WEB_PACK: the file as it is
# when the target is built, so that packing needs no new configuring; an empty one where there is none or
# QUICKCLINIC_WEB is off.
if(CMAKE_SCRIPT_MODE_FILE)
  if(WANTED AND EXISTS ${PACK})
    file(COPY_FILE ${PACK} ${OUTPUT} ONLY_IF_DIFFERENT)
  else()
    file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "")  # writes only when that changes the file
  endif()
  return()
endif()

set(QUICKCLINIC_WEB_PACK_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(quickclinic_web_pack target source)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/web.pack)
  add_custom_target(${target}_pack
    COMMAND ${CMAKE_COMMAND} -DWANTED=${QUICKCLINIC_WEB} -DPACK=${PROJECT_SOURCE_DIR}/build/web/web.pack
            -DOUTPUT=${output} -P ${QUICKCLINIC_WEB_PACK_SCRIPT}
    BYPRODUCTS ${output} COMMENT "Looking for the packed web front end" VERBATIM)
  add_dependencies(${target} ${target}_pack)
  set_source_files_properties(${source} PROPERTIES
    COMPILE_DEFINITIONS WEB_PACK="${output}" OBJECT_DEPENDS ${output})
endfunction()
