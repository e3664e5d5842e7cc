// string.format(list): %s %d %f %e %b %o %x %X, with a precision as in %.3f.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "src/cel/internal/library.h"
#include "src/cel/internal/utf8.h"

namespace orderwright::cel_internal {
namespace {

constexpr int kMaxPrecision = 1'000;
constexpr int kDeepest = 100;

class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> values, CallContext& context)
      : format_(format), values_(values), context_(context) {}

  Result Run() {
    for (std::size_t at = 0; at < format_.size();) {
      const std::size_t percent = std::min(format_.find('%', at), format_.size());
      if (!Append(format_.substr(at, percent - at))) return Spent();
      at = percent;
      if (at == format_.size()) break;
      ++at;
      if (const absl::Status status = Clause(at); !status.ok()) return status;
    }
    return Value::String(std::move(out_));
  }

 private:
  bool Append(std::string_view text) {
    if (!context_.ChargeText(text.size())) return false;
    out_ += text;
    return true;
  }
  absl::Status Written(std::string_view text) { return Append(text) ? absl::OkStatus() : Spent(); }

  // What follows the '%' at `at`, which is moved past it.
  absl::Status Clause(std::size_t& at) {
    if (at < format_.size() && format_[at] == '%') {
      ++at;
      return Written("%");
    }
    std::optional<int> precision;
    if (at < format_.size() && format_[at] == '.') {
      precision = 0;
      for (++at; at < format_.size() && format_[at] >= '0' && format_[at] <= '9'; ++at) {
        precision = *precision * 10 + (format_[at] - '0');
        if (*precision > kMaxPrecision) {
          return InvalidArgument("format: a precision is at most {}", kMaxPrecision);
        }
      }
    }
    if (at == format_.size()) return InvalidArgument("format: the text ends within a clause");
    const char verb = format_[at];
    const std::size_t length = std::min(Utf8Length(verb), format_.size() - at);
    if (std::string_view("sdfeboxX").find(verb) == std::string_view::npos) {
      return InvalidArgument("format: unrecognized clause %{}", format_.substr(at, length));
    }
    at += length;
    if (next_ == values_.size()) {
      return InvalidArgument("format: there is no value for clause {}; {} are given", next_ + 1,
                             values_.size());
    }
    return Write(verb, precision, values_[next_++]);
  }

  absl::Status Write(char verb, std::optional<int> precision, const Value& value) {
    switch (verb) {
      case 's':
        return WriteText(value, 0);
      case 'd':
        return WriteDecimal(value);
      case 'f':
      case 'e':
        return WriteReal(verb, precision.value_or(6), value);
      default:
        return WriteBits(verb, value);
    }
  }

  static absl::Status Refuse(char verb, std::string_view takes, const Value& value) {
    return InvalidArgument("format: %{} takes {}, not {}", verb, takes, value.type_name());
  }

  absl::Status WriteDecimal(const Value& value) {
    switch (value.kind()) {
      case Kind::kInt:
        return Written(fmt::format("{}", value.int_value()));
      case Kind::kUint:
        return Written(fmt::format("{}", value.uint_value()));
      case Kind::kDouble:
        return Written(DoubleText(value.double_value()));
      default:
        return Refuse('d', "numbers", value);
    }
  }

  absl::Status WriteReal(char verb, int precision, const Value& value) {
    double number = 0;
    switch (value.kind()) {
      case Kind::kInt:
        number = static_cast<double>(value.int_value());
        break;
      case Kind::kUint:
        number = static_cast<double>(value.uint_value());
        break;
      case Kind::kDouble:
        number = value.double_value();
        break;
      default:
        return Refuse(verb, "numbers", value);
    }
    if (!std::isfinite(number)) return Written(DoubleText(number));
    return Written(verb == 'f' ? fmt::format("{:.{}f}", number, precision)
                               : fmt::format("{:.{}e}", number, precision));
  }

  absl::Status WriteBits(char verb, const Value& value) {
    switch (value.kind()) {
      case Kind::kInt:
        return Written(Radix(verb, value.int_value()));
      case Kind::kUint:
        return Written(Radix(verb, value.uint_value()));
      case Kind::kBool:
        if (verb == 'b') return Written(value.bool_value() ? "1" : "0");
        break;
      case Kind::kString:
      case Kind::kBytes:
        if (verb == 'x' || verb == 'X') return WriteOctets(verb, value.text());
        break;
      default:
        break;
    }
    if (verb == 'b') return Refuse(verb, "integers and bools", value);
    if (verb == 'o') return Refuse(verb, "integers", value);
    return Refuse(verb, "integers, strings and bytes", value);
  }

  template <typename T>
  static std::string Radix(char verb, T number) {
    switch (verb) {
      case 'b':
        return fmt::format("{:b}", number);
      case 'o':
        return fmt::format("{:o}", number);
      case 'x':
        return fmt::format("{:x}", number);
      default:
        return fmt::format("{:X}", number);
    }
  }

  absl::Status WriteOctets(char verb, std::string_view octets) {
    if (!context_.ChargeText(octets.size() * 2)) return Spent();
    const char* const digits = verb == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    for (const char c : octets) {
      const auto octet = static_cast<unsigned char>(c);
      out_ += digits[octet >> 4U];
      out_ += digits[octet & 0xFU];
    }
    return absl::OkStatus();
  }

  absl::Status WriteText(const Value& value, int depth) {
    if (depth > kDeepest) return InvalidArgument("format: the value is nested too deeply");
    if (!context_.Charge(1)) return Spent();
    switch (value.kind()) {
      case Kind::kNull:
        return Written("null");
      case Kind::kBool:
        return Written(value.bool_value() ? "true" : "false");
      case Kind::kInt:
      case Kind::kUint:
      case Kind::kDouble:
        return WriteDecimal(value);
      case Kind::kString:
      case Kind::kType:
        return Written(value.text());
      case Kind::kBytes:
        if (IsUtf8(value.text())) return Written(value.text());
        return InvalidArgument("format: the bytes are not valid UTF-8");
      case Kind::kTimestamp:
        return Written(TimestampText(value.seconds(), value.nanos()));
      case Kind::kDuration:
        return Written(DurationText(value.nanoseconds()));
      case Kind::kList:
        return WriteList(value, depth);
      case Kind::kMap:
        return WriteMap(value, depth);
      default:
        return Refuse('s', "values that have a text", value);
    }
  }

  absl::Status WriteList(const Value& value, int depth) {
    absl::Status status = Written("[");
    bool first = true;
    for (const Value& item : value.list()) {
      if (status.ok() && !first) status = Written(", ");
      first = false;
      if (status.ok()) status = WriteText(item, depth + 1);
      if (!status.ok()) return status;
    }
    return Written("]");
  }

  // The entries by the text of their keys, so that equal maps give equal texts.
  absl::Status WriteMap(const Value& value, int depth) {
    const auto entries = value.map().entries();
    if (!context_.Charge(entries.size() * 2)) return Spent();
    std::vector<std::pair<std::string, const Value*>> sorted;
    for (const Map::Entry& entry : entries) {
      std::string outside;
      outside.swap(out_);
      const absl::Status status = WriteText(entry.first, depth + 1);
      outside.swap(out_);
      if (!status.ok()) return status;
      sorted.emplace_back(std::move(outside), &entry.second);
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    absl::Status status = Written("{");
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (status.ok()) status = Written(fmt::format("{}{}: ", i > 0 ? ", " : "", sorted[i].first));
      if (status.ok()) status = WriteText(*sorted[i].second, depth + 1);
      if (!status.ok()) return status;
    }
    return Written("}");
  }

  std::string_view format_;
  std::span<const Value> values_;
  CallContext& context_;
  std::string out_;
  std::size_t next_ = 0;
};

}  // namespace

void AddFormat(Environment& environment) {
  Define(environment, "format", "string.(list(dyn)): string",
         [](Arguments arguments, CallContext& context) -> Result {
           return Formatter(arguments[0].text(), arguments[1].list(), context).Run();
         });
}

}  // namespace orderwright::cel_internal
