/** 1x1 convolutions as operations. */
#pragma once
#include "normalise-operations.h"
#include "outer-products.h"
#include "tile-end.h"
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
    eachRows(first, count, [&](int64_t block, int own) {
      multiply(x.read() + block * map.channels, panels, y.write() + block * outer, own);
      if (attributes.moments) moments[part].add(y.read() + block * outer, own);
    });
  });
  writeMoments(call, 1, moments, attributes.moments ? outer : 0);
}

/** The first output, and an input that is added to it, if there is one: in its place, where nobody else will read that. */
struct Onto {
  float *to;
  const float *added;
  Call::Replaced owner;
  Onto(const Call &call, int input, bool isThere, const Sizes &sizes)
      : owner(isThere ? call.outputInPlaceOf(input, 0, sizes) : Call::Replaced{call.output(0, sizes), Floats(nullptr)}) {
    to = owner.write();
    added = isThere ? owner.read() : nullptr;
  }
};

/** A gradient that belongs to every second pixel of a map, say, along both sides, up to the last: as strided 1x1 convolutions see it. */
struct Scattered {
  Floats gradient;
  int64_t height, width, channels, stride;

  Scattered(const Call &call, int input, bool isThere, const Sizes &map, int stride)
      : gradient(isThere ? call.input(input) : Floats(nullptr)), height(map[1]), width(map[2]), channels(map[3]), stride(stride) {}

  /** To pixels first … first + count - 1 of dx, where the gate is positive, and to the sums, if there is one. */
  void addTo(float *dx, const float *gate, int64_t first, int64_t count, RectifiedSums &sums) const {
    if (!gradient.read()) return;
    const int64_t before = (height - 1) % stride, columnsBefore = (width - 1) % stride;
    const int64_t rows = (height - 1) / stride + 1, columns = (width - 1) / stride + 1;
    for (int64_t pixel = first, end = first + count; pixel < end;) {
      const int64_t line = pixel / width, column = pixel % width, row = line % height, image = line / height;
      const int64_t own = std::min(end - pixel, width - column);
      if (row % stride == before) {
        const int64_t seen = (column - columnsBefore + stride - 1) / stride;
        const float *from = gradient.read() + ((image * rows + row / stride) * columns + seen) * channels;
        for (int64_t at = columnsBefore + seen * stride; at < column + own; at += stride, from += channels)
          addPixel(from, dx, gate, (line * width + at) * channels, sums);
      }
      pixel += own;
    }
  }

private:
  void addPixel(const float *from, float *dx, const float *gate, int64_t at, RectifiedSums &sums) const {
    eachVectorOf(channels, [&](int64_t channel, auto present) {
      Vector value = present.read(from + channel);
      if (gate) {
        const Vector x = present.read(gate + at + channel);
        value = wherePositive(x, value);
        sums.add(value, value * x, channel);
      }
      float *to = dx + at + channel;
      present.write(to, present.read(to) + value);
    });
  }
};

inline void writeProducts(std::vector<OuterProducts> &products, float *to) {
  OuterProducts &all = total(products);
  for (int k = 0; k < all.inner; k++)
    for (int n = 0; n < all.outer; n++) to[(size_t)k * all.outer + n] = (float)all.at(k, n);
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
    eachRows(first, count, [&](int64_t block, int own) {
      const float *line = dy.read() + block * outer;
      multiply(line, panels, dx.write() + block * map.channels, own);
      products[part].add(x.read() + block * map.channels, line, own, {x.read() + (block + blockRows) * map.channels, blockRows * map.channels});
    });
  });
  writeProducts(products, toWeight.write());
}

/**
 * The gradient of a 1x1 convolution and the normalisation behind it. The gradient to what lies between them is made a block at a time, and used
 * up while it lies in the cache. What has arrived at x from elsewhere is added, and the gate of x is closed, while dx is at hand.
 */
template <Gate GATE> void normalisedPointwiseGradient(const Call &call, const Attributes &attributes) {
  const Floats between = call.input(1), variance = call.input(3), x = call.input(6), weight = call.input(7);
  constexpr bool writes = GATE == Gate::output;
  const Floats y = writes ? call.input(8) : Floats(nullptr);
  const Map map(between.sizes());
  const int inner = (int)x.sizes().back(), outer = map.channels;
  const Affine affine = affineFrom(call, map, 2, attributes.epsilon);
  const ThroughGate gradient(call, writes, 5, between.sizes());
  const Floats toGamma = call.output(2, {outer}), toBeta = call.output(3, {outer});
  const GradientMaps maps{map, gradient.dy, between.read(), y.read(), variance.read(), gradient.g, toGamma.write(), toBeta.write()};
  const GivenSums given(call, attributes, 2, 8 + attributes.shortcuts + attributes.added, outer);
  const GradientLine line = finishSums<GATE>(maps, affine, given, attributes.epsilon);
  const Panels panels = packPanels(weight.read(), outer, inner, true);
  const bool adds = attributes.added > 0, scatters = adds && attributes.addedStride > 1;
  const Onto dx(call, 8 + attributes.shortcuts, adds && !scatters, x.sizes());
  const Scattered scattered(call, 8 + attributes.shortcuts, scatters, x.sizes(), attributes.addedStride);
  const Floats toWeight = call.output(1, weight.sizes());
  const auto cuts = cutsOf(map.pixels, std::max(inner, outer), blockRows);
  std::vector<OuterProducts> products(cuts.size() - 1, OuterProducts(inner, outer));
  std::vector<RectifiedSums> sums(cuts.size() - 1, RectifiedSums(inner));
  const float *from = gradient.read();
  const std::vector<float> nothing(inner);
  const TileEnd end{repeated(nothing.data(), inner), dx.added, attributes.gated ? x.read() : nullptr, false};
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    std::vector<float> block((size_t)blockRows * outer);
    eachRows(first, count, [&](int64_t pixel, int own) {
      const int64_t at = pixel * outer;
      gradientToInput<afterSums(GATE)>(from + at, between.read() + at, affine, line, own * outer, block.data());
      products[part].add(x.read() + pixel * inner, block.data(), own, {x.read() + (pixel + own) * inner, blockRows * inner});
      ask<false>(from + at + own * outer, own * outer);
      ask<false>(between.read() + at + own * outer, own * outer);
      multiplyTo(Factors({block.data(), &panels}), end, pixel * inner, dx.to, own, &sums[part]);
      scattered.addTo(dx.to, end.gate, pixel, own, sums[part]);
    });
  });
  writeProducts(products, toWeight.write());
  writeSums(call, 4, total(sums).all(), attributes.gated);
}

/** dy, between, mean, variance, gamma, beta, x, weight, y?, added?, sums? ─► dx, dweight, dgamma, dbeta, sums?, g? */
inline void computeNormalisedPointwiseGradient(const Call &call, const Attributes &attributes) {
  if (attributes.shortcuts > 0) normalisedPointwiseGradient<Gate::output>(call, attributes);
  else if (attributes.relu) normalisedPointwiseGradient<Gate::again>(call, attributes);
  else normalisedPointwiseGradient<Gate::open>(call, attributes);
}

} // namespace netspace
