// JsonWriter: writes JSON text, on one line or indented.
//
// Example:
//   JsonWriter out(2);
//   out.BeginObject();
//   out.Key("id").Text("1042");
//   out.Key("units").BeginList();
//   out.Integer(1).Integer(2);
//   out.EndList();
//   out.EndObject();
//   std::string json = out.Take();
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_JSON_WRITER_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_JSON_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orderwright::io_internal {

// How a container is laid out when the text is indented.
enum class Layout : std::uint8_t {
  kLines,  // an entry a line
  kFlat,   // all on one line, with everything inside it
};

class JsonWriter {
 public:
  // `indent` spaces a level; 0 or less: all on one line, without spaces.
  explicit JsonWriter(int indent) : indent_(indent > 0 ? static_cast<std::size_t>(indent) : 0) {}

  JsonWriter& BeginObject(Layout layout = Layout::kLines) { return Begin('{', layout); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginList(Layout layout = Layout::kLines) { return Begin('[', layout); }
  JsonWriter& EndList() { return End(']'); }
  JsonWriter& Key(std::string_view key);
  JsonWriter& Text(std::string_view text);
  JsonWriter& Integer(std::int64_t value);
  JsonWriter& Unsigned(std::uint64_t value);
  // The shortest text that reads back as the same number.
  JsonWriter& Real(double value);
  // A value that is JSON already, on one line.
  JsonWriter& Raw(std::string_view json) { return Word(json); }
  JsonWriter& Bool(bool value) { return Word(value ? "true" : "false"); }
  JsonWriter& Null() { return Word("null"); }
  // The text with a line end behind it if it is indented.
  [[nodiscard]] std::string Take();

 private:
  struct Container {
    bool flat = false;
    bool empty = true;
  };
  JsonWriter& Begin(char bracket, Layout layout);
  JsonWriter& End(char bracket);
  JsonWriter& Word(std::string_view word);
  // What stands between this entry and the one before.
  void Separate();
  void NewLine() { out_.append(1, '\n').append(open_.size() * indent_, ' '); }
  void Quote(std::string_view text);

  std::string out_;
  std::size_t indent_;
  std::vector<Container> open_;
  bool after_key_ = false;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_JSON_WRITER_H_
