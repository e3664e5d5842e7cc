#include "orderwright/core/money.h"

#include <array>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace orderwright {
namespace {

using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;
using Limits = std::numeric_limits<std::int64_t>;
using Weights = std::vector<std::int64_t>;

Currency Of(std::string_view code) {
  const absl::StatusOr<Currency> currency = Currency::Parse(code);
  REQUIRE(IsOk(currency));
  return *currency;
}

Money Usd(std::int64_t cents) { return Money::FromMinor(cents, Of("USD")); }

std::vector<std::int64_t> Parts(const Money& money, const Weights& weights) {
  const absl::StatusOr<std::vector<Money>> parts = money.Allocate(weights);
  REQUIRE(IsOk(parts));
  std::vector<std::int64_t> minor;
  for (const Money& part : *parts) {
    CHECK(part.currency() == money.currency());
    minor.push_back(part.minor());
  }
  return minor;
}

TEST_CASE("The example of the header splits 8.00 into 2.67, 2.67 and 2.66") {
  const absl::StatusOr<Currency> usd = Currency::Parse("USD");
  REQUIRE(IsOk(usd));
  const absl::StatusOr<Money> price = Money::Parse("8.00", *usd);
  REQUIRE(IsOk(price));
  const absl::StatusOr<std::vector<Money>> parts =
      price->Allocate(std::array<std::int64_t, 3>{1, 1, 1});
  REQUIRE(IsOk(parts));
  CHECK(*parts == std::vector<Money>{Usd(267), Usd(267), Usd(266)});
}

TEST_CASE("A currency has the decimals of ISO 4217") {
  CHECK(Of("USD").decimals() == 2);
  CHECK(Of("EUR").decimals() == 2);
  CHECK(Of("JPY").decimals() == 0);
  CHECK(Of("KRW").decimals() == 0);
  CHECK(Of("ISK").decimals() == 0);
  CHECK(Of("KWD").decimals() == 3);
  CHECK(Of("TND").decimals() == 3);
  CHECK(Of("CLF").decimals() == 4);
  CHECK(Of("AED").decimals() == 2);  // the first and the last of a list
  CHECK(Of("ZWG").decimals() == 2);
  CHECK(Of("XPF").decimals() == 0);
  CHECK(Of("CHF").code() == "CHF");
  CHECK(fmt::format("{}", Of("CHF")) == "CHF");
}

TEST_CASE("A currency code is three capitals of the active list") {
  for (const char* code : {"", "US", "USDX", "usd", "Usd", "DEM", "XXX", "XAU", "ZZZ", "U D", "ED ",
                           " AE", "D A", "D A", "$", "\xe2\x82\xac"}) {
    CAPTURE(code);
    CHECK(StatusIs(Currency::Parse(code), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("Money::Parse reads at most the decimals of the currency") {
  CHECK(*Money::Parse("8", Of("USD")) == Usd(800));
  CHECK(*Money::Parse("8.5", Of("USD")) == Usd(850));
  CHECK(*Money::Parse("-1.50", Of("USD")) == Usd(-150));
  CHECK(Money::Parse("1.234", Of("KWD"))->minor() == 1'234);
  CHECK(Money::Parse("800", Of("JPY"))->minor() == 800);
  CHECK(StatusIs(Money::Parse("8.005", Of("USD")), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(Money::Parse("8.0", Of("JPY")), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(Money::Parse("8 USD", Of("USD")), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(Money::Parse("92233720368547758.08", Of("USD")), absl::StatusCode::kOutOfRange));
  CHECK(Money::Parse("-92233720368547758.08", Of("USD"))->minor() == Limits::min());
}

TEST_CASE("Money prints with exactly the decimals of its currency") {
  CHECK(AmountText(Usd(800)) == "8.00");
  CHECK(AmountText(Usd(-150)) == "-1.50");
  CHECK(AmountText(Usd(-5)) == "-0.05");
  CHECK(AmountText(Money::FromMinor(800, Of("JPY"))) == "800");
  CHECK(AmountText(Money::FromMinor(5, Of("CLF"))) == "0.0005");
  CHECK(AmountText(Usd(Limits::min())) == "-92233720368547758.08");
  CHECK(ToString(Usd(800)) == "8.00 USD");
  CHECK(fmt::format("{}", Usd(1)) == "0.01 USD");
}

TEST_CASE("Sums of money are exact or refused") {
  CHECK(*Usd(250).Plus(Usd(-300)) == Usd(-50));
  CHECK(*Usd(250).Minus(Usd(300)) == Usd(-50));
  CHECK(*Usd(250).Times(-3) == Usd(-750));
  CHECK(StatusIs(Usd(Limits::max()).Plus(Usd(1)), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Usd(Limits::min()).Minus(Usd(1)), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Usd(Limits::min()).Times(-1), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Usd(0).Minus(Usd(Limits::min())), absl::StatusCode::kOutOfRange));
}

TEST_CASE("Money of different currencies neither adds nor is equal") {
  const Money yen = Money::Zero(Of("JPY"));
  CHECK(StatusIs(Usd(0).Plus(yen), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(Usd(0).Minus(yen), absl::StatusCode::kInvalidArgument));
  CHECK_FALSE(Usd(0) == yen);
  CHECK(Usd(0).IsZero());
  CHECK(yen.IsZero());
  CHECK_FALSE(Usd(0).IsNegative());
  CHECK(Usd(-1).IsNegative());
}

TEST_CASE("Money::Allocate gives the left-over units to the largest remainders, then to the left") {
  CHECK(Parts(Usd(100), {1, 1, 1}) == Weights{34, 33, 33});
  CHECK(Parts(Usd(5), {3, 7}) == Weights{2, 3});         // 1.5 and 3.5: a tie, to the left
  CHECK(Parts(Usd(10), {1, 2, 4}) == Weights{1, 3, 6});  // 1.43, 2.86, 5.71
  CHECK(Parts(Usd(1), {0, 1, 1}) == Weights{0, 1, 0});
  CHECK(Parts(Usd(0), {1, 2}) == Weights{0, 0});
  CHECK(Parts(Usd(7), {5}) == Weights{7});
}

TEST_CASE("Money::Allocate splits a negative amount like the positive one") {
  CHECK(Parts(Usd(-100), {1, 1, 1}) == Weights{-34, -33, -33});
  CHECK(Parts(Usd(Limits::min()), {1, 1}) == Weights{Limits::min() / 2, Limits::min() / 2});
  CHECK(Parts(Usd(Limits::min()), {1}) == Weights{Limits::min()});
}

TEST_CASE("Money::Allocate is exact where the products pass 64 bits") {
  constexpr std::int64_t kBig = Limits::max();
  CHECK(Parts(Usd(kBig), {kBig}) == Weights{kBig});
  CHECK(Parts(Usd(kBig), {kBig - 1, 1}) == Weights{kBig - 1, 1});
  CHECK(Parts(Usd(Limits::min()), {1, kBig - 1}) == Weights{-1, -kBig});
}

TEST_CASE("Money::Allocate refuses weights that have no proportion") {
  for (const Weights& weights :
       {Weights{}, Weights{0, 0}, Weights{1, -1}, Weights{-1, 3}, Weights{Limits::max(), 1}}) {
    CHECK(StatusIs(Usd(100).Allocate(weights), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("Money::Allocate parts sum to the whole and lie within one unit of their share") {
  std::mt19937_64 random(20'261'123);
  for (int round = 0; round < 2'000; ++round) {
    const auto amount = static_cast<std::int64_t>(random()) >> (random() % 63);
    Weights weights(1 + random() % 8);
    for (std::int64_t& weight : weights) weight = static_cast<std::int64_t>(random() % 1'000);
    weights[random() % weights.size()] += 1;
    long double total = 0;
    for (const std::int64_t weight : weights) total += static_cast<long double>(weight);
    const std::vector<std::int64_t> parts = Parts(Usd(amount), weights);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      sum += parts[i];
      const long double share =
          static_cast<long double>(amount) * static_cast<long double>(weights[i]) / total;
      const long double distance = static_cast<long double>(parts[i]) - share;
      REQUIRE(distance < 1.0L + 1e-9L);
      REQUIRE(distance > -1.0L - 1e-9L);
      if (weights[i] == 0) REQUIRE(parts[i] == 0);
    }
    REQUIRE(sum == amount);
  }
}

TEST_CASE("Money::ToCost is the same amount in micro-units") {
  CHECK(*Usd(-150).ToCost() == Cost::FromMicros(-1'500'000));
  CHECK(*Money::FromMinor(800, Of("JPY")).ToCost() == Cost::FromMicros(800'000'000));
  CHECK(*Money::FromMinor(5, Of("CLF")).ToCost() == Cost::FromMicros(500));
  CHECK(StatusIs(Usd(Limits::max()).ToCost(), absl::StatusCode::kOutOfRange));
}

}  // namespace
}  // namespace orderwright
