// The reservations that all contenders make: made, not measured; a pure function of the workload.
//
// Orders of one or four lines of 1 to 3 units, each line of another cell (an item at a location).
// An order is reserved, all lines or none; kLag orders of the same client later it is closed: three
// of four are shipped, the others released. The last ones stay open. The stock is 90 % of what
// would be shipped of a cell, and four units: some orders are refused.
#ifndef ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_STREAM_H_
#define ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_STREAM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "benchmarks/common.h"

namespace orderwright::benchmarks {

inline constexpr std::uint32_t kSkus = 2'000;
inline constexpr std::uint32_t kLocations = 5;
inline constexpr std::uint32_t kCells = kSkus * kLocations;  // cell = SKU * kLocations + location
inline constexpr std::size_t kLag = 64;

struct Line {
  std::uint32_t cell = 0;
  std::int32_t units = 0;
};

// What is there of a cell, and what of it is reserved.
struct CellFigures {
  std::int64_t on_hand = 0;
  std::int64_t reserved = 0;
  friend bool operator==(const CellFigures&, const CellFigures&) = default;
};

struct Workload {
  std::string_view name;
  std::size_t lines_per_order = 1;
  bool hot = false;  // the first line of every order is of one and the same cell
};

struct Stream {
  std::size_t lines_per_order = 1;
  std::vector<Line> all_lines;        // ascending by cell within an order
  std::vector<char> ships;            // by order; else it is released
  std::vector<std::int32_t> opening;  // by cell

  [[nodiscard]] std::size_t orders() const { return ships.size(); }
  [[nodiscard]] std::span<const Line> lines(std::size_t order) const {
    return std::span(all_lines).subspan(order * lines_per_order, lines_per_order);
  }
};

inline void DrawOrderLines(Draw& draw, bool hot, std::span<Line> lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto is_drawn = [&](std::uint32_t cell) {
      return std::any_of(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const Line& line) { return line.cell == cell; });
    };
    do {
      lines[i].cell = hot && i == 0 ? kCells / 2 : static_cast<std::uint32_t>(draw.Below(kCells));
    } while (is_drawn(lines[i].cell));
    lines[i].units = static_cast<std::int32_t>(1 + draw.Below(3));
  }
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return a.cell < b.cell; });
}

inline Stream MakeStream(const Workload& workload, std::size_t orders, std::uint64_t seed) {
  Draw draw(seed);
  Stream stream;
  stream.lines_per_order = workload.lines_per_order;
  stream.all_lines.resize(orders * workload.lines_per_order);
  std::vector<std::int32_t> shipped(kCells, 0);
  for (std::size_t o = 0; o < orders; ++o) {
    const std::span<Line> lines =
        std::span(stream.all_lines).subspan(o * workload.lines_per_order, workload.lines_per_order);
    DrawOrderLines(draw, workload.hot, lines);
    stream.ships.push_back(draw.Below(4) != 0 ? 1 : 0);
    if (stream.ships.back() == 0) continue;
    for (const Line& line : lines) shipped[line.cell] += line.units;
  }
  for (const std::int32_t units : shipped) stream.opening.push_back(units * 9 / 10 + 4);
  return stream;
}

// What the stock must be when of all orders these were accepted, and those before the last `open`
// were closed.
inline std::vector<CellFigures> FiguresAfter(const Stream& stream,
                                             const std::vector<char>& accepted, std::size_t open) {
  std::vector<CellFigures> figures;
  for (const std::int32_t units : stream.opening) figures.push_back({units, 0});
  for (std::size_t o = 0; o < stream.orders(); ++o) {
    if (accepted[o] == 0) continue;
    const bool is_open = o + open >= stream.orders();
    for (const Line& line : stream.lines(o)) {
      if (is_open) figures[line.cell].reserved += line.units;
      if (!is_open && stream.ships[o] != 0) figures[line.cell].on_hand -= line.units;
    }
  }
  return figures;
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_TASKS_RESERVE_STREAM_H_
