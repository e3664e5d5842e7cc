#include "benchmarks/tasks/rules/ours.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "benchmarks/rules/bench.h"

namespace orderwright::benchmarks {
namespace {

// Of the first location E1 holds; of one in eight it does not: half of them are warehouses, half
// are in Mexico.
World MixedWorld() {
  WorldDraft draft = StoresDraft();
  for (std::size_t i = 0; i < draft.locations.size(); ++i) {
    if (i % 16 == 7) draft.locations[i].kind = LocationKind::kWarehouse;
    if (i % 16 == 15) draft.locations[i].country = "MX";
  }
  return OrDie(World::Create(std::move(draft)));
}

// Row i gives i; the order hits the last row alone.
rules::Rule TableRule() {
  rules::Rule rule;
  rule.id = "table";
  rule.kind = rules::RuleKind::kLimit;
  rule.limit = rules::LimitKind::kMaxShipments;
  rules::DecisionTable table;
  table.inputs = {"order.channel", "order.market", "order.ship_to.region"};
  table.hit = rules::HitPolicy::kFirst;
  for (std::size_t i = 0; i < kTableRows; ++i) {
    table.rows.push_back(
        {{fmt::format("c{}", i / 100), fmt::format("m{}", i / 10 % 10), fmt::format("r{}", i % 10)},
         fmt::format("{}", i)});
  }
  rule.table = std::make_shared<const rules::DecisionTable>(std::move(table));
  return rule;
}

absl::StatusOr<rules::RuleSet> TableRules(const World& world) {
  rules::RuleSetDraft draft;
  draft.rules.push_back(TableRule());
  absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(std::move(draft));
  return set.ok() ? set->BindTo(world) : set;
}

// What a host would have: texts.
struct Site {
  std::string kind;
  std::string country;
};
struct Host {
  double total = 298.0;
  std::vector<std::string> tags = {"gift", "spring", "returning"};
  std::vector<Site> sites;

  Host() {
    const World world = MixedWorld();
    for (std::size_t i = 0; i < kCandidates; ++i) {
      const Location& site = world.locations()[i];
      sites.push_back({std::string(ToString(site.spec.kind)), std::string(site.spec.country)});
    }
  }
  [[nodiscard]] bool E1(const Site& site) const {
    return total > 250.0 && site.kind == "store" &&
           std::find(tags.begin(), tags.end(), "vip") == tags.end() &&
           (site.country == "US" || site.country == "CA");
  }
};

// A bench and the rules that it is asked about.
struct Question {
  Question(std::size_t candidates, const std::vector<std::string>& texts)
      : bench(MixedWorld(), candidates), rules(bench.Bind(texts)) {}
  void operator()() {
    bench.Ask(rules);
    benchmark::DoNotOptimize(bench.holds().data());
    benchmark::ClobberMemory();
  }
  Bench bench;
  rules::RuleSet rules;
};

Work Asks(std::string_view metric, std::size_t candidates, const std::vector<std::string>& texts) {
  const auto question = std::make_shared<Question>(candidates, texts);
  return {metric, [question] { (*question)(); }};
}

std::string Quoted(const std::vector<std::string>& texts) {
  // Of what is here only a quote would need more.
  return fmt::format("\"{}\"", absl::StrJoin(texts, "\", \""));
}

}  // namespace

std::vector<Work> OurWork() {
  std::vector<Work> work = {
      Asks("one", 1, {kE1}),
      Asks("many", kCandidates, {kE1}),
      Asks("rules", kCandidates, HundredRules()),
      {"compile", [] { benchmark::DoNotOptimize(RulesOf({kE1})); }},
  };
  const auto bench = std::make_shared<Bench>(MixedWorld(), 1);
  absl::StatusOr<rules::RuleSet> table = TableRules(bench->world());
  if (table.ok()) {
    const auto rules = std::make_shared<const rules::RuleSet>(*std::move(table));
    work.push_back({"table", [bench, rules] {
                      benchmark::DoNotOptimize(bench->AskLimit(rules->rules().front()));
                    }});
  }
  return work;
}

std::vector<Work> FloorWork() {
  const auto host = std::make_shared<const Host>();
  const auto holds = std::make_shared<std::vector<std::uint8_t>>(kCandidates);
  return {{"one", [host] { benchmark::DoNotOptimize(host->E1(host->sites.front())); }},
          {"many", [host, holds] {
             for (std::size_t i = 0; i < kCandidates; ++i) {
               (*holds)[i] = host->E1(host->sites[i]) ? 1 : 0;
             }
             benchmark::DoNotOptimize(holds->data());
             benchmark::ClobberMemory();
           }}};
}

std::string WhyNoTable() {
  const absl::StatusOr<rules::RuleSet> table = TableRules(MixedWorld());
  return table.ok() ? "" : std::string(MessageOf(table.status()));
}

absl::Status WriteInstance(const std::string& path) {
  const Host host;
  Question e1(kCandidates, {kE1});
  e1();
  std::string expected;
  for (std::size_t i = 0; i < kCandidates; ++i) {
    expected += e1.bench.holds()[i] != 0 ? '1' : '0';
    if ((expected.back() == '1') != host.E1(host.sites[i])) {
      return Internal("E1 of location {} is {}, and not so by hand", i, expected.back());
    }
  }
  Bench bench(MixedWorld(), kCandidates);
  std::size_t expected_rules = 0;
  for (const std::string& text : HundredRules()) {
    bench.Ask(bench.Bind({text}));
    expected_rules += static_cast<std::size_t>(
        std::count(bench.holds().begin(), bench.holds().end(), std::uint8_t{1}));
  }
  const absl::StatusOr<rules::RuleSet> table = TableRules(bench.world());
  if (table.ok() && bench.AskLimit(table->rules().front()) != kTableRows - 1) {
    return Internal("the order does not hit the last row of the table");
  }
  std::vector<std::string> locations;
  for (const Location& site : bench.world().locations()) {
    locations.push_back(fmt::format(
        R"({{"id": "{}", "kind": "{}", "country": "{}", "handling_days": {}}})", site.id(),
        ToString(site.spec.kind), site.spec.country, site.spec.handling_days));
  }
  std::ofstream file(path);
  file << fmt::format(
      R"({{"text": "{}",
 "order": {{"total": {:.1f}, "tags": [{}]}},
 "available": {},
 "locations": [{}],
 "expected": "{}",
 "rules": [{}],
 "expected_rules": {},
 "table_rows": {}}}
)",
      kE1, host.total, Quoted(host.tags), Bench::kAvailable, absl::StrJoin(locations, ",\n  "),
      expected, Quoted(HundredRules()), expected_rules, kTableRows);
  file.close();
  return file ? absl::OkStatus() : Internal("cannot write {}", path);
}

}  // namespace orderwright::benchmarks
