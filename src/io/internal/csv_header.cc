#include "src/io/internal/csv_header.h"

#include <string>

#include <fmt/format.h>

#include "src/io/internal/json_diagnose.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {

std::optional<std::size_t> FindName(std::span<const std::string_view> names,
                                    std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

bool CsvHeader::Read(CsvParser& parser, std::string_view text,
                     std::span<const std::string_view> names, bool ignore_others,
                     DocumentIssues& issues) {
  if (const std::size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
    issues.Add(bad, "", "invalid_utf8", "this is not UTF-8; save the file as UTF-8");
    return false;
  }
  if (text.starts_with("\xEF\xBB\xBF")) parser.Seek(3);
  std::vector<CsvField> row;
  if (!parser.NextRow(row)) {
    issues.Add(0, "", "empty", "the file is empty; its first row must name the columns");
    return false;
  }
  columns_.assign(names.size(), std::nullopt);
  size_ = row.size();
  offset_ = row.front().offset;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::optional<std::size_t> name = FindName(names, row[i].text);
    if (!name) {
      if (ignore_others) continue;
      Suggestion suggestion(row[i].text);
      for (const std::string_view known : names) suggestion.Consider(known);
      issues.AddUnknownColumn(row[i].offset, row[i].text, suggestion.best());
    } else if (columns_[*name]) {
      issues.Add(row[i].offset, row[i].text, "duplicate_field", "the column stands twice");
    } else {
      columns_[*name] = i;
    }
  }
  return true;
}

bool CsvHeader::NextRow(CsvParser& parser, DocumentIssues& issues,
                        std::vector<CsvField>& row) const {
  while (parser.NextRow(row)) {
    if (!parser.complaint().empty()) {
      issues.Add(parser.complaint_offset(), "", "invalid_csv", std::string(parser.complaint()));
    } else if (row.size() != size_) {
      issues.Add(row.front().offset, "", "wrong_length",
                 fmt::format("the row has {} values, the header {}", row.size(), size_));
    } else {
      return true;
    }
  }
  return false;
}

}  // namespace orderwright::io_internal
