// The objectives of a problem/1 document, and the rank columns that they name.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_OBJECTIVES_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_OBJECTIVES_H_

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "orderwright/io/problem_json.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/problem_fields.h"

namespace orderwright::io_internal {

class ObjectiveBuilder {
 public:
  ObjectiveBuilder(JsonReader& reader, const std::vector<ObjectiveRow>& rows,
                   io::ProblemDocument& document)
      : reader_(reader), rows_(rows), document_(document) {}

  // A rank of a slot.
  void AddRank(std::uint32_t slot, const RankRow& rank);

  // Makes the columns and the objectives; all slots must be there.
  void Run();

 private:
  std::uint32_t ColumnOf(std::string_view name);
  void MakeRankColumns();
  void SetKind(const ObjectiveRow& row, solver::Objective& objective);

  struct Rank {
    std::uint32_t slot = 0;
    std::uint32_t column = 0;
    std::int64_t value = 0;
  };

  JsonReader& reader_;
  const std::vector<ObjectiveRow>& rows_;
  io::ProblemDocument& document_;
  std::unordered_map<std::string_view, std::uint32_t> column_of_;
  std::vector<Rank> ranks_;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_OBJECTIVES_H_
