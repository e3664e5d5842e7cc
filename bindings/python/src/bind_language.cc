// What the host adds to the language of rules: functions, constants and types of attributes.
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "cel_values.h"
#include "convert.h"
#include "orderwright/core/status.h"
#include "orderwright/rules/language.h"
#include "rules.h"

namespace orderwright::python {
namespace {

// Calls Python, from any thread; the GIL is taken for the call.
class PythonFunction {
 public:
  PythonFunction(std::string name, py::object callable)
      : name_(std::move(name)),
        callable_(std::make_shared<const SharedObject>(std::move(callable))) {}

  absl::StatusOr<cel::Value> operator()(std::span<const cel::Value> arguments,
                                        cel::CallContext& /*context*/) const {
    const py::gil_scoped_acquire acquire;
    try {
      py::tuple given(arguments.size());
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        absl::StatusOr<py::object> argument = ValueToPython(arguments[i]);
        if (!argument.ok()) return argument.status();
        given[i] = *std::move(argument);
      }
      return ValueFromPython(callable_->get()(*given), fmt::format("what '{}' gave", name_));
    } catch (const py::error_already_set& error) {
      // Ctrl-C is for the program, and not for a rule.
      if (error.matches(PyExc_KeyboardInterrupt)) PyErr_SetInterrupt();
      return Internal("function '{}' raised {}: {}", name_,
                      error.type().attr("__name__").cast<std::string>(),
                      py::str(error.value()).cast<std::string>());
    } catch (const std::exception& error) {
      return Internal("function '{}': {}", name_, error.what());
    }
  }

 private:
  std::string name_;
  std::shared_ptr<const SharedObject> callable_;
};

void AddFunction(rules::Language& language, const std::string& name, const std::string& signature,
                 py::object function, std::int64_t cost) {
  if (PyCallable_Check(function.ptr()) == 0) {
    Raise(BadArgument("function", fmt::format("is {}; it must be callable",
                                              py::repr(function).cast<std::string>())));
  }
  if (cost < 0 || cost > UINT32_MAX) {
    Raise(BadArgument("cost", fmt::format("is {}; it must be 0 to {}", cost, UINT32_MAX)));
  }
  Check(language.AddFunction(name, signature, PythonFunction(name, std::move(function)),
                             static_cast<std::uint32_t>(cost)));
}

}  // namespace

void BindLanguage(py::module_& module) {
  using rules::Language;
  py::class_<Language, std::shared_ptr<Language>>(module, "Language", R"doc(
What texts of rules may use beside the schema: functions and constants of the host, and the types of its
attributes. Given to Rules, whose texts are checked with it when they are added.

    language = ow.Language()
    language.declare_attribute("order", "fraud_score", "double", default=0.0)
    language.add_constant("far_km", 800.0)

    @language.function("(string): bool")
    def is_holiday(country):
        return country in closed_today

    rules = ow.Rules(language=language)
    rules.add("calm", kind="hold", when="order.attributes.fraud_score > 0.8 || is_holiday(order.ship_to.country)")
)doc")
      .def(py::init<>())
      .def("add_function", &AddFunction, py::arg("name"), py::arg("signature"), py::arg("function"),
           py::kw_only(), py::arg("cost") = 1, R"(Adds a function of the host.

It is called without the columns that make rules fast: once for each row that nothing else decides. What
it raises is an error of the rule that called it, as `on_error` says.

Args:
    name: As texts call it.
    signature: Types of the arguments and of the result: `"(string, int): bool"`, or with a receiver
        `"string.(): string"`.
    function: Called with values of Python, by any thread that routes. The same arguments must give
        the same result while an order is decided.
    cost: Of a call, against the limit of an evaluation.

Raises:
    InvalidInput: No name, no signature, or not callable.
    NotAllowed: The function has this overload.)")
      .def(
          "function",
          [](std::shared_ptr<Language> language, const std::string& signature,
             const std::optional<std::string>& name, std::int64_t cost) {
            return py::cpp_function([language = std::move(language), signature, name,
                                     cost](py::object function) {
              AddFunction(*language, name ? *name : function.attr("__name__").cast<std::string>(),
                          signature, function, cost);
              return function;
            });
          },
          py::arg("signature"), py::kw_only(), py::arg("name") = py::none(), py::arg("cost") = 1,
          R"(Adds the decorated function, as add_function does.

Args:
    signature: As of add_function.
    name: As texts call it; None: its own name.
    cost: As of add_function.)")
      .def(
          "add_constant",
          [](Language& language, const std::string& name, const py::object& value) {
            Check(language.AddConstant(name, ValueFromPython(value, "value")));
          },
          py::arg("name"), py::arg("value"), R"(Adds a name for a value.

Args:
    name: As it stands in texts.
    value: A bool, int, float or str, or a list of these.

Raises:
    InvalidInput: No name, or no such value.
    NotAllowed: The schema or the language has the name.)")
      .def(
          "declare_attribute",
          [](Language& language, const std::string& record, const std::string& name,
             const std::string& type, const py::object& unset) {
            std::optional<cel::Value> value;
            if (!unset.is_none()) value = ValueFromPython(unset, "default");
            Check(language.DeclareAttribute(record, name, type, std::move(value)));
          },
          py::arg("record"), py::arg("name"), py::arg("type"), py::kw_only(),
          py::arg("default") = py::none(),
          R"(Declares the type of `<record>.attributes['<name>']`.

Texts are checked with it, and it is read as fast as a field of the schema. Without a default it is read
under `has(order.attributes.name)`.

Args:
    record: `order`, `line`, `item` or `location`.
    name: Of the attribute.
    type: `bool`, `int`, `double` or `string`; what a thing has of another type is an error of the rules
        that read it.
    default: Where it is not given; None: it is unset.

Raises:
    InvalidInput: No such record or type, or a default of another type.
    NotAllowed: It is declared already.)")
      .def("__repr__", [](const Language&) { return "<Language>"; });
}

}  // namespace orderwright::python
