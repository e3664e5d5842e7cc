// CsvHeader: which column of a CSV file is which.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_CSV_HEADER_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_CSV_HEADER_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "src/io/internal/csv.h"
#include "src/io/internal/document_issues.h"

namespace orderwright::io_internal {

// The position of a name among `names`, or absent.
std::optional<std::size_t> FindName(std::span<const std::string_view> names, std::string_view name);

class CsvHeader {
 public:
  // Reads the first row. A column given twice is reported; one of another name too, unless
  // `ignore_others`. False, and reported, if there is no row or the text is not UTF-8.
  [[nodiscard]] bool Read(CsvParser& parser, std::string_view text,
                          std::span<const std::string_view> names, bool ignore_others,
                          DocumentIssues& issues);
  // Reads the next row; rows that are not formed as they should be, or have another number of
  // values than the header, are reported and skipped. False at the end.
  [[nodiscard]] bool NextRow(CsvParser& parser, DocumentIssues& issues,
                             std::vector<CsvField>& row) const;

  // Where in a row the column `name` stands.
  [[nodiscard]] std::optional<std::size_t> column(std::size_t name) const { return columns_[name]; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // The byte where the header begins.
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  std::vector<std::optional<std::size_t>> columns_;  // by name
  std::size_t size_ = 0;
  std::size_t offset_ = 0;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_CSV_HEADER_H_
