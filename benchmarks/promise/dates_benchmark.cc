// Date questions as routing asks them: for an order every site and service, minutes after the order
// before. Data is made here: 425 sites in twelve zones, three services with cut-offs, ten calendars
// with holidays; destinations in another twelve.
//
// Warm: the answers of the last cut-off are remembered. Cold: none is, as after a start.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "orderwright/model/world.h"
#include "orderwright/promise/promises.h"

namespace orderwright::benchmarks {
namespace {

constexpr const char* kZones[] = {"America/Los_Angeles", "America/Denver",   "America/Chicago",
                                  "America/New_York",    "America/Phoenix",  "America/Halifax",
                                  "Europe/London",       "Europe/Berlin",    "Europe/Helsinki",
                                  "Asia/Tokyo",          "Australia/Sydney", "Pacific/Auckland"};
constexpr std::size_t kSites = 425;
constexpr std::int64_t kFirst = 1'795'392'000'000;  // 2026-11-23

World MakeWorld() {
  std::mt19937_64 random(3);
  WorldDraft draft;
  draft.currency = *Currency::Parse("USD");
  draft.items.emplace_back().sku = "MUG";
  for (int c = 0; c < 10; ++c) {
    CalendarSpec calendar;
    calendar.name = fmt::format("c{}", c);
    calendar.days = std::bitset<7>(c < 7 ? 0b0011111 : 0b0111111);
    for (int n = 0; n < 12; ++n) {
      calendar.closed.push_back(LocalDate(std::chrono::days(20'700 + random() % 365)));
    }
    draft.calendars.push_back(std::move(calendar));
  }
  RateCardSpec card;
  card.name = "card";
  for (const char* name : {"ground", "express", "economy"}) {
    ServiceSpec service;
    service.name = name;
    service.zones_km = {240.0, 480.0, 960.0, 1600.0, 2240.0, std::nullopt};
    service.transit_days = {1, 2, 3, 4, 5, 6};
    card.services.push_back(std::move(service));
  }
  draft.rate_cards = {card};
  for (std::size_t s = 0; s < kSites; ++s) {
    LocationSpec& site = draft.locations.emplace_back();
    site.id = fmt::format("S{}", s);
    site.time_zone = kZones[random() % std::size(kZones)];
    site.calendar = fmt::format("c{}", random() % 10);
    site.handling_days = static_cast<int>(random() % 2);
    site.rate_cards = {"card"};
    for (const char* name : {"ground", "express", "economy"}) {
      site.cutoffs.emplace_back(name,
                                *LocalTime::Parse(fmt::format("{:02}:00", 12 + random() % 7)));
    }
  }
  return *World::Create(std::move(draft));
}

void AskAll(benchmark::State& state, bool warm) {
  const World world = MakeWorld();
  const Promises promises(world);
  const std::vector<Service>& services = world.rate_cards()[0].services;
  std::vector<TimeZone> zones;
  for (const char* zone : kZones) zones.push_back(*TimeZone::Load(zone));
  PromiseMemory memory;
  std::int64_t questions = 0;
  std::size_t order = 0;
  for (auto _ : state) {
    if (!warm) memory = PromiseMemory();
    const Timestamp start{
        std::chrono::milliseconds(kFirst + static_cast<std::int64_t>(order % 1440) * 60'000)};
    const TimeZone& destination = zones[order % zones.size()];
    for (std::uint32_t site = 0; site < kSites; ++site) {
      for (const Service& service : services) {
        const PromiseQuestion question{.location = LocationIndex{site},
                                       .service = &service,
                                       .zone = (site + order) % service.zones(),
                                       .start = start,
                                       .destination = &destination};
        Promise dates = promises.DatesOf(question, memory);
        benchmark::DoNotOptimize(dates);
      }
    }
    questions += static_cast<std::int64_t>(kSites * services.size());
    ++order;
  }
  state.SetItemsProcessed(questions);  // questions a second
}

void BM_DatesWarm(benchmark::State& state) { AskAll(state, true); }
void BM_DatesCold(benchmark::State& state) { AskAll(state, false); }
BENCHMARK(BM_DatesWarm);
BENCHMARK(BM_DatesCold);

}  // namespace
}  // namespace orderwright::benchmarks
