/**
 * Sums of a tile in registers: a row is of one or two vectors, of which the last may be a half one. That takes half the time where the processor
 * works on half a vector at a time, and no more than a whole one elsewhere.
 */
#pragma once
#include "vector.h"
#include <algorithm>
#include <type_traits>

namespace netspace {

/** Where vectors are short, a half one is not worth its own. */
constexpr bool hasHalves = lanes >= 16;
constexpr int halfLanes = lanes / 2;
typedef float HalfVector __attribute__((vector_size(4 * halfLanes)));

template <int HALVES> constexpr int vectorsOf = (HALVES + 1) / 2;
template <int HALVES> constexpr int wholesOf = HALVES / 2;
/** No array has no element. */
template <int HALVES> constexpr int arrayOfWholes = HALVES > 1 ? HALVES / 2 : 1;

#if defined(__AVX512F__)
inline HalfVector lowerHalf(Vector whole) { return (HalfVector)_mm512_castps512_ps256((__m512)whole); }
/** Zeros behind it. */
inline Vector wholeOf(HalfVector half) { return (Vector)_mm512_zextps256_ps512((__m256)half); }
#else
inline HalfVector lowerHalf(Vector) { return HalfVector{}; }
inline Vector wholeOf(HalfVector) { return Vector{}; }
#endif

/** The lower half of a vector's floats. */
struct HalfOfLanes {
  Vector read(const float *from) const {
    HalfVector half;
    std::memcpy(&half, from, sizeof half);
    return wholeOf(half);
  }
  void write(float *to, Vector value) const {
    const HalfVector half = lowerHalf(value);
    std::memcpy(to, &half, sizeof half);
  }
};

/** Columns that are summed at once: two vectors, or fewer at the end. */
constexpr int tileVectors = 2;
constexpr int panelWidth = tileVectors * lanes;

/** Those of a panel. */
struct PanelColumns {
  int begin, end;
  int count() const { return end - begin; }
  /** Calls `body` with how many halves of vectors these columns fill, at most four, as a constant. */
  template <typename Body> void withHalves(Body body) const {
    if constexpr (hasHalves) {
      if (count() <= halfLanes) return body(std::integral_constant<int, 1>());
      if (count() > lanes && count() <= lanes + halfLanes) return body(std::integral_constant<int, 3>());
    }
    if (count() <= lanes) body(std::integral_constant<int, 2>());
    else body(std::integral_constant<int, 4>());
  }
  /** The same, and with which lanes of the last vector they fill, of a type that knows it where they fill it or half of it. */
  template <typename Body> void withLanes(Body body) const {
    withHalves([&](auto halves) {
      const int left = count() - (vectorsOf<halves> - 1) * lanes;
      if (halves % 2 == 1 && left == halfLanes) body(halves, HalfOfLanes());
      else if (left >= lanes) body(halves, AllLanes());
      else body(halves, FirstLanes(left));
    });
  }
};

inline int panelCount(int columns) { return (columns + panelWidth - 1) / panelWidth; }

inline PanelColumns panelColumns(int columns, int index) { return {index * panelWidth, std::min((index + 1) * panelWidth, columns)}; }

/** Calls `body` with the count, at most COUNT, as a constant. */
template <int COUNT, typename Body> inline void withCount(int count, Body body) {
  if constexpr (COUNT > 0) {
    if (count == COUNT) body(std::integral_constant<int, COUNT>());
    else withCount<COUNT - 1>(count, body);
  }
}

/** Cuts rows into tiles of at most MOST that are as equal as can be; calls `body` with each one's first row and, as a constant, how many it has. */
template <int MOST, typename Body> inline void eachTile(int rows, Body body) {
  const int tiles = (rows + MOST - 1) / MOST;
  for (int tile = 0, first = 0; tile < tiles; tile++) {
    const int own = (rows - first + tiles - tile - 1) / (tiles - tile);
    withCount<MOST>(own, [&](auto count) { body(first, count); });
    first += own;
  }
}

/** Columns that meet each row's number; of the last vector some lanes may be read. */
template <int HALVES> struct ColumnsOf {
  Vector wholes[arrayOfWholes<HALVES>];
  HalfVector half;
  template <typename Lanes = AllLanes> explicit __attribute__((always_inline)) ColumnsOf(const float *from, Lanes last = {}) {
#pragma GCC unroll 2
    for (int v = 0; v < wholesOf<HALVES>; v++) wholes[v] = v == vectorsOf<HALVES> - 1 ? last.read(from + v * lanes) : load(from + v * lanes);
    if (HALVES % 2 == 1) half = lowerHalf(last.read(from + wholesOf<HALVES> * lanes));
  }
};

template <int ROWS, int HALVES> struct TileSums {
  Vector wholes[ROWS][arrayOfWholes<HALVES>] = {};
  HalfVector halves[ROWS] = {};
  __attribute__((always_inline)) void add(int row, float factor, const ColumnsOf<HALVES> &columns) {
#pragma GCC unroll 2
    for (int v = 0; v < wholesOf<HALVES>; v++) wholes[row][v] += spread(factor) * columns.wholes[v];
    if (HALVES % 2 == 1) halves[row] += (factor - HalfVector{}) * columns.half;
  }
  /** Zeros behind a half. */
  __attribute__((always_inline)) Vector of(int row, int v) const { return v < wholesOf<HALVES> ? wholes[row][v] : wholeOf(halves[row]); }
  /** Each row a step behind the one before; of the last vector some lanes. */
  template <typename Last> __attribute__((always_inline)) void write(float *to, int64_t step, Last last) const {
    constexpr int atLast = vectorsOf<HALVES> - 1;
#pragma GCC unroll 16
    for (int row = 0; row < ROWS; row++, to += step) {
      if (atLast > 0) store(to, of(row, 0));
      last.write(to + atLast * lanes, of(row, atLast));
    }
  }
  /** To what is there, in whole vectors. */
  __attribute__((always_inline)) void addTo(float *to, int64_t step) const {
#pragma GCC unroll 16
    for (int row = 0; row < ROWS; row++, to += step)
#pragma GCC unroll 2
      for (int v = 0; v < vectorsOf<HALVES>; v++) store(to + v * lanes, load(to + v * lanes) + of(row, v));
  }
};

} // namespace netspace
