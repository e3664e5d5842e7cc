// The Common Expression Language: values of Python as values of the language and back.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "cel_values.h"
#include "convert.h"
#include "orderwright/cel/checker.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/parser.h"
#include "orderwright/cel/program.h"
#include "orderwright/core/status.h"

namespace orderwright::python {
namespace {

// Deeper values of Python are refused; what an expression makes is hardly deeper than its text.
constexpr int kMaxDepth = 1'000;
// Parts of a result. A value that shares its parts can be larger than any memory once it is spread
// out.
constexpr std::size_t kMaxParts = 10'000'000;

py::object Public(const char* name) { return py::module_::import("orderwright.cel").attr(name); }
py::object Datetime(const char* name) { return py::module_::import("datetime").attr(name); }

[[noreturn]] void RefuseValue(const std::string& path, std::string message) {
  Raise(BadArgument(path, std::move(message)));
}

// Reads values of Python; `path` names the one that is wrong.
class Reader {
 public:
  cel::Value Read(py::handle object, const std::string& path, int depth) {
    if (depth > kMaxDepth) RefuseValue(path, "is nested too deeply, or within itself");
    PyObject* const p = object.ptr();
    if (object.is_none()) return cel::Value::Null();
    if (PyBool_Check(p)) return cel::Value::Bool(p == Py_True);
    if (PyFloat_Check(p)) return cel::Value::Double(PyFloat_AS_DOUBLE(p));
    if (PyUnicode_Check(p)) return ReadText(object, path);
    if (PyLong_Check(p)) return ReadNumber(object, path);
    if (PyBytes_Check(p)) {
      return cel::Value::Bytes(
          std::string(PyBytes_AS_STRING(p), static_cast<std::size_t>(PyBytes_GET_SIZE(p))));
    }
    if (PyList_Check(p) || PyTuple_Check(p)) return ReadList(object, path, depth);
    if (PyDict_Check(p)) return ReadMap(py::reinterpret_borrow<py::dict>(object), path, depth);
    return ReadOther(object, path, depth);
  }

  bool IsMapping(py::handle object) const { return py::isinstance(object, mapping_); }

 private:
  static cel::Value ReadText(py::handle object, const std::string& path) {
    Py_ssize_t size = 0;
    const char* const text = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
    if (text == nullptr) {
      PyErr_Clear();
      RefuseValue(path, "has code points that are no characters (surrogates)");
    }
    return cel::Value::String(std::string(text, static_cast<std::size_t>(size)));
  }

  cel::Value ReadNumber(py::handle object, const std::string& path) {
    if (py::isinstance(object, uint_)) {
      const std::uint64_t value = PyLong_AsUnsignedLongLong(object.ptr());
      if (PyErr_Occurred() == nullptr) return cel::Value::Uint(value);
    } else {
      const std::int64_t value = PyLong_AsLongLong(object.ptr());
      if (PyErr_Occurred() == nullptr) return cel::Value::Int(value);
    }
    PyErr_Clear();
    RefuseValue(path, "does not fit 64 bits");
  }

  cel::Value ReadList(py::handle object, const std::string& path, int depth) {
    std::vector<cel::Value> items;
    const auto size = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(object.ptr()));
    items.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      // Reading an item may run Python, which may change the list.
      if (i >= static_cast<std::size_t>(PySequence_Fast_GET_SIZE(object.ptr()))) break;
      const auto item = py::reinterpret_borrow<py::object>(
          PySequence_Fast_GET_ITEM(object.ptr(), static_cast<Py_ssize_t>(i)));
      items.push_back(Read(item, fmt::format("{}[{}]", path, i), depth + 1));
    }
    return cel::Value::List(std::move(items));
  }

  cel::Value ReadMap(const py::dict& dict, const std::string& path, int depth) {
    std::vector<cel::Map::Entry> entries;
    entries.reserve(dict.size());
    for (const auto& [key, value] : py::list(dict.attr("items")()).cast<Pairs>()) {
      const std::string name = fmt::format("{}[{}]", path, py::repr(key).cast<std::string>());
      cel::Value read = Read(key, name, depth + 1);
      entries.emplace_back(std::move(read), Read(value, name, depth + 1));
    }
    absl::StatusOr<cel::Value> map = cel::Value::Map(std::move(entries));
    if (!map.ok()) RefuseValue(path, std::string(MessageOf(map.status())));
    return *std::move(map);
  }

  cel::Value ReadOther(py::handle object, const std::string& path, int depth) {
    if (py::isinstance(object, datetime_)) return ReadInstant(object, path);
    if (py::isinstance(object, timedelta_)) return ReadDuration(object, path);
    if (py::isinstance(object, duration_)) {
      return cel::Value::Duration(object.attr("nanoseconds").cast<std::int64_t>());
    }
    if (py::isinstance(object, type_)) {
      return cel::Value::TypeNamed(object.attr("name").cast<std::string>());
    }
    if (PyByteArray_Check(object.ptr())) {
      return cel::Value::Bytes(
          std::string(PyByteArray_AS_STRING(object.ptr()),
                      static_cast<std::size_t>(PyByteArray_GET_SIZE(object.ptr()))));
    }
    if (py::isinstance(object, mapping_)) {
      return ReadMap(py::dict(py::reinterpret_borrow<py::object>(object)), path, depth);
    }
    // Integers of numpy and their like.
    if (PyIndex_Check(object.ptr()) != 0) {
      const auto number = py::reinterpret_steal<py::object>(PyNumber_Index(object.ptr()));
      if (!number) throw py::error_already_set();
      return ReadNumber(number, path);
    }
    RefuseValue(path,
                fmt::format("is of type {}, which the language does not have",
                            py::type::handle_of(object).attr("__name__").cast<std::string>()));
  }

  cel::Value ReadInstant(py::handle object, const std::string& path) {
    if (object.attr("utcoffset")().is_none()) {
      RefuseValue(path, "is a datetime without a time zone; give it one (tzinfo)");
    }
    const py::object epoch =
        datetime_(1970, 1, 1, py::arg("tzinfo") = Datetime("timezone").attr("utc"));
    const py::object since = object.attr("__sub__")(epoch);
    const auto seconds = since.attr("days").cast<std::int64_t>() * 86'400 +
                         since.attr("seconds").cast<std::int64_t>();
    const auto nanos = since.attr("microseconds").cast<std::int32_t>() * 1'000;
    const absl::StatusOr<cel::Value> value = cel::Value::Timestamp(seconds, nanos);
    if (!value.ok()) RefuseValue(path, std::string(MessageOf(value.status())));
    return *value;
  }

  static cel::Value ReadDuration(py::handle object, const std::string& path) {
    const auto seconds = object.attr("days").cast<std::int64_t>() * 86'400 +
                         object.attr("seconds").cast<std::int64_t>();
    const auto microseconds = object.attr("microseconds").cast<std::int64_t>();
    std::int64_t nanoseconds = 0;
    if (__builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &nanoseconds) ||
        __builtin_add_overflow(nanoseconds, microseconds * 1'000, &nanoseconds)) {
      RefuseValue(path, "is longer than 292 years");
    }
    return cel::Value::Duration(nanoseconds);
  }

  using Pairs = std::vector<std::pair<py::object, py::object>>;

  py::object uint_ = Public("UInt");
  py::object duration_ = Public("Duration");
  py::object type_ = Public("Type");
  py::object datetime_ = Datetime("datetime");
  py::object timedelta_ = Datetime("timedelta");
  py::object mapping_ = py::module_::import("collections.abc").attr("Mapping");
};

// Gives values to Python.
class Writer {
 public:
  // Nothing if Python cannot have the value; problem() says why.
  std::optional<py::object> Write(const cel::Value& value, int depth = 0) {
    if (++parts_ > kMaxParts || depth > 3 * kMaxDepth) {
      problem_ = "the value is too large to be given to Python";
      return std::nullopt;
    }
    switch (value.kind()) {
      case cel::Kind::kBool:
        return py::bool_(value.bool_value());
      case cel::Kind::kInt:
        return py::int_(value.int_value());
      case cel::Kind::kUint:
        return Public("UInt")(value.uint_value());
      case cel::Kind::kDouble:
        return py::float_(value.double_value());
      case cel::Kind::kString:
        return Text(value.text());
      case cel::Kind::kBytes:
        return py::bytes(value.text().data(), value.text().size());
      case cel::Kind::kList:
        return WriteList(value, depth);
      case cel::Kind::kMap:
        return WriteMap(value, depth);
      case cel::Kind::kTimestamp:
        return Datetime("datetime")(1970, 1, 1,
                                    py::arg("tzinfo") = Datetime("timezone").attr("utc")) +
               Datetime("timedelta")(py::arg("seconds") = value.seconds(),
                                     py::arg("microseconds") = value.nanos() / 1'000);
      case cel::Kind::kDuration:
        return WriteDuration(value.nanoseconds());
      case cel::Kind::kType:
        return Public("Type")(Text(value.text()));
      case cel::Kind::kOptional:
        if (value.optional() == nullptr) return py::none();
        return Write(*value.optional(), depth + 1);
      case cel::Kind::kOpaque:
        return Text(value.opaque().ToText());
      case cel::Kind::kRecord:
        problem_ = fmt::format("a record ({}) cannot be given to Python; give its fields",
                               value.type_name());
        return std::nullopt;
      default:
        return py::none();
    }
  }
  const std::string& problem() const { return problem_; }

 private:
  static py::object WriteDuration(std::int64_t nanoseconds) {
    if (nanoseconds % 1'000 != 0) return Public("Duration")(nanoseconds);
    return Datetime("timedelta")(py::arg("microseconds") = nanoseconds / 1'000);
  }

  std::optional<py::object> WriteList(const cel::Value& value, int depth) {
    py::list list;
    for (const cel::Value& item : value.list()) {
      std::optional<py::object> written = Write(item, depth + 1);
      if (!written) return std::nullopt;
      list.append(*std::move(written));
    }
    return list;
  }

  std::optional<py::object> WriteMap(const cel::Value& value, int depth) {
    py::dict dict;
    for (const cel::Map::Entry& entry : value.map().entries()) {
      const std::optional<py::object> key = Write(entry.first, depth + 1);
      const std::optional<py::object> written = Write(entry.second, depth + 1);
      if (!key || !written) return std::nullopt;
      if (dict.contains(*key)) {
        problem_ = "the map has the keys true and 1, or false and 0, which are one key to Python";
        return std::nullopt;
      }
      dict[*key] = *written;
    }
    return dict;
  }

  std::size_t parts_ = 0;
  std::string problem_;
};

// With all that the conformance suite has.
cel::Ast Parsed(const std::string& expression) {
  cel::ParseOptions options;
  options.block_macros = true;
  return Unwrap(cel::Parse(expression, options));
}

std::shared_ptr<const cel::Environment> FullEnvironment(const std::string& container) {
  auto environment = std::make_shared<cel::Environment>(cel::FullEnvironment());
  environment->set_container(container);
  return environment;
}

// A record for a dict of fields, the text of a type for all else.
cel::Type DeclaredType(const std::string& name, py::handle declared, cel::Environment& environment,
                       int depth) {
  const std::string path = fmt::format("schema['{}']", name);
  if (depth > 50) RefuseValue(path, "is nested too deeply");
  if (py::isinstance<py::dict>(declared)) {
    std::vector<cel::RecordField> fields;
    for (const auto& [key, type] : py::reinterpret_borrow<py::dict>(declared)) {
      if (!py::isinstance<py::str>(key)) RefuseValue(path, "has a field whose name is no text");
      const auto field = key.cast<std::string>();
      fields.push_back(
          {field, DeclaredType(name + "." + field, type, environment, depth + 1), true});
    }
    auto record = std::make_shared<const cel::RecordType>(name, std::move(fields));
    // As a name, the type of a field would stand before the field.
    if (depth == 0) environment.AddRecord(record);
    return cel::Type::Record(std::move(record));
  }
  if (!py::isinstance<py::str>(declared)) {
    RefuseValue(path, "must be the name of a type, such as \"list(string)\", or a dict of fields");
  }
  absl::StatusOr<cel::Type> type = environment.ParseType(declared.cast<std::string>());
  if (!type.ok()) RefuseValue(path, std::string(MessageOf(type.status())));
  return *std::move(type);
}

void Declare(const py::dict& schema, cel::Environment& environment) {
  for (const auto& [key, type] : schema) {
    if (!py::isinstance<py::str>(key)) RefuseValue("schema", "has a name that is no text");
    const auto name = key.cast<std::string>();
    environment.AddVariable(name, DeclaredType(name, type, environment, 0));
  }
}

// Every name that an expression could mean by a variable, of any type.
void DeclareAll(const cel::Ast& ast, cel::Environment& environment) {
  for (cel::NodeId id = 0; id < ast.size(); ++id) {
    if (ast.node(id).kind != cel::NodeKind::kIdentifier) continue;
    const std::string name(ast.name(id));
    if (!environment.IsTypeName(name)) environment.AddVariable(name, cel::Type());
  }
}

cel::Program Compiled(const std::string& expression, const std::optional<py::dict>& schema,
                      const std::string& container) {
  cel::Ast ast = Parsed(expression);
  auto environment = std::make_shared<cel::Environment>(cel::FullEnvironment());
  environment->set_container(container);
  if (schema) {
    Declare(*schema, *environment);
    cel::CheckedAst checked = Unwrap(cel::Check(std::move(ast), *environment));
    return Unwrap(cel::Program::Create(std::move(checked), std::move(environment)));
  }
  // Without a schema names are sought when it runs; all else is checked.
  cel::Environment open = *environment;
  DeclareAll(ast, open);
  Check(cel::Check(ast, open).status());
  return Unwrap(cel::Program::Create(std::move(ast), std::move(environment)));
}

cel::Program Unchecked(const std::string& expression, const std::string& container) {
  return Unwrap(cel::Program::Create(Parsed(expression), FullEnvironment(container)));
}

// What ends an evaluation has no place of its own: the expression as a whole.
absl::Status WithPlace(const cel::Program& program, const absl::Status& status) {
  if (status.code() != absl::StatusCode::kResourceExhausted) return status;
  const cel::Source& source = program.ast().source();
  const cel::Issue issue =
      source.At(cel::ErrorKind::kEvaluation, 0, std::string(MessageOf(status)));
  return cel::ToStatus(source, {&issue, 1}, status.code());
}

py::object Evaluated(const cel::Program& program, const py::object& variables) {
  cel::Variables read;
  if (!variables.is_none()) {
    Reader reader;
    if (!reader.IsMapping(variables)) RefuseValue("variables", "must be a dict");
    for (const auto& [key, value] : py::dict(variables)) {
      if (!py::isinstance<py::str>(key)) RefuseValue("variables", "has a name that is no text");
      const auto name = key.cast<std::string>();
      read.Set(name, reader.Read(value, fmt::format("variables['{}']", name), 0));
    }
  }
  absl::StatusOr<cel::Value> value = WithoutGil([&] { return program.Evaluate(read); });
  if (!value.ok()) Raise(WithPlace(program, value.status()));
  Writer writer;
  if (auto written = writer.Write(*value)) return *std::move(written);
  Raise(WithPlace(program, MakeStatus(absl::StatusCode::kResourceExhausted, writer.problem())));
}

}  // namespace

cel::Value ValueFromPython(py::handle object, const std::string& path) {
  return Reader().Read(object, path, 0);
}

absl::StatusOr<py::object> ValueToPython(const cel::Value& value) {
  Writer writer;
  if (auto written = writer.Write(value)) return *std::move(written);
  return InvalidArgument("{}", writer.problem());
}

void BindCel(py::module_& module) {
  py::class_<cel::Program>(module, "Program",
                           R"(A compiled expression. Immutable; safe in any thread.)")
      .def("evaluate", &Evaluated, py::arg("variables") = py::dict(),
           R"(The value of the expression for these variables, a dict by name.

Raises:
    EvalError: The expression has no value: a division by zero, a missing key, too much work.
    InvalidInput: A variable is of a type that the language does not have.)")
      .def_property_readonly(
          "expression",
          [](const cel::Program& program) { return Text(program.ast().source().text()); },
          "Its text.")
      .def_property_readonly(
          "type", [](const cel::Program& program) { return ToString(program.type()); },
          "The type of its value as far as it is known, such as \"list(string)\"; \"dyn\" without "
          "a "
          "schema.")
      .def("__repr__", [](const cel::Program& program) {
        return Text("<Program ") + py::repr(Text(program.ast().source().text())) + Text(">");
      });
  module.def("cel_compile", &Compiled, py::arg("expression"), py::arg("schema"), py::kw_only(),
             py::arg("container"));
  module.def(
      "cel_evaluate",
      [](const std::string& expression, const py::object& variables, const std::string& container) {
        return Evaluated(Unchecked(expression, container), variables);
      },
      py::arg("expression"), py::arg("variables"), py::kw_only(), py::arg("container"));
}

}  // namespace orderwright::python
