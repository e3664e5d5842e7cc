// PostalTable: where postal codes are, for orders and locations that come without coordinates or
// time zone.
#ifndef ORDERWRIGHT_MODEL_POSTAL_TABLE_H_
#define ORDERWRIGHT_MODEL_POSTAL_TABLE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/time.h"

namespace orderwright {

struct PostalRow {
  std::string country;
  std::string postal_code;
  GeoPoint position;
  std::string time_zone{};  // IANA; empty: not known
};

// Immutable; copies share the table. Thread-safe.
class ORDERWRIGHT_EXPORT PostalTable {
 public:
  PostalTable() = default;  // knows no code
  // Errors: kInvalidArgument with all duplicate or empty codes and unknown time zones.
  [[nodiscard]] static absl::StatusOr<PostalTable> Create(std::vector<PostalRow> rows);
  // US codes may carry a +4 suffix ("94103-1234"), which is ignored. O(log n).
  [[nodiscard]] std::optional<GeoPoint> Find(std::string_view country,
                                             std::string_view postal_code) const;
  // The same of the time zone; null if the code or its zone is not known. Valid as long as a copy
  // of the table lives.
  [[nodiscard]] const TimeZone* FindTimeZone(std::string_view country,
                                             std::string_view postal_code) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Rows;
  std::shared_ptr<const Rows> rows_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_POSTAL_TABLE_H_
