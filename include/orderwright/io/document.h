// Reading and writing the JSON formats: world, orders, plans (docs/formats/).
//
// Every reader collects all issues with file, line, column and field, applies nothing until all is
// read, and refuses with kUnimplemented what the format knows and the engine does not act on yet.
#ifndef ORDERWRIGHT_IO_DOCUMENT_H_
#define ORDERWRIGHT_IO_DOCUMENT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/issue.h"
#include "orderwright/inventory/allotment.h"
#include "orderwright/inventory/stock.h"
#include "orderwright/model/order.h"
#include "orderwright/model/postal_table.h"
#include "orderwright/model/world.h"

namespace orderwright::io {

struct ReadOptions {
  // An unknown field is an error (default), else a warning.
  bool strict = true;
  // Where postal codes are, for documents without coordinates.
  PostalTable postal_table;
  // Where files that a document names are (the rows of a decision table); empty: none is read, and
  // a name is an error. Load functions look beside the document.
  std::string directory;
};

struct LoadedWorld {
  World world;
  Stock stock;
  Allotments allotments;
  std::vector<Issue> warnings;
};

struct LoadedOrders {
  std::vector<Order> orders;  // in order of input
  std::vector<Issue> warnings;
};

// A document: its text and the name to use in issues ("world.json", "<dict>").
struct Document {
  std::string_view text;
  std::string_view name;
};

// orderwright.world/1. Errors: kInvalidArgument, kUnimplemented.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedWorld> ParseWorld(
    const Document& document, const ReadOptions& options = {});
// orderwright.order/1: JSON lines, or a JSON array of orders, or one order object. A line is read
// on its own, so that one bad line does not hide the issues of the others; ids must be unique.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedOrders> ParseOrders(
    const World& world, const Document& document, const ReadOptions& options = {});
// CSV, one row a line of an order; the header names the columns (docs/formats/order-csv.md).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedOrders> ParseOrdersCsv(
    const World& world, const Document& document, const ReadOptions& options = {});
// CSV with columns postal_code (or zip), lat, lon and optionally country (default US).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<PostalTable> ParsePostalTable(
    const Document& document);

// The same from files; `.gz` is not unpacked. Errors also: kNotFound (no such file).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedWorld> LoadWorld(
    const std::string& path, const ReadOptions& options = {});
// By extension: `.csv` is CSV, anything else JSON.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedOrders> LoadOrders(
    const World& world, const std::string& path, const ReadOptions& options = {});
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<PostalTable> LoadPostalTable(
    const std::string& path);

}  // namespace orderwright::io

#endif  // ORDERWRIGHT_IO_DOCUMENT_H_
