// Reading one order of orderwright.order/1, and keeping the orders of a file.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_ORDER_READER_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_ORDER_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/io/document.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_tree.h"

namespace orderwright::io_internal {

// Reads the order that `tree` consists of. What does not fit is reported and left at its default.
OrderDraft ReadOrder(const World& world, const JsonTree& tree, DocumentIssues& issues);

// The orders of a file: each with its place, so that an id given twice can be shown.
class OrderCollector {
 public:
  OrderCollector(const World& world, DocumentIssues& issues) : world_(world), issues_(issues) {}

  // An order that `tree` is. `base` is the byte of the text where the tree's document begins.
  void AddTree(const JsonTree& tree, std::size_t base);
  // An order that the model accepted; `offset` is the byte of its id.
  void AddOrder(Order order, std::size_t offset);
  // All orders, or all issues.
  absl::StatusOr<io::LoadedOrders> Finish();

 private:
  void ReportDuplicateIds();

  const World& world_;
  DocumentIssues& issues_;
  std::vector<Order> orders_;
  std::vector<std::size_t> places_;  // of the orders
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_ORDER_READER_H_
