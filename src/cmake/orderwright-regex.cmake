# Makes the target re2::re2 if RE2 is installed. Debian's package has no configuration for CMake.
if(NOT TARGET re2::re2)
  find_package(re2 CONFIG QUIET)
endif()
if(NOT TARGET re2::re2)
  find_library(ORDERWRIGHT_RE2_LIBRARY re2)
  find_path(ORDERWRIGHT_RE2_INCLUDE re2/re2.h)
  mark_as_advanced(ORDERWRIGHT_RE2_LIBRARY ORDERWRIGHT_RE2_INCLUDE)
  if(ORDERWRIGHT_RE2_LIBRARY AND ORDERWRIGHT_RE2_INCLUDE)
    add_library(re2::re2 UNKNOWN IMPORTED)
    set_target_properties(re2::re2 PROPERTIES
      IMPORTED_LOCATION "${ORDERWRIGHT_RE2_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${ORDERWRIGHT_RE2_INCLUDE}")
  endif()
endif()
