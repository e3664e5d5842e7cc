#include <algorithm>

#include "orderwright/model/order.h"

namespace orderwright {
namespace {

// What the first `kept` of `quantity` units bear of an amount of the whole line: it is floored per
// unit, and the first of them have one minor unit more.
Money ShareOf(const Money& amount, std::int64_t quantity, std::int64_t kept) {
  const std::int64_t each = amount.minor() / quantity;
  return Money::FromMinor(each * kept + std::min(kept, amount.minor() % quantity),
                          amount.currency());
}

// A sum of amounts of one currency, some of which are not given.
class Total {
 public:
  void Add(const absl::StatusOr<Money>& amount) {
    absl::StatusOr<Money> sum = amount.ok() && sum_ ? sum_->Plus(*amount) : amount;
    if (sum.ok()) sum_ = *sum;
    if (status_.ok()) status_ = sum.status();
  }
  void Add(const std::optional<Money>& amount) {
    if (amount) Add(absl::StatusOr<Money>(*amount));
  }
  [[nodiscard]] absl::StatusOr<std::optional<Money>> Get() const {
    if (!status_.ok()) return status_;
    return sum_;
  }

 private:
  std::optional<Money> sum_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::optional<Money>> TotalOf(const OrderDraft& draft) {
  Total total;
  bool any = false;
  for (const OrderLineDraft& line : draft.lines) {
    const std::int64_t kept = line.quantity - line.cancelled;
    any |= kept > 0;
    if (line.unit_price) total.Add(line.unit_price->Times(kept));
    if (line.discount) total.Add(ShareOf(*line.discount, line.quantity, kept).Times(-1));
    if (line.tax && !draft.prices_include_tax) {
      total.Add(ShareOf(*line.tax, line.quantity, kept).Times(1));
    }
  }
  const auto add = [&](const std::optional<Money>& amount, const std::optional<Money>& tax) {
    total.Add(amount);
    if (!draft.prices_include_tax) total.Add(tax);
  };
  if (!any) return total.Get();
  add(draft.shipping_price, draft.shipping_tax);
  for (const Charge& charge : draft.charges) add(charge.amount, charge.tax);
  return total.Get();
}

}  // namespace orderwright
