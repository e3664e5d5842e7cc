// Task oracle_store: 1 M consumer orders over 2,000 stores, each holding 10 % of the SKUs.
#include "benchmarks/oracle/task.h"

int main(int argc, char** argv) {
  return orderwright::benchmarks::RunOracleTask("oracle_store",
                                                {.locations = 2'000, .holding = 0.1}, argc, argv);
}
