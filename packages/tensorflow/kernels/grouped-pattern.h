/**
 * Convolutions of small groups seen as sums over vectors: where the floats of a row of pixels lie one behind the other, a vector holds
 * as many whole groups as go into it, and the weights that meet it come again after a few vectors, whatever the number of channels.
 */
#pragma once
#include "vector.h"
#include <numeric>
#include <utility>
#include <vector>

namespace netspace {

/** The widest group that has kernels here. */
constexpr int widestGroup = 8;

/** A vector that the widest group fits into; where the processor's are smaller, the compiler makes it of two. */
constexpr int wideLanes = lanes < widestGroup ? widestGroup : lanes;
typedef float Wide __attribute__((vector_size(4 * wideLanes)));
typedef int WideIndex __attribute__((vector_size(4 * wideLanes)));

/** A vector in memory. */
struct alignas(4 * wideLanes) Line {
  float values[wideLanes];
};

/** Floats of a vector's whole groups; lanes behind them mean nothing. */
template <int G> constexpr int stepOf = wideLanes / G * G;
inline int stepFor(int group) { return wideLanes / group * group; }

inline void readWide(Wide &to, const float *from) { std::memcpy(&to, from, sizeof to); }

inline void writeFirst(float *to, const Wide &from, int count) {
#if defined(__AVX512F__)
  FirstLanes(count).write(to, from);
#else
  if (count == wideLanes) std::memcpy(to, &from, sizeof from);
  else std::memcpy(to, &from, 4 * count);
#endif
}

template <int G, int K> constexpr int laneOf(size_t lane) {
  return (int)lane < stepOf<G> ? (int)lane / G * G + K : (int)lane;
}

template <int G, int K, size_t... I> inline void pickLanes(Wide &to, const Wide &from, std::index_sequence<I...>) {
#if defined(__clang__)
  to = __builtin_shufflevector(from, from, laneOf<G, K>(I)...);
#else
  to = __builtin_shuffle(from, WideIndex{laneOf<G, K>(I)...});
#endif
}

/** In every lane, channel K of the lane's group. */
template <int G, int K> inline void pick(Wide &to, const Wide &from) {
  if (G == 1) to = from;
  else pickLanes<G, K>(to, from, std::make_index_sequence<wideLanes>());
}

/** Calls `body` with the constants FIRST … FIRST + COUNT - 1. */
template <int FIRST, int... I, typename Body> inline __attribute__((always_inline)) void eachOf(Body body, std::integer_sequence<int, I...>) {
  (body(std::integral_constant<int, FIRST + I>()), ...);
}
template <int FIRST, int COUNT, typename Body> inline __attribute__((always_inline)) void eachConstant(Body body) {
  eachOf<FIRST>(body, std::make_integer_sequence<int, COUNT>());
}

/** How many vectors have patterns of their own, of those of a row of `floats`. */
inline int patternCount(int channels, int group, int64_t floats) {
  const int step = stepFor(group);
  const int64_t all = (floats + step - 1) / step;
  const int64_t period = std::lcm(channels, step) / step;
  return (int)(period < all ? period : all);
}

/** For every pattern 9 · group lines: [pattern][tap's column][channel of the group][tap's row]. */
struct Patterns {
  int count;
  int group;
  std::vector<Line> lines;
  Patterns(int count, int group) : count(count), group(group), lines((size_t)count * 9 * group) {}
  Line *of(int pattern) { return lines.data() + (size_t)pattern * 9 * group; }
  const Line *of(int pattern) const { return lines.data() + (size_t)pattern * 9 * group; }
};

/** Calls `body` with the float of each pattern that belongs to a weight, and the weight's place in [3, 3, group, channels]. */
template <typename Body> inline void eachWeight(const Patterns &patterns, int channels, Body body) {
  const int group = patterns.group, step = stepFor(group);
  for (int pattern = 0; pattern < patterns.count; pattern++)
    for (int column = 0; column < 3; column++)
      for (int k = 0; k < group; k++)
        for (int row = 0; row < 3; row++)
          for (int lane = 0; lane < step; lane++) {
            const int channel = (int)(((int64_t)pattern * step + lane) % channels);
            body(((size_t)pattern * 9 * group + (column * group + k) * 3 + row), lane, row, column, k, channel);
          }
}

/** Of a convolution from x to y. */
inline Patterns forwardPatterns(const float *weight, int channels, int group, int count) {
  Patterns patterns(count, group);
  eachWeight(patterns, channels, [&](size_t line, int lane, int row, int column, int k, int n) {
    patterns.lines[line].values[lane] = weight[((size_t)(row * 3 + column) * group + k) * channels + n];
  });
  return patterns;
}

/** Of the one from dy to dx, whose taps lie mirrored. */
inline Patterns backwardPatterns(const float *weight, int channels, int group, int count) {
  Patterns patterns(count, group);
  eachWeight(patterns, channels, [&](size_t line, int lane, int row, int column, int k, int n) {
    const int tap = (2 - row) * 3 + 2 - column;
    patterns.lines[line].values[lane] = weight[((size_t)tap * group + n % group) * channels + n / group * group + k];
  });
  return patterns;
}

/** Adds sums that lie as patterns do to [3, 3, group, channels]. */
inline void addPatterns(const Patterns &patterns, int channels, std::vector<double> &weight) {
  const int group = patterns.group;
  eachWeight(patterns, channels, [&](size_t line, int lane, int row, int column, int k, int n) {
    weight[((size_t)(row * 3 + column) * group + k) * channels + n] += patterns.lines[line].values[lane];
  });
}

} // namespace netspace
