// The extension for strings; format() is in library_format.cc. Positions count code points.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/cel/internal/library.h"
#include "src/cel/internal/utf8.h"

namespace orderwright::cel_internal {
namespace {

absl::Status OutOfText(std::int64_t index) {
  return InvalidArgument("index out of range: {}", index);
}

Value Text(std::string_view text) { return Value::String(std::string(text)); }
Value Position(std::size_t position) { return Value::Int(static_cast<std::int64_t>(position)); }

// Where code point `index` of `text` begins; its end if that is one past the last. `index` is not
// negative; npos beyond.
std::size_t ByteOf(std::string_view text, std::int64_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += Utf8Length(text[at]);
  return index > 0 ? std::string_view::npos : at;
}

// The whitespace of Unicode.
bool IsSpace(std::uint32_t code) {
  return (code >= 0x09 && code <= 0x0D) || code == 0x20 || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
         code == 0x202F || code == 0x205F || code == 0x3000;
}

Result CharAt(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::int64_t index = arguments[1].int_value();
  if (!context.ChargeText(text.size())) return Spent();
  const std::size_t at = index < 0 ? std::string_view::npos : ByteOf(text, index);
  if (at == std::string_view::npos) return OutOfText(index);
  return Text(at == text.size() ? "" : text.substr(at, Utf8Length(text[at])));
}

Result IndexOf(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::string_view part = arguments[1].text();
  const std::int64_t offset = arguments.size() > 2 ? arguments[2].int_value() : 0;
  if (!ChargeSearch(context, text, part)) return Spent();
  const std::size_t from = offset < 0 ? std::string_view::npos : ByteOf(text, offset);
  if (from == std::string_view::npos) return OutOfText(offset);
  const std::size_t at = text.find(part, from);
  if (at == std::string_view::npos) return Value::Int(-1);
  return Position(CountCodePoints(text.substr(0, at)));
}

// The last match that begins at the offset or before.
Result LastIndexOf(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::string_view part = arguments[1].text();
  if (!ChargeSearch(context, text, part)) return Spent();
  std::size_t from = text.size();
  if (arguments.size() > 2) {
    const std::int64_t offset = arguments[2].int_value();
    from = offset < 0 ? std::string_view::npos : ByteOf(text, offset);
    if (from == std::string_view::npos) return OutOfText(offset);
  }
  const std::size_t at = text.rfind(part, from);
  if (at == std::string_view::npos) return Value::Int(-1);
  return Position(CountCodePoints(text.substr(0, at)));
}

template <char first, char last>
Result ChangeCase(Arguments arguments, CallContext& context) {
  if (!context.ChargeText(arguments[0].text().size())) return Spent();
  std::string text(arguments[0].text());
  for (char& c : text) {
    if (c >= first && c <= last) c = static_cast<char>(c ^ 0x20);
  }
  return Value::String(std::move(text));
}

// Where `part` is found in `text`, up to `limit` times (no limit if negative), apart; an empty part
// is found before every code point and at the end.
std::vector<std::size_t> Matches(std::string_view text, std::string_view part, std::int64_t limit) {
  std::vector<std::size_t> matches;
  const auto full = [&] { return limit >= 0 && std::cmp_equal(matches.size(), limit); };
  if (part.empty()) {
    for (const std::uint32_t start : CodePointStarts(text)) {
      if (full()) break;
      matches.push_back(start);
    }
    return matches;
  }
  for (std::size_t at = 0; !full(); at += part.size()) {
    at = text.find(part, at);
    if (at == std::string_view::npos) break;
    matches.push_back(at);
  }
  return matches;
}

Result Replace(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::string_view old = arguments[1].text();
  const std::string_view replacement = arguments[2].text();
  if (!ChargeSearch(context, text, old)) return Spent();
  const std::int64_t limit = arguments.size() > 3 ? arguments[3].int_value() : -1;
  const std::vector<std::size_t> matches = Matches(text, old, limit);
  if (!context.ChargeText(text.size()) ||
      !context.ChargeText(matches.size() * replacement.size())) {
    return Spent();
  }
  std::string out;
  std::size_t from = 0;
  for (const std::size_t match : matches) {
    out += text.substr(from, match - from);
    out += replacement;
    from = match + old.size();
  }
  out += text.substr(from);
  return Value::String(std::move(out));
}

Result Split(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::string_view separator = arguments[1].text();
  const std::int64_t limit = arguments.size() > 2 ? arguments[2].int_value() : -1;
  if (!ChargeSearch(context, text, separator)) return Spent();
  if (limit == 0) return Value::List({});
  std::vector<std::size_t> matches = Matches(text, separator, -1);
  if (separator.empty()) {
    // Neither before the first character nor after the last.
    matches.pop_back();
    if (!matches.empty()) matches.erase(matches.begin());
  }
  if (limit > 0 && std::cmp_greater_equal(matches.size(), limit)) {
    matches.resize(static_cast<std::size_t>(limit - 1));
  }
  if (!context.Charge(matches.size() + 1)) return Spent();
  std::vector<Value> parts;
  parts.reserve(matches.size() + 1);
  std::size_t from = 0;
  for (const std::size_t match : matches) {
    parts.push_back(Text(text.substr(from, match - from)));
    from = match + separator.size();
  }
  if (!separator.empty() || !text.empty()) parts.push_back(Text(text.substr(from)));
  return Value::List(std::move(parts));
}

Result Substring(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  if (!context.ChargeText(text.size())) return Spent();
  const std::int64_t start = arguments[1].int_value();
  const std::size_t begin = start < 0 ? std::string_view::npos : ByteOf(text, start);
  if (begin == std::string_view::npos) return OutOfText(start);
  if (arguments.size() == 2) return Text(text.substr(begin));
  const std::int64_t stop = arguments[2].int_value();
  const std::size_t end = stop < 0 ? std::string_view::npos : ByteOf(text, stop);
  if (end == std::string_view::npos) return OutOfText(stop);
  if (end < begin) {
    return InvalidArgument("invalid substring range: it starts at {} and ends at {}", start, stop);
  }
  return Text(text.substr(begin, end - begin));
}

Result Trim(Arguments arguments, CallContext& context) {
  std::string_view text = arguments[0].text();
  if (!context.ChargeText(text.size())) return Spent();
  while (!text.empty() && IsSpace(CodePointAt(text, 0))) text.remove_prefix(Utf8Length(text[0]));
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while ((static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80) --last;
    if (!IsSpace(CodePointAt(text, last))) break;
    text = text.substr(0, last);
  }
  return Text(text);
}

Result Join(Arguments arguments, CallContext& context) {
  const auto list = arguments[0].list();
  const std::string_view separator = arguments.size() > 1 ? arguments[1].text() : "";
  std::string out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].Is(Kind::kString)) {
      return InvalidArgument("no such overload: join() takes a list of strings, not of {}",
                             list[i].type_name());
    }
    const std::string_view text = list[i].text();
    if (!context.Charge(1) || !context.ChargeText(text.size() + separator.size())) return Spent();
    if (i > 0) out += separator;
    out += text;
  }
  return Value::String(std::move(out));
}

Result Quote(Arguments arguments, CallContext& context) {
  if (!context.ChargeText(arguments[0].text().size() * 2)) return Spent();
  return Value::String(Quoted(arguments[0].text()));
}

Result Reverse(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  if (!context.ChargeText(text.size())) return Spent();
  std::string out;
  out.reserve(text.size());
  for (std::size_t end = text.size(); end > 0;) {
    std::size_t begin = end - 1;
    while ((static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80) --begin;
    out += text.substr(begin, end - begin);
    end = begin;
  }
  return Value::String(std::move(out));
}

}  // namespace

void AddStrings(Environment& environment) {
  Define(environment, "charAt", "string.(int): string", CharAt);
  Define(environment, "indexOf", "string.(string): int", IndexOf);
  Define(environment, "indexOf", "string.(string, int): int", IndexOf);
  Define(environment, "lastIndexOf", "string.(string): int", LastIndexOf);
  Define(environment, "lastIndexOf", "string.(string, int): int", LastIndexOf);
  Define(environment, "lowerAscii", "string.(): string", ChangeCase<'A', 'Z'>);
  Define(environment, "upperAscii", "string.(): string", ChangeCase<'a', 'z'>);
  Define(environment, "replace", "string.(string, string): string", Replace);
  Define(environment, "replace", "string.(string, string, int): string", Replace);
  Define(environment, "split", "string.(string): list(string)", Split);
  Define(environment, "split", "string.(string, int): list(string)", Split);
  Define(environment, "substring", "string.(int): string", Substring);
  Define(environment, "substring", "string.(int, int): string", Substring);
  Define(environment, "trim", "string.(): string", Trim);
  Define(environment, "join", "list(string).(): string", Join);
  Define(environment, "join", "list(string).(string): string", Join);
  Define(environment, "reverse", "string.(): string", Reverse);
  Define(environment, "strings.quote", "(string): string", Quote);
}

}  // namespace orderwright::cel_internal
