#include <algorithm>
#include <mutex>

#include "benchmarks/tasks/reserve/contender.h"

namespace orderwright::benchmarks {
namespace {

class BareContender : public Contender {
 public:
  explicit BareContender(const Stream& stream) : stream_(stream) {
    for (const std::int32_t units : stream.opening) figures_.push_back({units, 0});
  }

  bool Reserve(std::span<const Line> lines) {
    const std::lock_guard lock(mutex_);
    for (const Line& line : lines) {
      const CellFigures& cell = figures_[line.cell];
      if (cell.on_hand - cell.reserved < line.units) return false;
    }
    for (const Line& line : lines) figures_[line.cell].reserved += line.units;
    return true;
  }
  void Close(std::size_t order, bool ships) {
    const std::lock_guard lock(mutex_);
    for (const Line& line : stream_.lines(order)) {
      figures_[line.cell].reserved -= line.units;
      if (ships) figures_[line.cell].on_hand -= line.units;
    }
  }

  std::unique_ptr<Client> Connect() override;
  std::vector<CellFigures> Figures() override { return figures_; }

 private:
  const Stream& stream_;
  std::mutex mutex_;
  std::vector<CellFigures> figures_;
};

class BareClient : public Client {
 public:
  explicit BareClient(BareContender& contender) : contender_(contender) {}
  void Reserve(std::size_t /*order*/, std::span<const Line> lines, char& accepted) override {
    accepted = contender_.Reserve(lines) ? 1 : 0;
  }
  void Close(std::size_t order, bool ships) override { contender_.Close(order, ships); }

 private:
  BareContender& contender_;
};

std::unique_ptr<Client> BareContender::Connect() { return std::make_unique<BareClient>(*this); }

}  // namespace

Peer BareArrays() {
  return {"bare arrays, one lock",
          [](const Stream& stream) { return std::make_unique<BareContender>(stream); }};
}

}  // namespace orderwright::benchmarks
