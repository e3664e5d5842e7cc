#include "orderwright/core/symbol.h"

#include <array>
#include <atomic>
#include <bit>
#include <limits>
#include <mutex>
#include <shared_mutex>

#include "absl/container/flat_hash_map.h"
#include "src/core/internal/macros.h"

namespace orderwright {
namespace {

// Texts live in blocks of 64, 128, 256, … that never move, so Text() reads without a lock.
constexpr std::size_t kFirstBlockBits = 6;
constexpr std::size_t kBlocks = 32 - kFirstBlockBits + 1;

struct Place {
  std::size_t block;
  std::size_t offset;
};

Place PlaceOf(std::size_t index) {
  const std::size_t shifted = index + (std::size_t{1} << kFirstBlockBits);
  const auto width = static_cast<std::size_t>(std::bit_width(shifted)) - 1;
  return {width - kFirstBlockBits, shifted - (std::size_t{1} << width)};
}

}  // namespace

struct SymbolTable::State {
  mutable std::shared_mutex mutex;  // guards `symbols` and all writing
  absl::flat_hash_map<std::string_view, Symbol> symbols;
  std::array<std::unique_ptr<std::string[]>, kBlocks> blocks;
  std::atomic<std::size_t> size{0};  // published after the text is in its place

  Symbol Append(std::string_view text) {
    const std::size_t index = size.load(std::memory_order_relaxed);
    ORDERWRIGHT_ASSERT(index < std::numeric_limits<std::uint32_t>::max());
    const Place place = PlaceOf(index);
    if (place.offset == 0) {
      blocks[place.block] =
          std::make_unique<std::string[]>(std::size_t{1} << (kFirstBlockBits + place.block));
    }
    std::string& stored = blocks[place.block][place.offset];
    stored = text;
    const Symbol symbol{static_cast<std::uint32_t>(index)};
    symbols.emplace(stored, symbol);
    size.store(index + 1, std::memory_order_release);
    return symbol;
  }
};

SymbolTable::SymbolTable() : state_(std::make_unique<State>()) {
  state_->Append({});  // symbol 0 is the empty text
}

SymbolTable::~SymbolTable() = default;

Symbol SymbolTable::Intern(std::string_view text) {
  if (const std::optional<Symbol> known = Find(text)) return *known;
  const std::unique_lock lock(state_->mutex);
  // Another thread may have made it between the two locks.
  const auto found = state_->symbols.find(text);
  return found != state_->symbols.end() ? found->second : state_->Append(text);
}

std::optional<Symbol> SymbolTable::Find(std::string_view text) const {
  const std::shared_lock lock(state_->mutex);
  const auto found = state_->symbols.find(text);
  if (found == state_->symbols.end()) return std::nullopt;
  return found->second;
}

std::string_view SymbolTable::Text(Symbol symbol) const {
  const auto index = static_cast<std::size_t>(symbol);
  if (index >= state_->size.load(std::memory_order_acquire)) return {};
  const Place place = PlaceOf(index);
  return state_->blocks[place.block][place.offset];
}

std::size_t SymbolTable::size() const { return state_->size.load(std::memory_order_acquire); }

}  // namespace orderwright
