// Rules of a Python program: a rule set whose evaluators call Python.
//
// An evaluator takes the GIL for each call, so that routing runs without it. What a callable raises
// cannot travel in a Status: it waits here, by thread, for the call that routes.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_RULES_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_RULES_H_

#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <pybind11/pybind11.h>

#include "absl/status/statusor.h"
#include "orderwright/io/rules_json.h"
#include "orderwright/model/world.h"
#include "orderwright/rules/rule_set.h"
#include "raise.h"

namespace orderwright::python {

// A Python object that may be dropped by any thread, with or without the GIL.
class SharedObject {
 public:
  SharedObject() = default;
  explicit SharedObject(py::object object) : object_(std::move(object)) {}
  SharedObject(SharedObject&&) noexcept = default;
  SharedObject& operator=(SharedObject&&) = delete;
  ~SharedObject();

  [[nodiscard]] const py::object& get() const { return object_; }

 private:
  py::object object_;
};

// What stopped a rule: the exception that a message tells of, or one to raise as it is (Ctrl-C).
struct Failure {
  SharedObject cause;
  std::exception_ptr raised;
  std::string message;  // of the status that tells of it
};

// Thread-safe. An evaluator keeps a failure for its thread; the call that routes there takes it.
class Failures {
 public:
  void Keep(Failure failure);
  // Raises `status`, with what was kept for this thread if it tells of that: a rule that failed may
  // have been left out. The GIL must be held.
  [[noreturn]] void Raise(const absl::Status& status);
  // Whether what was kept for this thread is what the status tells of.
  [[nodiscard]] bool Tells(const absl::Status& status);
  // Of this thread: those that were left out.
  void Forget();

 private:
  std::mutex mutex_;
  std::map<std::thread::id, Failure> by_thread_;
};

struct PythonRules {
  rules::RuleSet set;
  std::shared_ptr<Failures> failures;  // null if no rule calls Python
};

// A rule in words that was checked, and where it was written.
struct WrittenRule {
  rules::Rule rule;
  io::RulePlaces places;
  std::shared_ptr<const rules::Language> language;  // null: the schema alone
};

// The rules of an orderwright.Rules, or None, as they are now, for a world.
[[nodiscard]] PythonRules RulesOf(const World& world, const py::object& rules);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_RULES_H_
