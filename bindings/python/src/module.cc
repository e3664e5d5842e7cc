#include <pybind11/pybind11.h>

#include "bind.h"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of orderwright. Import orderwright instead.";
  orderwright::python::BindCore(module);
  orderwright::python::BindCel(module);
  orderwright::python::BindModel(module);
  orderwright::python::BindInventory(module);
  orderwright::python::BindAvailability(module);
  orderwright::python::BindLanguage(module);
  orderwright::python::BindRules(module);
  orderwright::python::BindCondition(module);
  orderwright::python::BindSolver(module);
  orderwright::python::BindExplanation(module);
  orderwright::python::BindRouting(module);
  orderwright::python::BindPolicy(module);
  orderwright::python::BindRuleDiff(module);
  orderwright::python::BindIo(module);
}
