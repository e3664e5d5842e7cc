// WitnessDraft: a witness in the making, field by field of the schema.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_DRAFT_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_DRAFT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/rules/analysis.h"

namespace orderwright::rules_internal {

// What a field is to be.
struct Given {
  bool set = true;
  std::int64_t number = 0;  // 0 or 1, micro-units, milliseconds, as ValueType says
  double real = 0;
  std::string text;
};

class WitnessDraft {
 public:
  WitnessDraft();

  // False: there is no way to give the field a value of its own.
  [[nodiscard]] bool Put(std::string_view path, const Given& given);
  // Adds a word to a field of texts; of one that may be unset, sets it.
  [[nodiscard]] bool PutWord(std::string_view path, std::string_view word);
  void PutNow(const Given& given);

  // Makes the fields agree that depend on one another. False if they cannot.
  [[nodiscard]] bool Finish(const std::vector<std::string>& services);
  [[nodiscard]] rules::Witness Take() && { return std::move(witness_); }

 private:
  friend struct Setters;
  [[nodiscard]] bool FinishGoods();
  [[nodiscard]] bool FinishMethod();
  [[nodiscard]] bool FinishQuantities();
  [[nodiscard]] bool FinishMoney();
  void FinishServices(const std::vector<std::string>& services);

  [[nodiscard]] LocationSpec& site() { return witness_.world.locations[0]; }
  [[nodiscard]] ItemSpec& item() { return witness_.world.items[0]; }
  [[nodiscard]] OrderLineDraft& line() { return witness_.order.lines[0]; }
  [[nodiscard]] Address& address();
  [[nodiscard]] Customer& customer();

  rules::Witness witness_;
  // What other fields follow from.
  std::optional<std::string> item_sku_;
  std::optional<std::string> line_sku_;
  std::optional<std::int64_t> quantity_;
  std::optional<std::int64_t> units_;
  std::optional<std::int64_t> total_;
  std::optional<std::int64_t> margin_;
  std::optional<bool> preorder_;
  std::optional<std::string> one_service_;
  bool several_services_ = false;
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_DRAFT_H_
