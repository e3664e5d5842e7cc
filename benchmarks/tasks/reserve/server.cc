#include "benchmarks/tasks/reserve/server.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#endif

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "absl/strings/str_split.h"
#include "benchmarks/common.h"

namespace orderwright::benchmarks {
namespace {

struct User {
  uid_t user = 0;
  gid_t group = 0;
};

// Whom servers run as when root starts them.
std::optional<User> ServerUser() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = getpwnam(name)) return User{entry->pw_uid, entry->pw_gid};
  }
  return std::nullopt;
}

// In the child: becomes the command, or ends.
[[noreturn]] void Become(char* const* arguments, const char* log, const std::optional<User>& user) {
  const int output = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
  const int input = open("/dev/null", O_RDONLY);
  if (output < 0 || input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
    _exit(126);
  if (user && (setgid(user->group) != 0 || setuid(user->user) != 0)) _exit(126);
#ifdef __linux__
  // It ends with us, also when we are killed. After setuid, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGINT);
#endif
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

std::optional<std::string> FindProgram(std::string_view name,
                                       std::span<const std::string> folders) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> all = absl::StrSplit(path != nullptr ? path : "", ':');
  all.insert(all.end(), folders.begin(), folders.end());
  for (const std::string& folder : all) {
    std::string file = fmt::format("{}/{}", folder, name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

TemporaryFolder::TemporaryFolder() {
  // Short: the path of a socket has at most 107 characters.
  path_ = (std::filesystem::temp_directory_path() / "owbench-XXXXXX").string();
  const std::optional<User> user = ServerUser();
  if (mkdtemp(path_.data()) == nullptr ||
      (user && chown(path_.c_str(), user->user, user->group) != 0)) {
    fmt::print(stderr, "reserve: cannot make the folder {}\n", path_);
    std::exit(1);
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool TemporaryFolder::IsInMemory() const {
#ifdef __linux__
  struct statfs about{};
  return statfs(path_.c_str(), &about) == 0 && about.f_type == TMPFS_MAGIC;
#else
  return false;
#endif
}

double TemporaryFolder::SecondsOfDurableWrite() const {
  using Clock = std::chrono::steady_clock;
  const std::string file = path_ + "/durable";
  const int output = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const std::string page(8'192, 'x');
  std::vector<double> seconds;
  for (int i = 0; i < 50; ++i) {
    const auto start = Clock::now();
    if (write(output, page.data(), page.size()) < 0 || fsync(output) != 0) break;
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
  }
  close(output);
  std::remove(file.c_str());
  return seconds.empty() ? 0 : Median(std::move(seconds));
}

Process::Process(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const std::optional<User> user = ServerUser();
  id_ = fork();
  if (id_ == 0) Become(arguments.data(), log.c_str(), user);
}

Process::~Process() {
  if (id_ <= 0) return;
  kill(id_, SIGINT);  // PostgreSQL: without waiting for clients
  Wait();
}

bool Process::Wait() {
  if (id_ <= 0) return false;
  int status = 0;
  while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = -1;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool Process::WaitUntil(const std::function<bool()>& is_ready) {
  for (int i = 0; i < 600 && id_ > 0; ++i) {
    if (is_ready()) return true;
    if (waitpid(id_, nullptr, WNOHANG) == id_) id_ = -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

}  // namespace orderwright::benchmarks
