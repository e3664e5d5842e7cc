# Third-party code: a target the host already has wins, then an installed package, then (unless
# ORDERWRIGHT_FETCH_DEPENDENCIES is off) a pinned version built along with us.

# orderwright_fetch(<name> <url> <sha256> [OPTION=VALUE...])
# A function, so that the options set for the fetched project end with it.
function(orderwright_fetch name url sha256)
  if(NOT ORDERWRIGHT_FETCH_DEPENDENCIES)
    message(FATAL_ERROR "orderwright: ${name} was not found. Install it, point CMAKE_PREFIX_PATH to "
                        "it, or set ORDERWRIGHT_FETCH_DEPENDENCIES=ON.")
  endif()
  message(STATUS "orderwright: ${name} not found, fetching ${url}")
  foreach(setting IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.*)$" matched "${setting}")
    set(${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
  endforeach()
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)  # option() in the fetched project obeys the variables above
  set(CMAKE_POLICY_DEFAULT_CMP0135 NEW)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  # Abseil's types depend on the language version it is compiled with; it must be ours.
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(BUILD_TESTING OFF)
  include(FetchContent)
  set(system_arg "")
  if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.25)
    set(system_arg SYSTEM)  # our warnings stay out of foreign headers
  endif()
  FetchContent_Declare(${name} ${system_arg} URL "${url}" URL_HASH "SHA256=${sha256}")
  FetchContent_MakeAvailable(${name})
endfunction()

if(NOT TARGET absl::status)
  find_package(absl QUIET)
  if(NOT TARGET absl::status)
    orderwright_fetch(absl
      https://github.com/abseil/abseil-cpp/archive/refs/tags/20240722.0.tar.gz
      f50e5ac311a81382da7fa75b97310e4b9006474f9560ac46f54a9967f07d4ae3
      ABSL_PROPAGATE_CXX_STD=ON ABSL_ENABLE_INSTALL=${ORDERWRIGHT_INSTALL} ABSL_BUILD_TESTING=OFF)
  endif()
endif()

if(NOT TARGET fmt::fmt)
  find_package(fmt 9 QUIET)
  if(NOT TARGET fmt::fmt)
    orderwright_fetch(fmt
      https://github.com/fmtlib/fmt/archive/refs/tags/11.0.2.tar.gz
      6cb1e6d37bdcb756dbbe59be438790db409cdb4868c66e888d5df9f13f7c027f
      FMT_INSTALL=${ORDERWRIGHT_INSTALL} FMT_TEST=OFF FMT_DOC=OFF)
  endif()
endif()

# The JSON reader is a private matter of io.
if(EXISTS "${PROJECT_SOURCE_DIR}/include/orderwright/io" AND NOT TARGET simdjson::simdjson)
  find_package(simdjson 3 QUIET)
  if(NOT TARGET simdjson::simdjson)
    orderwright_fetch(simdjson
      https://github.com/simdjson/simdjson/archive/refs/tags/v3.10.1.tar.gz
      1e8f881cb2c0f626c56cd3665832f1e97b9d4ffc648ad9e1067c134862bba060
      SIMDJSON_INSTALL=${ORDERWRIGHT_INSTALL} SIMDJSON_DEVELOPER_MODE=OFF)
  endif()
endif()

# Regular expressions are a private matter of cel.
if(EXISTS "${PROJECT_SOURCE_DIR}/include/orderwright/cel" AND NOT TARGET re2::re2)
  include("${PROJECT_SOURCE_DIR}/src/cmake/orderwright-regex.cmake")
  if(NOT TARGET re2::re2)
    # The last release that needs no Abseil, and so agrees with the host's.
    orderwright_fetch(re2
      https://github.com/google/re2/archive/refs/tags/2022-12-01.tar.gz
      665b65b6668156db2b46dddd33405cd422bd611352c5052ab3dae6a5fbac5506
      RE2_BUILD_TESTING=OFF)
  endif()
endif()
