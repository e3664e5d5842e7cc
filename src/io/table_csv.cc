// Reads the rows of a decision table as CSV (docs/formats/rules.md).
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/io/rules_json.h"
#include "src/io/internal/csv.h"
#include "src/io/internal/csv_header.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/table_csv.h"

namespace orderwright::io_internal {

CsvTable ReadTableCsv(std::string_view text, DocumentIssues& issues) {
  CsvTable table;
  CsvParser parser(text);
  CsvHeader header;
  if (!header.Read(parser, text, {}, true, issues)) return table;
  CsvParser again(text);
  again.Seek(header.offset());
  std::vector<CsvField> row;
  if (again.NextRow(row)) {
    for (const CsvField& title : row) table.titles.emplace_back(title.text);
  }
  while (header.NextRow(parser, issues, row)) {
    std::vector<std::string>& cells = table.rows.emplace_back();
    std::vector<std::size_t>& offsets = table.offsets.emplace_back();
    for (const CsvField& field : row) {
      cells.emplace_back(field.text);
      offsets.push_back(field.offset);
    }
  }
  return table;
}

}  // namespace orderwright::io_internal

namespace orderwright::io {

absl::StatusOr<std::vector<rules::DecisionTable::Row>> ParseTableCsv(const Document& document,
                                                                     std::size_t inputs,
                                                                     bool has_values) {
  io_internal::DocumentIssues issues(document.name, document.text, true);
  io_internal::CsvTable csv = io_internal::ReadTableCsv(document.text, issues);
  const std::size_t width = inputs + (has_values ? 1 : 0);
  if (issues.ok() && csv.titles.size() != width) {
    issues.Add(0, "", "wrong_length",
               fmt::format("the table has {} columns; it needs {}: one an input{}",
                           csv.titles.size(), width, has_values ? ", and the value" : ""));
  }
  if (!issues.ok()) return issues.ToStatus("table");
  std::vector<rules::DecisionTable::Row> rows;
  for (std::vector<std::string>& cells : csv.rows) {
    rules::DecisionTable::Row& row = rows.emplace_back();
    if (has_values) {
      row.value = std::move(cells.back());
      cells.pop_back();
    }
    row.cells = std::move(cells);
  }
  return rows;
}

}  // namespace orderwright::io
