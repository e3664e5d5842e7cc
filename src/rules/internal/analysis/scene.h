// Scene: a witness set up so that rules can be asked about it.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_SCENE_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_SCENE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "orderwright/rules/analysis.h"
#include "src/rules/internal/row.h"

namespace orderwright::rules_internal {

enum class Answer : std::uint8_t { kNo = 0, kYes = 1, kError = 2, kNotKnown = 3 };

struct Reply {
  Answer answer = Answer::kError;
  std::string error;
};

// One line at one location by one service, with a plan.
class Scene {
 public:
  // Errors: the model's, of a witness that is no order.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Scene>> Create(const rules::Witness& witness);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  // Rules are asked in it; null: the schema alone.
  void Use(std::shared_ptr<const rules::Language> language) { language_ = std::move(language); }

  // Facts before there is a plan, and with one.
  [[nodiscard]] rules::Facts facts(bool with_plan) const;
  // With all that a row may have. Valid as long as the scene.
  [[nodiscard]] const Row& row() const { return row_; }

  // Whether a rule that is a text or a table speaks: of kinds that are not asked about one order
  // whether its `when` holds.
  [[nodiscard]] Reply Speaks(const rules::Rule& rule) const;
  // Whether an eligible rule lets the line go from there.
  [[nodiscard]] Reply Allows(const rules::Rule& rule) const;
  // Whether a condition holds, about a line at a location, or if it reads the plan about an order.
  [[nodiscard]] Reply Holds(const std::string& condition, bool reads_plan) const;
  // Whether the rule has a value, whatever it is: kYes or kError.
  [[nodiscard]] Reply Answers(const rules::Rule& rule) const;

 private:
  class Measures;
  Scene(World world, Order order, const rules::Witness& witness);
  [[nodiscard]] Reply Ask(rules::Rule rule, std::int64_t& holds) const;

  std::shared_ptr<const rules::Language> language_;
  World world_;
  Order order_;
  std::optional<Timestamp> now_;
  LocationIndex location_{};
  double distance_km_ = -1;
  std::uint16_t group_ = 0;
  std::uint32_t first_ = 0;
  std::int64_t available_ = 0;
  SkuIndex sku_{};
  ServiceIndex service_{};
  std::uint32_t zone_ = 0;
  std::string_view carrier_ = "any";
  std::int32_t transit_days_ = 0;
  std::int64_t late_days_ = 0;
  std::optional<Timestamp> deliver_by_;
  rules::PlanFacts plan_;
  std::shared_ptr<const rules::PlanMeasures> measures_;
  rules::Facts with_plan_;
  Row row_;
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_SCENE_H_
