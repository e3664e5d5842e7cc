# Catch2 executables, examples and fuzz targets.

# What every test executable is linked from: main(), and the odr object that includes every public
# header, so that a definition that is not inline shows up as a duplicate symbol at once.
function(orderwright_add_test_main)
  find_package(Catch2 QUIET)
  if(NOT TARGET Catch2::Catch2)
    orderwright_fetch(Catch2
      https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz
      c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c)
  endif()
  if(NOT TARGET Catch2::Catch2)
    message(FATAL_ERROR "orderwright: the tests need Catch2")
  endif()
  find_package(Threads REQUIRED)

  add_library(orderwright_test_options INTERFACE)
  target_compile_features(orderwright_test_options INTERFACE cxx_std_20)
  target_include_directories(orderwright_test_options INTERFACE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(orderwright_test_options INTERFACE
    ORDERWRIGHT_TESTS_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    ORDERWRIGHT_TESTS_PROJECT_VERSION="${PROJECT_VERSION}")
  target_link_libraries(orderwright_test_options INTERFACE
    orderwright::orderwright orderwright_warnings Catch2::Catch2 Threads::Threads)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Lets ccache keep results that were made with a precompiled header.
    target_compile_options(orderwright_test_options INTERFACE -fpch-preprocess)
  endif()
  target_compile_options(orderwright_test_options INTERFACE ${ORDERWRIGHT_TEST_OPTIONS})

  add_library(orderwright_test_main OBJECT main.cc)
  target_link_libraries(orderwright_test_main PRIVATE orderwright_test_options)
  set_target_properties(orderwright_test_main PROPERTIES CXX_EXTENSIONS OFF)

  # Catch2 v2 is one large header: precompiled once, with what our own headers include, it costs each
  # test file little. It belongs to a target of its own, since main.cc includes the header in its
  # other form.
  file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/pch.cc" CONTENT "// owner of the header\n")
  add_library(orderwright_test_pch OBJECT "${CMAKE_CURRENT_BINARY_DIR}/pch.cc")
  target_link_libraries(orderwright_test_pch PRIVATE orderwright_test_options)
  target_precompile_headers(orderwright_test_pch PRIVATE catch.h ${ORDERWRIGHT_PRECOMPILED})
  set_target_properties(orderwright_test_pch PROPERTIES CXX_EXTENSIONS OFF)

  set(includes "")
  orderwright_public_headers(headers)
  foreach(header IN LISTS headers)
    string(APPEND includes "#include \"${header}\"\n")
  endforeach()
  file(GENERATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/odr.cc" CONTENT "${includes}")
  add_library(orderwright_test_odr OBJECT "${CMAKE_CURRENT_BINARY_DIR}/odr.cc")
  target_link_libraries(orderwright_test_odr PRIVATE orderwright_test_options)
  set_target_properties(orderwright_test_odr PROPERTIES CXX_EXTENSIONS OFF)
endfunction()

# Sets <out> to the public headers as they are included: "orderwright/core/money.h".
function(orderwright_public_headers out)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include"
       "${PROJECT_SOURCE_DIR}/include/orderwright/*.h")
  list(SORT headers)
  set(${out} "${headers}" PARENT_SCOPE)
endfunction()

# One translation unit per public header that includes it alone, and twice: it brings what it needs
# and its guard works. Sanitizers cannot change the answer, so their builds skip it.
function(orderwright_add_header_tests)
  if(ORDERWRIGHT_SANITIZE)
    return()
  endif()
  set(sources "")
  orderwright_public_headers(headers)
  foreach(header IN LISTS headers)
    string(REPLACE "/" "__" name "${header}")
    set(source "${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cc")
    file(GENERATE OUTPUT "${source}"
         CONTENT "#include \"${header}\"\n#include \"${header}\"  // guarded\n")
    list(APPEND sources "${source}")
  endforeach()
  add_library(orderwright_test_headers OBJECT ${sources})
  set_target_properties(orderwright_test_headers PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(orderwright_test_headers PRIVATE -O0 -g0)
  target_link_libraries(orderwright_test_headers PRIVATE orderwright::orderwright
                        orderwright_warnings)
endfunction()

# orderwright_add_catch_tests(<directory>): the executable <directory>_tests.
function(orderwright_add_catch_tests directory)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${directory}/*.cc")
  if(ORDERWRIGHT_SANITIZE MATCHES "thread")
    # ThreadSanitizer has something to say only where there are threads: test files that start some,
    # or that are tagged because the library starts them.
    set(test_files ${sources})
    list(FILTER test_files INCLUDE REGEX "_test\\.cc$")
    foreach(source IN LISTS test_files)
      file(STRINGS "${source}" threaded
           REGEX "#include <(thread|future|stop_token)>|\\[threads\\]" LIMIT_COUNT 1)
      if(NOT threaded)
        list(REMOVE_ITEM sources "${source}")
        list(REMOVE_ITEM test_files "${source}")
      endif()
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    endforeach()
    if(NOT test_files)
      return()
    endif()
  endif()
  if(NOT sources)
    return()
  endif()
  set(target ${directory}_tests)
  add_executable(${target} ${sources})
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(${target} PRIVATE orderwright_test_options
                        $<TARGET_OBJECTS:orderwright_test_main>
                        $<TARGET_OBJECTS:orderwright_test_odr>)
  target_precompile_headers(${target} REUSE_FROM orderwright_test_pch)
  add_test(NAME ${directory} COMMAND ${target})
  # Long tests at full size take hours on a slow machine (tests/soak.sh).
  set(seconds 900)
  if(DEFINED ENV{ORDERWRIGHT_SOAK})
    set(seconds 7200)
  endif()
  # Data files are named relative to the repository; temporary files carry the process id.
  set_tests_properties(${directory} PROPERTIES WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
                       LABELS "unit" TIMEOUT ${seconds})
  # The longest begins first, or the other cores wait for it.
  if(directory STREQUAL "properties")
    set_tests_properties(${directory} PROPERTIES COST 1000)
  endif()
endfunction()
