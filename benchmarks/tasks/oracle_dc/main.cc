// Task oracle_dc: 1 M consumer orders over 20 distribution centres, each holding 70 % of the SKUs.
#include "benchmarks/oracle/task.h"

int main(int argc, char** argv) {
  return orderwright::benchmarks::RunOracleTask("oracle_dc", {.locations = 20, .holding = 0.7},
                                                argc, argv);
}
