// KeyLock: whether a command was made before, asked and answered under the lock of its key.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_KEYS_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_KEYS_H_

#include <cstdint>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/status.h"
#include "src/inventory/internal/book.h"
#include "src/inventory/internal/hash128.h"

namespace orderwright::inventory_internal {

// What a key may stand for.
enum class Command : std::uint8_t {
  kReserve = 1,
  kRelease = 2,
  kShip = 3,
  kConfirm = 4,
  kExtend = 5,
  kAmend = 6,
  kAdjust = 7,
  kReceive = 8,
  kLose = 9,
  kSetAllotments = 10,
};

// The content of a command, word by word, for comparison with a later one of the same key.
class Content {
 public:
  explicit Content(Command command) { Add(static_cast<std::uint64_t>(command)); }
  void Add(std::uint64_t word) {
    char bytes[sizeof(word)];
    std::memcpy(bytes, &word, sizeof(word));
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof(word));
  }
  template <typename Cells>
  void AddCells(const Cells& cells) {
    Add(cells.size());
    for (const auto& cell : cells) {
      Add(Raw(cell.sku));
      Add(Raw(cell.location));
      Add(static_cast<std::uint64_t>(cell.quantity.count()));
    }
  }
  template <typename Days>
  void AddDays(const Days& days) {
    Add(days.size());
    for (const auto& day : days) {
      Add(Raw(day.location));
      Add(static_cast<std::uint64_t>(day.day.time_since_epoch().count()));
      Add(static_cast<std::uint64_t>(day.units.count()));
      Add(static_cast<std::uint64_t>(day.shipments.count()));
    }
  }
  template <typename Backorders>
  void AddBackorders(const Backorders& backorders) {
    AddCells(backorders);
    for (const auto& backorder : backorders) {
      Add(static_cast<std::uint64_t>(backorder.kind));
      Add(static_cast<std::uint64_t>(backorder.draw));
      const bool is_dated = backorder.expected.has_value();
      Add(is_dated ? 1 : 0);
      if (is_dated) {
        Add(static_cast<std::uint64_t>(backorder.expected->time_since_epoch().count()));
      }
    }
  }
  [[nodiscard]] Hash128 hash() const { return HashOf({bytes_.data(), bytes_.size()}); }

 private:
  absl::InlinedVector<char, 256> bytes_;
};

// Holds the shard of a key from the look-up to the end of the command; nothing for no key.
class KeyLock {
 public:
  KeyLock(Book& book, const CommandKey& key) {
    if (key.empty()) return;
    hash_ = HashOf(key.text());
    shard_ = &book.KeysOf(hash_);
    shard_->lock.lock();
  }
  ~KeyLock() {
    if (shard_ != nullptr) shard_->lock.unlock();
  }
  KeyLock(const KeyLock&) = delete;
  KeyLock& operator=(const KeyLock&) = delete;

  // The reservation of the command if it was made with this key before; 0: it is of none. What the
  // command says is added to its content by `describe`, which is not called without a key.
  // Errors: kAlreadyExists (the key stands for a command of other content).
  template <typename Describe>
  [[nodiscard]] absl::StatusOr<std::optional<ReservationId>> FindRepeated(
      const CommandKey& key, Command command, const Describe& describe) {
    if (shard_ == nullptr) return std::nullopt;
    Content content(command);
    describe(content);
    content_ = content.hash();
    const auto at = shard_->map.find(hash_);
    if (at == shard_->map.end()) return std::nullopt;
    if (at->second.content != content_) {
      return MakeStatus(absl::StatusCode::kAlreadyExists,
                        fmt::format("key '{}' stands for another command; use a new key", key));
    }
    return ReservationId{at->second.reservation};
  }
  // Remembers the command that was asked about. The record's lock must be held.
  void Keep(ReservationId id, Record& record) {
    if (shard_ == nullptr) return;
    shard_->map.emplace(hash_, KeyEntry{content_, static_cast<std::uint64_t>(id)});
    record.keys.push_back(hash_);
  }
  // The same for a command of no reservation.
  void KeepForEver() {
    if (shard_ != nullptr) shard_->map.emplace(hash_, KeyEntry{content_, 0});
  }

 private:
  Hash128 hash_;
  Hash128 content_;
  Shard<Book::Keys>* shard_ = nullptr;
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_KEYS_H_
