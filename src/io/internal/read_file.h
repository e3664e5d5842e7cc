// ReadFile: the bytes of a file.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_READ_FILE_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_READ_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace orderwright::io_internal {

// Errors: kNotFound; kInvalidArgument (a directory, or it cannot be read).
[[nodiscard]] absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_READ_FILE_H_
