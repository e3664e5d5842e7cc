// CsvParser: rows of comma-separated values as RFC 4180 describes them, each value with its place.
//
// Lines end with LF or CRLF; a value in double quotes may hold commas, line ends and, doubled,
// quotes. Blank lines are skipped. Values are views of the text, or of the parser where quotes had
// to be undone; they stay valid as long as both.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_CSV_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_CSV_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace orderwright::io_internal {

struct CsvField {
  std::string_view text;
  std::size_t offset = 0;  // byte where the value begins, before its quote
};

class CsvParser {
 public:
  explicit CsvParser(std::string_view text) : text_(text) {}

  // The next row that is not blank; false at the end of the text. A value that is not formed as it
  // should be is read as well as it can be, and complaint() says what is wrong with the row.
  [[nodiscard]] bool NextRow(std::vector<CsvField>& row);
  // What was wrong with the last row; empty if nothing was.
  [[nodiscard]] std::string_view complaint() const { return complaint_; }
  [[nodiscard]] std::size_t complaint_offset() const { return complaint_offset_; }

  [[nodiscard]] std::size_t offset() const { return at_; }
  void Seek(std::size_t offset) { at_ = offset; }

 private:
  CsvField PlainField();
  CsvField QuotedField();
  void Complain(std::size_t offset, std::string_view what);
  // Steps over the line end at the present place, if there is one.
  bool TakeLineEnd();

  std::string_view text_;
  std::size_t at_ = 0;
  std::deque<std::string> unquoted_;  // a deque, so that views of its texts stay valid
  std::string_view complaint_;
  std::size_t complaint_offset_ = 0;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_CSV_H_
