// Redis on a socket of this machine, without persistence: a Lua script an order checks all lines
// and takes them. A hash a cell has what is there and what is reserved, a hash an order its lines.
#include <hiredis/hiredis.h>

#include <cstdlib>
#include <utility>

#include "benchmarks/tasks/reserve/contender.h"
#include "benchmarks/tasks/reserve/server.h"

namespace orderwright::benchmarks {
namespace {

// KEYS: the order, then its cells. ARGV: units of each cell.
constexpr const char* kReserveScript = R"lua(
for i = 2, #KEYS do
  local cell = redis.call('HMGET', KEYS[i], 'on_hand', 'reserved')
  if cell[1] - cell[2] < tonumber(ARGV[i - 1]) then return 0 end
end
for i = 2, #KEYS do
  redis.call('HINCRBY', KEYS[i], 'reserved', ARGV[i - 1])
  redis.call('HSET', KEYS[1], KEYS[i], ARGV[i - 1])
end
return 1
)lua";

// KEYS: the order. ARGV: 1 if it is shipped.
constexpr const char* kCloseScript = R"lua(
local lines = redis.call('HGETALL', KEYS[1])
for i = 1, #lines, 2 do
  redis.call('HINCRBY', lines[i], 'reserved', -lines[i + 1])
  if ARGV[1] == '1' then redis.call('HINCRBY', lines[i], 'on_hand', -lines[i + 1]) end
end
redis.call('DEL', KEYS[1])
return 1
)lua";

struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

class Connection {
 public:
  explicit Connection(const std::string& socket) : context_(redisConnectUnix(socket.c_str())) {}

  [[nodiscard]] bool IsOpen() const { return context_ != nullptr && context_->err == 0; }
  void Send(const std::vector<std::string>& command) {
    std::vector<const char*> words;
    std::vector<std::size_t> lengths;
    for (const std::string& word : command) {
      words.push_back(word.data());
      lengths.push_back(word.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(),
                           lengths.data());
  }
  Reply Receive() {
    void* reply = nullptr;
    const int result = redisGetReply(context_.get(), &reply);
    Reply received(static_cast<redisReply*>(reply));
    if (result == REDIS_OK && received->type != REDIS_REPLY_ERROR) return received;
    fmt::print(stderr, "Redis: {}\n", result == REDIS_OK ? received->str : context_->errstr);
    std::exit(1);
  }
  Reply Ask(const std::vector<std::string>& command) {
    Send(command);
    return Receive();
  }

 private:
  struct Closer {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  std::unique_ptr<redisContext, Closer> context_;
};

class RedisServer {
 public:
  explicit RedisServer(const std::string& program)
      : process_({program, "--port", "0", "--unixsocket", socket(), "--save", "", "--appendonly",
                  "no", "--dir", folder_.path()},
                 log()) {
    if (process_.WaitUntil([&] { return Connection(socket()).IsOpen(); })) return;
    fmt::print(stderr, "Redis did not start: see {}\n", log());
    std::exit(1);
  }
  [[nodiscard]] std::string socket() const { return folder_.path() + "/socket"; }

 private:
  [[nodiscard]] std::string log() const { return folder_.path() + "/log"; }
  TemporaryFolder folder_;
  Process process_;
};

std::string CellKey(std::uint32_t cell) { return fmt::format("cell:{}", cell); }
std::string OrderKey(std::size_t order) { return fmt::format("order:{}", order); }

struct Scripts {
  std::string reserve;
  std::string close;
};

// Sends so many commands before it reads their answers.
class RedisClient : public Client {
 public:
  RedisClient(const std::string& socket, const std::string& database, const Scripts& scripts,
              std::size_t depth)
      : connection_(socket), scripts_(scripts), depth_(depth) {
    (void)connection_.Ask({"SELECT", database});
  }

  void Reserve(std::size_t order, std::span<const Line> lines, char& accepted) override {
    std::vector<std::string> command = {"EVALSHA", scripts_.reserve,
                                        std::to_string(1 + lines.size()), OrderKey(order)};
    for (const Line& line : lines) command.push_back(CellKey(line.cell));
    for (const Line& line : lines) command.push_back(std::to_string(line.units));
    Add(command, &accepted);
  }
  void Close(std::size_t order, bool ships) override {
    Add({"EVALSHA", scripts_.close, "1", OrderKey(order), ships ? "1" : "0"}, nullptr);
  }
  void Flush() override {
    for (char* accepted : waiting_) {
      const Reply reply = connection_.Receive();
      if (accepted != nullptr) *accepted = reply->integer == 1 ? 1 : 0;
    }
    waiting_.clear();
  }

 private:
  void Add(const std::vector<std::string>& command, char* accepted) {
    connection_.Send(command);
    waiting_.push_back(accepted);
    if (waiting_.size() >= depth_) Flush();
  }

  Connection connection_;
  const Scripts& scripts_;
  std::size_t depth_;
  std::vector<char*> waiting_;  // where the answers go; null: nobody asks
};

// In a database of its own, which it empties.
class RedisContender : public Contender {
 public:
  RedisContender(std::shared_ptr<RedisServer> server, int database, std::size_t depth,
                 const Stream& stream)
      : server_(std::move(server)),
        depth_(depth),
        database_(std::to_string(database)),
        connection_(server_->socket()) {
    (void)connection_.Ask({"SELECT", database_});
    (void)connection_.Ask({"FLUSHDB"});
    scripts_.reserve = connection_.Ask({"SCRIPT", "LOAD", kReserveScript})->str;
    scripts_.close = connection_.Ask({"SCRIPT", "LOAD", kCloseScript})->str;
    for (std::uint32_t cell = 0; cell < kCells; ++cell) {
      (void)connection_.Ask({"HSET", CellKey(cell), "on_hand", std::to_string(stream.opening[cell]),
                             "reserved", "0"});
    }
  }

  std::unique_ptr<Client> Connect() override {
    return std::make_unique<RedisClient>(server_->socket(), database_, scripts_, depth_);
  }
  std::vector<CellFigures> Figures() override {
    for (std::uint32_t cell = 0; cell < kCells; ++cell) {
      connection_.Send({"HMGET", CellKey(cell), "on_hand", "reserved"});
    }
    std::vector<CellFigures> figures;
    for (std::uint32_t cell = 0; cell < kCells; ++cell) {
      const Reply reply = connection_.Receive();
      figures.push_back({std::strtoll(reply->element[0]->str, nullptr, 10),
                         std::strtoll(reply->element[1]->str, nullptr, 10)});
    }
    return figures;
  }

 private:
  std::shared_ptr<RedisServer> server_;
  std::size_t depth_;
  std::string database_;
  Connection connection_;
  Scripts scripts_;
};

Peer PeerOf(const std::shared_ptr<RedisServer>& server, std::string name, int database,
            std::size_t depth) {
  return {std::move(name), [server, database, depth](const Stream& stream) {
            return std::make_unique<RedisContender>(server, database, depth, stream);
          }};
}

}  // namespace

std::vector<Peer> RedisPeers() {
  const std::optional<std::string> program = FindProgram("redis-server");
  if (!program) {
    SayLeftOut("Redis", "there is no redis-server on PATH");
    return {};
  }
  const auto server = std::make_shared<RedisServer>(*program);
  static_assert(kLag > 16);
  return {PeerOf(server, "Redis, Lua script", 0, 1),
          PeerOf(server, "Redis, Lua script, 16 pipelined", 1, 16)};
}

}  // namespace orderwright::benchmarks
