#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "handles.h"
#include "orderwright/core/status.h"
#include "orderwright/io/analysis_json.h"
#include "orderwright/rules/analysis.h"
#include "orderwright/rules/counters.h"
#include "orderwright/rules/evaluator.h"
#include "orderwright/rules/rule_set.h"
#include "rules.h"

namespace orderwright::python {

SharedObject::~SharedObject() {
  if (!object_) return;
  if (Py_IsInitialized() == 0) {  // the interpreter has taken everything with it
    (void)object_.release();
    return;
  }
  const py::gil_scoped_acquire acquire;
  object_ = py::object();
}

void Failures::Keep(Failure failure) {
  const std::lock_guard lock(mutex_);
  by_thread_.erase(std::this_thread::get_id());
  by_thread_.emplace(std::this_thread::get_id(), std::move(failure));
}

void Failures::Raise(const absl::Status& status) {
  std::map<std::thread::id, Failure>::node_type node;
  {
    const std::lock_guard lock(mutex_);
    node = by_thread_.extract(std::this_thread::get_id());
  }
  if (node.empty()) python::Raise(status);
  const Failure& failure = node.mapped();
  if (!MessageOf(status).ends_with(failure.message)) python::Raise(status);
  if (failure.raised) std::rethrow_exception(failure.raised);
  RaiseFrom(status, failure.cause.get());
}

bool Failures::Tells(const absl::Status& status) {
  const std::lock_guard lock(mutex_);
  const auto at = by_thread_.find(std::this_thread::get_id());
  return at != by_thread_.end() && MessageOf(status).ends_with(at->second.message);
}

void Failures::Forget() {
  std::map<std::thread::id, Failure>::node_type node;
  const std::lock_guard lock(mutex_);
  node = by_thread_.extract(std::this_thread::get_id());
}

namespace {

// The facts of one call, lent to Python: nothing can be read once the call is over. Columns are
// handed out as bytes, which own what they hold.
class LentFacts {
 public:
  explicit LentFacts(const rules::Facts& facts) : facts_(&facts) {}
  void End() { facts_ = nullptr; }

  [[nodiscard]] const rules::Facts& get() const {
    if (facts_ == nullptr) {
      Raise(FailedPrecondition(
          "the facts of a rule can be read during its call only; read what is to be kept before"));
    }
    return *facts_;
  }
  [[nodiscard]] const Order& order() const { return *get().order; }

 private:
  const rules::Facts* facts_;
};

template <typename T>
py::bytes BytesOf(std::span<const T> column) {
  return {reinterpret_cast<const char*>(column.data()), column.size_bytes()};
}

// Ends what was lent even if the callable raised.
class Loan {
 public:
  explicit Loan(const rules::Facts& facts) : facts_(std::make_shared<LentFacts>(facts)) {}
  ~Loan() { facts_->End(); }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  [[nodiscard]] const std::shared_ptr<LentFacts>& facts() const { return facts_; }

 private:
  std::shared_ptr<LentFacts> facts_;
};

// `ask(facts, mask)` of orderwright._rules answers for all rows: (holds, values) as bytes.
class PythonEvaluator final : public rules::Evaluator {
 public:
  PythonEvaluator(py::object ask, std::shared_ptr<Failures> failures)
      : ask_(std::move(ask)), failures_(std::move(failures)) {}

  absl::Status Evaluate(const rules::Facts& facts, std::span<const std::uint8_t> mask,
                        const rules::Column& out) const override {
    if (std::find(mask.begin(), mask.end(), 1) == mask.end()) return absl::OkStatus();
    const py::gil_scoped_acquire acquire;
    try {
      const Loan loan(facts);
      const py::tuple answer = ask_.get()(loan.facts(), BytesOf(mask));
      Copy(answer[0].cast<py::bytes>(), out.holds);
      Copy(answer[1].cast<py::bytes>(), out.values);
      return absl::OkStatus();
    } catch (const py::error_already_set& error) {
      return Keep(error);
    } catch (const std::exception& error) {
      return Internal("{}", error.what());
    }
  }

  // A function may read anything.
  [[nodiscard]] rules::Reads reads() const override { return {true, true, true}; }

 private:
  template <typename T>
  static void Copy(const py::bytes& from, std::span<T> to) {
    const std::string_view bytes = ViewOf(from);
    if (bytes.size() != to.size_bytes()) {
      python::Raise(Internal("answers with {} bytes for {} rows", bytes.size(), to.size()));
    }
    if (!bytes.empty()) std::memcpy(to.data(), bytes.data(), bytes.size());
  }

  // What is wrong with an answer is told by a Refusal; its cause is what the callable raised.
  absl::Status Keep(const py::error_already_set& error) const {
    if (!error.matches(PyExc_Exception)) {
      failures_->Keep({SharedObject(), std::current_exception(), "was interrupted"});
      return MakeStatus(absl::StatusCode::kCancelled, "was interrupted");
    }
    const py::object refusal = py::module_::import("orderwright._rules").attr("Refusal");
    const std::string message = py::str(error.value()).cast<std::string>();
    if (!py::isinstance(error.value(), refusal)) {
      failures_->Keep({SharedObject(error.value()), nullptr, message});
      return Internal("{}", message);
    }
    py::object cause = error.value().attr("__cause__");
    if (!cause.is_none()) failures_->Keep({SharedObject(std::move(cause)), nullptr, message});
    return InvalidArgument("{}", message);
  }

  SharedObject ask_;
  std::shared_ptr<Failures> failures_;
};

// One value for all rows: needs no Python.
class ConstantEvaluator final : public rules::Evaluator {
 public:
  ConstantEvaluator(bool holds, std::int64_t value) : holds_(holds ? 1 : 0), value_(value) {}
  absl::Status Evaluate(const rules::Facts& /*facts*/, std::span<const std::uint8_t> mask,
                        const rules::Column& out) const override {
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] == 0) continue;
      out.holds[i] = holds_;
      out.values[i] = value_;
    }
    return absl::OkStatus();
  }

 private:
  std::uint8_t holds_;
  std::int64_t value_;
};

// The member of an enum that has this name; orderwright._rules has checked that there is one.
template <typename Enum, std::size_t kCount>
Enum Named(const py::handle& name, const std::array<Enum, kCount>& members) {
  const std::string text = py::cast<std::string>(name);
  for (const Enum member : members) {
    if (rules::ToString(member) == text) return member;
  }
  Raise(Internal("there is no '{}'", text));
}

constexpr std::array kKinds = {rules::RuleKind::kSet,     rules::RuleKind::kEligible,
                               rules::RuleKind::kProtect, rules::RuleKind::kLimit,
                               rules::RuleKind::kGroup,   rules::RuleKind::kPrice,
                               rules::RuleKind::kPrefer,  rules::RuleKind::kHold,
                               rules::RuleKind::kOutcome, rules::RuleKind::kPolicy};
constexpr std::array kLimits = {
    rules::LimitKind::kMaxShipments,     rules::LimitKind::kMaxDistanceKm,
    rules::LimitKind::kMinShipmentValue, rules::LimitKind::kUnitsPerDay,
    rules::LimitKind::kShipmentsPerDay,  rules::LimitKind::kMaxRejects,
    rules::LimitKind::kMaxSubstitutions};
constexpr std::array kDecisions = {rules::PolicyThen::kAllow, rules::PolicyThen::kReview,
                                   rules::PolicyThen::kDeny};
constexpr std::array kFields = {rules::SetField::kService,      rules::SetField::kShipComplete,
                                rules::SetField::kMaxShipments, rules::SetField::kPriority,
                                rules::SetField::kRemainder,    rules::SetField::kCapture,
                                rules::SetField::kSubstitution, rules::SetField::kNotify};
constexpr std::array kEvents = {rules::OutcomeOn::kShort, rules::OutcomeOn::kUnroutable,
                                rules::OutcomeOn::kLate, rules::OutcomeOn::kRejected};
constexpr std::array kActions = {rules::OutcomeThen::kAccept, rules::OutcomeThen::kHold,
                                 rules::OutcomeThen::kCancel, rules::OutcomeThen::kBackorder,
                                 rules::OutcomeThen::kRetry};

rules::HoldBlocks BlocksOf(const py::handle& names) {
  rules::HoldBlocks blocks{false, false, false};
  for (const py::handle name : names) {
    const std::string text = py::cast<std::string>(name);
    if (text == "route") blocks.route = true;
    if (text == "release") blocks.release = true;
    if (text == "capture") blocks.capture = true;
  }
  return blocks;
}

rules::RuleMode ModeOf(std::string_view mode) {
  if (mode == "off") return rules::RuleMode::kOff;
  return mode == "shadow" ? rules::RuleMode::kShadow : rules::RuleMode::kOn;
}

rules::OnError OnErrorOf(std::string_view then) {
  if (then == "fail") return rules::OnError::kFail;
  return then == "skip" ? rules::OnError::kSkip : rules::OnError::kHold;
}

// What of a rule is data; orderwright._rules has checked names and types.
rules::Rule RuleOf(const py::dict& spec, const std::string& path) {
  const auto time = [&](const char* name, std::string_view field) {
    return TimestampOf(spec[name], fmt::format("{}.{}", path, field));
  };
  const auto has = [&spec](const char* name) { return spec.contains(name); };
  rules::Rule rule;
  rule.id = spec["id"].cast<std::string>();
  rule.kind = Named(spec["kind"], kKinds);
  rule.priority = spec["priority"].cast<std::int64_t>();
  rule.mode = ModeOf(spec["mode"].cast<std::string>());
  rule.on_error = OnErrorOf(spec["on_error"].cast<std::string>());
  rule.team = spec["team"].cast<std::string>();
  rule.from = time("from", "from_");
  rule.until = time("until", "until");
  rule.reason = spec["reason"].cast<std::string>();
  if (has("what")) rule.limit = Named(spec["what"], kLimits);
  if (has("rank")) rule.prefer = rules::PreferBy::kRank;
  if (has("relax")) rule.relax = spec["relax"].cast<int>();
  if (has("by_service")) rule.by_service = spec["by_service"].cast<bool>();
  if (has("keep")) {
    rule.keep =
        spec["keep"].cast<std::string>() == "apart" ? rules::Keep::kApart : rules::Keep::kTogether;
  }
  if (has("field")) rule.set = Named(spec["field"], kFields);
  if (has("force")) rule.force = spec["force"].cast<bool>();
  if (has("blocks")) rule.blocks = BlocksOf(spec["blocks"]);
  if (has("reserve")) rule.reserve = spec["reserve"].cast<bool>();
  if (has("hold_until")) rule.hold_until = time("hold_until", "hold_until");
  if (has("on")) rule.on = Named(spec["on"], kEvents);
  if (has("action")) {
    rule.action = spec["action"].cast<std::string>();
    rule.decision = Named(spec["then"], kDecisions);
  } else if (has("then")) {
    rule.then = Named(spec["then"], kActions);
  }
  if (has("after") && !spec["after"].is_none()) {
    rule.after = Duration(spec["after"].cast<std::int64_t>());
  }
  return rule;
}

// As it is now: what is added later is for rules that are added later.
std::shared_ptr<const rules::Language> Now(const rules::Language* language) {
  return language == nullptr ? nullptr : std::make_shared<const rules::Language>(*language);
}

constexpr std::pair<std::string_view, rules::Minimize> kObjectives[] = {
    {"cost", rules::Minimize::kCost},
    {"shortfall", rules::Minimize::kShortfall},
    {"shipments", rules::Minimize::kShipments},
    {"rank", rules::Minimize::kRank},
    {"lateness", rules::Minimize::kLateness}};

rules::Objective ObjectiveOf(const py::handle& spec) {
  const auto [name, rule, tolerance] =
      py::cast<std::tuple<std::string, std::string, std::int64_t>>(spec);
  for (const auto& [text, minimize] : kObjectives) {
    if (text == name) return {minimize, rule, tolerance};
  }
  Raise(Internal("there is no objective '{}'", name));
}

}  // namespace

PythonRules RulesOf(const World& world, const py::object& rules) {
  if (rules.is_none()) return {};
  // As data: (version, objectives, rules, language); a rule is a WrittenRule, or a dict with
  // `constant`, (holds, value), or `ask`.
  const py::tuple compiled =
      py::module_::import("orderwright._rules").attr("compiled")(rules, py::cast(world));
  rules::RuleSetDraft draft;
  draft.version = compiled[0].cast<std::string>();
  draft.language = Now(compiled[3].cast<const rules::Language*>());
  for (const py::handle spec : compiled[1]) draft.objectives.push_back(ObjectiveOf(spec));
  std::shared_ptr<Failures> failures;
  for (const py::handle entry : compiled[2]) {
    if (py::isinstance<WrittenRule>(entry)) {
      draft.rules.push_back(entry.cast<const WrittenRule&>().rule);
      continue;
    }
    const auto spec = py::reinterpret_borrow<py::dict>(entry);
    rules::Rule rule = RuleOf(spec, fmt::format("rules[{}]", draft.rules.size()));
    if (spec.contains("constant")) {
      const auto [holds, value] = spec["constant"].cast<std::pair<bool, std::int64_t>>();
      rule.evaluator = std::make_shared<const ConstantEvaluator>(holds, value);
    } else {
      if (!failures) failures = std::make_shared<Failures>();
      rule.evaluator = std::make_shared<const PythonEvaluator>(spec["ask"], failures);
    }
    draft.rules.push_back(std::move(rule));
  }
  return {Unwrap(rules::RuleSet::Create(std::move(draft))), std::move(failures)};
}

namespace {

// Where the row of a table was written that a field of a rule is of; null: it is of none.
const std::string* PlaceOfRow(std::string_view field, const io::RulePlaces& places) {
  constexpr std::string_view kRows = ".table.rows[";
  if (!field.starts_with(kRows)) return nullptr;
  std::size_t row = places.rows.size();
  std::from_chars(field.data() + kRows.size(), field.data() + field.size(), row);
  return row < places.rows.size() ? &places.rows[row] : nullptr;
}

// What is wrong with a rule, at the places where it was written.
std::vector<Issue> IssuesAtPlaces(const absl::Status& status, const WrittenRule& written) {
  std::vector<Issue> issues = IssuesOf(status);
  for (Issue& issue : issues) {
    constexpr std::string_view kHead = "rules[0]";
    if (!issue.path.starts_with(kHead)) continue;
    const std::string field = issue.path.substr(kHead.size());
    if (field == ".value") {
      issue.path = written.places.value;
    } else if (field == ".when") {
      issue.path = written.places.when;
    } else if (const std::string* const row = PlaceOfRow(field, written.places)) {
      issue.path = *row;
    } else {
      issue.path = written.places.rule + field;
    }
  }
  return issues;
}

WrittenRule MakeWrittenRule(const py::dict& spec, const std::string& path,
                            const rules::Language* language) {
  WrittenRule written{RuleOf(spec, path), {}, Now(language)};
  written.rule.text = rules::RuleText{spec["when_text"].cast<std::string>(),
                                      spec["value_text"].cast<std::string>()};
  const std::string_view field = io::ValueFieldOf(written.rule);
  written.places = {path, path + ".when", fmt::format("{}.{}", path, field), {}};
  rules::RuleSetDraft draft;
  draft.rules = {written.rule};
  draft.language = written.language;
  const absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(std::move(draft));
  if (set.ok()) return written;
  IssueList issues;
  for (const Issue& issue : IssuesAtPlaces(set.status(), written)) {
    issues.Add(issue.path, issue.code, issue.message);
  }
  Raise(issues.ToStatus(fmt::format("rule '{}'", written.rule.id), set.status().code()));
}

py::tuple ParseRules(const py::bytes& text, const std::string& name, bool places, bool strict,
                     const std::string& directory, const rules::Language* language) {
  const io::Document document{ViewOf(text), name};
  io::ReadOptions options;
  options.strict = strict;
  options.directory = directory;
  const Naming naming{.places = places, .root = ""};
  const std::shared_ptr<const rules::Language> as_it_is = Now(language);
  io::LoadedRules loaded =
      Unwrap(WithoutGil([&] { return io::ParseRules(document, options, as_it_is); }), naming);
  py::list objectives;
  for (const rules::Objective& objective : loaded.draft.objectives) {
    for (const auto& [word, minimize] : kObjectives) {
      if (minimize != objective.minimize) continue;
      objectives.append(
          py::make_tuple(std::string(word), objective.rank_rule, objective.tolerance));
    }
  }
  py::list written;
  for (std::size_t i = 0; i < loaded.draft.rules.size(); ++i) {
    const io::RulePlaces& at = loaded.places[i];
    std::vector<std::string> rows;
    for (const std::string& row : at.rows) rows.push_back(Named(row, naming));
    written.append(WrittenRule{
        std::move(loaded.draft.rules[i]),
        {Named(at.rule, naming), Named(at.when, naming), Named(at.value, naming), std::move(rows)},
        as_it_is});
  }
  return py::make_tuple(loaded.draft.version, std::move(objectives), std::move(written),
                        IssuesAsList(loaded.warnings, naming));
}

// What is wrong with a rule in a world.
std::vector<Issue> IssuesIn(const World& world, const WrittenRule& written) {
  rules::RuleSetDraft draft;
  draft.rules = {written.rule};
  draft.language = written.language;
  const absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(std::move(draft));
  const absl::Status status = set.ok() ? set->BindTo(world).status() : set.status();
  return status.ok() ? std::vector<Issue>() : IssuesAtPlaces(status, written);
}

// Where it was written.
std::string PlaceOf(const rules::Finding& finding, const io::RulePlaces& places) {
  switch (finding.part) {
    case rules::RulePart::kRule:
      return places.rule;
    case rules::RulePart::kWhen:
      return places.when;
    case rules::RulePart::kValue:
      return places.value;
    case rules::RulePart::kTable:
      break;
  }
  const bool of_row = !finding.rows.empty() && finding.rows[0] < places.rows.size();
  return of_row ? places.rows[finding.rows[0]] : places.value;
}

// What the analysis finds, each as a dict.
py::list FindingsOf(const std::vector<const WrittenRule*>& written, const World* world,
                    const rules::Language* language) {
  rules::RuleSetDraft draft;
  draft.language = Now(language);
  std::map<std::string, const io::RulePlaces*> places;
  for (const WrittenRule* rule : written) {
    draft.rules.push_back(rule->rule);
    places[rule->rule.id] = &rule->places;
  }
  const rules::RuleSet set = Unwrap(rules::RuleSet::Create(std::move(draft)));
  const std::vector<rules::Finding> found = WithoutGil([&] { return rules::Analyse(set, world); });
  py::list all;
  for (const rules::Finding& finding : found) {
    const io::RulePlaces& at = *places[finding.rules[0]];
    py::dict one;
    one["kind"] = Text(ToString(finding.kind));
    one["severity"] = Text(ToString(finding.severity));
    one["rules"] = finding.rules;
    one["rows"] = finding.rows;
    one["path"] = Text(PlaceOf(finding, at));
    one["message"] = Text(finding.message);
    one["witness"] = py::none();
    if (finding.witness) one["witness"] = Text(io::WitnessJson(*finding.witness));
    all.append(std::move(one));
  }
  return all;
}

// The items of the lines, then those that stand in for them.
std::vector<SkuIndex> GoodsOf(const rules::Facts& facts) {
  std::vector<SkuIndex> goods;
  for (const OrderLine& line : facts.order->lines()) goods.push_back(line.sku);
  const auto lines = static_cast<std::ptrdiff_t>(goods.size());
  for (std::size_t i = 0; i < facts.pairs.size(); ++i) {
    const SkuIndex sku = facts.pairs.sku[i];
    if (sku == goods[facts.pairs.line[i]]) continue;
    if (std::find(goods.begin() + lines, goods.end(), sku) == goods.end()) goods.push_back(sku);
  }
  return goods;
}

}  // namespace

namespace {

// Amounts are millionths of the world's currency, as all of a rule's facts.
py::object RequestDict(const rules::Facts& facts) {
  if (facts.request == nullptr) return py::none();
  const rules::Request& given = *facts.request;
  py::dict request;
  request["action"] = given.action;
  const auto money = [&](const char* name, const std::optional<Money>& amount) {
    if (amount) request[name] = Unwrap(facts.world->CostOf(*amount)).micros();
  };
  money("amount", given.amount);
  if (given.units) request["units"] = *given.units;
  if (!given.reason.empty()) request["reason"] = given.reason;
  if (!given.resolution.empty()) request["resolution"] = given.resolution;
  money("price_difference", given.price_difference);
  if (given.days_since_delivery) request["days_since_delivery"] = *given.days_since_delivery;
  return request;
}

}  // namespace

namespace {

void BindCounters(py::module_& module) {
  using Count = const rules::RuleCount&;
  py::class_<rules::RuleCount>(module, "RuleCount",
                               "How often a rule was asked, and what came of it.")
      .def_property_readonly(
          "rule", [](Count c) { return c.rule; }, "Id of the rule.")
      .def_property_readonly(
          "evaluated", [](Count c) { return c.evaluated; },
          "It was asked: once an order, and once more for each way of sourcing it that is tried.")
      .def_property_readonly(
          "fired", [](Count c) { return c.fired; },
          "It said something: of eligible that it ruled something out.")
      .def_property_readonly(
          "decided", [](Count c) { return c.decided; },
          "What it said was not what other rules had said already.")
      .def_property_readonly(
          "errors", [](Count c) { return c.errors; }, "It failed.")
      .def_property_readonly(
          "timed", [](Count c) { return c.timed; }, "Evaluations whose time was taken.")
      .def_property_readonly(
          "seconds", [](Count c) { return std::chrono::duration<double>(c.time).count(); },
          "Of these together.")
      .def("__repr__", [](Count c) {
        return fmt::format("<RuleCount {}: evaluated {}, fired {}, decided {}, errors {}>", c.rule,
                           c.evaluated, c.fired, c.decided, c.errors);
      });
  py::class_<rules::Counters, std::shared_ptr<rules::Counters>>(
      module, "RuleCounters",
      R"(Counts what becomes of rules while orders are routed, by their ids; a promise is not counted.

Give one to a Router; routers of later worlds and rules may share it. Thread-safe.

Args:
    sample_every: Of so many evaluations the time of one is taken, 1 or more; 0: no time is taken.)")
      .def(py::init([](std::uint32_t sample_every) {
             rules::CounterOptions options;
             if (sample_every > 0) {
               options.sample_every = sample_every;
               options.clock = [] {
                 return std::int64_t{std::chrono::duration_cast<std::chrono::nanoseconds>(
                                         std::chrono::steady_clock::now().time_since_epoch())
                                         .count()};
               };
             }
             return std::make_shared<rules::Counters>(std::move(options));
           }),
           py::kw_only(), py::arg("sample_every") = 0)
      .def("read", &rules::Counters::Read,
           "A RuleCount for each rule that some router had, in the order in which routers brought "
           "them.")
      .def("__str__", [](const rules::Counters& c) {
        const std::vector<rules::RuleCount> counts = c.Read();
        std::size_t width = 4;
        for (const rules::RuleCount& count : counts) width = std::max(width, count.rule.size());
        std::string text = fmt::format("{:<{}} {:>10} {:>10} {:>10} {:>8} {:>10}", "rule", width,
                                       "evaluated", "fired", "decided", "errors", "mean ns");
        for (const rules::RuleCount& count : counts) {
          const std::string mean =
              count.timed == 0
                  ? std::string("-")
                  : fmt::format("{}", count.time.count() / static_cast<std::int64_t>(count.timed));
          text += fmt::format("\n{:<{}} {:>10} {:>10} {:>10} {:>8} {:>10}", count.rule, width,
                              count.evaluated, count.fired, count.decided, count.errors, mean);
        }
        return text;
      });
}

}  // namespace

void BindRules(py::module_& module) {
  BindCounters(module);
  module.def(
      "parse_cost", [](const std::string& text) { return Unwrap(Cost::Parse(text)).micros(); },
      py::arg("text"), "Decimal text as millionths. Raises InvalidInput, OutOfRange.");
  module.def(
      "intern",
      [](const World& world, const std::string& text) {
        return static_cast<std::int64_t>(Raw(world.symbols().Intern(text)));
      },
      py::arg("world"), py::arg("text"), "The number of a text in the world's lineage.");

  py::class_<WrittenRule>(module, "WrittenRule", "A rule in words, checked.")
      .def_property_readonly(
          "id", [](const WrittenRule& w) { return Text(w.rule.id); }, "Its id.")
      .def_property_readonly(
          "kind", [](const WrittenRule& w) { return Text(ToString(w.rule.kind)); }, "Its kind.")
      .def_property_readonly(
          "mode",
          [](const WrittenRule& w) {
            return w.rule.mode == rules::RuleMode::kOn    ? "on"
                   : w.rule.mode == rules::RuleMode::kOff ? "off"
                                                          : "shadow";
          },
          "\"on\", \"off\" or \"shadow\".")
      .def_property_readonly(
          "place", [](const WrittenRule& w) { return Text(w.places.rule); },
          "Where it was written: \"rules.json:12:5: rules[3]\".")
      .def(
          "issues_in",
          [](const WrittenRule& w, const World& world) { return IssuesAsList(IssuesIn(world, w)); },
          py::arg("world"), "What is wrong with it in a world.");
  module.def("written_rule", &MakeWrittenRule, py::arg("spec"), py::arg("path"),
             py::arg("language").none(true),
             "A rule of checked data and texts. Raises InvalidInput with every mistake.");
  module.def("findings", &FindingsOf, py::arg("rules"), py::arg("world").none(true),
             py::arg("language").none(true),
             "What is probably not meant, each as a dict; `witness` is JSON.");
  module.def(
      "parse_rules", &ParseRules, py::arg("text"), py::arg("name"), py::kw_only(),
      py::arg("places"), py::arg("strict"), py::arg("directory"), py::arg("language").none(true),
      "The text of orderwright.rules/1 as (version, objectives, rules, warnings). Files that it "
      "names are in the directory; empty: it may name none.");

  using Self = const LentFacts&;
  const auto column = [](auto read) {
    return [read](Self lent) { return BytesOf(read(lent.get())); };
  };
  py::class_<LentFacts, std::shared_ptr<LentFacts>>(
      module, "RuleFacts",
      "What orderwright.Facts reads, during one call of a rule. Columns are bytes.")
      .def_property_readonly(
          "order", [](Self f) { return f.order(); }, "The order.")
      .def_property_readonly(
          "items",
          [](Self f) {
            std::vector<ItemHandle> items;
            for (const SkuIndex sku : GoodsOf(f.get())) items.push_back({*f.get().world, sku});
            return items;
          },
          "The item of each line, of a bundle of each component; then what may take their place.")
      .def_property_readonly(
          "lines",
          [](Self f) {
            std::vector<OrderLineHandle> lines;
            for (std::size_t i = 0; i < f.order().lines().size(); ++i) {
              lines.push_back({f.order(), f.order().draft_line(i)});
            }
            return lines;
          },
          "The order's line of each line, of a bundle once for each component.")
      .def_property_readonly(
          "pair_item",
          [](Self f) {
            const std::vector<SkuIndex> goods = GoodsOf(f.get());
            const rules::PairColumns& pairs = f.get().pairs;
            std::vector<std::uint32_t> places;
            for (std::size_t i = 0; i < pairs.size(); ++i) {
              std::uint32_t place = pairs.line[i];
              if (goods[place] != pairs.sku[i]) {
                const auto extra =
                    goods.begin() + static_cast<std::ptrdiff_t>(f.order().lines().size());
                place = static_cast<std::uint32_t>(std::find(extra, goods.end(), pairs.sku[i]) -
                                                   goods.begin());
              }
              places.push_back(place);
            }
            return BytesOf(std::span<const std::uint32_t>(places));
          },
          "uint32: position in items")
      .def_property_readonly(
          "now", [](Self f) { return DatetimeOf(f.get().now); },
          "Instant of the decision, or None.")
      .def_property_readonly(
          "plan",
          [](Self f) -> py::object {
            const std::optional<rules::PlanFacts>& plan = f.get().plan;
            if (!plan) return py::none();
            return py::make_tuple(plan->cost.micros(), plan->shipments, plan->units,
                                  plan->short_units, plan->late_days, plan->is_proved);
          },
          "Cost in millionths, shipments, units, short units, days late, whether it is proved; "
          "None "
          "before a plan is made.")
      .def_property_readonly(
          "plan_margin",
          [](Self f) -> py::object {
            const std::optional<rules::PlanFacts>& plan = f.get().plan;
            if (!plan) return py::none();
            if (plan->measures == nullptr) return py::none();
            return py::int_(plan->measures->Margin().micros());
          },
          "Millionths; None before a plan is made.")
      .def_property_readonly(
          "plan_margin_spread",
          [](Self f) -> py::object {
            const std::optional<rules::PlanFacts>& plan = f.get().plan;
            if (!plan) return py::none();
            if (plan->measures == nullptr) return py::none();
            return py::int_(plan->measures->MarginSpread().micros());
          },
          "Millionths; None before a plan is made.")
      .def_property_readonly(
          "plan_gap_to_next",
          [](Self f) -> py::object {
            const std::optional<rules::PlanFacts>& plan = f.get().plan;
            if (!plan) return py::none();
            if (plan->measures == nullptr) return py::none();
            const std::optional<Cost> gap = Unwrap(plan->measures->GapToNext());
            if (!gap) return py::none();
            return py::int_(gap->micros());
          },
          "Millionths; None if there is no other plan, or none yet.")
      .def_property_readonly("candidate_location",
                             column([](const rules::Facts& f) { return f.candidates.location; }),
                             "uint32")
      .def_property_readonly("candidate_distance_km",
                             column([](const rules::Facts& f) { return f.candidates.distance_km; }),
                             "float64; negative: not known")
      .def_property_readonly("pair_line",
                             column([](const rules::Facts& f) { return f.pairs.line; }), "uint32")
      .def_property_readonly("pair_candidate",
                             column([](const rules::Facts& f) { return f.pairs.candidate; }),
                             "uint32")
      .def_property_readonly("pair_available",
                             column([](const rules::Facts& f) { return f.pairs.available; }),
                             "int64")
      .def_property_readonly("pair_on_hand",
                             column([](const rules::Facts& f) { return f.pairs.on_hand; }), "int64")
      .def_property_readonly("pair_cost",
                             column([](const rules::Facts& f) { return f.pairs.cost; }),
                             "int64: millionths; the least number: no service ships it")
      .def_property_readonly("candidate_load_units",
                             column([](const rules::Facts& f) { return f.candidates.load_units; }),
                             "int64; empty: not known")
      .def_property_readonly("candidate_load_shipments", column([](const rules::Facts& f) {
                               return f.candidates.load_shipments;
                             }),
                             "int64; empty: not known")
      .def_property_readonly(
          "candidate_rejected_at",
          [](Self f) {
            std::vector<std::int64_t> last;
            for (const LocationIndex location : f.get().candidates.location) {
              std::int64_t at = INT64_MIN;
              for (const rules::Rejection& rejection : f.get().rejections) {
                if (rejection.location != location || !rejection.at) continue;
                at = std::max(at, rejection.at->time_since_epoch().count());
              }
              last.push_back(at);
            }
            return BytesOf(std::span<const std::int64_t>(last));
          },
          "int64: milliseconds since 1970; the least number: it has not")
      .def_property_readonly(
          "option_carrier",
          [](Self f) {
            std::vector<std::string> carriers;
            for (const std::string_view carrier : f.get().options.carrier) {
              carriers.emplace_back(carrier);
            }
            return carriers;
          },
          "Of each service.")
      .def_property_readonly(
          "request", [](Self f) { return RequestDict(f.get()); },
          "What is asked for; None but of policy rules.")
      .def_property_readonly(
          "actor",
          [](Self f) -> py::object {
            if (f.get().actor == nullptr) return py::none();
            py::dict actor;
            actor["id"] = f.get().actor->id;
            actor["role"] = std::string(rules::ToString(f.get().actor->role));
            return actor;
          },
          "Who asks; None but of policy rules.")
      .def_property_readonly(
          "released", [](Self f) { return f.get().released; },
          "Whether some of the order is in the hands of a location.")
      .def_property_readonly(
          "rejections",
          [](Self f) {
            py::list list;
            for (const rules::Rejection& rejection : f.get().rejections) {
              list.append(py::make_tuple(f.get().world->location(rejection.location).id(),
                                         DatetimeOf(rejection.at)));
            }
            return list;
          },
          "Locations that have sent the order back, and when.")
      .def_property_readonly("option_pair",
                             column([](const rules::Facts& f) { return f.options.pair; }), "uint32")
      .def_property_readonly("option_service",
                             column([](const rules::Facts& f) { return f.options.service; }),
                             "uint32")
      .def_property_readonly("option_zone",
                             column([](const rules::Facts& f) { return f.options.zone; }), "uint32")
      .def_property_readonly("option_transit_days",
                             column([](const rules::Facts& f) { return f.options.transit_days; }),
                             "int32")
      .def_property_readonly("option_late_days",
                             column([](const rules::Facts& f) { return f.options.late_days; }),
                             "int64")
      .def_property_readonly("option_deliver_by",
                             column([](const rules::Facts& f) { return f.options.deliver_by; }),
                             "int64: milliseconds since 1970; empty if not known");
}

}  // namespace orderwright::python
