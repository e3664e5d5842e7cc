// Routes one order over a small network and reserves its stock: the first twenty lines.
#include <cstdio>
#include <string>

#include "orderwright/orderwright.h"

namespace ow = orderwright;

int Fail(const absl::Status& status) {
  for (const ow::Issue& issue : ow::IssuesOf(status)) std::puts(ow::ToString(issue).c_str());
  return 1;
}

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : "examples/data";

  // Once, at start: the network and its stock. Every problem of the file is reported with its line.
  auto in = ow::io::LoadWorld(data + "/small_world.json");
  if (!in.ok()) return Fail(in.status());
  ow::InventoryPool pool(in->world, in->stock);  // the one mutable, thread-safe object
  auto router = ow::Router::Create(in->world);   // immutable, shared by all threads
  if (!router.ok()) return Fail(router.status());

  // Per order, from any thread: check it, decide where it ships from, take the stock.
  const auto orders = ow::io::LoadOrders(in->world, data + "/small_orders.jsonl");
  if (!orders.ok()) return Fail(orders.status());
  for (const ow::Order& order : orders->orders) {
    const ow::CommandKey key(order.id().text());
    auto decision = router->RouteAndReserve(order, pool, {.key = key});
    if (!decision.ok()) return Fail(decision.status());
    std::fputs(ow::ToString(decision->plan).c_str(), stdout);
  }
  return 0;
}
