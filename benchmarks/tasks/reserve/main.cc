// Task reserve: orders reserved, shipped and released by the pool, and by what teams use today.
//
//   task_reserve [ORDERS]   of each workload; default 4,000
//
// The contenders make the same reservations (stream.h), turn by turn over chunks, by one client and
// by eight at once (two with ORDERWRIGHT_BENCHMARK_SMOKE, and few orders). Before a speed is
// printed, the stock of each must be what the orders that it accepted leave of it, to the unit;
// with one client they must be the same orders.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "benchmarks/tasks/reserve/contender.h"

namespace orderwright::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kChunks = 10;
constexpr Workload kWorkloads[] = {
    {"1 line, spread", 1, false},
    {"1 line, one hot row", 1, true},
    {"4 lines, spread", 4, false},
    {"4 lines, one of them hot", 4, true},
};

// A contender in one run of one workload.
struct Entry {
  std::string name;
  std::unique_ptr<Contender> contender;
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<char> accepted;   // by order
  std::vector<double> seconds;  // an order, by chunk
};

// Client `c` of n has orders c, c + n, c + 2n, …
void Work(Entry& entry, const Stream& stream, std::size_t c, std::size_t first, std::size_t end) {
  Client& client = *entry.clients[c];
  const std::size_t step = entry.clients.size();
  for (std::size_t o = first + c; o < end; o += step) {
    client.Reserve(o, stream.lines(o), entry.accepted[o]);
    if (o < kLag * step) continue;
    const std::size_t before = o - kLag * step;
    if (entry.accepted[before] != 0) client.Close(before, stream.ships[before] != 0);
  }
  client.Flush();
}

// Seconds from when all clients are ready until the last is done.
double RunChunk(Entry& entry, const Stream& stream, std::size_t first, std::size_t end) {
  if (entry.clients.size() == 1) {
    const auto start = Clock::now();
    Work(entry, stream, 0, first, end);
    return std::chrono::duration<double>(Clock::now() - start).count();
  }
  std::latch ready(static_cast<std::ptrdiff_t>(entry.clients.size()));
  std::latch go(1);
  std::vector<std::thread> threads;
  for (std::size_t c = 0; c < entry.clients.size(); ++c) {
    threads.emplace_back([&, c] {
      ready.count_down();
      go.wait();
      Work(entry, stream, c, first, end);
    });
  }
  ready.wait();
  const auto start = Clock::now();
  go.count_down();
  for (std::thread& thread : threads) thread.join();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Whether the stock adds up, and with one client whether the same orders were accepted as by the
// first contender. Says what is wrong.
bool Agrees(const Entry& entry, const Entry& reference, const Stream& stream) {
  const std::vector<CellFigures> figures = entry.contender->Figures();
  const std::vector<CellFigures> expected =
      FiguresAfter(stream, entry.accepted, kLag * entry.clients.size());
  for (std::uint32_t cell = 0; cell < kCells; ++cell) {
    if (figures[cell] == expected[cell] && figures[cell].on_hand >= figures[cell].reserved)
      continue;
    fmt::print(stderr, "{}: of cell {} are {} on hand and {} reserved; it must be {} and {}\n",
               entry.name, cell, figures[cell].on_hand, figures[cell].reserved,
               expected[cell].on_hand, expected[cell].reserved);
    return false;
  }
  if (entry.clients.size() == 1 && entry.accepted != reference.accepted) {
    fmt::print(stderr, "{}: other orders were accepted than by {}\n", entry.name, reference.name);
    return false;
  }
  return true;
}

void PrintRow(const Workload& workload, const Entry& entry, const Entry& base) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < entry.seconds.size(); ++i) {
    ratios.push_back(entry.seconds[i] / base.seconds[i]);
  }
  const double seconds = Median(entry.seconds);
  const auto accepted = static_cast<double>(
      std::count(entry.accepted.begin(), entry.accepted.end(), static_cast<char>(1)));
  fmt::print("{:<25} {:>7} {:<46} {:>10.0f} {:>9.2f} {:>11.2f} {:>8.2f}%\n", workload.name,
             entry.clients.size(), entry.name, 1.0 / seconds, seconds * 1e6, Median(ratios),
             100.0 * accepted / static_cast<double>(entry.accepted.size()));
}

// Peers: the first is the reference of answers, the second of speed.
bool RunWorkload(const Workload& workload, const std::vector<Peer>& peers, std::size_t orders,
                 std::size_t clients) {
  const Stream stream = MakeStream(workload, orders, 1);
  std::vector<Entry> entries;
  for (const Peer& peer : peers) {
    Entry& entry = entries.emplace_back();
    entry.name = peer.name;
    entry.contender = peer.open(stream);
    for (std::size_t c = 0; c < clients; ++c) entry.clients.push_back(entry.contender->Connect());
    entry.accepted.assign(orders, 0);
  }
  const std::size_t chunk = orders / kChunks;
  for (std::size_t first = 0; first < orders; first += chunk) {
    for (Entry& entry : entries) {
      entry.seconds.push_back(RunChunk(entry, stream, first, first + chunk) /
                              static_cast<double>(chunk));
    }
  }
  for (const Entry& entry : entries) {
    if (!Agrees(entry, entries[0], stream)) return false;
  }
  for (const Entry& entry : entries) PrintRow(workload, entry, entries[1]);
  std::fflush(stdout);  // the next one takes a minute
  return true;
}

std::vector<Peer> AllPeers() {
  std::vector<Peer> peers = {BareArrays(), Orderwright()};
  [[maybe_unused]] const auto add = [&](std::vector<Peer> more) {
    for (Peer& peer : more) peers.push_back(std::move(peer));
  };
#ifdef ORDERWRIGHT_HAS_SQLITE
  add(SqlitePeers());
#else
  SayLeftOut("SQLite", "its library was not there when this was built");
#endif
#ifdef ORDERWRIGHT_HAS_POSTGRESQL
  add(PostgresPeers());
#else
  SayLeftOut("PostgreSQL", "its client library was not there when this was built");
#endif
#ifdef ORDERWRIGHT_HAS_REDIS
  add(RedisPeers());
#else
  SayLeftOut("Redis", "its client library was not there when this was built");
#endif
  return peers;
}

int Run(std::size_t orders, std::size_t most_clients) {
  const std::vector<Peer> peers = AllPeers();
  fmt::print("{:<25} {:>7} {:<46} {:>10} {:>9} {:>11} {:>9}\n", "workload", "clients", "contender",
             "orders/s", "us/order", "times ours", "accepted");
  for (const std::size_t clients : {std::size_t{1}, most_clients}) {
    for (const Workload& workload : kWorkloads) {
      if (!RunWorkload(workload, peers, orders, clients)) return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace orderwright::benchmarks

int main(int argc, char** argv) {
  using namespace orderwright::benchmarks;
  std::size_t orders = IsSmoke() ? 160 : 4'000;
  if (argc > 1) orders = std::strtoull(argv[1], nullptr, 10);
  const std::size_t clients = IsSmoke() ? 2 : 8;
  orders =
      orders / (kChunks * clients) * (kChunks * clients);  // the same for each client and chunk
  if (argc > 2 || orders == 0) {
    fmt::print(stderr, "usage: {} [ORDERS], at least {}\n", argv[0], kChunks * clients);
    return 2;
  }
  return Run(orders, clients);
}
