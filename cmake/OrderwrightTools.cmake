# Targets for those who work on the library: format, format_check, tidy, layering.

find_program(ORDERWRIGHT_CLANG_FORMAT NAMES clang-format-19 clang-format)
find_program(ORDERWRIGHT_RUN_CLANG_TIDY NAMES run-clang-tidy-19 run-clang-tidy)
find_package(Python3 COMPONENTS Interpreter QUIET)
mark_as_advanced(ORDERWRIGHT_CLANG_FORMAT ORDERWRIGHT_RUN_CLANG_TIDY)

set(folders include src tests benchmarks examples bindings)
if(ORDERWRIGHT_CLANG_FORMAT)
  # The list of files is made when the target runs, so that no new file is missed.
  foreach(mode format format_check)
    set(arguments -i)
    if(mode STREQUAL "format_check")
      set(arguments --dry-run -Werror)
    endif()
    add_custom_target(${mode}
      COMMAND find ${folders} -name "*.h" -print0 -o -name "*.cc" -print0
              | xargs -0 "${ORDERWRIGHT_CLANG_FORMAT}" ${arguments}
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" VERBATIM)
  endforeach()
endif()
if(ORDERWRIGHT_RUN_CLANG_TIDY)
  add_custom_target(tidy
    COMMAND "${ORDERWRIGHT_RUN_CLANG_TIDY}" -quiet -p "${PROJECT_BINARY_DIR}"
            "${PROJECT_SOURCE_DIR}/(src|examples)/.*"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" VERBATIM)
endif()
if(Python3_FOUND)
  add_custom_target(layering
    COMMAND "${Python3_EXECUTABLE}" tests/layering/check_layering.py
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" VERBATIM)
endif()
