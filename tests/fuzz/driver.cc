// Runs a fuzz target without libFuzzer: first every file of a corpus directory, then seeded random
// mutations of these files. The same seed gives the same inputs in the same order.
//
// Usage: <target> <corpus directory or file>...
//   ORDERWRIGHT_FUZZ_RUNS     mutated inputs to try; default 20000, or 2000000 if ORDERWRIGHT_SOAK
//   is
//                             set
//   ORDERWRIGHT_FUZZ_SECONDS  stop early after this long; default 10, or 300 if ORDERWRIGHT_SOAK is
//   set ORDERWRIGHT_FUZZ_SEED     default 1
//
// If the target dies, the input that killed it is in ./crash-<process id>; give that file as the
// argument to try it again.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Present in programs built with a sanitizer, whose own handlers print more than ours could.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));
// Beside AddressSanitizer the other one does not call back, but an abort is seen.
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

namespace {

using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

constexpr std::size_t kMaxSize = 1 << 16;

// What the handler of a fatal signal writes out. Plain memory: the handler may not allocate.
const std::uint8_t* current_data = nullptr;
std::size_t current_size = 0;

void SaveCurrentInput() {
  std::array<char, 32> name{"crash-"};
  std::size_t end = 6;
  std::array<char, 20> digits{};
  std::size_t count = 0;
  for (unsigned long id = static_cast<unsigned long>(getpid()); id != 0; id /= 10) {
    digits[count++] = static_cast<char>('0' + id % 10);
  }
  while (count > 0) name[end++] = digits[--count];
  if (current_data == nullptr) return;
  const int file = open(name.data(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0) {
    for (std::size_t done = 0; done < current_size;) {
      const ssize_t written = write(file, current_data + done, current_size - done);
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
    }
    close(file);
  }
}

void SaveAndDie(int signal_number) {
  SaveCurrentInput();
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

void SaveInputOnDeath() {
  if (&__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(SaveCurrentInput);
    std::signal(SIGABRT, SaveAndDie);
    return;
  }
  for (int signal_number : {SIGSEGV, SIGABRT, SIGFPE, SIGILL, SIGBUS}) {
    std::signal(signal_number, SaveAndDie);
  }
}

void RunOne(const Bytes& input) {
  // A copy of the exact size, so that AddressSanitizer sees a read past the end.
  const Bytes exact(input.begin(), input.end());
  current_data = exact.data();
  current_size = exact.size();
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  current_data = nullptr;
  current_size = 0;
}

Bytes ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

// Sorted, since the order of a directory differs from machine to machine.
std::vector<Bytes> ReadCorpus(const std::vector<std::string>& arguments) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& argument : arguments) {
    if (!std::filesystem::is_directory(argument)) {
      paths.emplace_back(argument);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argument)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> corpus;
  for (const auto& path : paths) corpus.push_back(ReadFile(path));
  return corpus;
}

std::size_t Below(Random& random, std::size_t bound) {
  return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound);
}

// Pieces that formats of this library give a meaning to; random bytes seldom spell them.
constexpr std::array<std::string_view, 34> kTokens = {"{",          "}",
                                                      "[",          "]",
                                                      "(",          ")",
                                                      ":",          ",",
                                                      "\"",         "'",
                                                      "\\u",        "\\",
                                                      "-1",         "0",
                                                      "1e308",      "null",
                                                      "true",       "false",
                                                      "&&",         "||",
                                                      "?",          "!",
                                                      "in",         "has",
                                                      "==",         "<=",
                                                      "%",          "/",
                                                      "\n",         "\r\n",
                                                      "//",         "\xff\xfe",
                                                      "0x7fffffff", "9223372036854775807"};

void Insert(Bytes& bytes, std::size_t position, const std::uint8_t* data, std::size_t size) {
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(position), data, data + size);
}

void MutateOnce(Bytes& bytes, const std::vector<Bytes>& corpus, Random& random) {
  const std::size_t position = Below(random, bytes.size() + 1);
  const std::size_t rest = bytes.size() - position;
  switch (random() % 8) {
    case 0:  // flip a bit
      if (rest > 0) bytes[position] ^= static_cast<std::uint8_t>(1U << (random() % 8));
      break;
    case 1:  // set a byte
      if (rest > 0) bytes[position] = static_cast<std::uint8_t>(random());
      break;
    case 2: {  // remove a piece
      const std::size_t size = std::min(rest, 1 + Below(random, 16));
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(position),
                  bytes.begin() + static_cast<std::ptrdiff_t>(position + size));
      break;
    }
    case 3: {  // repeat a piece
      const std::size_t size = std::min(rest, 1 + Below(random, 64));
      const Bytes piece(bytes.begin() + static_cast<std::ptrdiff_t>(position),
                        bytes.begin() + static_cast<std::ptrdiff_t>(position + size));
      Insert(bytes, position, piece.data(), piece.size());
      break;
    }
    case 4: {  // insert a token
      const std::string_view token = kTokens[Below(random, kTokens.size())];
      Insert(bytes, position, reinterpret_cast<const std::uint8_t*>(token.data()), token.size());
      break;
    }
    case 5: {  // insert a random byte
      const auto byte = static_cast<std::uint8_t>(random());
      Insert(bytes, position, &byte, 1);
      break;
    }
    case 6: {  // insert a piece of another file
      const Bytes& other = corpus[Below(random, corpus.size())];
      const std::size_t from = Below(random, other.size());
      const std::size_t size = std::min(other.size() - from, 1 + Below(random, 64));
      if (size > 0) Insert(bytes, position, other.data() + from, size);
      break;
    }
    default:  // cut off the end
      if (random() % 4 == 0) bytes.resize(position);
      break;
  }
  if (bytes.size() > kMaxSize) bytes.resize(kMaxSize);
}

std::uint64_t FromEnvironment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

int main(int argc, char* argv[]) {
  std::vector<Bytes> corpus = ReadCorpus(std::vector<std::string>(argv + 1, argv + argc));
  if (argc < 2 || corpus.empty()) {
    std::fprintf(stderr, "usage: %s <corpus directory or file>...; no input found\n", argv[0]);
    return 2;
  }
  SaveInputOnDeath();
  for (const Bytes& input : corpus) RunOne(input);
  RunOne({});

  const bool soak = std::getenv("ORDERWRIGHT_SOAK") != nullptr;
  const std::uint64_t runs = FromEnvironment("ORDERWRIGHT_FUZZ_RUNS", soak ? 2'000'000 : 20'000);
  const std::uint64_t seconds = FromEnvironment("ORDERWRIGHT_FUZZ_SECONDS", soak ? 300 : 10);
  const std::uint64_t seed = FromEnvironment("ORDERWRIGHT_FUZZ_SEED", 1);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  Random random(seed);
  std::uint64_t done = 0;
  for (; done < runs && std::chrono::steady_clock::now() < end; ++done) {
    Bytes input = corpus[Below(random, corpus.size())];
    const std::size_t steps = 1 + Below(random, 6);
    for (std::size_t step = 0; step < steps; ++step) MutateOnce(input, corpus, random);
    RunOne(input);
  }
  std::printf("%zu corpus files and %llu mutations, seed %llu\n", corpus.size(),
              static_cast<unsigned long long>(done), static_cast<unsigned long long>(seed));
  return 0;
}
