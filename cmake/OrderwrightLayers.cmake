# One library per layer. tests/layering/check_layering.py reads this table and compares it
# with its own.

set(ORDERWRIGHT_LAYERS core cel model solver rules inventory promise routing lifecycle ledger replay io)
set(ORDERWRIGHT_LAYER_core "")
set(ORDERWRIGHT_LAYER_cel core)
set(ORDERWRIGHT_LAYER_model core)
set(ORDERWRIGHT_LAYER_solver core)
set(ORDERWRIGHT_LAYER_rules core cel model)
set(ORDERWRIGHT_LAYER_inventory core model)
set(ORDERWRIGHT_LAYER_promise core model)
set(ORDERWRIGHT_LAYER_routing core cel model rules inventory promise solver)
set(ORDERWRIGHT_LAYER_lifecycle core cel model rules inventory promise routing)
set(ORDERWRIGHT_LAYER_ledger core model inventory routing lifecycle)
set(ORDERWRIGHT_LAYER_replay core cel model solver rules inventory promise routing lifecycle ledger)
set(ORDERWRIGHT_LAYER_io core cel model solver rules inventory promise routing lifecycle ledger replay)

# Libraries every layer may use; the ones of a single layer are PRIVATE to it.
set(ORDERWRIGHT_THIRD_PARTY
  absl::base absl::btree absl::core_headers absl::flat_hash_map absl::flat_hash_set absl::hash absl::int128
  absl::inlined_vector absl::span absl::status absl::statusor absl::strings absl::time fmt::fmt)
set(ORDERWRIGHT_THIRD_PARTY_cel re2::re2)
set(ORDERWRIGHT_THIRD_PARTY_io simdjson::simdjson)

# Sets <out> to the layers that exist, lowest first.
function(orderwright_present_layers out)
  set(present "")
  foreach(layer IN LISTS ORDERWRIGHT_LAYERS)
    if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/include/orderwright/${layer}")
      list(APPEND present ${layer})
    endif()
  endforeach()
  set(${out} "${present}" PARENT_SCOPE)
endfunction()

# The standard and third-party headers that nearly every file includes.
set(ORDERWRIGHT_PRECOMPILED
  <algorithm> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view> <utility>
  <vector> <absl/container/flat_hash_map.h> <absl/container/inlined_vector.h> <absl/status/statusor.h>
  <absl/time/time.h> <fmt/format.h> <fmt/ranges.h>)

# Compiled once: they are most of the time of a translation unit. Only in builds of our own: a consumer that adds this directory
# compiles every file as it stands, which also shows that each includes what it needs.
function(orderwright_add_precompiled_header)
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/orderwright_pch.cc" CONTENT "// owner of the header\n")
  add_library(orderwright_pch OBJECT "${PROJECT_BINARY_DIR}/orderwright_pch.cc")
  set_target_properties(orderwright_pch PROPERTIES
    CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  target_compile_features(orderwright_pch PUBLIC cxx_std_20)
  target_link_libraries(orderwright_pch PRIVATE orderwright_warnings ${ORDERWRIGHT_THIRD_PARTY})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Lets ccache keep results that were made with a precompiled header.
    target_compile_options(orderwright_pch PUBLIC -fpch-preprocess)
  endif()
  target_precompile_headers(orderwright_pch PRIVATE ${ORDERWRIGHT_PRECOMPILED})
endfunction()

function(orderwright_add_layer layer)
  set(target orderwright_${layer})
  file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/orderwright/${layer}/*.h")
  file(GLOB sources CONFIGURE_DEPENDS
       "${PROJECT_SOURCE_DIR}/src/${layer}/*.cc" "${PROJECT_SOURCE_DIR}/src/${layer}/internal/*.cc"
       "${PROJECT_SOURCE_DIR}/src/${layer}/internal/*/*.cc")

  if(sources)
    add_library(${target} ${sources} ${headers})
    set(scope PUBLIC)
    set_target_properties(${target} PROPERTIES
      CXX_EXTENSIONS OFF
      CXX_VISIBILITY_PRESET hidden
      VISIBILITY_INLINES_HIDDEN ON
      POSITION_INDEPENDENT_CODE ON
      # No macro tells building from using, so static and shared builds compile the same text.
      DEFINE_SYMBOL ""
      VERSION ${PROJECT_VERSION}
      # Until 1.0 a minor version may change the binary interface.
      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
      INSTALL_RPATH "$ORIGIN")
    # "src/<layer>/internal/x.h" is included by its path from the root of the repository.
    target_include_directories(${target} PRIVATE "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
    target_link_libraries(${target} PRIVATE "$<BUILD_INTERFACE:orderwright_warnings>"
                          ${ORDERWRIGHT_THIRD_PARTY_${layer}})
    if(TARGET orderwright_pch)
      if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE -fpch-preprocess)
      endif()
      target_precompile_headers(${target} REUSE_FROM orderwright_pch)
    endif()
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(orderwright::${layer} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${layer})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(${target} ${scope} ${ORDERWRIGHT_THIRD_PARTY})
  foreach(lower IN LISTS ORDERWRIGHT_LAYER_${layer})
    if(TARGET orderwright_${lower})
      target_link_libraries(${target} ${scope} orderwright_${lower})
    endif()
  endforeach()
endfunction()

function(orderwright_add_layers)
  if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
    orderwright_add_precompiled_header()
  endif()
  add_library(orderwright_all INTERFACE)
  add_library(orderwright::orderwright ALIAS orderwright_all)
  set_target_properties(orderwright_all PROPERTIES EXPORT_NAME orderwright)
  orderwright_present_layers(layers)
  foreach(layer IN LISTS layers)
    orderwright_add_layer(${layer})
    target_link_libraries(orderwright_all INTERFACE orderwright_${layer})
  endforeach()
endfunction()
