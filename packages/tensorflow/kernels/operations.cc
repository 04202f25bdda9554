/** The operations that training adds to TensorFlow, registered when the library is loaded as a module of Node. */
#include "grouped-operations.h"
#include "implied-operations.h"
#include "normalise-operations.h"
#include "pointwise-operations.h"

namespace netspace {
namespace {

bool registerAll() {
  return registerOperation<computeMoments>({"NetspaceMoments", {}, {"x: float"}, {"mean: float", "variance: float"}}) &&
         registerOperation<computeNormalise>(
             {"NetspaceNormalise",
              {"relu: bool", "shortcuts: int >= 0", "epsilon: float", "momentum: float"},
              {"x: float", "mean: float", "variance: float", "gamma: float", "beta: float", "running_mean: float", "running_variance: float",
               "shortcut: shortcuts * float"},
              {"y: float", "new_mean: float", "new_variance: float"}}) &&
         registerOperation<computeNormaliseGradient>(
             {"NetspaceNormaliseGradient",
              {"relu: bool", "shortcuts: int >= 0", "sums_count: int >= 0", "epsilon: float"},
              {"dy: float", "x: float", "mean: float", "variance: float", "gamma: float", "beta: float", "y: shortcuts * float",
               "sums: sums_count * float"},
              {"dx: float", "dgamma: float", "dbeta: float", "g: shortcuts * float"}}) &&
         registerOperation<computePointwise>(
             {"NetspacePointwise", {"moments: bool"}, {"x: float", "weight: float"}, {"y: float", "mean: float", "variance: float"}}) &&
         registerOperation<computePointwiseGradient>(
             {"NetspacePointwiseGradient", {}, {"dy: float", "x: float", "weight: float"}, {"dx: float", "dweight: float"}}) &&
         registerOperation<computeNormalisedPointwiseGradient>(
             {"NetspaceNormalisedPointwiseGradient",
              {"relu: bool", "shortcuts: int >= 0", "added_count: int >= 0", "added_stride: int", "sums_count: int >= 0", "gated: bool",
               "epsilon: float"},
              {"dy: float", "between: float", "mean: float", "variance: float", "gamma: float", "beta: float", "x: float", "weight: float",
               "y: shortcuts * float", "added: added_count * float", "sums: sums_count * float"},
              {"dx: float", "dweight: float", "dgamma: float", "dbeta: float", "sums_of_dx: float", "g: shortcuts * float"}}) &&
         registerOperation<computeImpliedMoments>(
             {"NetspaceImpliedMoments", {}, {"x: float", "weight: float"}, {"mean: float", "variance: float", "centre: float", "spread: float"}}) &&
         registerOperation<computeImpliedNormalise>(
             {"NetspaceImpliedNormalise",
              {"relu: bool", "shortcuts: int >= 0", "epsilon: float", "momentum: float"},
              {"x: float", "mean: float", "variance: float", "gamma: float", "beta: float", "running_mean: float", "running_variance: float",
               "weight: float", "shortcut: shortcuts * float"},
              {"y: float", "new_mean: float", "new_variance: float"}}) &&
         registerOperation<computeImpliedGradient>(
             {"NetspaceImpliedGradient",
              {"shortcuts: int >= 0", "added_count: int >= 0", "added_stride: int", "sums_count: int >= 0", "gated: bool", "epsilon: float"},
              {"dy: float", "x: float", "weight: float", "mean: float", "variance: float", "gamma: float", "beta: float", "centre: float",
               "spread: float", "y: shortcuts * float", "added: added_count * float", "sums: sums_count * float"},
              {"dx: float", "dweight: float", "dgamma: float", "dbeta: float", "sums_of_dx: float", "g: shortcuts * float"}}) &&
         registerOperation<computeGrouped>({"NetspaceGrouped",
                                            {"stride: int", "moments: bool"},
                                            {"x: float", "weight: float"},
                                            {"y: float", "mean: float", "variance: float"}}) &&
         registerOperation<computeGroupedGradient>(
             {"NetspaceGroupedGradient",
              {"stride: int", "gated: bool"},
              {"dy: float", "x: float", "weight: float"},
              {"dx: float", "dweight: float", "sums_of_dx: float"}});
}

} // namespace
} // namespace netspace

/** Node calls this when it loads the module. What it returns is the module: nothing, where TensorFlow took all operations. */
extern "C" __attribute__((visibility("default"))) void *napi_register_module_v1(void *, void *exports) {
  return netspace::registerAll() ? exports : nullptr;
}
