// Private servers to compare with: programs found, a folder that goes with its owner, processes
// that end with their owner.
#ifndef ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_SERVER_H_
#define ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_SERVER_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orderwright::benchmarks {

// Where a program is: on PATH, else in one of these folders.
std::optional<std::string> FindProgram(std::string_view name,
                                       std::span<const std::string> folders = {});

// Made below TMPDIR, for the servers' user. It stays if the program is ended by a failure: the logs
// of the servers are in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  // Whether it is kept in memory only: to make a file durable costs nothing there.
  [[nodiscard]] bool IsInMemory() const;
  // Seconds that it takes to make a write of 8 kB durable: the median of fifty.
  [[nodiscard]] double SecondsOfDurableWrite() const;

 private:
  std::string path_;
};

// A process whose output is added to a file. Started by root it runs as the user postgres or
// nobody: PostgreSQL refuses to run as root.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::string& log);
  ~Process();  // asks it to end, and waits
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits for its end. Whether it ended well.
  bool Wait();
  // Waits until `is_ready`, at most 30 seconds. False: it is not, or the process has ended.
  bool WaitUntil(const std::function<bool()>& is_ready);

 private:
  pid_t id_ = -1;
};

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_SERVER_H_
