#include "orderwright/core/symbol.h"

#include <string>
#include <thread>
#include <vector>

#include "tests/catch.h"

namespace orderwright {
namespace {

TEST_CASE("SymbolTable gives equal texts one symbol and different texts different ones") {
  SymbolTable table;
  const Symbol us = table.Intern("US");
  const Symbol de = table.Intern("DE");
  CHECK(us != de);
  CHECK(table.Intern(std::string("US")) == us);
  CHECK(table.Text(us) == "US");
  CHECK(table.Text(de) == "DE");
  CHECK(table.size() == 3);  // with the empty text
}

TEST_CASE("SymbolTable knows the empty text as symbol 0 from the start") {
  SymbolTable table;
  CHECK(table.size() == 1);
  CHECK(table.Intern("") == kEmptySymbol);
  CHECK(table.Find("") == kEmptySymbol);
  CHECK(table.Text(kEmptySymbol).empty());
}

TEST_CASE("SymbolTable::Find makes nothing") {
  SymbolTable table;
  CHECK(table.Find("web") == std::nullopt);
  CHECK(table.size() == 1);
  const Symbol web = table.Intern("web");
  CHECK(table.Find("web") == web);
}

TEST_CASE("SymbolTable::Text of a symbol out of range is empty") {
  SymbolTable table;
  CHECK(table.Text(Symbol{1}).empty());
  CHECK(table.Text(Symbol{4'294'967'295u}).empty());
}

TEST_CASE("SymbolTable keeps texts in place while it grows") {
  SymbolTable table;
  const std::string_view first = table.Text(table.Intern("a text too long for a small string"));
  const char* const data = first.data();
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = std::to_string(i);
    const Symbol symbol = table.Intern(text);
    REQUIRE(table.Text(symbol) == text);
  }
  CHECK(table.Text(Symbol{1}).data() == data);
  CHECK(first == "a text too long for a small string");
  CHECK(table.size() == 10'002);
}

TEST_CASE("SymbolTable does not confuse texts that contain a zero byte") {
  SymbolTable table;
  const Symbol a = table.Intern(std::string_view("a\0b", 3));
  CHECK(a != table.Intern("a"));
  CHECK(table.Text(a).size() == 3);
}

TEST_CASE("SymbolTable agrees with itself when threads intern the same texts") {
  constexpr int kTexts = 2'000;
  SymbolTable table;
  std::vector<std::vector<Symbol>> seen(4, std::vector<Symbol>(kTexts));
  std::vector<std::thread> threads;
  for (std::vector<Symbol>& mine : seen) {
    threads.emplace_back([&table, &mine] {
      for (std::size_t i = 0; i < kTexts; ++i) {
        mine[i] = table.Intern(std::to_string(i));
        if (table.Text(mine[i]) != std::to_string(i)) mine[i] = kEmptySymbol;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(table.size() == kTexts + 1);
  for (const std::vector<Symbol>& mine : seen) CHECK(mine == seen.front());
  for (const Symbol symbol : seen.front()) REQUIRE(symbol != kEmptySymbol);
}

}  // namespace
}  // namespace orderwright
