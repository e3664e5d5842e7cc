// Values as text.
#include <cmath>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "absl/time/civil_time.h"
#include "src/cel/internal/utf8.h"
#include "src/cel/internal/value_access.h"

namespace orderwright::cel_internal {
namespace {

constexpr std::size_t kLongest = 4'000;
constexpr int kDeepest = 50;

// The fraction of a second without trailing zeros, with its point; nothing for 0.
std::string FractionText(std::int64_t nanos) {
  if (nanos == 0) return {};
  std::string digits = fmt::format(".{:09}", nanos);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

void Append(const Value& value, int depth, std::string& out);

template <typename Range, typename Each>
void AppendAll(const Range& range, std::string_view open, std::string_view close, std::string& out,
               const Each& each) {
  out += open;
  bool first = true;
  for (const auto& item : range) {
    if (!first) out += ", ";
    first = false;
    if (out.size() > kLongest) {
      out += "…";
      break;
    }
    each(item);
  }
  out += close;
}

void Append(const Value& value, int depth, std::string& out) {
  if (depth > kDeepest || out.size() > kLongest) {
    out += "…";
    return;
  }
  switch (value.kind()) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kBool:
      out += value.bool_value() ? "true" : "false";
      return;
    case Kind::kInt:
      out += fmt::format("{}", value.int_value());
      return;
    case Kind::kUint:
      out += fmt::format("{}u", value.uint_value());
      return;
    case Kind::kDouble: {
      const std::string text = DoubleText(value.double_value());
      out += text;
      if (text.find_first_not_of("-0123456789") == std::string::npos) out += ".0";
      return;
    }
    case Kind::kString:
      out += Quoted(value.text().substr(0, kLongest));
      return;
    case Kind::kBytes:
      out += 'b';
      out += QuotedOctets(value.text().substr(0, kLongest));
      return;
    case Kind::kList:
      AppendAll(value.list(), "[", "]", out,
                [&](const Value& item) { Append(item, depth + 1, out); });
      return;
    case Kind::kMap:
      AppendAll(value.map().entries(), "{", "}", out, [&](const Map::Entry& entry) {
        Append(entry.first, depth + 1, out);
        out += ": ";
        Append(entry.second, depth + 1, out);
      });
      return;
    case Kind::kTimestamp:
      out += fmt::format("timestamp(\"{}\")", TimestampText(value.seconds(), value.nanos()));
      return;
    case Kind::kDuration:
      out += fmt::format("duration(\"{}\")", DurationText(value.nanoseconds()));
      return;
    case Kind::kType:
      out += value.text();
      return;
    case Kind::kOptional:
      if (value.optional() == nullptr) {
        out += "optional.none()";
        return;
      }
      out += "optional.of(";
      Append(*value.optional(), depth + 1, out);
      out += ")";
      return;
    case Kind::kRecord:
      out += fmt::format("{}{{…}}", value.type_name());
      return;
    case Kind::kOpaque:
      out += fmt::format("{}({})", value.type_name(), Quoted(value.opaque().ToText()));
      return;
    case Kind::kUnknown:
      out += "unknown";
      return;
    case Kind::kError:
      out += fmt::format("error: {}", ValueAccess::ErrorOf(value).message);
      return;
  }
}

}  // namespace

std::string DoubleText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);
}

std::string TimestampText(std::int64_t seconds, std::int32_t nanos) {
  const absl::CivilSecond civil = absl::CivilSecond(1970, 1, 1) + seconds;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", civil.year(), civil.month(),
                     civil.day(), civil.hour(), civil.minute(), civil.second(),
                     FractionText(nanos));
}

std::string DurationText(std::int64_t nanoseconds) {
  // The magnitude without overflow of the most negative value.
  const std::uint64_t magnitude = nanoseconds < 0 ? ~static_cast<std::uint64_t>(nanoseconds) + 1
                                                  : static_cast<std::uint64_t>(nanoseconds);
  return fmt::format("{}{}{}s", nanoseconds < 0 ? "-" : "", magnitude / 1'000'000'000,
                     FractionText(static_cast<std::int64_t>(magnitude % 1'000'000'000)));
}

}  // namespace orderwright::cel_internal

namespace orderwright::cel {

std::string ToString(const Value& value) {
  std::string out;
  cel_internal::Append(value, 0, out);
  return out;
}

}  // namespace orderwright::cel
