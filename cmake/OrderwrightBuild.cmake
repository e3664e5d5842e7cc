# How our own code is compiled. All of it is in directory scope or in a private interface target, so
# that neither a project above nor a consumer of the installed package sees any of it.

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(ORDERWRIGHT_CCACHE ccache)
    mark_as_advanced(ORDERWRIGHT_CCACHE)
    if(ORDERWRIGHT_CCACHE)
      # Without the sloppiness ccache gives up on every file that uses a precompiled header.
      set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
          CCACHE_SLOPPINESS=pch_defines,time_macros ${ORDERWRIGHT_CCACHE})
    endif()
  endif()
endif()

if(ORDERWRIGHT_SANITIZE)
  add_compile_options(-fsanitize=${ORDERWRIGHT_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ORDERWRIGHT_SANITIZE})
endif()

add_library(orderwright_warnings INTERFACE)
target_compile_options(orderwright_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  $<$<BOOL:${ORDERWRIGHT_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND ORDERWRIGHT_SANITIZE)
  # GCC's flow analysis reports values as maybe uninitialised that only its own instrumentation makes
  # look so. The builds without sanitizers keep the warning.
  target_compile_options(orderwright_warnings INTERFACE -Wno-maybe-uninitialized)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Clang's reading of -Wsign-conversion reports `iterator + index` as well, which is everywhere and
  # means no harm; GCC's finds what matters. And libstdc++ 12 calls a function that it deprecates
  # itself from std::stable_sort, for which clang blames the caller.
  target_compile_options(orderwright_warnings INTERFACE
    -Wno-sign-conversion -Wno-deprecated-declarations)
endif()

if(ORDERWRIGHT_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "orderwright: ORDERWRIGHT_BUILD_FUZZERS needs clang")
  endif()
  # The libraries are what is fuzzed, so they carry the coverage counters too.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
