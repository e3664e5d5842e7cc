#include "src/solver/internal/part_solver.h"

#include <algorithm>
#include <utility>

namespace orderwright::solver_internal {

using solver::kNone;
using solver::ObjectiveKind;
using solver::Problem;
using solver::Take;

namespace {

// Up to so many lines the search by lines starts at once; beyond, slots are decided first.
constexpr std::size_t kFewLines = 8;
constexpr int kRootRounds = 8;
constexpr int kStepsPerRound = 12;
constexpr int kStepsPerNode = 12;

}  // namespace

void PartSolver::SolveOrder(const Problem& problem, const Levels& levels, std::uint32_t order,
                            std::vector<std::int64_t>& row_left, Budget& budget,
                            PartAnswer& answer) {
  orders_.assign(1, order);
  BuildPart(problem, levels, orders_, row_left, part_);
  bounder_.Attach(part_);
  planner_.Attach(part_, row_left);
  proved_ = true;
  best_.valid = false;
  planner_.Nothing(best_);
  for (std::size_t stage = 0; stage < part_.level_count; ++stage) {
    SolveStage(stage, row_left, budget);
  }
  if (proved_ && problem.orders[order].line_count <= kFewLines) BreakTies(row_left, budget);
  WriteAnswer(answer);
}

void PartSolver::TryPlan(const PartPlan& plan) {
  if (!planner_.Better(plan, best_)) return;
  best_ = plan;
}

// Turns the slots that the last relaxed solution uses into a plan.
void PartSolver::TryChosen() {
  open_.assign(part_.slots.size(), 0);
  for (const std::uint32_t j : bounder_.alive) open_[j] = bounder_.chosen[j];
  planner_.Drop(open_, best_);
}

// Notes a lower bound on the plans of the stage that ship something; the plan that ships nothing
// has been looked at.
void PartSolver::Raise(std::int64_t bound) {
  proved_bound_[stage_] = std::max(proved_bound_[stage_], bound);
}

// A limit on the shortfall limits what each line may go short of, others going short of the least.
void PartSolver::LimitShortfalls(std::size_t stage) {
  if (part_.orders[0].complete) return;
  for (std::size_t k = 0; k < stage; ++k) {
    if (part_.levels[k].kind != ObjectiveKind::kShortfall) continue;
    std::int64_t least = 0;
    const auto least_of = [this](const PartLine& line) {
      std::int64_t most = 0;
      for (std::uint32_t a = 0; a < line.arc_count && most < line.quantity; ++a) {
        most += part_.arcs[line.first_arc + a].most;
      }
      return std::max<std::int64_t>(0, line.quantity - most);
    };
    for (const PartLine& line : part_.lines) {
      least += least_of(line) * line.penalty * part_.levels[k].penalty;
    }
    for (PartLine& line : part_.lines) {
      const std::int64_t unit = line.penalty * part_.levels[k].penalty;
      if (unit == 0) continue;
      const std::int64_t own = least_of(line);
      const std::int64_t most = own + (limit_[k] - least) / unit;
      line.most_short = std::min(line.most_short, std::max(own, most));
    }
  }
}

// Frees every slot and takes the bounds of the levels up to the last at their prices again.
void PartSolver::FreeSlots(std::size_t levels) {
  std::fill(bounder_.state.begin(), bounder_.state.end(), SlotState::kFree);
  bounder_.Select(0);
  bounder_.by_site = false;  // the search adds up what single slots change
  for (std::size_t k = 0; k < levels; ++k) root_[k] = bounder_.Evaluate(k, 0, bounds_[k]);
  bounder_.by_site = true;
}

// A bound for a stage after one without proof. The optimum may then do better at that one and worse
// at those between, so their limits say nothing about it; those up to that one hold.
std::int64_t PartSolver::LooseBound(std::size_t stage) {
  LimitShortfalls(settled_levels_ + 1);
  FreeSlots(settled_levels_ + 1);
  CloseHopeless(settled_levels_);
  bounder_.Ascend(stage, 0, bounds_[stage]);
  bounds_[stage].reach = PaidFor(stage);
  const std::int64_t target = best_.values[stage];
  const std::int64_t value = bounder_.Improve(stage, 0, kStepsPerRound, target, bounds_[stage]);
  return bounder_.OrderValue(stage, 0, value, bounds_[stage]);
}

// Closes slots whose use alone would exceed a limit, by the bounds of the levels up to the last.
void PartSolver::CloseHopeless(std::size_t last_level) {
  for (std::size_t k = 0; k <= last_level; ++k) {
    for (std::uint32_t j = 0; j < part_.slots.size(); ++j) {
      if (bounder_.state[j] == SlotState::kFree && bounds_[k].phi[j] > 0 &&
          root_[k] + bounds_[k].phi[j] > limit_[k]) {
        bounder_.state[j] = SlotState::kClosed;
      }
    }
  }
  bounder_.Select(0);
}

// What the best plan costs at a level but for units that it leaves out.
double PartSolver::PaidFor(std::size_t level) const {
  std::int64_t left_out = 0;
  for (const PartLine& line : part_.lines) left_out += line.quantity * line.penalty;
  for (const PartTake& take : best_.takes) {
    left_out -= take.quantity * part_.lines[part_.arcs[take.arc].line].penalty;
  }
  return static_cast<double>(best_.values[level] - left_out * part_.levels[level].penalty);
}

void PartSolver::RootBound(std::size_t stage, Budget& budget) {
  const std::int64_t step = part_.levels[stage].step;
  BoundLevel& bound = bounds_[stage];
  bounder_.Ascend(stage, 0, bound);
  root_[stage] = bounder_.Evaluate(stage, 0, bound);
  Raise(bounder_.Shipped(0, root_[stage], bound));
  limit_[stage] = best_.values[stage] - step;
  if (proved_bound_[stage] > limit_[stage]) return;
  // Slots that the ascent left tight make a first set; the greedy one a second.
  open_.assign(part_.slots.size(), 0);
  for (const std::uint32_t j : bounder_.alive) {
    const std::int64_t fixed = part_.levels[stage].fixed[j];
    open_[j] = bound.phi[j] <= fixed / 16 ? 1 : 0;
  }
  planner_.Drop(open_, best_);
  if (stage == 0) planner_.Greedy(best_);
  if (part_.orders[0].floors) planner_.Whole(best_);
  limit_[stage] = best_.values[stage] - step;
  CloseHopeless(stage);
  static_cast<void>(bounder_.TakeWork());
  for (int round = 0; round < kRootRounds; ++round) {
    limit_[stage] = best_.values[stage] - step;
    if (proved_bound_[stage] > limit_[stage]) return;
    const std::int64_t before = root_[stage];
    bound.reach = PaidFor(stage);
    root_[stage] = bounder_.Improve(stage, 0, kStepsPerRound, limit_[stage], bound);
    Raise(bounder_.Shipped(0, root_[stage], bound));
    TryChosen();
    limit_[stage] = best_.values[stage] - step;
    if (proved_bound_[stage] > limit_[stage]) return;
    CloseHopeless(stage);
    // The first round is every order's, whatever the budget; a second pays for both.
    if (round > 0) budget.Charge(bounder_.TakeWork());
    budget.LookAtClock();
    if (budget.stopped()) return;
    if (round > 2 && root_[stage] - before < (best_.values[stage] - root_[stage]) / 32) break;
  }
}

void PartSolver::SolveStage(std::size_t stage, std::vector<std::int64_t>& row_left,
                            Budget& budget) {
  stage_ = stage;
  planner_.stage = stage;
  planner_.limit = limit_;
  proved_bound_[stage] = -kNever;
  const bool settled = proved_;
  if (settled) settled_levels_ = stage;
  const std::int64_t loose = settled ? 0 : LooseBound(stage);
  LimitShortfalls(settled_levels_);
  FreeSlots(stage);
  planner_.Nothing(trial_);
  TryPlan(trial_);
  if (stage > 0) CloseHopeless(stage - 1);
  const std::int64_t step = part_.levels[stage].step;
  RootBound(stage, budget);
  limit_[stage] = best_.values[stage] - step;
  bool open = false;
  if (proved_bound_[stage] <= limit_[stage]) {
    CloseHopeless(stage);
    candidates_.clear();
    for (const std::uint32_t j : bounder_.alive) candidates_.push_back(j);
    const std::vector<std::int64_t>& phi = bounds_[stage].phi;
    std::sort(candidates_.begin(), candidates_.end(), [&phi](std::uint32_t a, std::uint32_t b) {
      return phi[a] != phi[b] ? phi[a] < phi[b] : a < b;
    });
    if (candidates_.size() > 24) candidates_.resize(24);
    planner_.Swap(candidates_, best_);
    limit_[stage] = best_.values[stage] - step;
    CloseHopeless(stage);
    open_bound_ = kNever;
    if (part_.lines.size() <= kFewLines) {
      SearchLines(LineSearch::Mode::kBest, stage, row_left, budget);
    } else {
      SearchSlots(stage, row_left, budget);
    }
    limit_[stage] = best_.values[stage] - step;
    open = open_bound_ <= limit_[stage];
    if (open) Raise(std::min(open_bound_, best_.values[stage]));
  }
  if (!settled) {
    proved_bound_[stage] = std::min(loose, best_.values[stage]);
  } else if (open) {
    proved_ = false;
  } else {
    proved_bound_[stage] = best_.values[stage];
  }
  // What later levels may spend here.
  limit_[stage] = best_.values[stage] + part_.levels[stage].tolerance;
}

void PartSolver::SearchLines(LineSearch::Mode mode, std::size_t stage,
                             std::vector<std::int64_t>& row_left, Budget& budget) {
  LineSearch::Task task;
  task.part = &part_;
  task.stage = stage;
  task.bounds = &bounds_;
  task.state = &bounder_.state;
  task.row_left = &row_left;
  task.mode = mode;
  task.limit = limit_;
  lines_.Run(task, budget, best_);
  open_bound_ = std::min(open_bound_, lines_.open_bound());
  if (mode == LineSearch::Mode::kBest) limit_[stage] = lines_.target();
}

// ---- Search over slots: depth first, open or closed, prices inherited from node to node.

void PartSolver::SearchSlots(std::size_t stage, std::vector<std::int64_t>& row_left,
                             Budget& budget) {
  stage_ = stage;
  budget_ = &budget;
  row_left_ = &row_left;
  trail_.clear();
  open_count_ = 0;
  for (std::size_t k = 0; k < stage; ++k) {
    level_sum_[k] = root_[k];
    for (std::uint32_t j = 0; j < part_.slots.size(); ++j) {
      const bool closed = bounder_.state[j] == SlotState::kClosed;
      if (closed && bounds_[k].phi[j] < 0) level_sum_[k] -= bounds_[k].phi[j];
    }
  }
  SlotNode(0, proved_bound_[stage]);
}

bool PartSolver::SetSlot(std::uint32_t slot, SlotState state) {
  bounder_.state[slot] = state;
  trail_.push_back(slot);
  bool possible = true;
  for (std::size_t k = 0; k < stage_; ++k) {
    const std::int64_t phi = bounds_[k].phi[slot];
    if ((state == SlotState::kClosed) == (phi < 0)) level_sum_[k] += phi < 0 ? -phi : phi;
    possible = possible && level_sum_[k] <= limit_[k];
  }
  if (state == SlotState::kOpen) ++open_count_;
  return possible && open_count_ <= part_.orders[0].max_shipments;
}

void PartSolver::UndoTo(std::size_t mark) {
  while (trail_.size() > mark) {
    const std::uint32_t slot = trail_.back();
    const SlotState state = bounder_.state[slot];
    trail_.pop_back();
    for (std::size_t k = 0; k < stage_; ++k) {
      const std::int64_t phi = bounds_[k].phi[slot];
      if ((state == SlotState::kClosed) == (phi < 0)) level_sum_[k] -= phi < 0 ? -phi : phi;
    }
    if (state == SlotState::kOpen) --open_count_;
    bounder_.state[slot] = SlotState::kFree;
  }
}

// Decides slots whose other decision would exceed the limit; false if the node is done.
bool PartSolver::FixSlots(std::int64_t value) {
  const std::vector<std::int64_t>& phi = bounds_[stage_].phi;
  const std::int64_t limit = limit_[stage_];
  const bool limited = part_.orders[0].max_shipments < part_.orders[0].slot_count;
  for (const std::uint32_t j : bounder_.alive) {
    if (bounder_.state[j] != SlotState::kFree) continue;
    if (phi[j] > 0 && value + phi[j] > limit) {
      if (!SetSlot(j, SlotState::kClosed)) return false;
    } else if (phi[j] < 0 && !limited && value - phi[j] > limit) {
      if (!SetSlot(j, SlotState::kOpen)) return false;
    }
  }
  if (open_count_ == part_.orders[0].max_shipments) {
    for (const std::uint32_t j : bounder_.alive) {
      if (bounder_.state[j] == SlotState::kFree && !SetSlot(j, SlotState::kClosed)) return false;
    }
  }
  return true;
}

// The free slot that the relaxed solution is least sure about: it serves lines that others serve
// too; if it uses no free slot, the one that comes closest.
std::uint32_t PartSolver::PickSlot() {
  const std::vector<std::int64_t>& phi = bounds_[stage_].phi;
  const BoundLevel& bound = bounds_[stage_];
  std::uint32_t pick = kNone;
  double most = -1;
  std::uint32_t closest = kNone;
  for (const std::uint32_t j : bounder_.alive) {
    if (bounder_.state[j] != SlotState::kFree) continue;
    if (closest == kNone || phi[j] < phi[closest]) closest = j;
    if (bounder_.chosen[j] == 0) continue;
    const PartSlot& slot = part_.slots[j];
    double excess = 0;
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
      const SlotArc& arc = part_.by_slot[slot.first_arc + b];
      if (arc.cost < bound.price[arc.line]) {
        excess += std::max(0.0, -bounder_.lack[arc.line]);
      }
    }
    if (excess > most) {
      most = excess;
      pick = j;
    }
  }
  return pick == kNone ? closest : pick;
}

// Every slot is decided: the plan follows, or a search among few slots finds it.
void PartSolver::SlotLeaf() {
  if (part_.separable) {
    open_.assign(part_.slots.size(), 0);
    for (const std::uint32_t j : bounder_.alive) {
      open_[j] = bounder_.state[j] == SlotState::kOpen ? 1 : 0;
    }
    planner_.Evaluate(open_, trial_);
    TryPlan(trial_);
    limit_[stage_] = best_.values[stage_] - part_.levels[stage_].step;
    return;
  }
  SearchLines(LineSearch::Mode::kBest, stage_, *row_left_, *budget_);
}

void PartSolver::SlotNode(std::size_t depth, std::int64_t parent) {
  if (!budget_->Spend()) {
    open_bound_ = std::min(open_bound_, parent);
    return;
  }
  const std::size_t mark = trail_.size();
  BoundLevel& bound = bounds_[stage_];
  std::int64_t value = 0;
  bool possible = true;
  bound.agility = 1.5;
  while (possible) {
    bounder_.Select(0);
    value = bounder_.Improve(stage_, 0, depth == 0 ? 0 : kStepsPerNode, limit_[stage_], bound);
    budget_->Charge(bounder_.TakeWork());
    possible = value <= limit_[stage_];
    if (!possible) break;
    const std::size_t before = trail_.size();
    if (depth > 0 || budget_->nodes() % 8 == 0) TryChosen();
    limit_[stage_] = best_.values[stage_] - part_.levels[stage_].step;
    possible = value <= limit_[stage_] && FixSlots(value);
    if (trail_.size() < before + 1 + bounder_.alive.size() / 8) break;
  }
  bounder_.Select(0);
  if (possible) {
    const std::uint32_t slot = PickSlot();
    if (slot == kNone) {
      SlotLeaf();
    } else {
      if (price_stack_.size() <= depth) price_stack_.resize(depth + 1);
      price_stack_[depth] = bound.price;
      bool in_best = false;
      for (const PartTake& take : best_.takes) {
        in_best = in_best || part_.arcs[take.arc].slot == slot;
      }
      const std::int64_t here = std::max(value, parent);
      for (const bool open : {in_best, !in_best}) {
        const std::size_t branch = trail_.size();
        if (SetSlot(slot, open ? SlotState::kOpen : SlotState::kClosed)) {
          SlotNode(depth + 1, here);
        }
        UndoTo(branch);
        bound.price = price_stack_[depth];
      }
    }
  }
  UndoTo(mark);
}

// ---- Ties

// Among plans of equal values: fewer shipments, then the smallest ranks, then larger quantities.
void PartSolver::BreakTies(std::vector<std::int64_t>& row_left, Budget& budget) {
  if (part_.level_count == 0) return;
  const std::size_t last = part_.level_count - 1;
  limit_[last] = best_.values[last];
  for (const auto mode :
       {LineSearch::Mode::kShipments, LineSearch::Mode::kLocations, LineSearch::Mode::kTie}) {
    FreeSlots(part_.level_count);
    CloseHopeless(last);
    if (mode == LineSearch::Mode::kTie) {
      candidates_.clear();
      for (const PartTake& take : best_.takes) {
        candidates_.push_back(part_.slots[part_.arcs[take.arc].slot].rank);
      }
      for (std::uint32_t j = 0; j < part_.slots.size(); ++j) {
        const bool in = std::find(candidates_.begin(), candidates_.end(), part_.slots[j].rank) !=
                        candidates_.end();
        if (!in) bounder_.state[j] = SlotState::kClosed;
      }
      bounder_.Select(0);
    }
    if (budget.stopped()) return;
    SearchLines(mode, last, row_left, budget);
  }
}

// ---- Batches

void PartSolver::ReadPlan(const std::vector<Take>& takes, PartPlan& plan) const {
  plan.takes.clear();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arcs;  // of the problem, of the part
  for (std::uint32_t a = 0; a < part_.arcs.size(); ++a) arcs.push_back({part_.arcs[a].arc, a});
  std::sort(arcs.begin(), arcs.end());
  for (const Take& take : takes) {
    const auto at = std::lower_bound(arcs.begin(), arcs.end(), std::pair(take.arc, 0U));
    plan.takes.push_back({at->second, take.quantity});
  }
}

void PartSolver::SolveBatch(const Problem& problem, const Levels& levels,
                            const std::vector<std::uint32_t>& orders,
                            const std::vector<PartAnswer>& alone,
                            std::vector<std::int64_t>& row_left, Budget& budget,
                            PartAnswer& answer) {
  BuildPart(problem, levels, orders, row_left, part_);
  bounder_.Attach(part_);
  proved_ = true;
  best_.valid = true;
  ReadPlan(answer.takes, best_);
  for (std::size_t k = 0; k < part_.level_count; ++k) {
    best_.values[k] = answer.values[k] * part_.levels[k].scale;
  }
  // Each order is as good as alone at all levels before, and none can be better.
  bool alone_counts = true;
  const bool alone_proved =
      std::all_of(alone.begin(), alone.end(), [](const PartAnswer& one) { return one.proved; });
  for (std::size_t stage = 0; stage < part_.level_count; ++stage) {
    stage_ = stage;
    const PartLevel& level = part_.levels[stage];
    std::int64_t sum = 0;
    std::int64_t sum_alone = 0;
    for (std::uint32_t o = 0; o < orders.size(); ++o) {
      BoundLevel& bound = bounds_[stage];
      bounder_.Ascend(stage, o, bound);
      const std::int64_t of_alone = alone[o].bounds[stage] * level.scale;
      const std::int64_t value = bounder_.Improve(stage, o, 24, of_alone, bound);
      std::int64_t& best = bound.order_value[o];
      best = std::max(best, bounder_.OrderValue(stage, o, value, bound));
      if (alone_counts) best = std::max(best, of_alone);
      sum += best;
      sum_alone += alone[o].values[stage] * level.scale;
    }
    limit_[stage] = best_.values[stage] - level.step;
    proved_bound_[stage] = sum;
    open_bound_ = kNever;
    if (sum <= limit_[stage]) {
      SearchLines(LineSearch::Mode::kBest, stage, row_left, budget);
      limit_[stage] = best_.values[stage] - level.step;
      // After a level without proof the search says nothing (see LooseBound).
      if (proved_) Raise(std::min(open_bound_, best_.values[stage]));
    }
    if (!proved_) {
      // The sum stands.
    } else if (sum > limit_[stage] || open_bound_ > limit_[stage]) {
      proved_bound_[stage] = best_.values[stage];
    } else {
      proved_ = false;
    }
    limit_[stage] = best_.values[stage] + level.tolerance;
    alone_counts = alone_counts && alone_proved && limit_[stage] == sum_alone;
  }
  WriteAnswer(answer);
}

void PartSolver::WriteAnswer(PartAnswer& answer) const {
  answer.proved = proved_;
  for (std::size_t k = 0; k < part_.level_count; ++k) {
    const std::int64_t scale = part_.levels[k].scale;
    answer.values[k] = best_.values[k] / scale;
    // Values are multiples of the scale, so a bound may be rounded up to one.
    const std::int64_t bound = std::min(proved_bound_[k], best_.values[k]);
    answer.bounds[k] = bound >= 0 ? (bound + scale - 1) / scale : -(-bound / scale);
  }
  answer.takes.clear();
  for (const PartTake& take : best_.takes) {
    const PartArc& arc = part_.arcs[take.arc];
    answer.takes.push_back(
        {part_.lines[arc.line].line, part_.slots[arc.slot].slot, arc.arc, take.quantity});
  }
}

}  // namespace orderwright::solver_internal
