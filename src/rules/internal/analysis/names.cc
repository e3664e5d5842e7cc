// Names: texts of rules that nothing in the model or the world is called.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "src/rules/internal/analysis/checks.h"
#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {
namespace {

using rules::FindingKind;
using rules::RulePart;
using rules::Severity;

// Letters to insert, remove, change or swap with their neighbour to make `b` of `a`.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> two(b.size() + 1);
  std::vector<std::size_t> one(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(one.begin(), one.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({one[j] + 1, row[j - 1] + 1, one[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two[j - 2] + 1);
      }
    }
    std::swap(two, one);
    std::swap(one, row);
  }
  return one[b.size()];
}

std::string Advice(std::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = Nearest(name, known);
  return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
}

// The names of a world, by the field that has them.
class WorldNames {
 public:
  explicit WorldNames(const World& world) {
    for (const Location& location : world.locations()) {
      if (location.retired) continue;
      const LocationSpec& spec = location.spec;
      for (const char* field : {"location.id", "order.pickup_at", "line.pickup_at"}) {
        Put(field, {spec.id});
      }
      Put("location.name", {spec.name});
      Put("location.country", {spec.country});
      Put("location.region", {spec.region});
      Put("location.postal_code", {spec.postal_code});
      Put("location.tags", spec.tags);
      Put("location.capabilities", spec.capabilities);
      Put("location.rate_cards", spec.rate_cards);
      if (spec.channels) Put("location.channels", *spec.channels);
      if (spec.markets) Put("location.markets", *spec.markets);
      // What no location serves by name, none may be meant for.
      if (spec.channels) Put("order.channel", *spec.channels);
      if (spec.markets) Put("order.market", *spec.markets);
    }
    for (const Item& item : world.items()) {
      if (item.retired) continue;
      Put("item.sku", {item.spec.sku});
      Put("line.sku", {item.spec.sku});
      Put("item.tags", item.spec.tags);
      Put("item.hs_code", {item.spec.hs_code});
      Put("item.origin", {item.spec.origin});
    }
    for (const BundleSpec& bundle : world.bundles()) Put("line.sku", {bundle.sku});
    const auto services = world.services();
    for (const char* field : {"candidate.service", "order.service", "order.services"}) {
      Put(field, {services.begin(), services.end()});
    }
    Put("location.tags", {});
    Put("item.tags", {});
    Put("location.capabilities", {});
  }
  // Null: the world says nothing about them.
  [[nodiscard]] const std::set<std::string>* Find(const std::string& field) const {
    const auto at = known_.find(field);
    return at == known_.end() ? nullptr : &at->second;
  }

 private:
  void Put(const std::string& field, const std::vector<std::string>& names) {
    std::set<std::string>& all = known_[field];
    for (const std::string& name : names) {
      if (!name.empty()) all.insert(name);
    }
  }
  std::map<std::string, std::set<std::string>> known_;
};

std::string PathOf(const Field& field) {
  return fmt::format("{}.{}",
                     field.schema.record == "address" ? "order.ship_to" : field.schema.record,
                     field.schema.name);
}

void CheckText(Analysis& analysis, const WorldNames* names, const ReadRule& rule, RulePart part,
               const NamedText& name) {
  const FieldDomain domain = DomainOf(*name.field);
  const std::string path = PathOf(*name.field);
  if (!Admits(domain, name.text)) {
    std::string why = "it is never empty";
    if (domain.form == TextForm::kCountry) {
      why = "it is two capital letters, such as 'US'";
    } else if (domain.form == TextForm::kWords) {
      const std::vector<std::string> words(domain.words.begin(), domain.words.end());
      why = Advice(name.text, words);
      why = why.empty() ? fmt::format("it is one of {}", fmt::join(words, ", ")) : why.substr(2);
    }
    analysis.Add(rule, FindingKind::kUnknownName, Severity::kError, part,
                 fmt::format("{} is never '{}'; {}", path, name.text, why));
    return;
  }
  if (names == nullptr || name.text.empty()) return;
  const std::set<std::string>* const known = names->Find(path);
  if (known == nullptr || known->contains(name.text)) return;
  analysis.Add(rule, FindingKind::kUnknownName, Severity::kWarning, part,
               fmt::format("the world has no {} '{}'{}", path, name.text,
                           Advice(name.text, {known->begin(), known->end()})));
}

}  // namespace

std::string Nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = 1 + name.size() / 4;
  for (const std::string& candidate : known) {
    if (candidate.size() > name.size() + least || name.size() > candidate.size() + least) continue;
    const std::size_t distance = Distance(name, candidate);
    if (distance > least || (distance == least && !best.empty())) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

void CheckNames(Analysis& analysis) {
  std::optional<WorldNames> names;
  if (analysis.world != nullptr) names.emplace(*analysis.world);
  for (const ReadRule& rule : analysis.read) {
    std::set<std::pair<std::string, std::string>> seen;
    const auto check = [&](const std::optional<cel::CheckedAst>& checked, RulePart part) {
      if (!checked) return;
      for (const NamedText& name : NamesIn(*checked)) {
        if (!seen.emplace(PathOf(*name.field), name.text).second) continue;
        CheckText(analysis, names ? &*names : nullptr, rule, part, name);
      }
    };
    check(rule.when, RulePart::kWhen);
    check(rule.value, RulePart::kValue);
    if (!rule.table) continue;
    const TableTests& tests = rule.table->tests;
    for (std::size_t i = 0; i < tests.inputs.size(); ++i) {
      const cel::CheckedAst& input = tests.inputs[i].checked;
      const Field* const field = FieldOf(input, input.ast().root());
      if (field == nullptr || (field->text == nullptr && field->texts == nullptr)) continue;
      for (const std::vector<CellTest>& row : tests.rows) {
        for (const std::string& text : row[i].texts) {
          if (!seen.emplace(PathOf(*field), text).second) continue;
          CheckText(analysis, names ? &*names : nullptr, rule, RulePart::kTable, {field, text});
        }
      }
    }
  }
}

}  // namespace orderwright::rules_internal
