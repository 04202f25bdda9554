/** The operations of 3x3 convolutions, of groups or dense. */
#pragma once
#include "grouped-gradient.h"
#include "normalise-operations.h"
#include "wide-groups.h"
#include "winograd.h"

namespace netspace {

inline Grouped groupedOf(const Sizes &map, const Sizes &weight, int stride) {
  return {map[0], (int)map[1], (int)map[2], (int)map[3], (int)weight[2], stride};
}

/** Calls `body` with the weights as the way that is the fastest for such a convolution, or for its gradient to the input, takes them. */
template <typename Body> inline void withWeights(const Grouped &shape, const float *weight, bool isGradient, Body body) {
  if (shape.group <= widestGroup) {
    const int count = patternCount(shape.channels, shape.group, (int64_t)shape.outWidth() * shape.channels);
    body((isGradient ? backwardPatterns : forwardPatterns)(weight, shape.channels, shape.group, count));
  } else if (isFasterByPatches(shape)) body(pointPanels(weight, shape.channels, shape.group, isGradient));
  else body(tapPanels(weight, shape.channels, shape.group, isGradient));
}

/** Whole images. */
inline std::vector<int64_t> imageCuts(const Grouped &shape) {
  return cutsOf(shape.images, (int64_t)shape.height * shape.width * shape.channels, 1);
}

/** A pixel from the middle of the first image's y, where nothing is padded if the map is not small. */
inline std::vector<float> middlePixel(const Grouped &shape, const float *x, const float *weight) {
  const int row = shape.outHeight() / 2 * shape.stride - shape.beforeRow(), column = shape.outWidth() / 2 * shape.stride - shape.beforeColumn();
  std::vector<float> y(shape.channels);
  for (int tap = 0; tap < 9; tap++) {
    const int i = row + tap / 3, j = column + tap % 3;
    if (i < 0 || j < 0 || i >= shape.height || j >= shape.width) continue;
    const float *pixel = x + ((int64_t)i * shape.width + j) * shape.channels;
    for (int k = 0; k < shape.group; k++)
      for (int n = 0; n < shape.channels; n++)
        y[n] += pixel[n / shape.group * shape.group + k] * weight[((size_t)tap * shape.group + k) * shape.channels + n];
  }
  return y;
}

/** x, weight ─► y, mean, variance */
inline void computeGrouped(const Call &call, const Attributes &attributes) {
  const Floats x = call.input(0), weight = call.input(1);
  const Grouped shape = groupedOf(x.sizes(), weight.sizes(), attributes.stride);
  const Floats y = call.output(0, {shape.images, shape.outHeight(), shape.outWidth(), shape.channels});
  const auto cuts = imageCuts(shape);
  std::vector<Moments> moments(cuts.size() - 1, Moments(shape.channels));
  const std::vector<float> pivot = middlePixel(shape, x.read(), weight.read());
  withWeights(shape, weight.read(), false, [&](const auto &weights) {
    eachPart(cuts, [&](int part, int64_t first, int64_t count) {
      moments[part].begin(pivot.data());
      convolveGroups(shape, weights, x.read(), first, count, y.write(), [&](int64_t pixel, int64_t pixels) {
        if (attributes.moments) moments[part].add(y.read() + pixel * shape.channels, pixels);
      });
    });
  });
  writeMoments(call, 1, moments, attributes.moments ? shape.channels : 0);
}

/** dy, x, weight ─► dx, dweight, sums? */
inline void computeGroupedGradient(const Call &call, const Attributes &attributes) {
  const Floats dy = call.input(0), x = call.input(1), weight = call.input(2);
  const Sizes sizes = weight.sizes();
  const Grouped shape = groupedOf(x.sizes(), sizes, attributes.stride);
  const Floats dx = call.output(0, x.sizes()), toWeight = call.output(1, sizes);
  const auto cuts = imageCuts(shape);
  std::vector<std::vector<double>> sums(cuts.size() - 1, std::vector<double>(product(sizes, 4)));
  std::vector<GradientSums> made(cuts.size() - 1, GradientSums(shape.channels));
  withWeights(shape, weight.read(), true, [&](const auto &weights) {
    eachPart(cuts, [&](int part, int64_t first, int64_t count) {
      groupGradients(shape, weights, dy.read(), x.read(), first, count, dx.write(), sums[part], [&](int64_t pixel, int64_t pixels) {
        const int64_t at = pixel * shape.channels;
        if (attributes.gated) gateAndSum(dx.write() + at, x.read() + at, pixels * shape.channels, made[part]);
      });
    });
  });
  writeSums(call, 2, total(made), attributes.gated);
  for (size_t i = 0; i < sums[0].size(); i++) {
    for (size_t part = 1; part < sums.size(); part++) sums[0][i] += sums[part][i];
    toWeight.write()[i] = (float)sums[0][i];
  }
}

} // namespace netspace
