#include "raise.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "orderwright/cel/source.h"
#include "orderwright/core/status.h"

namespace orderwright::python {
namespace {

const char* ExceptionOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return "InvalidInput";
    case absl::StatusCode::kNotFound:
      return "NotFound";
    case absl::StatusCode::kFailedPrecondition:
    // A key that stands for another request stays so: to try again is no help, so no Conflict.
    case absl::StatusCode::kAlreadyExists:
      return "NotAllowed";
    case absl::StatusCode::kDeadlineExceeded:
      return "Expired";
    case absl::StatusCode::kAborted:
      return "Conflict";
    case absl::StatusCode::kOutOfRange:
      return "OutOfRange";
    case absl::StatusCode::kUnimplemented:
      return "NotSupported";
    default:
      return "InternalError";
  }
}

bool HasIssues(absl::StatusCode code) {
  return code == absl::StatusCode::kInvalidArgument || code == absl::StatusCode::kUnimplemented;
}

// Removes "LINE:COLUMN" and the ": " after it.
std::string_view WithoutPlace(std::string_view path) {
  const auto digits = [&path](std::size_t from) {
    return std::min(path.find_first_not_of("0123456789", from), path.size());
  };
  const std::size_t line = digits(0);
  if (line == 0 || line >= path.size() || path[line] != ':') return path;
  const std::size_t column = digits(line + 1);
  if (column == line + 1) return path;
  path.remove_prefix(column);
  if (path.starts_with(": ")) path.remove_prefix(2);
  return path;
}

}  // namespace

std::string Named(std::string_view path, const Naming& naming) {
  if (!naming.places) path = WithoutPlace(path);
  return (path.starts_with('[') ? naming.root : std::string()) + std::string(path);
}

namespace {

// The message of a status names its first error by the path that is renamed here.
std::string MessageWith(const absl::Status& status, const std::vector<Issue>& issues,
                        const Naming& naming) {
  std::string message(MessageOf(status));
  const auto first = std::find_if(issues.begin(), issues.end(), [](const Issue& issue) {
    return issue.severity == Severity::kError;
  });
  if (first == issues.end() || first->path.empty()) return message;
  const std::string old = first->path + ": ";
  const std::string name = Named(first->path, naming);
  if (const std::size_t at = message.find(old); at != std::string::npos) {
    message.replace(at, old.size(), name.empty() ? "" : name + ": ");
  }
  return message;
}

const char* ExceptionOf(cel::ErrorKind kind) {
  switch (kind) {
    case cel::ErrorKind::kParse:
      return "ParseError";
    case cel::ErrorKind::kCheck:
      return "CheckError";
    case cel::ErrorKind::kEvaluation:
      break;
  }
  return "EvalError";
}

// What is wrong with an expression, by line and column.
py::object ExpressionErrorOf(const absl::Status& status,
                             const std::vector<cel::Issue>& expression_issues) {
  std::vector<Issue> issues;
  for (const cel::Issue& issue : expression_issues) {
    issues.push_back({Severity::kError, fmt::format("{}:{}", issue.line, issue.column),
                      "expression", issue.message});
  }
  const py::object type =
      py::module_::import("orderwright.cel").attr(ExceptionOf(expression_issues.front().kind));
  return type(Text(MessageOf(status)), IssuesAsList(issues));
}

}  // namespace

py::object ErrorOf(const absl::Status& status, const Naming& naming) {
  if (const std::vector<cel::Issue> issues = cel::IssuesIn(status); !issues.empty()) {
    return ExpressionErrorOf(status, issues);
  }
  std::vector<Issue> issues = IssuesOf(status);
  const std::string message = MessageWith(status, issues, naming);
  std::erase_if(issues, [](const Issue& issue) { return issue.severity != Severity::kError; });
  if (!HasIssues(status.code())) issues.clear();
  const py::object type =
      py::module_::import("orderwright._errors").attr(ExceptionOf(status.code()));
  return type(Text(message), IssuesAsList(issues, naming));
}

py::str Text(std::string_view text) {
  PyObject* decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

py::list IssuesAsList(const std::vector<Issue>& issues, const Naming& naming) {
  const py::object make = py::module_::import("orderwright._errors").attr("Issue");
  py::list list;
  for (const Issue& issue : issues) {
    list.append(make(Text(Named(issue.path, naming)), Text(issue.code), Text(issue.message)));
  }
  return list;
}

void Raise(const absl::Status& status, const Naming& naming) {
  const py::object error = ErrorOf(status, naming);
  PyErr_SetObject(py::type::handle_of(error).ptr(), error.ptr());
  throw py::error_already_set();
}

void RaiseFrom(const absl::Status& status, const py::object& cause) {
  const py::object error = ErrorOf(status, {});
  PyException_SetCause(error.ptr(), py::object(cause).release().ptr());  // takes a reference
  PyErr_SetObject(py::type::handle_of(error).ptr(), error.ptr());
  throw py::error_already_set();
}

}  // namespace orderwright::python
