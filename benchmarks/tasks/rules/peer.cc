#include "benchmarks/tasks/rules/peer.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include <fmt/format.h>

#include "absl/strings/str_split.h"

namespace orderwright::benchmarks {

Peer::Peer(const std::vector<std::string>& command) {
  std::signal(SIGPIPE, SIG_IGN);  // one that ends is seen by what cannot be read
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  // Closed in what is executed, so that no peer keeps the pipes of another open.
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) return;
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  process_ = fork();
  if (process_ == 0) {
    if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0) _exit(126);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  to_ = fdopen(in[1], "w");
  from_ = fdopen(out[0], "r");
  while (const std::optional<std::string> line = ReadLine()) {
    const std::vector<std::string> fields = absl::StrSplit(*line, '\t');
    if (fields[0] == "ready") {
      ok_ = true;
      return;
    }
    if (fields.size() < 3) continue;  // a warning of some library
    if (fields[0] == "can") skills_.push_back({fields[1], fields[2]});
    if (fields[0] == "not") left_out_.push_back({fields[1], fields[2]});
    if (fields[0] == "wrong") wrong_.push_back({fields[1], fields[2]});
  }
}

Peer::~Peer() {
  if (to_ != nullptr) std::fclose(to_);  // the end of its input is its end
  if (from_ != nullptr) std::fclose(from_);
  if (process_ > 0) waitpid(process_, nullptr, 0);
}

std::optional<std::string> Peer::ReadLine() {
  std::string line;
  for (int c = std::fgetc(from_); c != EOF; c = std::fgetc(from_)) {
    if (c == '\n') return line;
    line += static_cast<char>(c);
  }
  return std::nullopt;
}

std::optional<double> Peer::Measure(const Skill& skill, double seconds) {
  fmt::print(to_, "{}\t{}\t{}\n", skill.engine, skill.metric, seconds);
  std::fflush(to_);
  const std::optional<std::string> line = ReadLine();
  if (!line) return std::nullopt;
  char* end = nullptr;
  const double nanoseconds = std::strtod(line->c_str(), &end);
  if (end == line->c_str()) return std::nullopt;
  return nanoseconds;
}

}  // namespace orderwright::benchmarks
