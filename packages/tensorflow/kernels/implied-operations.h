/**
 * Widening 1x1 convolutions with the normalisation behind them, without the map z = x W that lies between: the statistics of z are those of x,
 *
 *   mean_z = mean_x W,   variance_z = diag(Wᵀ C W),   C the covariance of x's channels,
 *
 * and so are the sums of its gradient. With g behind the activation, S the sums of g, M = Σ (x - mean_x)ᵀ g, d the deviation of z and n pixels,
 *
 *   T = diag(Wᵀ M),   dgamma = T / d,   dbeta = S,   dW = M scale - C W slope n,   dx = g (W scale)ᵀ - (x - mean_x) W slope Wᵀ - offset Wᵀ
 *
 * with scale = gamma / d, offset = scale S / n, slope = scale T / (n d²). Where x is narrow, all this costs less than reading and writing z.
 */
#pragma once
#include "pointwise-operations.h"

namespace netspace {

/** The middle of some pixels: sums about it lose no digits. */
inline std::vector<float> pivotOf(const float *x, const Map &map) {
  const int64_t some = std::min<int64_t>(map.pixels, blockRows);
  std::vector<double> sums(map.channels);
  for (int64_t i = 0; i < some * map.channels; i++) sums[i % map.channels] += x[i];
  std::vector<float> pivot(map.channels);
  for (int c = 0; c < map.channels; c++) pivot[c] = (float)(sums[c] / some);
  return pivot;
}

/** x less the line, for a block. */
inline void centre(const float *x, const std::vector<float> &line, int64_t floats, float *to) {
  eachVector(floats, (int64_t)line.size(), [&](int64_t at, int64_t column, auto present) __attribute__((always_inline)) {
    present.write(to + at, present.read(x + at) - load(&line[column]));
  });
}

/** [rows, inner] times [inner, outer], all small. */
inline std::vector<float> smallProduct(const float *a, int64_t rows, const Panels &panels) {
  std::vector<float> product((size_t)rows * panels.outer);
  multiply(a, panels, product.data(), rows);
  return product;
}

/** x, weight ─► mean, variance, centre (the mean of x), spread (C W) */
inline void computeImpliedMoments(const Call &call, const Attributes &) {
  const Floats x = call.input(0), weight = call.input(1);
  const Map map(x.sizes());
  const int inner = map.channels, outer = (int)weight.sizes().back();
  const std::vector<float> pivot = pivotOf(x.read(), map), line = repeated(pivot.data(), inner);
  const auto cuts = cutsOf(map.pixels, inner, blockRows);
  std::vector<OuterProducts> products(cuts.size() - 1, OuterProducts(inner, inner));
  std::vector<ChannelSums> sums(cuts.size() - 1, ChannelSums(inner));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    std::vector<float> block((size_t)blockRows * inner);
    eachRows(first, count, [&](int64_t pixel, int own) {
      const float *from = x.read() + pixel * inner;
      eachVector(own * inner, (int64_t)line.size(), [&](int64_t at, int64_t column, auto present) __attribute__((always_inline)) {
        const Vector distance = present.read(from + at) - load(&line[column]);
        sums[part].add(present.only(distance), column);
        present.write(&block[at], distance);
      });
      sums[part].fold();
      products[part].addSquare(block.data(), own, {from + blockRows * inner, blockRows * inner});
    });
  });
  total(products);
  total(sums);
  std::vector<float> covariance((size_t)inner * inner);
  const Floats centreOfX = call.output(2, {inner});
  std::vector<double> shift(inner);
  for (int k = 0; k < inner; k++) {
    shift[k] = sums[0].of(k) / map.pixels;
    centreOfX.write()[k] = (float)(pivot[k] + shift[k]);
  }
  for (int k = 0; k < inner; k++)
    for (int l = k; l < inner; l++)
      covariance[(size_t)k * inner + l] = covariance[(size_t)l * inner + k] = (float)(products[0].at(k, l) / map.pixels - shift[k] * shift[l]);
  const std::vector<float> spread = smallProduct(covariance.data(), inner, packPanels(weight.read(), inner, outer, false));
  std::vector<double> mean(outer), variance(outer);
  for (int k = 0; k < inner; k++)
    for (int c = 0; c < outer; c++) {
      const double w = weight.read()[(size_t)k * outer + c];
      mean[c] += w * (pivot[k] + shift[k]);
      variance[c] += w * spread[(size_t)k * outer + c];
    }
  const Floats toMean = call.output(0, {outer}), toVariance = call.output(1, {outer}), toSpread = call.output(3, {inner, outer});
  for (int c = 0; c < outer; c++) {
    toMean.write()[c] = (float)mean[c];
    // Not a number stays what it is.
    toVariance.write()[c] = (float)(variance[c] < 0 ? 0 : variance[c]);
  }
  std::copy(spread.begin(), spread.end(), toSpread.write());
}

/** x, mean, variance, gamma, beta, running mean, running variance, weight, shortcut? ─► y, running mean, running variance */
inline void computeImpliedNormalise(const Call &call, const Attributes &attributes) {
  const Floats x = call.input(0), mean = call.input(1), weight = call.input(7);
  const int inner = (int)x.sizes().back();
  const Map map(widened(x.sizes(), weight.sizes().back()));
  const Affine affine = affineFrom(call, map, 1, attributes.epsilon);
  const Panels panels = packed(inner, map.channels, foldOf(inner, map.channels),
                               [&](int k, int n) { return weight.read()[(size_t)k * map.channels + n] * affine.scale[n]; });
  const Onto y(call, 8, attributes.shortcuts > 0, widened(x.sizes(), map.channels));
  TileEnd end{affine.shift, y.added, nullptr, attributes.relu};
  for (size_t i = 0; i < end.line.size(); i++) end.line[i] -= affine.mean[i] * affine.scale[i];
  eachPart(cutsOf(map.pixels, std::max(inner, map.channels), blockRows), [&](int, int64_t first, int64_t count) {
    multiplyTo(Factors({x.read() + first * inner, &panels}), end, first * map.channels, y.to, count);
  });
  moveStatistics(call, map, attributes.momentum);
}

/** dx = g · ofGradient + x · ofInput + line. */
struct ImpliedGradient {
  Panels ofGradient, ofInput;
  std::vector<float> line;
};

inline ImpliedGradient impliedGradient(const float *weight, const float *centreOfX, int inner, int outer, const Affine &affine, const float *offset,
                                       const float *slope) {
  const int fold = std::min(foldOf(outer, inner), foldOf(inner, inner));
  std::vector<float> sloped((size_t)inner * outer), line(inner);
  for (int k = 0; k < inner; k++)
    for (int c = 0; c < outer; c++) {
      sloped[(size_t)k * outer + c] = -weight[(size_t)k * outer + c] * slope[c];
      line[k] -= offset[c] * weight[(size_t)k * outer + c];
    }
  const std::vector<float> square = smallProduct(sloped.data(), inner, packPanels(weight, outer, inner, true));
  for (int l = 0; l < inner; l++)
    for (int k = 0; k < inner; k++) line[k] -= centreOfX[l] * square[(size_t)l * inner + k];
  return {packed(outer, inner, fold, [&](int c, int k) { return affine.scale[c] * weight[(size_t)k * outer + c]; }),
          packed(inner, inner, fold, [&](int l, int k) { return square[(size_t)l * inner + k]; }), repeated(line.data(), inner)};
}

/** dy, x, weight, mean, variance, gamma, beta, centre, spread, y?, added?, sums? ─► dx, dweight, dgamma, dbeta, sums?, g? */
inline void computeImpliedGradient(const Call &call, const Attributes &attributes) {
  const Floats x = call.input(1), weight = call.input(2), variance = call.input(4), centreOfX = call.input(7), spread = call.input(8);
  const bool gates = attributes.shortcuts > 0;
  const bool areSummed = attributes.sums > 0;
  const Floats y = gates ? call.input(9) : Floats(nullptr);
  const Sizes wide = widened(x.sizes(), weight.sizes().back());
  const Map map(wide);
  const int inner = (int)x.sizes().back(), outer = map.channels;
  const Affine affine = affineFrom(call, map, 3, attributes.epsilon);
  const ThroughGate gradient(call, gates, 5, wide);
  const std::vector<float> centreLine = repeated(centreOfX.read(), inner);
  const auto cuts = cutsOf(map.pixels, std::max(inner, outer), blockRows);
  std::vector<OuterProducts> products(cuts.size() - 1, OuterProducts(inner, outer));
  std::vector<ChannelSums> sums(cuts.size() - 1, ChannelSums(outer));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    std::vector<float> block((size_t)blockRows * inner);
    ChannelSums &own = sums[part];
    eachRows(first, count, [&](int64_t pixel, int rows) {
      const int64_t begin = pixel * outer, floats = (int64_t)rows * outer;
      if (!areSummed) {
        const float *dy = gradient.dy + begin;
        eachVector(floats, own.period(), [&](int64_t at, int64_t column, auto present) __attribute__((always_inline)) {
          Vector value = present.read(dy + at);
          if (gates) {
            value = wherePositive(present.read(y.read() + begin + at), value);
            present.write(gradient.g + begin + at, value);
          }
          own.add(value, column);
        });
        own.fold();
      }
      centre(x.read() + pixel * inner, centreLine, (int64_t)rows * inner, block.data());
      if (gates) {
        ask<false>(y.read() + begin + floats, blockRows * outer);
        if (gradient.g != gradient.dy) ask<true>(gradient.g + begin + floats, blockRows * outer);
      }
      products[part].add(block.data(), gradient.read() + begin, rows, {gradient.dy + begin + floats, blockRows * outer},
                         {x.read() + (pixel + rows) * inner, blockRows * inner});
    });
  });
  total(products);
  total(sums);
  if (areSummed) sums[0].take(call.input(9 + attributes.shortcuts + attributes.added).read());
  const Floats toWeight = call.output(1, weight.sizes()), toGamma = call.output(2, {outer}), toBeta = call.output(3, {outer});
  std::vector<float> offset(outer), slope(outer);
  std::vector<double> product(outer);
  for (int k = 0; k < inner; k++)
    for (int c = 0; c < outer; c++) product[c] += weight.read()[(size_t)k * outer + c] * products[0].at(k, c);
  for (int c = 0; c < outer; c++) {
    const double squared = variance.read()[c] + attributes.epsilon;
    toGamma.write()[c] = (float)(product[c] / std::sqrt(squared));
    toBeta.write()[c] = (float)sums[0].of(c);
    offset[c] = (float)(affine.scale[c] * sums[0].of(c) / map.pixels);
    slope[c] = (float)(affine.scale[c] * product[c] / map.pixels / squared);
  }
  for (int k = 0; k < inner; k++)
    for (int c = 0; c < outer; c++) {
      const size_t i = (size_t)k * outer + c;
      toWeight.write()[i] = (float)(affine.scale[c] * products[0].at(k, c) - (double)slope[c] * map.pixels * spread.read()[i]);
    }
  const ImpliedGradient made = impliedGradient(weight.read(), centreOfX.read(), inner, outer, affine, offset.data(), slope.data());
  const bool adds = attributes.added > 0, scatters = adds && attributes.addedStride > 1;
  const Onto dx(call, 9 + attributes.shortcuts, adds && !scatters, x.sizes());
  const Scattered scattered(call, 9 + attributes.shortcuts, scatters, x.sizes(), attributes.addedStride);
  const TileEnd end{made.line, dx.added, attributes.gated ? x.read() : nullptr, false};
  const float *from = gradient.read();
  std::vector<RectifiedSums> found(cuts.size() - 1, RectifiedSums(inner));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    eachRows(first, count, [&](int64_t pixel, int own) {
      multiplyTo(Factors({from + pixel * outer, &made.ofGradient}, {x.read() + pixel * inner, &made.ofInput}), end,
                 pixel * inner, dx.to, own, &found[part]);
      scattered.addTo(dx.to, end.gate, pixel, own, found[part]);
    });
  });
  writeSums(call, 4, total(found).all(), attributes.gated);
}

} // namespace netspace
