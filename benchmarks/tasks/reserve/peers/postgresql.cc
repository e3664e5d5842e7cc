// PostgreSQL on a socket of this machine, in three ways:
//
//   row lock, statements   SELECT … FOR UPDATE of the order's rows in a fixed order, then UPDATE
//                          and INSERT, in a transaction; each statement is a round trip
//   row lock, function     the same in a function: one round trip
//   unit rows, function    a row for each unit, taken with SKIP LOCKED, as Shopify describes it
//                          (https://shopify.engineering/scaling-inventory-reservations)
//
// each with the default settings, which make a commit durable, and with synchronous_commit off.
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <system_error>

#include "benchmarks/tasks/reserve/contender.h"
#include "benchmarks/tasks/reserve/server.h"

namespace orderwright::benchmarks {
namespace {

enum class Way : std::uint8_t { kStatements, kFunction, kUnitRows };

constexpr const char* kRowTables = R"sql(
CREATE TABLE stock (cell int PRIMARY KEY, on_hand int NOT NULL, reserved int NOT NULL DEFAULT 0);
CREATE TABLE reserved_line (
  order_number bigint, cell int, units int NOT NULL, PRIMARY KEY (order_number, cell));
)sql";

// Rows are locked ascending by cell everywhere, so that nobody waits in a circle.
constexpr const char* kLockForReserve =
    "SELECT cell, on_hand - reserved FROM stock WHERE cell = ANY($1::int[])"
    " ORDER BY cell FOR UPDATE";
constexpr const char* kTake =
    "WITH line AS (SELECT * FROM unnest($2::int[], $3::int[]) AS line (cell, units)), taken AS ("
    " UPDATE stock SET reserved = reserved + line.units FROM line WHERE stock.cell = line.cell)"
    " INSERT INTO reserved_line SELECT $1::bigint, cell, units FROM line";
constexpr const char* kLockForClose =
    "SELECT FROM stock JOIN reserved_line AS line USING (cell) WHERE order_number = $1::bigint"
    " ORDER BY cell FOR UPDATE OF stock";
constexpr const char* kGiveBack =
    "WITH line AS (DELETE FROM reserved_line WHERE order_number = $1::bigint RETURNING cell, units)"
    " UPDATE stock SET reserved = reserved - line.units,"
    " on_hand = on_hand - CASE WHEN $2::boolean THEN line.units ELSE 0 END"
    " FROM line WHERE stock.cell = line.cell";

constexpr const char* kRowFunctions = R"sql(
CREATE FUNCTION reserve(number bigint, cells int[], counts int[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  row record;
  i int := 0;
BEGIN
  FOR row IN
    SELECT on_hand - reserved AS free FROM stock WHERE cell = ANY(cells) ORDER BY cell FOR UPDATE
  LOOP
    i := i + 1;
    IF row.free < counts[i] THEN RETURN false; END IF;
  END LOOP;
  FOR i IN 1 .. cardinality(cells) LOOP
    UPDATE stock SET reserved = reserved + counts[i] WHERE cell = cells[i];
  END LOOP;
  INSERT INTO reserved_line SELECT number, * FROM unnest(cells, counts);
  RETURN true;
END $$;
CREATE FUNCTION close(number bigint, ships boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  line record;
BEGIN
  FOR line IN SELECT cell, units FROM reserved_line WHERE order_number = number ORDER BY cell LOOP
    UPDATE stock SET reserved = reserved - line.units,
                     on_hand = on_hand - CASE WHEN ships THEN line.units ELSE 0 END
    WHERE cell = line.cell;
  END LOOP;
  DELETE FROM reserved_line WHERE order_number = number;
END $$;
)sql";

// What is given back after a refusal was never seen by others. Nobody waits for anybody.
constexpr const char* kUnitRows = R"sql(
CREATE TABLE unit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cell int NOT NULL, order_number bigint);
CREATE INDEX ON unit (cell) WHERE order_number IS NULL;
CREATE INDEX ON unit (order_number) WHERE order_number IS NOT NULL;
CREATE FUNCTION reserve(number bigint, cells int[], counts int[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  taken int;
BEGIN
  FOR i IN 1 .. cardinality(cells) LOOP
    UPDATE unit SET order_number = number WHERE id = ANY(ARRAY(
      SELECT id FROM unit WHERE cell = cells[i] AND order_number IS NULL
      LIMIT counts[i] FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF taken < counts[i] THEN
      UPDATE unit SET order_number = NULL WHERE order_number = number;
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END $$;
CREATE FUNCTION close(number bigint, ships boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF ships THEN
    DELETE FROM unit WHERE order_number = number;
  ELSE
    UPDATE unit SET order_number = NULL WHERE order_number = number;
  END IF;
END $$;
)sql";

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

class Connection {
 public:
  explicit Connection(const std::string& where) : connection_(PQconnectdb(where.c_str())) {}

  [[nodiscard]] bool IsOpen() const { return PQstatus(connection_.get()) == CONNECTION_OK; }
  Result Execute(const std::string& sql) {
    return Checked(Result(PQexec(connection_.get(), sql.c_str())));
  }
  void Prepare(const char* name, const char* sql) {
    (void)Checked(Result(PQprepare(connection_.get(), name, sql, 0, nullptr)));
  }
  Result Run(const char* name, std::initializer_list<const char*> values = {}) {
    return Checked(Result(PQexecPrepared(connection_.get(), name, static_cast<int>(values.size()),
                                         values.begin(), nullptr, nullptr, 0)));
  }

 private:
  Result Checked(Result result) {
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    fmt::print(stderr, "PostgreSQL: {}\n", PQerrorMessage(connection_.get()));
    std::exit(1);
  }

  struct Closer {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Closer> connection_;
};

class PostgresServer {
 public:
  explicit PostgresServer(const std::string& programs) {
    Process make({programs + "/initdb", "-D", data(), "-U", "bench", "-A", "trust", "-E", "UTF8",
                  "--no-locale", "--no-sync"},
                 log());
    if (!make.Wait()) Fail();
    std::vector<std::string> command = {programs + "/postgres", "-D", data(), "-k",
                                        folder_.path(),         "-h", ""};
    if (IsSmoke()) command.push_back("-F");  // shows that it works, and waits for no disk
    server_ = std::make_unique<Process>(command, log());
    if (!server_->WaitUntil([&] { return Connection(where()).IsOpen(); })) Fail();
    SayHowDurable();
  }
  [[nodiscard]] std::string where() const {
    return fmt::format("host={} user=bench dbname=postgres", folder_.path());
  }

 private:
  [[nodiscard]] std::string data() const { return folder_.path() + "/data"; }
  [[nodiscard]] std::string log() const { return folder_.path() + "/log"; }
  // What a durable commit waits for is the disk.
  void SayHowDurable() const {
    if (folder_.IsInMemory()) {
      fmt::print(
          stderr,
          "reserve: {} IS KEPT IN MEMORY: durable commits of PostgreSQL cost too little; set "
          "TMPDIR to a folder on a disk\n",
          folder_.path());
      return;
    }
    fmt::print("reserve: a write of 8 kB to {} is durable after {:.2f} ms\n", folder_.path(),
               folder_.SecondsOfDurableWrite() * 1e3);
  }
  [[noreturn]] void Fail() const {
    fmt::print(stderr, "PostgreSQL did not start: see {}\n", log());
    std::exit(1);
  }
  TemporaryFolder folder_;
  std::unique_ptr<Process> server_;
};

// {1,2,3}
template <typename Value>
std::string ArrayOf(std::span<const Line> lines, Value Line::* value) {
  std::vector<Value> values;
  for (const Line& line : lines) values.push_back(line.*value);
  return fmt::format("{{{}}}", fmt::join(values, ","));
}

class PostgresClient : public Client {
 public:
  PostgresClient(const std::string& where, const std::string& settings, Way way)
      : connection_(where), way_(way) {
    (void)connection_.Execute(settings);
    if (way == Way::kStatements) {
      connection_.Prepare("begin", "BEGIN");
      connection_.Prepare("commit", "COMMIT");
      connection_.Prepare("rollback", "ROLLBACK");
      connection_.Prepare("lock for reserve", kLockForReserve);
      connection_.Prepare("take", kTake);
      connection_.Prepare("lock for close", kLockForClose);
      connection_.Prepare("give back", kGiveBack);
    } else {
      connection_.Prepare("reserve", "SELECT reserve($1, $2, $3)");
      connection_.Prepare("close", "SELECT close($1, $2)");
    }
  }

  void Reserve(std::size_t order, std::span<const Line> lines, char& accepted) override {
    const std::string number = std::to_string(order);
    const std::string cells = ArrayOf(lines, &Line::cell);
    const std::string units = ArrayOf(lines, &Line::units);
    if (way_ != Way::kStatements) {
      const Result result =
          connection_.Run("reserve", {number.c_str(), cells.c_str(), units.c_str()});
      accepted = PQgetvalue(result.get(), 0, 0)[0] == 't' ? 1 : 0;
      return;
    }
    (void)connection_.Run("begin");
    const Result free = connection_.Run("lock for reserve", {cells.c_str()});
    accepted = 1;
    for (int i = 0; i < PQntuples(free.get()); ++i) {
      const std::int64_t units_free = std::strtoll(PQgetvalue(free.get(), i, 1), nullptr, 10);
      if (units_free < lines[static_cast<std::size_t>(i)].units) accepted = 0;
    }
    if (accepted == 0) {
      (void)connection_.Run("rollback");
      return;
    }
    (void)connection_.Run("take", {number.c_str(), cells.c_str(), units.c_str()});
    (void)connection_.Run("commit");
  }
  void Close(std::size_t order, bool ships) override {
    const std::string number = std::to_string(order);
    if (way_ != Way::kStatements) {
      (void)connection_.Run("close", {number.c_str(), ships ? "t" : "f"});
      return;
    }
    (void)connection_.Run("begin");
    (void)connection_.Run("lock for close", {number.c_str()});
    (void)connection_.Run("give back", {number.c_str(), ships ? "t" : "f"});
    (void)connection_.Run("commit");
  }

 private:
  Connection connection_;
  Way way_;
};

// In a schema of its own, made anew.
class PostgresContender : public Contender {
 public:
  PostgresContender(std::shared_ptr<PostgresServer> server, Way way, bool durable,
                    const Stream& stream)
      : server_(std::move(server)), way_(way), connection_(server_->where()) {
    const std::string schema = fmt::format("way_{}_{}", static_cast<int>(way), durable);
    settings_ = fmt::format("SET search_path = {}; SET synchronous_commit = {}", schema,
                            durable ? "on" : "off");
    (void)connection_.Execute(
        fmt::format("SET client_min_messages = warning; SET synchronous_commit = off; DROP SCHEMA "
                    "IF EXISTS {0} CASCADE; CREATE SCHEMA {0}",
                    schema));
    (void)connection_.Execute(fmt::format("SET search_path = {}", schema));
    Fill(stream);
    (void)connection_.Execute(way == Way::kUnitRows ? "VACUUM ANALYZE unit"
                                                    : "VACUUM ANALYZE stock");
  }

  std::unique_ptr<Client> Connect() override {
    return std::make_unique<PostgresClient>(server_->where(), settings_, way_);
  }
  std::vector<CellFigures> Figures() override {
    const Result rows = connection_.Execute(
        way_ == Way::kUnitRows
            ? fmt::format("SELECT count(unit.cell), count(order_number)"
                          " FROM generate_series(0, {}) AS cell LEFT JOIN unit USING (cell)"
                          " GROUP BY cell ORDER BY cell",
                          kCells - 1)
            : "SELECT on_hand, reserved FROM stock ORDER BY cell");
    std::vector<CellFigures> figures;
    for (int i = 0; i < PQntuples(rows.get()); ++i) {
      figures.push_back({std::strtoll(PQgetvalue(rows.get(), i, 0), nullptr, 10),
                         std::strtoll(PQgetvalue(rows.get(), i, 1), nullptr, 10)});
    }
    return figures;
  }

 private:
  void Fill(const Stream& stream) {
    (void)connection_.Execute(way_ == Way::kUnitRows ? kUnitRows : kRowTables);
    if (way_ == Way::kFunction) (void)connection_.Execute(kRowFunctions);
    const std::string opening =
        fmt::format("unnest('{{{}}}'::int[]) WITH ORDINALITY AS opening (units, number)",
                    fmt::join(stream.opening, ","));
    (void)connection_.Execute(
        way_ == Way::kUnitRows
            ? fmt::format("INSERT INTO unit (cell) SELECT number - 1 FROM {},"
                          " generate_series(1, units)",
                          opening)
            : fmt::format("INSERT INTO stock SELECT number - 1, units FROM {}", opening));
  }

  std::shared_ptr<PostgresServer> server_;
  Way way_;
  std::string settings_;
  Connection connection_;
};

// Where Debian has it; the latest first.
std::vector<std::string> ServerFolders() {
  std::vector<std::string> folders;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
    folders.push_back((entry.path() / "bin").string());
  }
  std::sort(folders.rbegin(), folders.rend());
  return folders;
}

}  // namespace

std::vector<Peer> PostgresPeers() {
  const std::optional<std::string> initdb = FindProgram("initdb", ServerFolders());
  if (!initdb) {
    SayLeftOut("PostgreSQL", "there is no initdb on PATH or in /usr/lib/postgresql/*/bin");
    return {};
  }
  const auto server =
      std::make_shared<PostgresServer>(std::filesystem::path(*initdb).parent_path().string());
  struct Named {
    const char* name;
    Way way;
  };
  constexpr std::array<Named, 3> kWays = {{{"row lock, statements", Way::kStatements},
                                           {"row lock, function", Way::kFunction},
                                           {"unit rows, function", Way::kUnitRows}}};
  std::vector<Peer> peers;
  for (const bool durable : {true, false}) {
    for (const auto& [name, way] : kWays) {
      peers.push_back({fmt::format("PostgreSQL, {}{}", name, durable ? "" : ", commit async"),
                       [server, way = way, durable](const Stream& stream) {
                         return std::make_unique<PostgresContender>(server, way, durable, stream);
                       }});
    }
  }
  return peers;
}

}  // namespace orderwright::benchmarks
