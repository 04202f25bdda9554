/**
 * 1x1 convolutions as products of a tall matrix (a row a pixel) with a small one.
 *
 * The small matrix is cut into panels of columns that fill two vectors; a tile of rows times a panel is summed in registers.
 */
#pragma once
#include "vector.h"
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
constexpr int tileVectors = 2;
constexpr int panelWidth = tileVectors * lanes;
/** Rows that are worked on while they lie in the cache. */
constexpr int blockRows = 96;

/** A matrix [inner, outer] in panels of columns, each [inner, panelWidth] with zeros behind the last column. */
struct Panels {
  int inner;
  int outer;
  std::vector<float> values;
  const float *panel(int index) const { return values.data() + (size_t)index * inner * panelWidth; }
  int count() const { return (outer + panelWidth - 1) / panelWidth; }
};

/** Of [inner, outer], or of [outer, inner] when it is to be transposed. */
inline Panels packPanels(const float *matrix, int inner, int outer, bool transposed) {
  Panels packed{inner, outer, {}};
  packed.values.assign((size_t)packed.count() * inner * panelWidth, 0);
  for (int column = 0; column < outer; column++) {
    float *to = packed.values.data() + (size_t)(column / panelWidth) * inner * panelWidth + column % panelWidth;
    for (int k = 0; k < inner; k++)
      to[(size_t)k * panelWidth] = transposed ? matrix[(size_t)column * inner + k] : matrix[(size_t)k * outer + column];
  }
  return packed;
}

template <int ROWS, int VECTORS>
inline void multiplyTile(const float *rows, int stride, const float *panel, int inner, float *to, int outer, int width) {
  Vector sum[ROWS][VECTORS] = {};
  for (int k = 0; k < inner; k++) {
    Vector column[VECTORS];
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++) column[v] = load(panel + (size_t)k * panelWidth + v * lanes);
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++) {
      const Vector factor = spread(rows[(size_t)r * stride + k]);
#pragma GCC unroll 2
      for (int v = 0; v < VECTORS; v++) sum[r][v] += factor * column[v];
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++) {
    float *line = to + (size_t)r * outer;
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++) {
      const int left = width - v * lanes;
      if (left >= lanes) store(line + v * lanes, sum[r][v]);
      else storeFirst(line + v * lanes, sum[r][v], left);
    }
  }
}

template <int ROWS>
inline void multiplyRows(const float *rows, const Panels &panels, int index, float *to) {
  const int width = panels.outer - index * panelWidth;
  const float *panel = panels.panel(index);
  float *at = to + index * panelWidth;
  if (width <= lanes) multiplyTile<ROWS, 1>(rows, panels.inner, panel, panels.inner, at, panels.outer, width);
  else multiplyTile<ROWS, 2>(rows, panels.inner, panel, panels.inner, at, panels.outer, width < panelWidth ? width : panelWidth);
}

/** [count, inner] times panels: [count, outer]. */
inline void multiply(const float *rows, const Panels &panels, float *to, int64_t count) {
  for (int64_t block = 0; block < count; block += blockRows) {
    const int64_t end = block + blockRows < count ? block + blockRows : count;
    for (int index = 0; index < panels.count(); index++) {
      int64_t row = block;
      for (; row + tileRows <= end; row += tileRows) {
        // Memory works on the next block while we work on this one.
        if (index == 0) {
          ask<false>(rows + (row + blockRows) * panels.inner, (int64_t)tileRows * panels.inner);
          ask<true>(to + (row + blockRows) * panels.outer, (int64_t)tileRows * panels.outer);
        }
        multiplyRows<tileRows>(rows + row * panels.inner, panels, index, to + row * panels.outer);
      }
      for (; row < end; row++) multiplyRows<1>(rows + row * panels.inner, panels, index, to + row * panels.outer);
    }
  }
}

/** Sums of outer products of rows [count, inner] and [count, outer], summed block by block: [inner, outer padded to vectors]. */
struct OuterProducts {
  int inner;
  int outer;
  int padded;
  std::vector<float> sums;
  OuterProducts(int inner, int outer)
      : inner(inner), outer(outer), padded((outer + lanes - 1) / lanes * lanes), sums((size_t)inner * padded, 0.0f) {}
};

template <int ROWS, int VECTORS>
inline void addTile(const float *left, int leftStride, const float *right, int rightStride, int width, int count, float *sums, int padded) {
  Vector sum[ROWS][VECTORS] = {};
  const int last = width - (VECTORS - 1) * lanes;
  for (int p = 0; p < count; p++) {
    Vector line[VECTORS];
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++) {
      const float *from = right + (size_t)p * rightStride + v * lanes;
      line[v] = v < VECTORS - 1 || last >= lanes ? load(from) : loadFirst(from, last);
    }
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++) {
      const Vector factor = spread(left[(size_t)p * leftStride + r]);
#pragma GCC unroll 2
      for (int v = 0; v < VECTORS; v++) sum[r][v] += factor * line[v];
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++) {
      float *at = sums + (size_t)r * padded + v * lanes;
      store(at, load(at) + sum[r][v]);
    }
}

template <int VECTORS>
inline void addColumns(const float *left, const float *right, int column, int width, int count, OuterProducts &products) {
  const int inner = products.inner, outer = products.outer;
  float *sums = products.sums.data() + column;
  int k = 0;
  for (; k + tileRows <= inner; k += tileRows)
    addTile<tileRows, VECTORS>(left + k, inner, right + column, outer, width, count, sums + (size_t)k * products.padded, products.padded);
  for (; k + 4 <= inner; k += 4)
    addTile<4, VECTORS>(left + k, inner, right + column, outer, width, count, sums + (size_t)k * products.padded, products.padded);
  for (; k < inner; k++)
    addTile<1, VECTORS>(left + k, inner, right + column, outer, width, count, sums + (size_t)k * products.padded, products.padded);
}

inline void addOuterProducts(const float *left, const float *right, int count, OuterProducts &products) {
  int column = 0;
  for (; column + lanes < products.outer; column += panelWidth) {
    const int width = products.outer - column < panelWidth ? products.outer - column : panelWidth;
    addColumns<2>(left, right, column, width, count, products);
  }
  if (column < products.outer) addColumns<1>(left, right, column, products.outer - column, count, products);
}

} // namespace netspace
