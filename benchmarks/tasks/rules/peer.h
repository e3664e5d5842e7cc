// A contender in another language: a program that answers on its standard output.
//
//   peer INSTANCE      the file that WriteInstance (instance.h) writes
//
// It checks its own answers, then says what it can measure, a line each with fields between tabs,
//   can    ENGINE  METRIC
//   not    ENGINE  why it is left out
//   wrong  ENGINE  what it answers, and what it should
//   ready
// and from then on answers each line ENGINE, METRIC, seconds with nanoseconds of the processor an
// operation, all its threads together.
#ifndef ORDERWRIGHT_BENCHMARKS_TASKS_RULES_PEER_H_
#define ORDERWRIGHT_BENCHMARKS_TASKS_RULES_PEER_H_

#include <sys/types.h>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orderwright::benchmarks {

struct Skill {
  std::string engine;
  std::string metric;
};
struct LeftOut {
  std::string engine;
  std::string why;
};

class Peer {
 public:
  // Runs a command; `ok` says whether it came to be ready.
  explicit Peer(const std::vector<std::string>& command);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const std::vector<Skill>& skills() const { return skills_; }
  [[nodiscard]] const std::vector<LeftOut>& left_out() const { return left_out_; }
  [[nodiscard]] const std::vector<LeftOut>& wrong() const { return wrong_; }
  // Nanoseconds an operation, over a batch of about so many seconds. Absent: it has ended.
  [[nodiscard]] std::optional<double> Measure(const Skill& skill, double seconds);

 private:
  [[nodiscard]] std::optional<std::string> ReadLine();

  pid_t process_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
  bool ok_ = false;
  std::vector<Skill> skills_;
  std::vector<LeftOut> left_out_;
  std::vector<LeftOut> wrong_;
};

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_TASKS_RULES_PEER_H_
