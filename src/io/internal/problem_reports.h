// Issues at the fields of a problem/1 document.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_REPORTS_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_REPORTS_H_

#include <string>
#include <string_view>

#include "src/io/internal/json_reader.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {

// An issue at a field of an object; at the object where it does not have the field.
void ReportField(JsonReader& reader, NodeId object, std::string_view field, std::string_view code,
                 std::string message);

// The same at a name. One that is missing or no text was reported already.
void ReportName(JsonReader& reader, NodeId object, std::string_view field, std::string_view code,
                std::string message);

// A name that stands twice.
void ReportTwice(JsonReader& reader, NodeId object, std::string_view field, std::string_view name);

// "; did you mean 'RNO'?", or nothing.
[[nodiscard]] std::string DidYouMean(const Suggestion& suggestion);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_REPORTS_H_
