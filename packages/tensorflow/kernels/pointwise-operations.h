/** 1x1 convolutions as operations. */
#pragma once
#include "normalise-operations.h"
#include "pointwise.h"
#include <algorithm>

namespace netspace {

/** x, weight ─► y, mean, variance */
inline void computePointwise(const Call &call, const Attributes &attributes) {
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
  writeMoments(call, 1, moments, attributes.moments ? outer : 0);
}

/** Sums of all threads, in their order. */
inline void writeSums(const std::vector<OuterProducts> &products, float *to) {
  const int inner = products[0].inner, outer = products[0].outer;
  for (int k = 0; k < inner; k++)
    for (int n = 0; n < outer; n++) {
      float sum = 0;
      for (const OuterProducts &each : products) sum += each.sums[(size_t)k * each.padded + n];
      to[(size_t)k * outer + n] = sum;
    }
}

/** dy, x, weight ─► dx, dweight */
inline void computePointwiseGradient(const Call &call, const Attributes &) {
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
  writeSums(products, toWeight.write());
}

/**
 * The gradient of a 1x1 convolution and the normalisation behind it. The gradient to what lies between them is made a block at a time, and used
 * up while it lies in the cache.
 */
template <Gate GATE> void normalisedPointwiseGradient(const Call &call, float epsilon) {
  const Floats dy = call.input(0), between = call.input(1), variance = call.input(3), x = call.input(6), weight = call.input(7);
  constexpr bool writes = GATE == Gate::output;
  const Floats y = writes ? call.input(8) : Floats(nullptr);
  const Map map(between.sizes());
  const int inner = (int)x.sizes().back(), outer = map.channels;
  const Affine affine = affineFrom(call, map, 2, epsilon);
  const Floats g = writes ? call.output(4, between.sizes()) : Floats(nullptr);
  const Floats toGamma = call.output(2, {outer}), toBeta = call.output(3, {outer});
  const GradientMaps maps{map, dy.read(), between.read(), y.read(), variance.read(), g.write(), toGamma.write(), toBeta.write()};
  const GradientLine line = sumAll<GATE>(maps, affine, epsilon);
  const Panels panels = packPanels(weight.read(), outer, inner, true);
  const Floats dx = call.output(0, x.sizes()), toWeight = call.output(1, weight.sizes());
  const auto cuts = cutsOf(map.pixels, std::max(inner, outer), blockRows);
  std::vector<OuterProducts> products(cuts.size() - 1, OuterProducts(inner, outer));
  const float *from = writes ? g.read() : dy.read();
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    std::vector<float> block((size_t)blockRows * outer);
    for (int64_t pixel = first; pixel < first + count; pixel += blockRows) {
      const int64_t own = std::min<int64_t>(blockRows, first + count - pixel), at = pixel * outer;
      gradientToInput<afterSums(GATE)>(from + at, between.read() + at, affine, line, own * outer, block.data());
      ask<false>(x.read() + pixel * inner, own * inner);
      multiply(block.data(), panels, dx.write() + pixel * inner, own);
      ask<false>(from + at + own * outer, own * outer);
      ask<false>(between.read() + at + own * outer, own * outer);
      addOuterProducts(x.read() + pixel * inner, block.data(), (int)own, products[part]);
    }
  });
  writeSums(products, toWeight.write());
}

/** dy, between, mean, variance, gamma, beta, x, weight, y? ─► dx, dweight, dgamma, dbeta, g? */
inline void computeNormalisedPointwiseGradient(const Call &call, const Attributes &attributes) {
  if (attributes.shortcuts > 0) normalisedPointwiseGradient<Gate::output>(call, attributes.epsilon);
  else if (attributes.relu) normalisedPointwiseGradient<Gate::again>(call, attributes.epsilon);
  else normalisedPointwiseGradient<Gate::open>(call, attributes.epsilon);
}

} // namespace netspace
