# Component `devel`: headers, libraries, package config. Component `python` is installed by
# bindings/python/CMakeLists.txt.

include(CMakePackageConfigHelpers)

orderwright_present_layers(layers)
set(targets orderwright_all)
foreach(layer IN LISTS layers)
  list(APPEND targets orderwright_${layer})
endforeach()
install(TARGETS ${targets} EXPORT orderwright-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT devel
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT devel
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT devel)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/orderwright"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT devel FILES_MATCHING PATTERN "*.h")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
  DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/orderwright" COMPONENT devel)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/orderwright")
install(EXPORT orderwright-targets NAMESPACE orderwright:: DESTINATION "${config_dir}"
  COMPONENT devel)

# A static io needs simdjson at the consumer's link; a shared one has it inside or finds it itself.
set(ORDERWRIGHT_CONFIG_NEEDS_SIMDJSON OFF)
if(TARGET orderwright_io AND NOT BUILD_SHARED_LIBS)
  set(ORDERWRIGHT_CONFIG_NEEDS_SIMDJSON ON)
endif()
# The same holds of cel and RE2.
set(ORDERWRIGHT_CONFIG_NEEDS_RE2 OFF)
if(TARGET orderwright_cel AND NOT BUILD_SHARED_LIBS)
  set(ORDERWRIGHT_CONFIG_NEEDS_RE2 ON)
endif()
configure_package_config_file("${PROJECT_SOURCE_DIR}/src/cmake/orderwright-config.cmake.in"
  "${PROJECT_BINARY_DIR}/orderwright-config.cmake" INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/orderwright-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/orderwright-config.cmake"
              "${PROJECT_BINARY_DIR}/orderwright-config-version.cmake"
              "${PROJECT_SOURCE_DIR}/src/cmake/orderwright-regex.cmake"
  DESTINATION "${config_dir}" COMPONENT devel)
