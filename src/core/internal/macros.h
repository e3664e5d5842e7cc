// Macros of the .cc files of every layer: early return on a status, and the debug assertion.
//
// Never included by a public header: a consumer sees none of these names.
//
// Example:
//   ORDERWRIGHT_RETURN_IF_ERROR(Check(problem));
//   ORDERWRIGHT_ASSIGN_OR_RETURN(const Money price, Money::Parse(text, currency));
#ifndef ORDERWRIGHT_SRC_CORE_INTERNAL_MACROS_H_
#define ORDERWRIGHT_SRC_CORE_INTERNAL_MACROS_H_

#include <cassert>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define ORDERWRIGHT_INTERNAL_CONCAT_(a, b) a##b
#define ORDERWRIGHT_INTERNAL_CONCAT(a, b) ORDERWRIGHT_INTERNAL_CONCAT_(a, b)

// Returns the status from the enclosing function unless it is OK.
#define ORDERWRIGHT_RETURN_IF_ERROR(expression)                \
  do {                                                         \
    absl::Status orderwright_status_ = (expression);           \
    if (!orderwright_status_.ok()) return orderwright_status_; \
  } while (false)

// Declares or assigns `declaration` from a StatusOr, or returns its status. Two statements: not the
// body of an `if` without braces. A type with a comma needs an alias or `auto`.
#define ORDERWRIGHT_ASSIGN_OR_RETURN(declaration, expression) \
  ORDERWRIGHT_INTERNAL_ASSIGN_OR_RETURN(                      \
      ORDERWRIGHT_INTERNAL_CONCAT(orderwright_statusor_, __LINE__), declaration, expression)
#define ORDERWRIGHT_INTERNAL_ASSIGN_OR_RETURN(statusor, declaration, expression) \
  auto statusor = (expression);                                                  \
  if (!statusor.ok()) return std::move(statusor).status();                       \
  declaration = *std::move(statusor)

// A condition that only a bug of ours can break: checked in debug builds, not evaluated in others.
#ifdef NDEBUG
#define ORDERWRIGHT_ASSERT(condition) static_cast<void>(sizeof(!(condition)))
#else
#define ORDERWRIGHT_ASSERT(condition) assert(condition)
#endif

#endif  // ORDERWRIGHT_SRC_CORE_INTERNAL_MACROS_H_
