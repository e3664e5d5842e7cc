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

class LimitEvaluator final : public Evaluator {
 public:
  explicit LimitEvaluator(OrderLimit f) : f_(std::move(f)) {}
  absl::Status Evaluate(const Facts& facts, std::span<const std::uint8_t> /*mask*/,
                        const Column& out) const override {
    const std::optional<std::int64_t> limit = f_(facts);
    out.holds[0] = limit ? 1 : 0;
    out.values[0] = limit.value_or(0);
    return absl::OkStatus();
  }

 private:
  OrderLimit f_;
};

}  // namespace

Evaluator::~Evaluator() = default;

std::shared_ptr<const Evaluator> FromPredicate(PairPredicate f) {
  return std::make_shared<PredicateEvaluator>(std::move(f));
}
std::shared_ptr<const Evaluator> FromPairValue(PairValue f) {
  return std::make_shared<ValueEvaluator<PairValue>>(std::move(f));
}
std::shared_ptr<const Evaluator> FromCandidateValue(CandidateValue f) {
  return std::make_shared<ValueEvaluator<CandidateValue>>(std::move(f));
}
std::shared_ptr<const Evaluator> FromLimit(OrderLimit f) {
  return std::make_shared<LimitEvaluator>(std::move(f));
}

}  // namespace orderwright::rules
