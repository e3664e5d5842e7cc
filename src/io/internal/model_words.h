// What worlds and orders have in common as JSON: words, coordinates.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_MODEL_WORDS_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_MODEL_WORDS_H_

#include <optional>
#include <string_view>
#include <utility>

#include "orderwright/core/geo.h"
#include "orderwright/core/money.h"
#include "orderwright/model/item.h"
#include "src/io/internal/json_reader.h"

namespace orderwright::io_internal {

template <>
struct WordsOf<SubstitutionPolicy> {
  static constexpr std::pair<std::string_view, SubstitutionPolicy> kAll[] = {
      {"never", SubstitutionPolicy::kNever},
      {"ask", SubstitutionPolicy::kAsk},
      {"automatic", SubstitutionPolicy::kAutomatic}};
};

// Makes a position of two coordinates, of which both or none must be given. Their range is the
// model's to check.
void SetPosition(JsonReader& reader, NodeId object, const std::optional<double>& lat,
                 const std::optional<double>& lon, std::optional<GeoPoint>& position);

// A currency to read amounts in while the document's own is not known.
Currency AnyCurrency();

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_MODEL_WORDS_H_
