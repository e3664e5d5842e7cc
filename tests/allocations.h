// Counts allocations of a test program: replaces the global operators new and delete. Include it in
// one file of a program.
#ifndef ORDERWRIGHT_TESTS_ALLOCATIONS_H_
#define ORDERWRIGHT_TESTS_ALLOCATIONS_H_

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace orderwright::testing {

inline std::atomic<std::size_t> allocations{0};

inline void* CountedOrNull(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size > 0 ? size : 1);
}

inline void* Counted(std::size_t size) {
  if (void* memory = CountedOrNull(size)) return memory;
  throw std::bad_alloc();
}

}  // namespace orderwright::testing

void* operator new(std::size_t size) { return orderwright::testing::Counted(size); }
void* operator new[](std::size_t size) { return orderwright::testing::Counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return orderwright::testing::CountedOrNull(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return orderwright::testing::CountedOrNull(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

#endif  // ORDERWRIGHT_TESTS_ALLOCATIONS_H_
