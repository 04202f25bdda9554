/** The operations that training adds to TensorFlow, registered when the library is loaded as a module of Node. */
#include "batch-norm.h"
#include "grouped-operations.h"
#include "operation.h"
#include "parallel.h"
#include "pointwise.h"
#include <algorithm>

namespace netspace {
namespace {

/** A map [batch, height, width, channel] as pixels. */
struct Map {
  int64_t pixels;
  int channels;
  explicit Map(const Sizes &sizes) : pixels(product(sizes, sizes.size() - 1)), channels((int)sizes.back()) {}
  /** Parts of which each begins with a line. */
  std::vector<int64_t> cuts() const { return cutsOf(pixels, channels, periodOf(channels) / channels); }
};

Sizes widened(Sizes sizes, int64_t channels) {
  sizes.back() = channels;
  return sizes;
}

/** x ─► mean, variance */
void computeMoments(const Call &call, const Attributes &) {
  const Floats x = call.input(0);
  const Map map(x.sizes());
  const auto cuts = map.cuts();
  std::vector<Moments> parts(cuts.size() - 1, Moments(map.channels));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    parts[part].begin(x.read());
    parts[part].add(x.read() + first * map.channels, count);
  });
  for (size_t part = 1; part < parts.size(); part++) parts[0].add(parts[part]);
  parts[0].finish(call.output(0, {map.channels}).write(), call.output(1, {map.channels}).write());
}

Affine affineFrom(const Call &call, const Map &map, int first, float epsilon) {
  const Floats mean = call.input(first), variance = call.input(first + 1), gamma = call.input(first + 2), beta = call.input(first + 3);
  return affineOf(map.channels, gamma.read(), beta.read(), mean.read(), variance.read(), epsilon);
}

/** The running statistics after a batch, whose variance counts as that of a sample. */
void moveStatistics(const Call &call, const Map &map, float momentum) {
  const Floats mean = call.input(1), variance = call.input(2), runningMean = call.input(5), runningVariance = call.input(6);
  const Floats newMean = call.output(1, {map.channels}), newVariance = call.output(2, {map.channels});
  const float unbiased = (float)map.pixels / (map.pixels - 1);
  for (int c = 0; c < map.channels; c++) {
    newMean.write()[c] = runningMean.read()[c] + momentum * (mean.read()[c] - runningMean.read()[c]);
    newVariance.write()[c] = runningVariance.read()[c] + momentum * (unbiased * variance.read()[c] - runningVariance.read()[c]);
  }
}

/** x, mean, variance, gamma, beta, running mean, running variance, shortcut? ─► y, running mean, running variance */
void computeNormalise(const Call &call, const Attributes &attributes) {
  const Floats x = call.input(0);
  const Map map(x.sizes());
  const Affine affine = affineFrom(call, map, 1, attributes.epsilon);
  const bool adds = attributes.shortcuts > 0;
  const Floats shortcut = adds ? call.input(7) : Floats(nullptr);
  const Floats y = call.output(0, x.sizes());
  const auto run = !attributes.relu ? (adds ? normalise<false, true> : normalise<false, false>)
                                    : (adds ? normalise<true, true> : normalise<true, false>);
  eachPart(map.cuts(), [&](int, int64_t first, int64_t count) {
    const int64_t at = first * map.channels;
    run(x.read() + at, adds ? shortcut.read() + at : nullptr, affine, count * map.channels, y.write() + at);
  });
  moveStatistics(call, map, attributes.momentum);
}

template <Gate GATE> void normaliseGradient(const Call &call, float epsilon) {
  const Floats dy = call.input(0), x = call.input(1), variance = call.input(3);
  const Floats y = GATE == Gate::output ? call.input(6) : Floats(nullptr);
  const Sizes sizes = x.sizes();
  const Map map(sizes);
  const Affine affine = affineFrom(call, map, 2, epsilon);
  const Floats g = GATE == Gate::output ? call.output(3, sizes) : Floats(nullptr);
  const auto cuts = map.cuts();
  std::vector<GradientSums> sums(cuts.size() - 1, GradientSums(map.channels));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    const int64_t at = first * map.channels;
    constexpr bool writes = GATE == Gate::output;
    sumGradient<GATE>(dy.read() + at, x.read() + at, writes ? y.read() + at : nullptr, affine, count * map.channels,
                      writes ? g.write() + at : nullptr, sums[part]);
  });
  for (size_t part = 1; part < sums.size(); part++) sums[0].add(sums[part]);
  const Floats toGamma = call.output(1, {map.channels}), toBeta = call.output(2, {map.channels});
  for (int c = 0; c < map.channels; c++) {
    toGamma.write()[c] = (float)(sums[0].ofProduct[c] / std::sqrt(variance.read()[c] + epsilon));
    toBeta.write()[c] = (float)sums[0].ofGradient[c];
  }
  const GradientLine line = gradientLine(sums[0], affine, variance.read(), epsilon, map.pixels);
  const Floats dx = GATE == Gate::output ? call.output(0, sizes) : call.outputInPlaceOf(0, 0, sizes);
  const float *from = GATE == Gate::output ? g.read() : dy.read();
  eachPart(cuts, [&](int, int64_t first, int64_t count) {
    const int64_t at = first * map.channels;
    constexpr Gate left = GATE == Gate::output ? Gate::open : GATE;
    gradientToInput<left>(from + at, x.read() + at, affine, line, count * map.channels, dx.write() + at);
  });
}

/** dy, x, mean, variance, gamma, beta, y? ─► dx, dgamma, dbeta, g? */
void computeNormaliseGradient(const Call &call, const Attributes &attributes) {
  if (attributes.shortcuts > 0) normaliseGradient<Gate::output>(call, attributes.epsilon);
  else if (attributes.relu) normaliseGradient<Gate::again>(call, attributes.epsilon);
  else normaliseGradient<Gate::open>(call, attributes.epsilon);
}

/** x, weight ─► y, mean, variance */
void computePointwise(const Call &call, const Attributes &attributes) {
  const Floats x = call.input(0), weight = call.input(1);
  const Map map(x.sizes());
  const int outer = (int)weight.sizes().back();
  const Panels panels = packPanels(weight.read(), map.channels, outer, false);
  const Floats y = call.output(0, widened(x.sizes(), outer));
  const auto cuts = cutsOf(map.pixels, std::max(map.channels, outer), blockRows);
  std::vector<Moments> moments(cuts.size() - 1, Moments(outer));
  std::vector<float> pivot(outer);
  multiply(x.read(), panels, pivot.data(), 1);
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    moments[part].begin(pivot.data());
    for (int64_t block = first; block < first + count; block += blockRows) {
      const int64_t own = std::min<int64_t>(blockRows, first + count - block);
      multiply(x.read() + block * map.channels, panels, y.write() + block * outer, own);
      if (attributes.moments) moments[part].add(y.read() + block * outer, own);
    }
  });
  const Sizes size{attributes.moments ? outer : 0};
  const Floats mean = call.output(1, size), variance = call.output(2, size);
  if (!attributes.moments) return;
  for (size_t part = 1; part < moments.size(); part++) moments[0].add(moments[part]);
  moments[0].finish(mean.write(), variance.write());
}

/** dy, x, weight ─► dx, dweight */
void computePointwiseGradient(const Call &call, const Attributes &) {
  const Floats dy = call.input(0), x = call.input(1), weight = call.input(2);
  const Map map(x.sizes());
  const Sizes sizes = weight.sizes();
  const int outer = (int)sizes.back();
  const Panels panels = packPanels(weight.read(), outer, map.channels, true);
  const Floats dx = call.output(0, x.sizes()), toWeight = call.output(1, sizes);
  const auto cuts = cutsOf(map.pixels, std::max(map.channels, outer), blockRows);
  std::vector<OuterProducts> products(cuts.size() - 1, OuterProducts(map.channels, outer));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    for (int64_t block = first; block < first + count; block += blockRows) {
      const int64_t own = std::min<int64_t>(blockRows, first + count - block);
      const float *line = dy.read() + block * outer;
      multiply(line, panels, dx.write() + block * map.channels, own);
      ask<false>(x.read() + (block + blockRows) * map.channels, blockRows * map.channels);
      addOuterProducts(x.read() + block * map.channels, line, (int)own, products[part]);
    }
  });
  for (int k = 0; k < map.channels; k++)
    for (int n = 0; n < outer; n++) {
      float sum = 0;
      for (const OuterProducts &each : products) sum += each.sums[(size_t)k * each.padded + n];
      toWeight.write()[(size_t)k * outer + n] = sum;
    }
}

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
              {"relu: bool", "shortcuts: int >= 0", "epsilon: float"},
              {"dy: float", "x: float", "mean: float", "variance: float", "gamma: float", "beta: float", "y: shortcuts * float"},
              {"dx: float", "dgamma: float", "dbeta: float", "g: shortcuts * float"}}) &&
         registerOperation<computePointwise>(
             {"NetspacePointwise", {"moments: bool"}, {"x: float", "weight: float"}, {"y: float", "mean: float", "variance: float"}}) &&
         registerOperation<computePointwiseGradient>(
             {"NetspacePointwiseGradient", {}, {"dy: float", "x: float", "weight: float"}, {"dx: float", "dweight: float"}}) &&
         registerOperation<computeGrouped>({"NetspaceGrouped",
                                            {"stride: int", "moments: bool"},
                                            {"x: float", "weight: float"},
                                            {"y: float", "mean: float", "variance: float"}}) &&
         registerOperation<computeGroupedGradient>(
             {"NetspaceGroupedGradient", {"stride: int"}, {"dy: float", "x: float", "weight: float"}, {"dx: float", "dweight: float"}});
}

} // namespace
} // namespace netspace

/** Node calls this when it loads the module. What it returns is the module: nothing, where TensorFlow took all operations. */
extern "C" __attribute__((visibility("default"))) void *napi_register_module_v1(void *, void *exports) {
  return netspace::registerAll() ? exports : nullptr;
}
