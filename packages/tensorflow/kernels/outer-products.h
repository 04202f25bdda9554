/** Sums of outer products: what the gradients of weights are. */
#pragma once
#include "tile.h"
#include <algorithm>

namespace netspace {

/** Floats that will be read soon, which memory is asked for a little at a time. */
struct Coming {
  const float *at = nullptr, *end = nullptr;
  Coming() = default;
  Coming(const float *from, int64_t floats) : at(from), end(from + floats) {}
  void askForLines(int lines) {
    constexpr int floatsALine = 16;
    for (int line = 0; line < lines && at < end; line++, at += floatsALine) __builtin_prefetch(at, 0, 2);
  }
};

/**
 * Sums of outer products of rows [count, inner] and [count, outer], and of the latter: in floats over some blocks, in doubles over all.
 * What has few columns is held transposed where that fills vectors better.
 */
class OuterProducts {
public:
  OuterProducts(int inner, int outer) : inner(inner), outer(outer), isTransposed(costOf(outer, inner) < costOf(inner, outer)) {
    rows = isTransposed ? outer : inner;
    columns = isTransposed ? inner : outer;
    padded = (columns + lanes - 1) / lanes * lanes;
    sums.resize((size_t)rows * padded);
    totals.resize(sums.size());
  }

  /** Of one block; meanwhile memory is asked for the next. */
  void add(const float *left, const float *right, int count, Coming wide = {}, Coming narrow = {}) {
    nextWide = wide;
    nextNarrow = narrow;
    if (isTransposed) addAll(right, left, count, rows);
    else addAll(left, right, count, rows);
    if (++blocks == mostBlocks) fold();
  }

  /** Of rows with themselves: of the numbers below the diagonal not all are there. */
  void addSquare(const float *both, int count, Coming next) {
    nextWide = next;
    addAll(both, both, count, -1);
    if (++blocks == mostBlocks) fold();
  }

  void add(OuterProducts &other) {
    fold();
    other.fold();
    for (size_t i = 0; i < totals.size(); i++) totals[i] += other.totals[i];
  }

  double at(int k, int n) const {
    const size_t i = isTransposed ? (size_t)n * padded + k : (size_t)k * padded + n;
    return totals[i] + sums[i];
  }

  int inner;
  int outer;

private:
  static constexpr int mostBlocks = 32;
  bool isTransposed;
  int rows, columns, padded;
  int blocks = 0;
  std::vector<float> sums;
  std::vector<double> totals;
  Coming nextWide, nextNarrow;

  /** In vectors a pixel. */
  static int costOf(int rows, int columns) { return rows * ((columns + lanes - 1) / lanes); }

  void fold() {
    blocks = 0;
    for (size_t i = 0; i < sums.size(); i++) totals[i] += sums[i];
    std::fill(sums.begin(), sums.end(), 0.0f);
  }

  template <int ROWS, int HALVES, typename Last> void addTile(const float *left, const float *right, float *to, int count, Last last) {
    constexpr int pixelsAtOnce = 8;
    TileSums<ROWS, HALVES> sum;
    const int64_t leftStep = rows, rightStep = columns;
    for (int first = 0; first < count; first += pixelsAtOnce) {
      nextWide.askForLines(2 * pixelsAtOnce);
      nextNarrow.askForLines(pixelsAtOnce);
      const int end = std::min(first + pixelsAtOnce, count);
      for (int p = first; p < end; p++, left += leftStep, right += rightStep) {
        const ColumnsOf<HALVES> line(right, last);
#pragma GCC unroll 12
        for (int r = 0; r < ROWS; r++) sum.add(r, left[r], line);
      }
    }
    sum.addTo(to, padded);
  }

  /** Rows before `until`; where it is negative, those that are not wholly below the diagonal. */
  void addAll(const float *left, const float *right, int count, int until) {
    for (int index = 0; index < panelCount(columns); index++) {
      const PanelColumns own = panelColumns(columns, index);
      own.withLanes([&](auto halves, auto last) {
        // Of few rows, sums wait for one another.
        eachTile<tileRows>(until < 0 ? std::min(rows, own.end) : until, [&](int k, auto rows) {
          addTile<rows, halves>(left + k, right + own.begin, &sums[(size_t)k * padded + own.begin], count, last);
        });
      });
    }
  }
};

} // namespace netspace
