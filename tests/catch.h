// The one include of Catch2: version 3 where it is installed, else the single header of version 2.
//
// Use what both have: TEST_CASE, SECTION, REQUIRE, CHECK, GENERATE, TEMPLATE_TEST_CASE, INFO,
// CAPTURE. Where the versions differ there is one spelling here:
// orderwright::testing::ContainsText. Values with a fmt::formatter are printed by it when a check
// fails.
//
// Example:
//   TEST_CASE("Currency::Parse refuses small letters") {
//     CHECK(StatusIs(Currency::Parse("usd"), absl::StatusCode::kInvalidArgument));
//   }
#ifndef ORDERWRIGHT_TESTS_CATCH_H_
#define ORDERWRIGHT_TESTS_CATCH_H_

#include <string>
#include <type_traits>

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

namespace orderwright::testing {

inline auto ContainsText(const std::string& text) {
#if __has_include(<catch2/catch_test_macros.hpp>)
  return Catch::Matchers::ContainsSubstring(text);
#else
  return Catch::Matchers::Contains(text);
#endif
}

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// True if the status of `result` has `code`; for CHECK and REQUIRE.
template <typename Result>
bool StatusIs(const Result& result, absl::StatusCode code) {
  if (StatusOf(result).code() == code) return true;
  UNSCOPED_INFO("the status is " << StatusOf(result).ToString());
  return false;
}

template <typename Result>
bool IsOk(const Result& result) {
  return StatusIs(result, absl::StatusCode::kOk);
}

// A class that only fmt can print. Ranges keep Catch2's own printing, element by element.
template <typename T>
concept PrintedByFmt = std::is_class_v<T> && fmt::is_formattable<T>::value &&
                       !Catch::is_range<T>::value && !Catch::Detail::IsStreamInsertable<T>::value;

}  // namespace orderwright::testing

namespace Catch {

template <typename T>
  requires orderwright::testing::PrintedByFmt<T>
struct StringMaker<T> {
  static std::string convert(const T& value) { return fmt::format("{}", value); }
};

template <typename T>
struct StringMaker<absl::StatusOr<T>> {
  static std::string convert(const absl::StatusOr<T>& value) {
    return value.ok() ? StringMaker<T>::convert(*value) : value.status().ToString();
  }
};

}  // namespace Catch

#endif  // ORDERWRIGHT_TESTS_CATCH_H_
