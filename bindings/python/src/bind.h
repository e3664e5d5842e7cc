// One function per layer: adds its classes and functions to the module, lowest layer first.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_BIND_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_BIND_H_

#include <pybind11/pybind11.h>

namespace orderwright::python {

void BindCore(pybind11::module_& module);
void BindCel(pybind11::module_& module);
void BindModel(pybind11::module_& module);
void BindInventory(pybind11::module_& module);
void BindAvailability(pybind11::module_& module);
void BindLanguage(pybind11::module_& module);
void BindRules(pybind11::module_& module);
void BindCondition(pybind11::module_& module);
void BindSolver(pybind11::module_& module);
void BindExplanation(pybind11::module_& module);
void BindRouting(pybind11::module_& module);
void BindPolicy(pybind11::module_& module);
void BindRuleDiff(pybind11::module_& module);
void BindIo(pybind11::module_& module);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_BIND_H_
