// What a host brings: variables, functions, records and types of its own.
#include <atomic>
#include <thread>
#include <vector>

#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::Checked;
using testing::IsOk;
using testing::StatusIs;
using testing::Unchecked;

using Arguments = std::span<const Value>;

// An order as the host keeps it.
class OrderRecord final : public Record {
 public:
  OrderRecord(double total, const char* note) : total_(total), note_(note) {}
  std::string_view type_name() const override { return "order"; }
  int FieldIndex(std::string_view name) const override {
    return name == "total" ? 0 : (name == "note" ? 1 : (name == "broken" ? 2 : -1));
  }
  bool Has(int field) const override { return field != 1 || note_ != nullptr; }
  absl::StatusOr<Value> Get(int field) const override {
    if (field == 0) return Value::Double(total_);
    if (field == 2) return Internal("the store does not answer");
    if (note_ == nullptr) return NotFound("no note");
    return Value::String(note_);
  }

 private:
  double total_;
  const char* note_;
};

Environment HostEnvironment() {
  Environment environment = FullEnvironment();
  environment.AddRecord(std::make_shared<const RecordType>(
      "order", std::vector<RecordField>{{"total", Type(TypeKind::kDouble)},
                                        {"note", Type(TypeKind::kString), true},
                                        {"broken", Type(TypeKind::kInt)}}));
  CHECK(IsOk(environment.AddVariable("order", "order")));
  CHECK(IsOk(environment.AddFunction(
      "host.twice", "(int): int", [](Arguments arguments, CallContext&) -> absl::StatusOr<Value> {
        return Value::Int(arguments[0].int_value() * 2);
      })));
  CHECK(IsOk(environment.AddFunction(
      "host.sum", "(int...): int", [](Arguments arguments, CallContext&) -> absl::StatusOr<Value> {
        std::int64_t sum = 0;
        for (const Value& value : arguments) sum += value.int_value();
        return Value::Int(sum);
      })));
  CHECK(IsOk(environment.AddFunction(
      "isGift", "order.(): bool", [](Arguments arguments, CallContext&) -> absl::StatusOr<Value> {
        return Value::Bool(arguments[0].record().Has(1));
      })));
  CHECK(IsOk(environment.AddFunction("slow", "(): int",
                                     [](Arguments, CallContext& context) -> absl::StatusOr<Value> {
                                       if (!context.Charge(2'000'000)) return Internal("spent");
                                       return Value::Int(1);
                                     })));
  CHECK(IsOk(environment.AddFunction("fails", "(): int",
                                     [](Arguments, CallContext&) -> absl::StatusOr<Value> {
                                       return InvalidArgument("the host says no");
                                     })));
  return environment;
}

std::shared_ptr<const Environment> Host() {
  static const auto environment = std::make_shared<const Environment>(HostEnvironment());
  return environment;
}

Variables With(const Record* record) {
  Variables variables;
  variables.Set("order", Value::FromRecord(record));
  return variables;
}

void GivesOnHost(const Variables& variables, const std::vector<testing::Row>& rows) {
  for (const testing::Row& row : rows) {
    INFO(row.expression);
    CHECK(Checked(row.expression, variables, Host()) == row.outcome);
    CHECK(Unchecked(row.expression, variables, Host()) == row.outcome);
  }
}

TEST_CASE("Functions of the host are called by their names and receivers") {
  GivesOnHost(With(new OrderRecord(9.5, "for you")),
              {{"host.twice(21)", "42"},
               {"host.sum(1, 2, 3)", "6"},
               {"order.isGift()", "true"},
               {"fails() == 1", "error: the host says no"},
               {"fails() == 1 || true", "true"},
               {"slow() == 1 || true",
                "status: the evaluation was ended: it costs more than the limit of 1000000"}});
}

TEST_CASE("Calls that no overload takes are refused before they reach the host") {
  CHECK(Checked("host.twice('a')", {}, Host()) ==
        "check error: no such overload: host.twice(string); there is (int): int");
  CHECK(Unchecked("host.twice('a')", {}, Host()) == "error: no such overload: host.twice(string)");
  CHECK(Unchecked("host.sum()", {}, Host()) == "error: no such overload: host.sum()");
}

TEST_CASE("Records: fields are read, unset ones are absent") {
  GivesOnHost(With(new OrderRecord(9.5, nullptr)),
              {{"order.total", "9.5"},
               {"has(order.total) && !has(order.note)", "true"},
               {"order.note", "error: field 'note' of order is not set; ask has() first"},
               {"order.?note.orValue('none')", "\"none\""},
               {"order.?total", "optional.of(9.5)"},
               {"order.note == '' || true", "true"},
               {"order.broken", "error: the store does not answer"},
               {"order == order", "true"}});
  CHECK(Unchecked("order.nothing", With(new OrderRecord(1, nullptr)), Host()) ==
        "error: no such field 'nothing' in order");
}

TEST_CASE("Signatures are read and written") {
  for (const char* const text :
       {"(): int", "(int, string): bool", "string.(int): list(string)", "(int...): int",
        "map(K, V).(K): optional_type(V)", "(list(list(T))): list(T)"}) {
    const auto overload = Overload::Parse(text);
    REQUIRE(IsOk(overload));
    CHECK(ToString(*overload) == text);
  }
  for (const char* const text : {"", "int", "(int)", "(int: int", "int): int", "string(int): int",
                                 "(): ", "(list(): int", ": int"}) {
    INFO(text);
    CHECK(StatusIs(Overload::Parse(text), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("An overload is added once") {
  Environment environment = StandardEnvironment();
  const Implementation nothing = [](Arguments, CallContext&) -> absl::StatusOr<Value> {
    return Value();
  };
  CHECK(IsOk(environment.AddFunction("f", "(int): int", nothing)));
  CHECK(IsOk(environment.AddFunction("f", "(string): int", nothing)));
  CHECK(IsOk(environment.AddFunction("f", "int.(): int", nothing)));
  CHECK(StatusIs(environment.AddFunction("f", "(int): string", nothing),
                 absl::StatusCode::kAlreadyExists));
  CHECK(StatusIs(environment.AddVariable("x", "list("), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("A copy of an environment is independent of it") {
  const Environment first = StandardEnvironment();
  Environment second = first;
  second.AddVariable("x", Type(TypeKind::kInt));
  CHECK(first.FindVariable("x") == nullptr);
  CHECK(second.FindVariable("x") != nullptr);
}

TEST_CASE("Candidates go from the container outward") {
  Environment environment;
  environment.set_container("a.b");
  CHECK(environment.Candidates("x.y") == std::vector<std::string>{"a.b.x.y", "a.x.y", "x.y"});
  CHECK(environment.Candidates(".x") == std::vector<std::string>{"x"});
}

TEST_CASE("A program, its environment and values are shared by threads") {
  const auto program = Program::Compile(
      "items.map(i, i * 2).exists(i, i == n) && 'x'.matches('^x$') && order.total > 1", [] {
        Environment environment = *Host();
        CHECK(IsOk(environment.AddVariable("items", "list(int)")));
        environment.AddVariable("n", Type(TypeKind::kInt));
        return std::make_shared<const Environment>(std::move(environment));
      }());
  REQUIRE(IsOk(program));
  std::vector<Value> numbers;
  for (int i = 0; i < 100; ++i) numbers.push_back(Value::Int(i));
  Variables shared = With(new OrderRecord(2, nullptr));
  shared.Set("items", Value::List(std::move(numbers)));
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&program, &shared, &right, thread] {
      for (int i = 0; i < 50; ++i) {
        Variables own = shared;
        own.Set("n", Value::Int(2 * (i + thread)));
        const auto value = program->Evaluate(own);
        if (value.ok() && value->Is(Kind::kBool) && value->bool_value()) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 200);
}

TEST_CASE("A copy of a program is the program") {
  const auto program = Program::Compile("order.total * 2.0", Host());
  REQUIRE(IsOk(program));
  const Program copy = *program;
  CHECK(copy.type() == Type(TypeKind::kDouble));
  CHECK(testing::Outcome(copy.Evaluate(With(new OrderRecord(2, nullptr)))) == "4.0");
  CHECK(testing::Outcome(program->Evaluate(With(new OrderRecord(3, nullptr)))) == "6.0");
}

TEST_CASE("An error of the evaluation has its place") {
  const auto program = Program::Compile("1 == 1 &&\n  2 / (1 - 1) == 0", testing::Full());
  REQUIRE(IsOk(program));
  const auto value = program->Evaluate(Variables());
  REQUIRE(StatusIs(value, absl::StatusCode::kInvalidArgument));
  CHECK(MessageOf(value.status()) ==
        "2:5: division by zero\n"
        " |   2 / (1 - 1) == 0\n"
        " |     ^");
  CHECK(IssuesIn(value.status()).at(0) == Issue{ErrorKind::kEvaluation, 2, 5, "division by zero"});
}

}  // namespace
}  // namespace orderwright::cel
