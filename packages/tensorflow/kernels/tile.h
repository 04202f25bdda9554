/**
 * Products of a tall matrix (a row a pixel) with a small one.
 *
 * The small matrix is cut into panels of columns that fill two vectors; a tile of rows times a panel is summed in registers. Where it has few
 * columns, a vector holds those of several rows of the small matrix one in another, meets as many factors, and is folded at the end.
 */
#pragma once
#include "tile-sums.h"
#include <algorithm>
#include <cstdint>
#include <vector>

namespace netspace {

/** Rows of a tile: with two vectors each they fill the registers. */
#if defined(__AVX512F__)
constexpr int tileRows = 12;
#elif defined(__AVX2__)
constexpr int tileRows = 6;
#else
constexpr int tileRows = 8;
#endif
/** Rows that are worked on while they lie in the cache. */
constexpr int blockRows = 96;

/** How many rows of [inner, outer] go into one vector: 1, 2 or 4. */
inline int foldOf(int inner, int outer) {
#if defined(__AVX512F__)
  for (int fold = 4; fold > 1; fold /= 2)
    if (outer * fold <= lanes && inner % fold == 0) return fold;
#endif
  return 1;
}

/** A matrix [inner, outer] in panels of columns, each [inner, panelWidth] with zeros behind the last column; or folded: [inner / fold, lanes]. */
struct Panels {
  int inner;
  int outer;
  int fold;
  std::vector<float> values;
  const float *panel(int index) const { return values.data() + (size_t)index * inner * panelWidth; }
  int count() const { return panelCount(outer); }
  PanelColumns columns(int index) const { return panelColumns(outer, index); }
};

/** Of a matrix whose numbers `at` tells; `fold` as that of others that it is summed with. */
template <typename At> inline Panels packed(int inner, int outer, int fold, At at) {
  Panels panels{inner, outer, fold, {}};
  if (fold > 1) {
    panels.values.assign((size_t)inner / fold * lanes, 0);
    for (int k = 0; k < inner; k++)
      for (int n = 0; n < outer; n++) panels.values[(size_t)(k / fold) * lanes + n * fold + k % fold] = at(k, n);
    return panels;
  }
  panels.values.assign((size_t)panels.count() * inner * panelWidth, 0);
  for (int index = 0; index < panels.count(); index++) {
    const PanelColumns columns = panels.columns(index);
    for (int n = columns.begin; n < columns.end; n++) {
      float *to = panels.values.data() + (size_t)index * inner * panelWidth + n - columns.begin;
      for (int k = 0; k < inner; k++) to[(size_t)k * panelWidth] = at(k, n);
    }
  }
  return panels;
}

/** Of [inner, outer], or of [outer, inner] when it is to be transposed. */
inline Panels packPanels(const float *matrix, int inner, int outer, bool transposed) {
  return packed(inner, outer, foldOf(inner, outer),
                [&](int k, int n) { return transposed ? matrix[(size_t)n * inner + k] : matrix[(size_t)k * outer + n]; });
}

/** Rows that are multiplied with panels. */
struct Factor {
  const float *rows;
  const Panels *panels;
};

/** One or two products that are summed. */
struct Factors {
  Factor each[2];
  int count;
  Factors(Factor one) : each{one, one}, count(1) {}
  Factors(Factor one, Factor other) : each{one, other}, count(2) {}
  const Factor *begin() const { return each; }
  const Factor *end() const { return each + count; }
  const Factor &operator[](int index) const { return each[index]; }
};

/**
 * What is done with sums before they are written: with those of the floats from place `at` of the result, of columns from `column`, which lie in
 * `present` lanes of memory. What is to be known of all rows of a tile is collected in Kept, a vector of columns each.
 */
struct AsTheyAre {
  struct Kept {};
  template <typename Lanes> Vector operator()(Vector sum, Lanes, int64_t, int, Kept &) const { return sum; }
  void keep(const Kept &, int) const {}
  void askFor(int64_t, int64_t) const {}
};

template <int ROWS, int HALVES>
inline __attribute__((always_inline)) void addTo(TileSums<ROWS, HALVES> &sums, const float *rows, int stride, const float *panel, int inner) {
  for (int k = 0; k < inner; k++) {
    const ColumnsOf<HALVES> columns(panel + (size_t)k * panelWidth);
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++) sums.add(r, rows[(size_t)r * stride + k], columns);
  }
}

template <int ROWS, int HALVES, typename Last, typename End>
inline void multiplyTile(const Factors &factors, int index, int64_t row, float *to, Last last, const End &end) {
  constexpr int vectors = vectorsOf<HALVES>;
  TileSums<ROWS, HALVES> sums;
  for (const Factor &factor : factors) {
    const Panels &panels = *factor.panels;
    addTo<ROWS, HALVES>(sums, factor.rows + row * panels.inner, panels.inner, panels.panel(index), panels.inner);
  }
  const int outer = factors[0].panels->outer, begin = factors[0].panels->columns(index).begin;
  typename End::Kept kept[vectors] = {};
  const auto finish = [&](int r, int v, auto present) __attribute__((always_inline)) {
    const int column = begin + v * lanes;
    const int64_t at = (row + r) * outer + column;
    present.write(to + at, end(sums.of(r, v), present, at, column, kept[v]));
  };
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++) {
    if (vectors > 1) finish(r, 0, AllLanes());
    finish(r, vectors - 1, last);
  }
#pragma GCC unroll 2
  for (int v = 0; v < vectors; v++) end.keep(kept[v], begin + v * lanes);
}

#if defined(__AVX512F__)

/** FOLD numbers, again and again. */
template <int FOLD> inline Vector spreadSome(const float *from) {
  if constexpr (FOLD == 4) return (Vector)_mm512_broadcast_f32x4(_mm_loadu_ps(from));
  long long two;
  std::memcpy(&two, from, sizeof two);
  return (Vector)_mm512_set1_epi64(two);
}

/** Which lanes of two vectors are summed to those of a row behind a row, FOLD of them: the first and the second of each pair. */
struct FoldLanes {
  __m512i first, second;
  FoldLanes(int width, int rowLanes) {
    alignas(64) int one[lanes], two[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      const int row = std::min(lane / width, 2 * lanes / rowLanes - 1);
      one[lane] = row * rowLanes + std::min(2 * (lane % width), rowLanes - 2);
      two[lane] = one[lane] + 1;
    }
    first = _mm512_load_si512(one);
    second = _mm512_load_si512(two);
  }
  Vector operator()(Vector a, Vector b) const {
    return (Vector)_mm512_permutex2var_ps((__m512)a, first, (__m512)b) + (Vector)_mm512_permutex2var_ps((__m512)a, second, (__m512)b);
  }
};

template <int FOLD, int ROWS, typename End>
inline void multiplyFolded(const Factors &factors, const FoldLanes &pairs, const FoldLanes &folded, int64_t row, float *to, const End &end) {
  Vector sum[ROWS] = {};
  for (const Factor &factor : factors) {
    const Panels &panels = *factor.panels;
    const float *from = factor.rows + row * panels.inner;
    for (int k = 0; k < panels.inner; k += FOLD) {
      const Vector column = load(panels.values.data() + (size_t)k / FOLD * lanes);
#pragma GCC unroll 12
      for (int r = 0; r < ROWS; r++) sum[r] += spreadSome<FOLD>(from + (size_t)r * panels.inner + k) * column;
    }
  }
  const int outer = factors[0].panels->outer;
  const FirstLanes present((ROWS == 1 ? 1 : FOLD) * outer);
  typename End::Kept kept = {};
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r += FOLD) {
    Vector whole;
    if constexpr (ROWS == 1) whole = FOLD == 4 ? folded(pairs(sum[0], sum[0]), Vector{}) : folded(sum[0], sum[0]);
    else if constexpr (FOLD == 4) whole = folded(pairs(sum[r], sum[r + 1]), pairs(sum[r + 2], sum[r + 3]));
    else whole = folded(sum[r], sum[r + 1]);
    const int64_t at = (row + r) * outer;
    present.write(to + at, end(whole, present, at, 0, kept));
  }
  end.keep(kept, 0);
}

template <int FOLD, typename End>
inline void multiplyAllFolded(const Factors &factors, float *to, int64_t count, const End &end) {
  const int outer = factors[0].panels->outer;
  const FoldLanes pairs(lanes / 2, lanes), folded(outer, FOLD == 4 ? lanes / 2 : lanes);
  int64_t row = 0;
  for (; row + tileRows <= count; row += tileRows) {
    for (const Factor &factor : factors)
      ask<false>(factor.rows + (row + blockRows) * factor.panels->inner, (int64_t)tileRows * factor.panels->inner);
    ask<true>(to + (row + blockRows) * outer, (int64_t)tileRows * outer);
    end.askFor((row + blockRows) * outer, (int64_t)tileRows * outer);
    multiplyFolded<FOLD, tileRows>(factors, pairs, folded, row, to, end);
  }
  for (; row < count; row++) multiplyFolded<FOLD, 1>(factors, pairs, folded, row, to, end);
}

#endif

template <int ROWS, typename End>
inline void multiplyRows(const Factors &factors, int index, int64_t row, float *to, const End &end) {
  factors[0].panels->columns(index).withLanes(
      [&](auto halves, auto last) { multiplyTile<ROWS, halves>(factors, index, row, to, last, end); });
}

/** The sum of the products of [count, inner] and panels, each of its own: [count, outer]. */
template <typename End>
inline void multiply(const Factors &factors, float *to, int64_t count, const End &end) {
  const Panels &first = *factors[0].panels;
#if defined(__AVX512F__)
  if (first.fold == 4) return multiplyAllFolded<4>(factors, to, count, end);
  if (first.fold == 2) return multiplyAllFolded<2>(factors, to, count, end);
#endif
  for (int64_t block = 0; block < count; block += blockRows) {
    const int64_t until = block + blockRows < count ? block + blockRows : count;
    for (int index = 0; index < first.count(); index++) {
      int64_t row = block;
      for (; row + tileRows <= until; row += tileRows) {
        // Memory works on the next block while we work on this one.
        if (index == 0) {
          for (const Factor &factor : factors)
            ask<false>(factor.rows + (row + blockRows) * factor.panels->inner, (int64_t)tileRows * factor.panels->inner);
          ask<true>(to + (row + blockRows) * first.outer, (int64_t)tileRows * first.outer);
          end.askFor((row + blockRows) * first.outer, (int64_t)tileRows * first.outer);
        }
        multiplyRows<tileRows>(factors, index, row, to, end);
      }
      for (; row < until; row++) multiplyRows<1>(factors, index, row, to, end);
    }
  }
}

inline void multiply(const float *rows, const Panels &panels, float *to, int64_t count) {
  multiply(Factors({rows, &panels}), to, count, AsTheyAre());
}

} // namespace netspace
