// A contender of the task: a stock that orders are reserved from, and the clients that do it.
#ifndef ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_CONTENDER_H_
#define ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_CONTENDER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/tasks/reserve/stream.h"

namespace orderwright::benchmarks {

// One connection; used by one thread at a time. What fails ends the program.
class Client {
 public:
  Client() = default;
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Reserves all lines under the number of the order, or none. `accepted` is written by the next
  // kLag commands, and by Flush.
  virtual void Reserve(std::size_t order, std::span<const Line> lines, char& accepted) = 0;
  // Ships or releases what an order has reserved; called for accepted orders, once each. What is
  // reserved is known to the contender by the number.
  virtual void Close(std::size_t order, bool ships) = 0;
  virtual void Flush() {}
};

class Contender {
 public:
  Contender() = default;
  virtual ~Contender() = default;
  Contender(const Contender&) = delete;
  Contender& operator=(const Contender&) = delete;

  // The contender outlives its clients.
  virtual std::unique_ptr<Client> Connect() = 0;
  virtual std::vector<CellFigures> Figures() = 0;  // by cell
};

// How a contender is made, with the opening stock of a stream, which outlives it.
struct Peer {
  std::string name;
  std::function<std::unique_ptr<Contender>(const Stream&)> open;
};

// Arrays behind one lock: what the task costs at least. It keeps no reservations but asks the
// stream what an order had.
Peer BareArrays();
Peer Orderwright();

// Those that are there; of a server that is not, none, and it is said. Servers are private, in a
// temporary folder, and end with their last peer.
std::vector<Peer> SqlitePeers();
std::vector<Peer> PostgresPeers();
std::vector<Peer> RedisPeers();

inline void SayLeftOut(std::string_view name, std::string_view why) {
  fmt::print(stderr, "reserve: {} IS LEFT OUT: {}; tools/setup.sh --bench installs what it needs\n",
             name, why);
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_CONTENDER_H_
