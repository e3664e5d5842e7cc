#include "orderwright/rules/language.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/rules/schema.h"
#include "src/core/internal/macros.h"

namespace orderwright::rules {
namespace {

using cel::Kind;

bool IsName(std::string_view name) {
  const auto is_letter = [](char c) {
    return c == '_' || std::isalpha(static_cast<unsigned char>(c)) != 0;
  };
  if (name.empty() || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
  });
}

bool IsPlain(const cel::Value& value) {
  return value.Is(Kind::kBool) || value.Is(Kind::kInt) || value.Is(Kind::kDouble) ||
         value.Is(Kind::kString);
}

}  // namespace

Language::Language() : environment_(RuleEnvironment()) {}

absl::Status Language::AddFunction(std::string_view name, std::string_view signature,
                                   cel::Implementation implementation, std::uint32_t cost) {
  cel::Environment environment = *environment_;
  ORDERWRIGHT_RETURN_IF_ERROR(
      environment.AddFunction(name, signature, std::move(implementation), cost));
  environment_ = std::make_shared<const cel::Environment>(std::move(environment));
  return absl::OkStatus();
}

absl::Status Language::AddConstant(std::string_view name, cel::Value value) {
  if (!IsName(name)) {
    return InvalidArgument("'{}' is no name of a constant; letters, digits and _, no digit first",
                           name);
  }
  if (environment_->FindVariable(name) != nullptr || constants_.contains(name)) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      fmt::format("there is a '{}' already", name));
  }
  const bool is_list = value.Is(Kind::kList);
  if (is_list ? !std::all_of(value.list().begin(), value.list().end(), IsPlain) : !IsPlain(value)) {
    return InvalidArgument(
        "constant '{}' must be a bool, an int, a double, a string, or a list of these", name);
  }
  constants_.emplace(std::string(name), std::move(value));
  return absl::OkStatus();
}

const cel::Value* Language::FindConstant(std::string_view name) const {
  const auto at = constants_.find(name);
  return at == constants_.end() ? nullptr : &at->second;
}

}  // namespace orderwright::rules
