#include "orderwright/promise/work_days.h"

#include <random>
#include <vector>

#include "tests/catch.h"
#include "tests/promise/slow_dates.h"

namespace orderwright {
namespace {

using std::chrono::days;

LocalDate Day(std::string_view text) { return *ParseDate(text); }

TEST_CASE("WorkDays counts worked days, past weekends and closed days") {
  const std::vector<LocalDate> closed = {Day("2026-12-25"), Day("2026-11-26"), Day("2026-11-28")};
  const WorkDays week(std::bitset<7>(0b0011111), closed);
  CHECK(week.Contains(Day("2026-11-25")));
  CHECK_FALSE(week.Contains(Day("2026-11-26")));  // Thanksgiving
  CHECK_FALSE(week.Contains(Day("2026-11-28")));  // a Saturday
  CHECK(DateText(week.OnOrAfter(Day("2026-11-26"))) == "2026-11-27");
  CHECK(DateText(week.OnOrAfter(Day("2026-11-27"))) == "2026-11-27");
  CHECK(DateText(week.After(Day("2026-11-25"), 0)) == "2026-11-25");
  CHECK(DateText(week.After(Day("2026-11-25"), 1)) == "2026-11-27");
  CHECK(DateText(week.After(Day("2026-11-28"), 1)) == "2026-11-30");
  CHECK(DateText(week.After(Day("2026-11-25"), 21)) == "2026-12-28");
  CHECK(DateText(WorkDays().After(Day("2024-02-28"), 2)) == "2024-03-01");
}

TEST_CASE("WorkDays agrees with a walk from day to day") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    testing::SlowCalendar slow;
    slow.days = std::bitset<7>(1 + random() % 127);
    const LocalDate begin = LocalDate(days(static_cast<int>(random() % 40'000) - 10'000));
    for (auto left = random() % 40; left > 0; --left) {
      slow.closed.insert(begin + days(static_cast<int>(random() % 90)));
    }
    const std::vector<LocalDate> closed(slow.closed.rbegin(), slow.closed.rend());
    const WorkDays fast(slow.days, closed);
    for (int ask = 0; ask < 20; ++ask) {
      const LocalDate from = begin + days(static_cast<int>(random() % 120) - 20);
      const auto n = static_cast<int>(random() % 60);
      LocalDate day = from;
      for (int left = n; left > 0;) {
        day += days(1);
        if (slow.Works(day)) --left;
      }
      LocalDate open = from;
      while (!slow.Works(open)) open += days(1);
      INFO("days " << slow.days << " from " << DateText(from) << " n " << n);
      CHECK(fast.Contains(from) == slow.Works(from));
      CHECK(DateText(fast.After(from, n)) == DateText(day));
      CHECK(DateText(fast.OnOrAfter(from)) == DateText(open));
    }
  }
}

}  // namespace
}  // namespace orderwright
