#include "src/rules/internal/analysis/witness.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "src/rules/internal/analysis/draft.h"

namespace orderwright::rules_internal {
namespace {

constexpr std::int64_t kCent = 10'000;  // of micro-units

// What a number of a type is counted in: the least step that can be given, and a usual one.
struct Step {
  std::int64_t least = 1;
  std::int64_t usual = 1;
};
Step StepOf(ValueType type) {
  switch (type) {
    case ValueType::kMoney:
      return {kCent, Cost::kMicrosPerUnit};
    case ValueType::kTime:
      return {1, 3'600'000};
    default:
      return {};
  }
}

std::int64_t RoundUp(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  if (rest == 0) return value;
  return rest > 0 ? value - rest + step : value - rest;
}

// The roundest number from `low` to `high` that is a multiple of `least`; absent if there is none.
std::optional<std::int64_t> Roundest(std::int64_t low, std::int64_t high, std::int64_t least) {
  std::optional<std::int64_t> best;
  for (std::int64_t step = least; step <= 1'000'000'000'000'000'000 / 10; step *= 10) {
    if (low > INT64_MAX - step) break;
    const std::int64_t multiple = RoundUp(low, step);
    if (multiple > high) break;
    if (multiple != 0 || !best) best = multiple;
    if (multiple == 0) break;  // every step has it
  }
  return best;
}

// A number of an interval that reads well: not far from its finite end.
std::optional<std::int64_t> NiceWhole(Interval interval, ValueType type) {
  const Step step = StepOf(type);
  constexpr std::int64_t kFar = 1'000'000'000'000'000;
  std::int64_t low = interval.from;
  std::int64_t high = interval.to;
  if (low < -kFar && high > kFar) return 0;
  if (low < -kFar) {
    low = std::max(low, high - std::max(std::abs(high), 10 * step.usual));
  } else {
    high = std::min(high, low + std::max(std::abs(low), 10 * step.usual));
    if (low == 0 && high >= step.usual) low = step.usual;  // nothing is a poor example
  }
  return Roundest(low, high, step.least);
}

std::optional<std::int64_t> NiceReal(Interval interval) {
  const double low = DoubleOf(interval.from);
  const double high = DoubleOf(interval.to);
  double from = low;
  double to = high;
  if (std::abs(from) > 1e15 && std::abs(to) > 1e15) return 0;
  if (from < -1e15) from = to - std::max(std::abs(to), 10.0);
  to = std::min(to, from + std::max(std::abs(from), 10.0));
  const double middle = from + (to - from) / 2;
  for (double scale = 1; scale < 1e16; scale *= 10) {
    const double rounded = std::round(middle * scale) / scale;
    if (rounded >= low && rounded <= high) return KeyOf(rounded);
  }
  return interval.from;
}

constexpr std::array<std::string_view, 12> kCountries = {"US", "CA", "DE", "FR", "GB", "NL",
                                                         "IT", "ES", "PL", "SE", "JP", "AU"};

std::string Quoted(const std::string& text) {
  return text.empty() || text.find(' ') != std::string::npos ? fmt::format("'{}'", text) : text;
}

}  // namespace

namespace {

// A value for a slot, as a number and, of texts, in words.
struct Choice {
  std::int64_t number = 0;
  std::string text;
};

class Chooser {
 public:
  Chooser(const Slots& slots, int variant) : slots_(slots), variant_(variant) {}

  std::optional<Choice> Choose(const Slot& slot, const ValueSet& set,
                               std::optional<std::int64_t> plain) const {
    const bool may_stay = plain && set.Contains(*plain);
    if (slot.type == ValueType::kText) return ChooseText(slot, set, plain);
    if (may_stay && variant_ == 0) return Choice{*plain, ""};
    if (slot.type == ValueType::kTexts) return Choice{set.intervals()[0].from, ""};
    ValueSet values = set.Without(ValueSet::Of(kUnset));
    if (values.empty()) return Choice{kUnset, ""};
    if (slot.type == ValueType::kBool) return Choice{values.intervals()[0].from, ""};
    // What is less than nothing is a poor example too.
    const ValueSet positive = values.And(ValueSet::Range(0, INT64_MAX));
    if (!positive.empty()) values = positive;
    return ChooseNumber(slot, values);
  }

 private:
  std::optional<Choice> ChooseNumber(const Slot& slot, const ValueSet& values) const {
    const std::int64_t least = StepOf(slot.type).least;
    std::optional<std::int64_t> number;
    const auto ends = values.intervals();
    if (variant_ == 2) {
      number = ends.back().to - (least > 1 ? ((ends.back().to % least) + least) % least : 0);
    } else if (variant_ == 1) {
      number = RoundUp(ends.front().from, least);
    } else {
      for (const Interval& interval : ends) {
        number =
            slot.type == ValueType::kDouble ? NiceReal(interval) : NiceWhole(interval, slot.type);
        if (number) break;
      }
    }
    if (!number || !values.Contains(*number)) return std::nullopt;
    return Choice{*number, ""};
  }

  std::optional<Choice> ChooseText(const Slot& slot, const ValueSet& set,
                                   std::optional<std::int64_t> plain) const {
    const bool may_stay = plain && set.Contains(*plain);
    if (may_stay && variant_ != 1) {
      return Choice{*plain, *plain == kUnset ? "" : slots_.text(*plain)};
    }
    const bool is_open = set.Contains(slots_.known_texts());
    if (is_open && variant_ != 2) {
      if (auto text = UnknownText(slot)) return Choice{slots_.known_texts(), *std::move(text)};
    }
    for (const Interval& interval : set.intervals()) {
      if (interval.from == kUnset) continue;
      for (std::int64_t n = interval.from; n <= interval.to && n < slots_.known_texts(); ++n) {
        if (n == 0 && interval.to > 0) continue;
        const std::string& text = slots_.text(n);
        if (slot.field != nullptr && !Admits(DomainOf(*slot.field), text)) continue;
        return Choice{n, text};
      }
    }
    if (set.Contains(kUnset)) return Choice{kUnset, ""};
    if (is_open) {
      if (auto text = UnknownText(slot)) return Choice{slots_.known_texts(), *std::move(text)};
    }
    if (set.Contains(std::int64_t{0})) return Choice{0, ""};
    return std::nullopt;
  }

  // A text that no rule names and the field can have.
  std::optional<std::string> UnknownText(const Slot& slot) const {
    const auto is_known = [this](std::string_view text) {
      for (std::int64_t n = 0; n < slots_.known_texts(); ++n) {
        if (slots_.text(n) == text) return true;
      }
      return false;
    };
    if (slot.field != nullptr && DomainOf(*slot.field).form == TextForm::kCountry) {
      for (const std::string_view country : kCountries) {
        if (!is_known(country)) return std::string(country);
      }
      for (char a = 'A'; a <= 'Z'; ++a) {
        for (char b = 'A'; b <= 'Z'; ++b) {
          if (!is_known(std::string{a, b})) return std::string{a, b};
        }
      }
      return std::nullopt;
    }
    std::string text = "other";
    for (int i = 2; is_known(text); ++i) text = fmt::format("other-{}", i);
    return text;
  }

  const Slots& slots_;
  int variant_;
};

// The sentence about a witness: what was chosen, by record.
class Describer {
 public:
  void Say(const Slot& slot, const Choice& choice) {
    const std::size_t dot = slot.text.rfind('.');
    const std::string name = slot.text.substr(dot + 1);
    const std::string part = choice.number == kUnset
                                 ? fmt::format("no {}", name)
                                 : fmt::format("{} {}", name, ValueOf(slot, choice));
    if (slot.field == nullptr) {
      now_ = choice.number == kUnset ? "at no known time" : "now " + ValueOf(slot, choice);
    } else {
      parts_[RecordOf(slot)].push_back(part);
    }
  }
  void SayWord(const Slot& slot, bool has) {
    std::vector<std::string>& words = lists_[{RecordOf(slot), NameOf(slot)}];
    if (has) words.push_back(*slot.word);
  }
  void SaySet(const Slot& slot, bool is_set) {
    if (is_set) {
      lists_[{RecordOf(slot), NameOf(slot)}];
    } else {
      parts_[RecordOf(slot)].push_back(fmt::format("no {}", NameOf(slot)));
    }
  }

  std::string Take() && {
    for (const auto& [at, words] : lists_) {
      parts_[at.first].push_back(fmt::format("{} [{}]", at.second, fmt::join(words, ", ")));
    }
    std::string text;
    const auto add = [&text](std::string_view head, const std::vector<std::string>& parts) {
      if (parts.empty()) return;
      text += fmt::format("{}{} with {}", text.empty() ? "" : "; ", head, fmt::join(parts, ", "));
    };
    for (const char* const record :
         {"order", "customer", "address", "line", "item", "location", "candidate", "plan"}) {
      add(record, parts_[record]);
    }
    if (!now_.empty()) text += (text.empty() ? "" : "; ") + now_;
    return text.empty() ? "any order" : text;
  }

 private:
  static std::string RecordOf(const Slot& slot) { return std::string(slot.field->schema.record); }
  static std::string NameOf(const Slot& slot) { return std::string(slot.field->schema.name); }
  static std::string ValueOf(const Slot& slot, const Choice& choice) {
    switch (slot.type) {
      case ValueType::kBool:
        return choice.number != 0 ? "true" : "false";
      case ValueType::kDouble:
        return fmt::format("{}", DoubleOf(choice.number));
      case ValueType::kMoney:
        return ToString(Cost::FromMicros(choice.number));
      case ValueType::kTime:
        return ToString(Timestamp(std::chrono::milliseconds(choice.number)));
      case ValueType::kText:
        return Quoted(choice.text);
      default:
        return fmt::format("{}", choice.number);
    }
  }

  std::map<std::string, std::vector<std::string>> parts_;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> lists_;
  std::string now_;
};

std::optional<Staged> Stage(WitnessDraft draft, const std::vector<std::string>& services,
                            std::shared_ptr<const rules::Language> language) {
  if (!draft.Finish(services)) return std::nullopt;
  Staged staged{std::move(draft).Take(), nullptr};
  absl::StatusOr<std::unique_ptr<Scene>> scene = Scene::Create(staged.witness);
  if (!scene.ok()) return std::nullopt;
  (*scene)->Use(std::move(language));
  staged.scene = *std::move(scene);
  return staged;
}

}  // namespace

WitnessMaker::WitnessMaker(const Slots& slots, std::vector<std::string> services,
                           std::shared_ptr<const rules::Language> language)
    : slots_(slots), services_(std::move(services)), language_(std::move(language)) {
  std::optional<Staged> plain = Stage(WitnessDraft(), services_, language_);
  if (plain) plain_ = *std::move(plain);
}

std::optional<std::int64_t> WitnessMaker::DefaultOf(const Slot& slot) const {
  if (slot.field == nullptr) {
    const std::optional<Timestamp>& now = plain_.witness.now;
    return now ? now->time_since_epoch().count() : kUnset;
  }
  const Row& row = plain_.scene->row();
  if (slot.field->number != nullptr) {
    std::int64_t number = 0;
    if (!slot.field->number(row, number)) return kUnset;
    return slot.type == ValueType::kDouble ? KeyOf(std::bit_cast<double>(number)) : number;
  }
  if (slot.field->text != nullptr) {
    std::string_view text;
    if (!slot.field->text(row, text)) return kUnset;
    for (std::int64_t n = 0; n < slots_.known_texts(); ++n) {
      if (slots_.text(n) == text) return n;
    }
    return std::nullopt;
  }
  return slot.field->texts(row) == nullptr ? kUnset : 0;
}

std::optional<Staged> WitnessMaker::Make(const Box& box, int variant) const {
  if (plain_.scene == nullptr) return std::nullopt;
  const Chooser chooser(slots_, variant);
  WitnessDraft draft;
  Describer describer;
  for (const auto& [id, set] : box.sides()) {
    const Slot& slot = slots_.at(id);
    if (slot.word) {
      const bool has = !set.Contains(std::int64_t{0});
      if (has && !draft.PutWord(slot.text, *slot.word)) return std::nullopt;
      describer.SayWord(slot, has);
      continue;
    }
    if (slot.field == nullptr && slot.text != "now") continue;  // whoever asks has to see
    const std::optional<std::int64_t> plain = DefaultOf(slot);
    const std::optional<Choice> choice = chooser.Choose(slot, set, plain);
    if (!choice) return std::nullopt;
    Given given;
    given.set = choice->number != kUnset;
    given.number = choice->number;
    given.text = choice->text;
    if (slot.type == ValueType::kDouble && given.set) given.real = DoubleOf(choice->number);
    if (slot.field == nullptr) {
      draft.PutNow(given);
      describer.Say(slot, *choice);
      continue;
    }
    if (slot.type == ValueType::kTexts) {
      if (!draft.Put(slot.text, given)) return std::nullopt;
      describer.SaySet(slot, given.set);
      continue;
    }
    // What stays as it is in a plain order is not given.
    if (plain != choice->number && !draft.Put(slot.text, given)) return std::nullopt;
    const bool is_plain_text = plain == choice->number && slot.type == ValueType::kText &&
                               set.Contains(slots_.known_texts());
    if (!is_plain_text) describer.Say(slot, *choice);
  }
  std::optional<Staged> staged = Stage(std::move(draft), services_, language_);
  if (staged) staged->witness.text = std::move(describer).Take();
  return staged;
}

}  // namespace orderwright::rules_internal
