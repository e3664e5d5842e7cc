#include "orderwright/rules/evaluator.h"

#include <optional>
#include <utility>

namespace orderwright::rules {
namespace {

class PredicateEvaluator final : public Evaluator {
 public:
  explicit PredicateEvaluator(PairPredicate f) : f_(std::move(f)) {}
  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> mask,
                        const Column& out) const override {
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] != 0) out.holds[i] = f_(facts, i) ? 1 : 0;
    }
    return absl::OkStatus();
  }

 private:
  PairPredicate f_;
};

// Pairs and candidates differ only in which rows the mask counts.
template <typename Function>
class ValueEvaluator final : public Evaluator {
 public:
  explicit ValueEvaluator(Function f) : f_(std::move(f)) {}
  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> mask,
                        const Column& out) const override {
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] != 0) out.values[i] = f_(facts, i);
    }
    return absl::OkStatus();
  }

 private:
  Function f_;
};

class OrderValueEvaluator final : public Evaluator {
 public:
  explicit OrderValueEvaluator(OrderValue f) : f_(std::move(f)) {}
  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> mask,
                        const Column& out) const override {
    const std::optional<std::int64_t> value = f_(facts);
    for (std::size_t i = 0; i < mask.size(); ++i) {  // one, or of some limits every candidate
      if (mask[i] == 0) continue;
      out.holds[i] = value ? 1 : 0;
      out.values[i] = value.value_or(0);
    }
    return absl::OkStatus();
  }

 private:
  OrderValue f_;
};

class OrderPredicateEvaluator final : public Evaluator {
 public:
  explicit OrderPredicateEvaluator(OrderPredicate f) : f_(std::move(f)) {}
  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> /*mask*/,
                        const Column& out) const override {
    out.holds[0] = f_(facts) ? 1 : 0;
    return absl::OkStatus();
  }

 private:
  OrderPredicate f_;
};

class LineKeyEvaluator final : public Evaluator {
 public:
  explicit LineKeyEvaluator(LineKey f) : f_(std::move(f)) {}
  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> mask,
                        const Column& out) const override {
    for (std::size_t line = 0; line < mask.size(); ++line) {
      if (mask[line] == 0) continue;
      if (const std::optional<Symbol> key = f_(facts, line))
        out.values[line] = static_cast<std::int64_t>(*key);
    }
    return absl::OkStatus();
  }

 private:
  LineKey f_;
};

}  // namespace

Evaluator::~Evaluator() = default;
PlanMeasures::~PlanMeasures() = default;

std::shared_ptr<const Evaluator> FromPredicate(PairPredicate f) {
  return std::make_shared<PredicateEvaluator>(std::move(f));
}
std::shared_ptr<const Evaluator> FromPairValue(PairValue f) {
  return std::make_shared<ValueEvaluator<PairValue>>(std::move(f));
}
std::shared_ptr<const Evaluator> FromCandidateValue(CandidateValue f) {
  return std::make_shared<ValueEvaluator<CandidateValue>>(std::move(f));
}
std::shared_ptr<const Evaluator> FromOrderValue(OrderValue f) {
  return std::make_shared<OrderValueEvaluator>(std::move(f));
}
std::shared_ptr<const Evaluator> FromOrderPredicate(OrderPredicate f) {
  return std::make_shared<OrderPredicateEvaluator>(std::move(f));
}
std::shared_ptr<const Evaluator> FromOptionPredicate(OptionPredicate f) {
  return FromPredicate(std::move(f));  // the same shape over other rows
}
std::shared_ptr<const Evaluator> FromLineKey(LineKey f) {
  return std::make_shared<LineKeyEvaluator>(std::move(f));
}

}  // namespace orderwright::rules
