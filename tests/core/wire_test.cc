#include "orderwright/core/wire.h"

#include <array>
#include <limits>
#include <string>

#include "tests/catch.h"

namespace orderwright {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

std::string Varint(std::uint64_t value) {
  WireWriter out;
  out.PutVarint(value);
  return out.Take();
}

bool IsVarint(std::string_view bytes) {
  std::uint64_t value = 0;
  WireReader in(bytes);
  return in.GetVarint(value) && in.AtEnd();
}

TEST_CASE("The example of the header reads back what it wrote") {
  WireWriter out;
  out.PutVarint(7);
  out.PutText("MUG");
  WireReader in(out.bytes());
  std::uint64_t n = 0;
  std::string_view sku;
  const bool ok = in.GetVarint(n) && in.GetText(sku) && in.AtEnd();
  CHECK(ok);
  CHECK(n == 7);
  CHECK(sku == "MUG");
}

TEST_CASE("Varints are LEB128 as the DWARF standard prints them") {
  CHECK(Varint(2) == "\x02");
  CHECK(Varint(127) == "\x7f");
  CHECK(Varint(128) == std::string("\x80\x01", 2));
  CHECK(Varint(129) == std::string("\x81\x01", 2));
  CHECK(Varint(12857) == std::string("\xb9\x64", 2));
  CHECK(Varint(0) == std::string(1, '\0'));
  CHECK(Varint(std::numeric_limits<std::uint64_t>::max()) == std::string(9, '\xff') + "\x01");
}

TEST_CASE("Signed numbers are zig-zag as the Protocol Buffers guide prints them") {
  const std::array<std::pair<std::int64_t, std::uint64_t>, 7> table = {{{0, 0},
                                                                        {-1, 1},
                                                                        {1, 2},
                                                                        {-2, 3},
                                                                        {0x7fffffff, 0xfffffffe},
                                                                        {-0x80000000LL, 0xffffffff},
                                                                        {Limits::min(), ~0ULL}}};
  for (const auto& [value, coded] : table) {
    CAPTURE(value);
    WireWriter out;
    out.PutSigned(value);
    CHECK(out.bytes() == Varint(coded));
  }
}

TEST_CASE("Every number reads back at the edges of its bytes") {
  for (int bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t near : {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{1}}) {
      const std::uint64_t value = (std::uint64_t{1} << bit) + near;
      WireWriter out;
      out.PutVarint(value);
      out.PutSigned(static_cast<std::int64_t>(value));
      WireReader in(out.bytes());
      std::uint64_t read = 0;
      std::int64_t read_signed = 0;
      REQUIRE(in.GetVarint(read));
      REQUIRE(in.GetSigned(read_signed));
      CHECK(read == value);
      CHECK(read_signed == static_cast<std::int64_t>(value));
      CHECK(in.AtEnd());
    }
  }
}

TEST_CASE("A second spelling of a number is refused") {
  CHECK(IsVarint(std::string("\x00", 1)));
  CHECK_FALSE(IsVarint(std::string("\x80\x00", 2)));
  CHECK_FALSE(IsVarint(std::string("\x81\x80\x00", 3)));
  CHECK_FALSE(IsVarint(std::string(9, '\x80') + std::string(1, '\0')));
}

TEST_CASE("A number beyond 64 bits is refused") {
  CHECK(IsVarint(std::string(9, '\xff') + "\x01"));
  CHECK_FALSE(IsVarint(std::string(9, '\xff') + "\x02"));
  CHECK_FALSE(IsVarint(std::string(10, '\xff') + "\x01"));
}

TEST_CASE("A truncated message is refused at every length") {
  WireWriter out;
  out.PutVarint(300);
  out.PutSigned(-70'000);
  out.PutText("a text");
  const std::string bytes(out.bytes());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    WireReader in(std::string_view(bytes).substr(0, size));
    std::uint64_t number = 0;
    std::int64_t negative = 0;
    std::string_view text;
    CHECK_FALSE((in.GetVarint(number) && in.GetSigned(negative) && in.GetText(text)));
  }
}

TEST_CASE("A text longer than what is there is refused, whatever length it claims") {
  for (const std::uint64_t claimed : {std::uint64_t{4}, ~std::uint64_t{0}}) {
    WireWriter out;
    out.PutVarint(claimed);
    const std::string bytes = out.Take() + "abc";
    std::string_view text = "untouched";
    WireReader in(bytes);
    CHECK_FALSE(in.GetText(text));
    CHECK(text == "untouched");
  }
}

TEST_CASE("A reader that failed once keeps failing") {
  const std::string bytes("\x80\x00\x05", 3);
  std::uint64_t value = 9;
  std::string_view text;
  WireReader in(bytes);
  REQUIRE_FALSE(in.GetVarint(value));
  CHECK_FALSE(in.GetVarint(value));
  CHECK_FALSE(in.GetText(text));
  CHECK_FALSE(in.AtEnd());
  CHECK(value == 9);
}

TEST_CASE("AtEnd is false while bytes are left") {
  std::uint64_t value = 0;
  WireReader in("\x01\x02");
  REQUIRE(in.GetVarint(value));
  CHECK_FALSE(in.AtEnd());
  REQUIRE(in.GetVarint(value));
  CHECK(in.AtEnd());
}

TEST_CASE("Texts may be empty and may contain any byte") {
  WireWriter out;
  out.PutText("");
  out.PutText(std::string_view("\0\xff\x80", 3));
  WireReader in(out.bytes());
  std::string_view empty = "x";
  std::string_view bytes;
  REQUIRE(in.GetText(empty));
  REQUIRE(in.GetText(bytes));
  CHECK(empty.empty());
  CHECK(bytes == std::string_view("\0\xff\x80", 3));
}

}  // namespace
}  // namespace orderwright
