// The readers of documents, from files.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "orderwright/core/status.h"
#include "orderwright/io/document.h"
#include "orderwright/io/rules_json.h"
#include "src/core/internal/macros.h"
#include "src/io/internal/read_file.h"

namespace orderwright::io_internal {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return NotFound("there is no file '{}'", path);
  if (std::filesystem::is_directory(status)) {
    return InvalidArgument("'{}' is a directory, not a file", path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return InvalidArgument("'{}' cannot be opened: {}", path, std::strerror(errno));
  std::string text;
  // A pipe has no size; a file that does is read at once.
  if (const auto size = std::filesystem::file_size(path, error); !error) {
    text.resize(size);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  char buffer[1 << 16];
  while (file.read(buffer, sizeof(buffer)) || file.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return InvalidArgument("'{}' cannot be read", path);
  return text;
}

}  // namespace orderwright::io_internal

namespace orderwright::io {

using io_internal::ReadFile;

absl::StatusOr<LoadedWorld> LoadWorld(const std::string& path, const ReadOptions& options) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseWorld({text, path}, options);
}

absl::StatusOr<LoadedOrders> LoadOrders(const World& world, const std::string& path,
                                        const ReadOptions& options) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const Document document{text, path};
  return path.ends_with(".csv") ? ParseOrdersCsv(world, document, options)
                                : ParseOrders(world, document, options);
}

absl::StatusOr<PostalTable> LoadPostalTable(const std::string& path) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParsePostalTable({text, path});
}

absl::StatusOr<LoadedRules> LoadRules(const std::string& path, const ReadOptions& options,
                                      std::shared_ptr<const rules::Language> language) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  ReadOptions beside = options;
  if (beside.directory.empty()) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    beside.directory = parent.empty() ? "." : parent.string();
  }
  return ParseRules({text, path}, beside, std::move(language));
}

}  // namespace orderwright::io
