#include "src/io/internal/csv.h"

#include <algorithm>
#include <utility>

namespace orderwright::io_internal {

void CsvParser::Complain(std::size_t offset, std::string_view what) {
  if (!complaint_.empty()) return;
  complaint_ = what;
  complaint_offset_ = offset;
}

bool CsvParser::TakeLineEnd() {
  if (text_.substr(at_).starts_with("\r\n")) {
    at_ += 2;
    return true;
  }
  if (at_ < text_.size() && text_[at_] == '\n') {
    ++at_;
    return true;
  }
  return false;
}

CsvField CsvParser::PlainField() {
  const std::size_t begin = at_;
  at_ = std::min(text_.find_first_of(",\n", begin), text_.size());
  std::string_view value = text_.substr(begin, at_ - begin);
  // The CR of a line end is not part of the value.
  if (value.ends_with('\r') && at_ < text_.size() && text_[at_] == '\n') {
    value.remove_suffix(1);
    --at_;
  }
  if (const std::size_t quote = value.find('"'); quote != std::string_view::npos) {
    Complain(begin + quote,
             "a quote within a value; put the whole value in double quotes and "
             "write each quote in it twice");
  }
  return {value, begin};
}

CsvField CsvParser::QuotedField() {
  const std::size_t begin = at_++;
  std::string value;
  while (true) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      Complain(begin, "a value begins here and its closing quote is missing");
      at_ = text_.size();
      break;
    }
    value += text_.substr(at_, quote - at_);
    at_ = quote + 1;
    if (at_ >= text_.size() || text_[at_] != '"') break;
    value += '"';
    ++at_;
  }
  const std::string_view rest = text_.substr(at_);
  if (!rest.empty() && !rest.starts_with(',') && !rest.starts_with('\n') &&
      !rest.starts_with("\r\n")) {
    Complain(at_, "expected a comma or the end of the line after a closing quote");
    at_ = std::min(text_.find_first_of(",\n", at_), text_.size());
  }
  return {unquoted_.emplace_back(std::move(value)), begin};
}

bool CsvParser::NextRow(std::vector<CsvField>& row) {
  row.clear();
  complaint_ = {};
  while (TakeLineEnd()) {
  }
  if (at_ >= text_.size()) return false;
  while (true) {
    const bool quoted = at_ < text_.size() && text_[at_] == '"';
    row.push_back(quoted ? QuotedField() : PlainField());
    if (at_ >= text_.size() || TakeLineEnd()) return true;
    ++at_;  // the comma
  }
}

}  // namespace orderwright::io_internal
