// A stranger's program: it knows the public headers and the target orderwright::orderwright.
#include <cstdio>

#include <orderwright/core/ids.h>
#include <orderwright/core/money.h>
#include <orderwright/core/version.h>

int main() {
  const auto usd = orderwright::Currency::Parse("USD");
  if (!usd.ok()) return 1;
  const auto price = orderwright::Money::Parse("8.00", *usd);
  if (!price.ok()) return 1;
  const auto doubled = price->Times(2);
  if (!doubled.ok()) return 1;
  const orderwright::OrderId order("1042");
  std::printf("order %s costs %s with orderwright %s\n", order.text().c_str(),
              orderwright::ToString(*doubled).c_str(), orderwright::kVersion.data());
  return 0;
}
