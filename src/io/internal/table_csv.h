// The rows of a decision table as CSV, with the place of each cell.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_TABLE_CSV_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_TABLE_CSV_H_

#include <cstddef>
#include <string>
#include <vector>

#include "orderwright/io/document.h"
#include "src/io/internal/document_issues.h"

namespace orderwright::io_internal {

struct CsvTable {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::vector<std::size_t>> offsets;  // of the cells
};

// The first row has titles, and every other as many cells; else reported. Texts are UTF-8.
[[nodiscard]] CsvTable ReadTableCsv(std::string_view text, DocumentIssues& issues);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_TABLE_CSV_H_
