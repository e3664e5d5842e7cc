// SQLite in memory, in the process: a transaction an order, in it a conditional UPDATE a line, all
// statements prepared. The clients share the connection under a lock: SQLite writes one at a time.
#include <sqlite3.h>

#include <cstdlib>
#include <initializer_list>
#include <mutex>

#include "benchmarks/tasks/reserve/contender.h"

namespace orderwright::benchmarks {
namespace {

class Database {
 public:
  Database() {
    sqlite3* db = nullptr;
    const int result = sqlite3_open(":memory:", &db);
    db_.reset(db);
    Check(result);
  }

  void Execute(const char* sql) { Check(sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr)); }
  [[nodiscard]] sqlite3* get() { return db_.get(); }
  void Check(int result) {
    if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
    fmt::print(stderr, "SQLite: {}\n", sqlite3_errmsg(db_.get()));
    std::exit(1);
  }

 private:
  struct Closer {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };
  std::unique_ptr<sqlite3, Closer> db_;
};

class Statement {
 public:
  Statement(Database& db, const char* sql) : db_(db) {
    sqlite3_stmt* statement = nullptr;
    db.Check(sqlite3_prepare_v3(db.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    statement_.reset(statement);
  }

  // The number of rows it changed.
  int Run(std::initializer_list<std::int64_t> values = {}) {
    int at = 0;
    for (const std::int64_t value : values) {
      db_.Check(sqlite3_bind_int64(statement_.get(), ++at, value));
    }
    db_.Check(sqlite3_step(statement_.get()));
    db_.Check(sqlite3_reset(statement_.get()));
    return sqlite3_changes(db_.get());
  }
  bool Next() {
    const int result = sqlite3_step(statement_.get());
    db_.Check(result);
    return result == SQLITE_ROW;
  }
  [[nodiscard]] std::int64_t Column(int i) { return sqlite3_column_int64(statement_.get(), i); }

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Database& db_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

// Made once the tables are there.
struct Statements {
  explicit Statements(Database& database) : db(database) {}
  Database& db;
  Statement begin{db, "BEGIN IMMEDIATE"};
  Statement commit{db, "COMMIT"};
  Statement rollback{db, "ROLLBACK"};
  Statement take{db,
                 "UPDATE stock SET reserved = reserved + ?2 WHERE cell = ?1"
                 " AND on_hand - reserved >= ?2"};
  Statement record{db, "INSERT INTO reserved_line VALUES (?1, ?2, ?3)"};
  Statement ship{db,
                 "UPDATE stock SET on_hand = on_hand - units, reserved = reserved - units"
                 " FROM reserved_line AS line WHERE line.order_number = ?1"
                 " AND stock.cell = line.cell"};
  Statement release{db,
                    "UPDATE stock SET reserved = reserved - units"
                    " FROM reserved_line AS line WHERE line.order_number = ?1"
                    " AND stock.cell = line.cell"};
  Statement forget{db, "DELETE FROM reserved_line WHERE order_number = ?1"};
};

class SqliteContender : public Contender {
 public:
  explicit SqliteContender(const Stream& stream) {
    db_.Execute(
        "CREATE TABLE stock (cell INTEGER PRIMARY KEY, on_hand INTEGER NOT NULL,"
        " reserved INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE reserved_line (order_number INTEGER, cell INTEGER, units INTEGER NOT NULL,"
        " PRIMARY KEY (order_number, cell)) WITHOUT ROWID;"
        "BEGIN");
    Statement insert(db_, "INSERT INTO stock (cell, on_hand) VALUES (?1, ?2)");
    for (std::uint32_t cell = 0; cell < kCells; ++cell) insert.Run({cell, stream.opening[cell]});
    db_.Execute("COMMIT");
    statements_ = std::make_unique<Statements>(db_);
  }

  bool Reserve(std::int64_t order, std::span<const Line> lines) {
    const std::lock_guard lock(mutex_);
    statements_->begin.Run();
    for (const Line& line : lines) {
      if (statements_->take.Run({line.cell, line.units}) == 0) {
        statements_->rollback.Run();
        return false;
      }
      statements_->record.Run({order, line.cell, line.units});
    }
    statements_->commit.Run();
    return true;
  }
  void Close(std::int64_t order, bool ships) {
    const std::lock_guard lock(mutex_);
    statements_->begin.Run();
    (ships ? statements_->ship : statements_->release).Run({order});
    statements_->forget.Run({order});
    statements_->commit.Run();
  }

  std::unique_ptr<Client> Connect() override;
  std::vector<CellFigures> Figures() override {
    std::vector<CellFigures> figures;
    Statement read(db_, "SELECT on_hand, reserved FROM stock ORDER BY cell");
    while (read.Next()) figures.push_back({read.Column(0), read.Column(1)});
    return figures;
  }

 private:
  std::mutex mutex_;
  Database db_;
  std::unique_ptr<Statements> statements_;
};

class SqliteClient : public Client {
 public:
  explicit SqliteClient(SqliteContender& contender) : contender_(contender) {}
  void Reserve(std::size_t order, std::span<const Line> lines, char& accepted) override {
    accepted = contender_.Reserve(static_cast<std::int64_t>(order), lines) ? 1 : 0;
  }
  void Close(std::size_t order, bool ships) override {
    contender_.Close(static_cast<std::int64_t>(order), ships);
  }

 private:
  SqliteContender& contender_;
};

std::unique_ptr<Client> SqliteContender::Connect() { return std::make_unique<SqliteClient>(*this); }

}  // namespace

std::vector<Peer> SqlitePeers() {
  return {{fmt::format("SQLite {} in memory", sqlite3_libversion()),
           [](const Stream& stream) { return std::make_unique<SqliteContender>(stream); }}};
}

}  // namespace orderwright::benchmarks
