// Task rules: the evaluator of rules beside those that teams use today.
//
//   task_rules [ROUNDS]   default 9
//
// Times are of the processor, all threads of the contender's process together, so that others on
// the machine do not count. Contenders take turns within a round, so that a machine that slows down
// slows all of them. Ratios are medians over rounds of what a contender took for what the library
// took in the same round. A peer says nothing before its answers were those of the library. Peers
// are installed by benchmarks/tasks/rules/peers/install.sh; those that are not there are left out,
// by name. The figures are also written as JSON, beside the program.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "benchmarks/tasks/rules/ours.h"
#include "benchmarks/tasks/rules/peer.h"

namespace orderwright::benchmarks {
namespace {

constexpr std::string_view kOurs = "orderwright";
constexpr std::string_view kFloor = "C++ by hand (floor)";

struct Metric {
  std::string_view name;
  std::string_view about;
};
constexpr Metric kMetrics[] = {
    {"one", "E1, one candidate"},
    {"many", "E1, 200 candidates"},
    {"rules", "100 rules, 200 candidates"},
    {"compile", "E1, from text"},
    {"table", "table of 1,000 x 3, last row"},
    {"table inside", "the same, as it says itself"},
};

// That this process has used, all threads together.
double ProcessorSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// One contender and metric.
struct Entry {
  std::string engine;
  std::string metric;
  std::function<std::optional<double>(double seconds)> measure;
  std::vector<double> nanoseconds;  // by round
};

// Nanoseconds a call, over a batch of about so many seconds.
class Batch {
 public:
  explicit Batch(std::function<void()> run) : run_(std::move(run)) {}
  double operator()(double seconds) {
    double took = Time(calls_);
    while (took < seconds / 4) took = Time(calls_ *= 2);
    calls_ = std::max<std::size_t>(
        1, static_cast<std::size_t>(static_cast<double>(calls_) * seconds / took));
    return Time(calls_) / static_cast<double>(calls_) * 1e9;
  }

 private:
  [[nodiscard]] double Time(std::size_t calls) const {
    const double start = ProcessorSeconds();
    for (std::size_t i = 0; i < calls; ++i) run_();
    return std::max(ProcessorSeconds() - start, 1e-9);
  }
  std::function<void()> run_;
  std::size_t calls_ = 1;
};

void SayLeftOut(std::string_view engine, std::string_view why) {
  fmt::print(stderr, "rules: left out: {}: {}\n", engine, why);
}

struct Program {
  std::string_view folder;  // below peers/
  std::string_view engines;
  std::vector<std::string> command;
};

// Peers of other languages, those that are there.
std::vector<std::unique_ptr<Peer>> OpenPeers(const std::filesystem::path& installed,
                                             const std::string& instance) {
  const std::string source = ORDERWRIGHT_BENCHMARKS_SOURCE_DIR "/benchmarks/tasks/rules/peers";
  const Program programs[] = {
      {"go", "cel-go, expr-lang", {(installed / "go/peer").string()}},
      {"node",
       "cel-js, @marcbachmann/cel-js, json-logic-js, json-logic-engine, json-rules-engine, "
       "zen-engine of npm",
       {"node", (installed / "node/peer.mjs").string()}},
      {"python",
       "cel-python, cel-expr-python, common-expression-language, zen-engine of PyPI",
       {(installed / "python/bin/python").string(), source + "/python/peer.py"}},
  };
  std::vector<std::unique_ptr<Peer>> peers;
  for (const Program& program : programs) {
    const bool is_there =
        std::filesystem::exists(program.folder == "node" ? program.command[1] : program.command[0]);
    if (!is_there) {
      SayLeftOut(program.engines,
                 "not installed; benchmarks/tasks/rules/peers/install.sh installs it");
      continue;
    }
    std::vector<std::string> command = program.command;
    command.push_back(instance);
    auto peer = std::make_unique<Peer>(command);
    if (!peer->ok()) {
      SayLeftOut(program.engines, fmt::format("its program does not start: {}", command[0]));
      continue;
    }
    peers.push_back(std::move(peer));
  }
  return peers;
}

std::vector<Entry> OurEntries() {
  std::vector<Entry> entries;
  for (Work& work : OurWork()) {
    entries.push_back(
        {std::string(kOurs), std::string(work.metric), Batch(std::move(work.run)), {}});
  }
  for (Work& work : FloorWork()) {
    entries.push_back(
        {std::string(kFloor), std::string(work.metric), Batch(std::move(work.run)), {}});
  }
  return entries;
}

double Least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

// The library's entry of a metric; null: it has none.
const Entry* OursOf(const std::vector<Entry>& entries, std::string_view metric) {
  for (const Entry& entry : entries) {
    if (entry.engine == kOurs && entry.metric == metric) return &entry;
  }
  return nullptr;
}

// Absent where the library has no figure.
std::optional<double> RatioOf(const Entry& entry, const Entry* ours) {
  if (ours == nullptr) return std::nullopt;
  std::vector<double> ratios;
  for (std::size_t i = 0; i < entry.nanoseconds.size(); ++i) {
    ratios.push_back(entry.nanoseconds[i] / ours->nanoseconds[i]);
  }
  return Median(ratios);
}

const Entry* ReferenceOf(const std::vector<Entry>& entries, std::string_view metric) {
  return OursOf(entries, metric == "table inside" ? "table" : metric);
}

void PrintTable(const std::vector<Entry>& entries) {
  fmt::print("{:<30} {:<34} {:>12} {:>12} {:>11}\n", "metric", "contender", "least ns", "median ns",
             "times ours");
  for (const Metric& metric : kMetrics) {
    const Entry* ours = ReferenceOf(entries, metric.name);
    for (const Entry& entry : entries) {
      if (entry.metric != metric.name) continue;
      const std::optional<double> ratio = RatioOf(entry, ours);
      fmt::print("{:<30} {:<34} {:>12.0f} {:>12.0f} {:>11}\n", metric.about, entry.engine,
                 Least(entry.nanoseconds), Median(entry.nanoseconds),
                 ratio ? fmt::format("{:.2f}", *ratio) : "-");
    }
  }
}

bool WriteJson(const std::vector<Entry>& entries, const std::string& path) {
  std::ofstream file(path);
  file << "{\"task\": \"rules\", \"figures\": [";
  const char* separator = "\n";
  for (const Entry& entry : entries) {
    const std::optional<double> ratio = RatioOf(entry, ReferenceOf(entries, entry.metric));
    file
        << separator
        << fmt::format(
               R"( {{"metric": "{}", "contender": "{}", "least_ns": {:.1f}, "median_ns": {:.1f}, "times_ours": {}}})",
               entry.metric, entry.engine, Least(entry.nanoseconds), Median(entry.nanoseconds),
               ratio ? fmt::format("{:.3f}", *ratio) : "null");
    separator = ",\n";
  }
  file << "\n]}\n";
  file.close();
  return static_cast<bool>(file);
}

int Run(const std::filesystem::path& folder, std::size_t rounds, double seconds) {
  const std::string instance = (folder / "task_rules_instance.json").string();
  OkOrDie(WriteInstance(instance));
  const std::vector<std::unique_ptr<Peer>> peers =
      OpenPeers(folder.parent_path() / "peers/rules", instance);
  SayLeftOut("ExprTk", "not a package of its own; that of Python which has it knows numbers only");
  std::vector<Entry> entries = OurEntries();
  if (const std::string why = WhyNoTable(); !why.empty()) {
    SayLeftOut(kOurs, fmt::format("no figure for the table: {}", why));
  }
  bool good = true;
  for (const std::unique_ptr<Peer>& peer : peers) {
    for (const LeftOut& one : peer->left_out()) SayLeftOut(one.engine, one.why);
    for (const LeftOut& one : peer->wrong()) {
      fmt::print(stderr, "rules: {} is wrong: {}\n", one.engine, one.why);
      good = false;
    }
    for (const Skill& skill : peer->skills()) {
      const auto measure = [peer = peer.get(), skill](double of) {
        return peer->Measure(skill, of);
      };
      entries.push_back({skill.engine, skill.metric, measure, {}});
    }
  }
  if (!good) return 1;
  // The first round warms up: compilers of the peers, too.
  for (std::size_t round = 0; round <= rounds; ++round) {
    for (Entry& entry : entries) {
      const std::optional<double> took = entry.measure(seconds);
      if (!took) {
        fmt::print(stderr, "rules: {} ended while it was measured\n", entry.engine);
        return 1;
      }
      if (round > 0) entry.nanoseconds.push_back(*took);
    }
    fmt::print(stderr, "rules: round {} of {}{}\n", round, rounds, round == 0 ? " (warms up)" : "");
  }
  PrintTable(entries);
  const std::string json = (folder / "task_rules.json").string();
  if (!WriteJson(entries, json)) {
    fmt::print(stderr, "rules: cannot write {}\n", json);
    return 1;
  }
  fmt::print("rules: also in {}\n", json);
  return 0;
}

}  // namespace
}  // namespace orderwright::benchmarks

int main(int argc, char** argv) {
  using namespace orderwright::benchmarks;
  std::size_t rounds = IsSmoke() ? 1 : 9;
  if (argc > 1) rounds = std::strtoull(argv[1], nullptr, 10);
  if (argc > 2 || rounds == 0) {
    fmt::print(stderr, "usage: {} [ROUNDS]\n", argv[0]);
    return 2;
  }
  return Run(std::filesystem::absolute(argv[0]).parent_path(), rounds, IsSmoke() ? 0.001 : 0.02);
}
