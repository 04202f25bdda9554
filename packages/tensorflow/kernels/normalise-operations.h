/** Batch normalisation as operations. */
#pragma once
#include "batch-norm.h"
#include "map.h"

namespace netspace {

/** x ─► mean, variance */
inline void computeMoments(const Call &call, const Attributes &) {
  const Floats x = call.input(0);
  const Map map(x.sizes());
  const auto cuts = map.cuts();
  std::vector<Moments> parts(cuts.size() - 1, Moments(map.channels));
  eachPart(cuts, [&](int part, int64_t first, int64_t count) {
    parts[part].begin(x.read());
    parts[part].add(x.read() + first * map.channels, count);
  });
  writeMoments(call, 0, parts, map.channels);
}

inline Affine affineFrom(const Call &call, const Map &map, int first, float epsilon) {
  const Floats mean = call.input(first), variance = call.input(first + 1), gamma = call.input(first + 2), beta = call.input(first + 3);
  return affineOf(map.channels, gamma.read(), beta.read(), mean.read(), variance.read(), epsilon);
}

/** The running statistics after a batch, whose variance counts as that of a sample. */
inline void moveStatistics(const Call &call, const Map &map, float momentum) {
  const Floats mean = call.input(1), variance = call.input(2), runningMean = call.input(5), runningVariance = call.input(6);
  const Floats newMean = call.output(1, {map.channels}), newVariance = call.output(2, {map.channels});
  const float unbiased = (float)map.pixels / (map.pixels - 1);
  for (int c = 0; c < map.channels; c++) {
    newMean.write()[c] = runningMean.read()[c] + momentum * (mean.read()[c] - runningMean.read()[c]);
    newVariance.write()[c] = runningVariance.read()[c] + momentum * (unbiased * variance.read()[c] - runningVariance.read()[c]);
  }
}

/** x, mean, variance, gamma, beta, running mean, running variance, shortcut? ─► y, running mean, running variance */
inline void computeNormalise(const Call &call, const Attributes &attributes) {
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

/** What the gradient of a normalisation reads, and g, which it writes where y gates. */
struct GradientMaps {
  Map map;
  const float *dy, *x, *y, *variance;
  float *g, *toGamma, *toBeta;
};

/** The first input, a gradient, and what a gate lets through of it: in its place, where nobody else will read that. With no gate, all. */
struct ThroughGate {
  Call::Replaced owner;
  const float *dy;
  /** Where it is written; nowhere with no gate. */
  float *g;
  ThroughGate(const Call &call, bool isGated, int output, const Sizes &sizes)
      : owner(isGated ? call.outputInPlaceOf(0, output, sizes) : Call::Replaced{Floats(nullptr), call.input(0)}), dy(owner.read()), g(owner.write()) {}
  const float *read() const { return g ? g : dy; }
};

/** As one output of S and P, a row each; of no channel where nobody wants them. */
inline void writeSums(const Call &call, int output, const GradientSums &sums, bool areWanted) {
  const int channels = areWanted ? (int)sums.ofGradient.size() : 0;
  const Floats to = call.output(output, {2, channels});
  for (int c = 0; c < channels; c++) {
    to.write()[c] = (float)sums.ofGradient[c];
    to.write()[channels + c] = (float)sums.ofProduct[c];
  }
}

/** S and P that whoever made g has found, if he has, and if T follows from them. */
struct GivenSums {
  Floats given, gamma, beta;
  bool areThere;

  /** `first` is the place of the mean, and `input` that of the sums, if there are any. */
  GivenSums(const Call &call, const Attributes &attributes, int first, int input, int channels)
      : given(attributes.sums > 0 ? call.input(input) : Floats(nullptr)), gamma(call.input(first + 2)), beta(call.input(first + 3)),
        areThere(attributes.sums > 0 && areSumsUseful(gamma.read(), beta.read(), channels)) {}

  GradientSums asSums(const Affine &affine, int channels) const {
    GradientSums sums(channels);
    for (int c = 0; c < channels; c++) {
      sums.ofGradient[c] = given.read()[c];
      sums.ofProduct[c] = (given.read()[channels + c] - (double)beta.read()[c] * sums.ofGradient[c]) / affine.scale[c];
    }
    return sums;
  }
};

template <Gate GATE> GradientSums sumAll(const GradientMaps &maps, const Affine &affine) {
  const auto &[map, dy, x, y, variance, g, toGamma, toBeta] = maps;
  const auto cuts = map.cuts();
  std::vector<GradientSums> sums(cuts.size() - 1, GradientSums(map.channels));
  eachPart(cuts, [&, dy = dy, x = x, y = y, g = g, channels = map.channels](int part, int64_t first, int64_t count) {
    const int64_t at = first * channels;
    constexpr bool writes = GATE == Gate::output;
    sumGradient<GATE>(dy + at, x + at, writes ? y + at : nullptr, affine, count * channels, writes ? g + at : nullptr, sums[part]);
  });
  return total(sums);
}

/** Sums over all pixels, which the gradients to gamma and beta are; then what the gradient to x is made with. */
template <Gate GATE>
GradientLine finishSums(const GradientMaps &maps, const Affine &affine, const GivenSums &given, float epsilon) {
  const int channels = maps.map.channels;
  const GradientSums sums = GATE == Gate::open && given.areThere ? given.asSums(affine, channels) : sumAll<GATE>(maps, affine);
  for (int c = 0; c < channels; c++) {
    maps.toGamma[c] = (float)(sums.ofProduct[c] / std::sqrt(maps.variance[c] + epsilon));
    maps.toBeta[c] = (float)sums.ofGradient[c];
  }
  return gradientLine(sums, affine, maps.variance, epsilon, maps.map.pixels);
}

/** Behind the sums, g lies open. */
constexpr Gate afterSums(Gate gate) { return gate == Gate::output ? Gate::open : gate; }

template <Gate GATE> void normaliseGradient(const Call &call, const Attributes &attributes) {
  const Floats x = call.input(1), variance = call.input(3);
  constexpr bool writes = GATE == Gate::output;
  const Floats y = writes ? call.input(6) : Floats(nullptr);
  const Sizes sizes = x.sizes();
  const Map map(sizes);
  const Call::Replaced dx = call.outputInPlaceOf(0, 0, sizes);
  const float *dy = dx.read();
  const Affine affine = affineFrom(call, map, 2, attributes.epsilon);
  const Floats g = writes ? call.output(3, sizes) : Floats(nullptr);
  const Floats toGamma = call.output(1, {map.channels}), toBeta = call.output(2, {map.channels});
  const GradientMaps maps{map, dy, x.read(), y.read(), variance.read(), g.write(), toGamma.write(), toBeta.write()};
  const GivenSums given(call, attributes, 2, 6 + attributes.shortcuts, map.channels);
  const GradientLine line = finishSums<GATE>(maps, affine, given, attributes.epsilon);
  const float *from = writes ? g.read() : dy;
  eachPart(map.cuts(), [&](int, int64_t first, int64_t count) {
    const int64_t at = first * map.channels;
    gradientToInput<afterSums(GATE)>(from + at, x.read() + at, affine, line, count * map.channels, dx.write() + at);
  });
}

/** dy, x, mean, variance, gamma, beta, y?, sums? ─► dx, dgamma, dbeta, g? */
inline void computeNormaliseGradient(const Call &call, const Attributes &attributes) {
  if (attributes.shortcuts > 0) normaliseGradient<Gate::output>(call, attributes);
  else if (attributes.relu) normaliseGradient<Gate::again>(call, attributes);
  else normaliseGradient<Gate::open>(call, attributes);
}

} // namespace netspace
