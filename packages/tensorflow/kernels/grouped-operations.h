/** The operations of 3x3 convolutions, of groups or dense. */
#pragma once
#include "grouped-gradient.h"
#include "wide-groups.h"
#include "normalise-operations.h"

namespace netspace {

inline Grouped groupedOf(const Sizes &map, const Sizes &weight, int stride) {
  return {map[0], (int)map[1], (int)map[2], (int)map[3], (int)weight[2], stride};
}

inline bool isWide(const Grouped &shape) { return shape.group > widestGroup; }

/** Whole images. */
inline std::vector<int64_t> imageCuts(const Grouped &shape) {
  return cutsOf(shape.images, (int64_t)shape.height * shape.width * shape.channels, 1);
}

inline int patternsOf(const Grouped &shape) { return patternCount(shape.channels, shape.group, (int64_t)shape.outWidth() * shape.channels); }

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
  const auto convolve = [&](const auto &weights) {
    eachPart(cuts, [&](int part, int64_t first, int64_t count) {
      moments[part].begin(pivot.data());
      convolveGroups(shape, weights, x.read(), first, count, y.write(), [&](int64_t pixel, int64_t pixels) {
        if (attributes.moments) moments[part].add(y.read() + pixel * shape.channels, pixels);
      });
    });
  };
  if (isWide(shape)) convolve(tapPanels(weight.read(), shape.channels, shape.group, false));
  else convolve(forwardPatterns(weight.read(), shape.channels, shape.group, patternsOf(shape)));
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
  const auto spread = [&](const auto &weights) {
    eachPart(cuts, [&](int part, int64_t first, int64_t count) {
      groupGradients(shape, weights, dy.read(), x.read(), first, count, dx.write(), sums[part], [&](int64_t pixel, int64_t pixels) {
        const int64_t at = pixel * shape.channels;
        if (attributes.gated) gateAndSum(dx.write() + at, x.read() + at, pixels * shape.channels, made[part]);
      });
    });
  };
  if (isWide(shape)) spread(tapPanels(weight.read(), shape.channels, shape.group, true));
  else spread(backwardPatterns(weight.read(), shape.channels, shape.group, patternsOf(shape)));
  writeSums(call, 2, total(made), attributes.gated);
  for (size_t i = 0; i < sums[0].size(); i++) {
    for (size_t part = 1; part < sums.size(); part++) sums[0][i] += sums[part][i];
    toWeight.write()[i] = (float)sums[0][i];
  }
}

} // namespace netspace
