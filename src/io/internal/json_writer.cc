#include "src/io/internal/json_writer.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace orderwright::io_internal {

void JsonWriter::Separate() {
  if (std::exchange(after_key_, false) || open_.empty()) return;
  Container& container = open_.back();
  if (!container.empty) out_ += container.flat && indent_ > 0 ? ", " : ",";
  container.empty = false;
  if (!container.flat) NewLine();
}

JsonWriter& JsonWriter::Begin(char bracket, Layout layout) {
  const bool inside_flat = !open_.empty() && open_.back().flat;
  Separate();
  out_ += bracket;
  open_.push_back({indent_ == 0 || inside_flat || layout == Layout::kFlat, true});
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  const Container container = open_.back();
  open_.pop_back();
  if (!container.flat && !container.empty) NewLine();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Word(std::string_view word) {
  Separate();
  out_ += word;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Separate();
  Quote(key);
  out_ += indent_ > 0 ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  Separate();
  Quote(text);
  return *this;
}

JsonWriter& JsonWriter::Integer(std::int64_t value) {
  Separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::Unsigned(std::uint64_t value) {
  Separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::Real(double value) {
  Separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

void JsonWriter::Quote(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

std::string JsonWriter::Take() {
  if (indent_ > 0) out_ += '\n';
  return std::move(out_);
}

}  // namespace orderwright::io_internal
