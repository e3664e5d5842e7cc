#include "src/rules/internal/analysis/condition.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {

using cel::Kind;
using cel::NodeId;
using cel::NodeKind;
using cel::Operator;
using cel::Value;

namespace {

// Byte offset of a position in code points.
std::size_t ByteOf(std::string_view text, std::uint32_t position) {
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < position && at < text.size(); ++i) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

// Keys that compare so with one that lies at `at`, or, if it is not exact, between `at` and the
// next.
ValueSet Compared(Operator op, std::int64_t at, bool is_exact) {
  const ValueSet below =
      at == INT64_MIN && is_exact ? ValueSet() : ValueSet::Range(INT64_MIN, is_exact ? at - 1 : at);
  const ValueSet equal = is_exact ? ValueSet::Of(at) : ValueSet();
  const ValueSet above = at == INT64_MAX ? ValueSet() : ValueSet::Range(at + 1, INT64_MAX);
  switch (op) {
    case Operator::kEqual:
      return equal;
    case Operator::kNotEqual:
      return below.Or(above);
    case Operator::kLess:
      return below;
    case Operator::kLessEqual:
      return below.Or(equal);
    case Operator::kGreater:
      return above;
    default:
      return equal.Or(above);
  }
}

struct Bound {
  std::int64_t key = 0;
  bool is_exact = true;
};

// A constant on the line of the keys of a type; absent if it has no place there.
std::optional<Bound> BoundOf(const Value& value, ValueType type) {
  if (type == ValueType::kInt && value.Is(Kind::kDouble)) {
    const double number = value.double_value();
    if (!(std::abs(number) < 9e15)) return std::nullopt;
    return Bound{static_cast<std::int64_t>(std::floor(number)), std::floor(number) == number};
  }
  const std::optional<std::int64_t> number = NumberOf(value, type);
  if (!number) return std::nullopt;
  if (type != ValueType::kDouble) return Bound{*number};
  const auto real = std::bit_cast<double>(*number);
  if (std::isnan(real)) return std::nullopt;
  return Bound{KeyOf(real)};
}

}  // namespace

Truth Always() { return {{Box()}, {}}; }

Truth Negate(Truth truth) {
  std::swap(truth.yes, truth.no);
  return truth;
}

std::string TextOf(const cel::Ast& ast, NodeId id) {
  const std::string_view source = ast.source().text();
  const std::uint32_t begin = ast.node(id).begin;
  const std::uint32_t end = ast.node(id).end;
  const std::size_t from = ByteOf(source, begin);
  std::string text(source.substr(from, ByteOf(source, end) - from));
  // Line ends and runs of blanks, where none of them can be inside a text.
  const bool is_plain = text.find_first_of("\\\"#") == std::string::npos &&
                        text.find("'''") == std::string::npos &&
                        text.find("//") == std::string::npos;
  if (!is_plain) return text;
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    if (c == '\'') quoted = !quoted;
    const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!quoted && is_blank) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += c;
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::optional<Truth> ConditionReader::Read(const cel::CheckedAst& checked, NodeId id) {
  checked_ = &checked;
  return Read(id);
}

Truth ConditionReader::Within(SlotId slot, const ValueSet& values) const {
  const ValueSet& domain = slots_.at(slot).domain;
  const ValueSet set = domain.Without(ValueSet::Of(kUnset));
  Truth truth;
  const auto put = [&](Region& region, const ValueSet& side) {
    if (side.empty()) return;
    region.push_back(side == domain ? Box() : Box(slot, side));
  };
  put(truth.yes, set.And(values));
  put(truth.no, set.Without(values));
  return truth;
}

Truth ConditionReader::HasWord(const Field& field, const std::vector<std::string>& words) {
  // Of a list that may be unset, what follows holds where it is set.
  Box set;
  if (field.schema.nullable) set = Box(slots_.OfField(field), ValueSet::Of(0));
  Truth truth;
  Box none = set;
  for (const std::string& word : words) {
    const SlotId slot = slots_.OfWord(field, word);
    if (slots_.at(slot).domain == ValueSet::Of(0)) continue;
    Box one = set;
    one.Set(slot, ValueSet::Of(1));
    truth.yes.push_back(std::move(one));
    none.Set(slot, ValueSet::Of(0));
  }
  truth.no.push_back(std::move(none));
  return truth;
}

Truth ConditionReader::Opaque(NodeId id) {
  const SlotId slot = slots_.OfExpression(TextOf(checked_->ast(), id), ValueType::kBool);
  return Within(slot, ValueSet::Of(1));
}

const Field* ConditionReader::ListField(NodeId id) const {
  const Field* const field = FieldOf(*checked_, id);
  const bool is_list = field != nullptr && field->type == ValueType::kTexts &&
                       !checked_->ast().node(id).Has(cel::Node::kPresence);
  return is_list ? field : nullptr;
}

std::optional<SlotId> ConditionReader::SlotOf(const cel::CheckedAst& checked, NodeId id) {
  const cel::Ast& ast = checked.ast();
  if (ast.node(id).kind == NodeKind::kIdentifier) {
    const std::string* const name = checked.ReferenceOf(id);
    if (name != nullptr && *name == "now") return slots_.OfNow();
  }
  const Field* const field = FieldOf(checked, id);
  if (field != nullptr && !ast.node(id).Has(cel::Node::kPresence) &&
      (field->number != nullptr || field->text != nullptr)) {
    return slots_.OfField(*field);
  }
  const std::optional<ValueType> type = TypeOf(checked.type(id));
  // A double that is made may be NaN, which has no place.
  if (!type || *type == ValueType::kDouble) return std::nullopt;
  return slots_.OfExpression(TextOf(ast, id), *type);
}

std::optional<Truth> ConditionReader::Read(NodeId id) {
  const cel::Ast& ast = checked_->ast();
  if (const std::optional<Value> folded = Fold(ast, id); folded && folded->Is(Kind::kBool)) {
    return folded->bool_value() ? Always() : Negate(Always());
  }
  const cel::Node& node = ast.node(id);
  if (node.kind == NodeKind::kCall) return ReadCall(id);
  if (node.kind == NodeKind::kComprehension) return ReadComprehension(id);
  const Field* const field = FieldOf(*checked_, id);
  if (field == nullptr) return Opaque(id);
  if (node.Has(cel::Node::kPresence)) {
    if (!field->schema.nullable) return Always();
    const SlotId slot = slots_.OfField(*field);
    const ValueSet unset = ValueSet::Of(kUnset);
    return Truth{{Box(slot, slots_.at(slot).domain.Without(unset))}, {Box(slot, unset)}};
  }
  if (field->type != ValueType::kBool) return Opaque(id);
  return Within(slots_.OfField(*field), ValueSet::Of(1));
}

std::optional<Truth> ConditionReader::ReadCall(NodeId id) {
  switch (checked_->ast().node(id).op) {
    case Operator::kAnd:
      return ReadTerms(id, true);
    case Operator::kOr:
      return ReadTerms(id, false);
    case Operator::kNot: {
      std::optional<Truth> term = Read(checked_->ast().child(id, 0));
      if (!term) return std::nullopt;
      return Negate(*std::move(term));
    }
    case Operator::kConditional:
      return ReadIf(id);
    case Operator::kIn:
      return ReadIn(id);
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return ReadCompare(id);
    default:
      return Opaque(id);
  }
}

// Of &&: true if all are, false if one is, whatever fails beside it.
std::optional<Truth> ConditionReader::ReadTerms(NodeId id, bool is_and) {
  Truth whole = Always();
  for (const NodeId child : checked_->ast().children(id)) {
    std::optional<Truth> term = Read(child);
    if (!term) return std::nullopt;
    if (!is_and) term = Negate(*std::move(term));
    std::optional<Region> yes = Intersect(whole.yes, term->yes, max_terms_);
    if (!yes) return std::nullopt;
    whole.yes.clear();
    Add(whole.yes, *yes, slots_);
    Add(whole.no, term->no, slots_);
    if (whole.no.size() > max_terms_) return std::nullopt;
  }
  return is_and ? whole : Negate(std::move(whole));
}

std::optional<Truth> ConditionReader::ReadIf(NodeId id) {
  const std::optional<Truth> when = Read(checked_->ast().child(id, 0));
  const std::optional<Truth> then = Read(checked_->ast().child(id, 1));
  const std::optional<Truth> other = Read(checked_->ast().child(id, 2));
  if (!when || !then || !other) return std::nullopt;
  Truth whole;
  const auto join = [&](Region& out, const Region& where, const Region& what) {
    const std::optional<Region> both = Intersect(where, what, max_terms_);
    if (both) Add(out, *both, slots_);
    return both.has_value() && out.size() <= max_terms_;
  };
  const bool fits = join(whole.yes, when->yes, then->yes) &&
                    join(whole.yes, when->no, other->yes) && join(whole.no, when->yes, then->no) &&
                    join(whole.no, when->no, other->no);
  if (!fits) return std::nullopt;
  return whole;
}

std::optional<Truth> ConditionReader::ReadCompare(NodeId id) {
  const cel::Ast& ast = checked_->ast();
  NodeId side = ast.child(id, 0);
  NodeId other = ast.child(id, 1);
  Operator op = ast.node(id).op;
  std::optional<Value> constant = Fold(ast, other);
  if (!constant) {
    constant = Fold(ast, side);
    std::swap(side, other);
    op = Mirrored(op);
  }
  if (!constant) return Opaque(id);
  const std::optional<SlotId> slot = SlotOf(*checked_, side);
  if (!slot) return Opaque(id);
  const ValueType type = slots_.at(*slot).type;
  const bool is_equality = op == Operator::kEqual || op == Operator::kNotEqual;
  if (type == ValueType::kText) {
    if (!constant->Is(Kind::kString) || !is_equality) return Opaque(id);
    Truth truth = Within(*slot, slots_.Texts(*slot, {std::string(constant->text())}));
    return op == Operator::kEqual ? truth : Negate(std::move(truth));
  }
  const std::optional<Bound> bound = BoundOf(*constant, type);
  if (!bound) return Opaque(id);
  return Within(*slot, Compared(op, bound->key, bound->is_exact));
}

std::optional<Truth> ConditionReader::ReadIn(NodeId id) {
  const cel::Ast& ast = checked_->ast();
  const NodeId element = ast.child(id, 0);
  const NodeId list = ast.child(id, 1);
  if (const Field* const field = ListField(list)) {
    if (const std::optional<std::string> text = FoldText(ast, element)) {
      return HasWord(*field, {*text});
    }
    return Opaque(id);
  }
  const std::optional<Value> folded = Fold(ast, list);
  if (!folded || !folded->Is(Kind::kList)) return Opaque(id);
  const std::optional<SlotId> slot = SlotOf(*checked_, element);
  if (!slot) return Opaque(id);
  const ValueType type = slots_.at(*slot).type;
  if (type == ValueType::kText) {
    const std::optional<std::vector<std::string>> texts = FoldTexts(ast, list);
    if (!texts) return Opaque(id);
    return Within(*slot, slots_.Texts(*slot, *texts));
  }
  ValueSet values;
  for (const Value& item : folded->list()) {
    const std::optional<Bound> bound = BoundOf(item, type);
    if (!bound) return Opaque(id);
    if (bound->is_exact) values = values.Or(ValueSet::Of(bound->key));
  }
  return Within(*slot, values);
}

// list.exists(t, t == 'x'), with t in ['x', 'y']; list.all(t, t != 'x'), with !(t in […]).
std::optional<Truth> ConditionReader::ReadComprehension(NodeId id) {
  const cel::Ast& ast = checked_->ast();
  const cel::Node& node = ast.node(id);
  const bool is_all = node.macro == cel::Comprehension::kAll;
  const Field* const field = ListField(ast.child(id, 0));
  if ((!is_all && node.macro != cel::Comprehension::kExists) || field == nullptr ||
      node.Has(cel::Node::kTwoVariables)) {
    return Opaque(id);
  }
  NodeId body = ast.child(id, 2);
  bool negated = false;
  while (ast.node(body).kind == NodeKind::kCall && ast.node(body).op == Operator::kNot) {
    body = ast.child(body, 0);
    negated = !negated;
  }
  const cel::Node& term = ast.node(body);
  if (term.kind != NodeKind::kCall) return Opaque(id);
  const std::string_view variable = ast.name(ast.child(id, 1));
  const auto is_variable = [&](NodeId part) {
    return ast.node(part).kind == NodeKind::kIdentifier && ast.name(part) == variable &&
           !ast.node(part).Has(cel::Node::kAbsolute);
  };
  std::optional<std::vector<std::string>> words;
  if (term.op == Operator::kEqual || term.op == Operator::kNotEqual) {
    negated ^= term.op == Operator::kNotEqual;
    for (const std::size_t side : {0U, 1U}) {
      if (!is_variable(ast.child(body, side))) continue;
      if (auto text = FoldText(ast, ast.child(body, 1 - side))) words = {*std::move(text)};
    }
  } else if (term.op == Operator::kIn && is_variable(ast.child(body, 0))) {
    words = FoldTexts(ast, ast.child(body, 1));
  }
  if (!words || negated != is_all) return Opaque(id);
  return is_all ? Negate(HasWord(*field, *words)) : HasWord(*field, *words);
}

std::vector<NamedText> NamesIn(const cel::CheckedAst& checked) {
  const cel::Ast& ast = checked.ast();
  std::vector<NamedText> names;
  const auto text_field = [&](NodeId id) -> const Field* {
    const Field* const field = FieldOf(checked, id);
    const bool reads = field != nullptr && !ast.node(id).Has(cel::Node::kPresence) &&
                       (field->text != nullptr || field->texts != nullptr);
    return reads ? field : nullptr;
  };
  const auto add = [&](const Field* field, NodeId constant) {
    if (field == nullptr) return;
    if (const auto text = FoldText(ast, constant)) names.push_back({field, *text});
    if (const auto texts = FoldTexts(ast, constant)) {
      for (const std::string& text : *texts) names.push_back({field, text});
    }
  };
  for (NodeId id = 0; id < ast.size(); ++id) {
    const cel::Node& node = ast.node(id);
    if (node.kind == NodeKind::kComprehension && !node.Has(cel::Node::kTwoVariables)) {
      // What the variable is compared with is a word of the list.
      const Field* const field = text_field(ast.child(id, 0));
      const NodeId body = ast.children(id).back();
      if (field == nullptr || ast.node(body).kind != NodeKind::kCall) continue;
      const Operator op = ast.node(body).op;
      const bool compares =
          op == Operator::kEqual || op == Operator::kNotEqual || op == Operator::kIn;
      if (!compares) continue;
      for (const NodeId side : ast.children(body)) add(field, side);
      continue;
    }
    if (node.kind != NodeKind::kCall || ast.children(id).size() != 2) continue;
    if (node.op != Operator::kEqual && node.op != Operator::kNotEqual && node.op != Operator::kIn) {
      continue;
    }
    add(text_field(ast.child(id, 0)), ast.child(id, 1));
    add(text_field(ast.child(id, 1)), ast.child(id, 0));
  }
  return names;
}

}  // namespace orderwright::rules_internal
