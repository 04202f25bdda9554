/**
 * 3x3 convolutions of groups that share vectors.
 *
 * A column of vectors is followed down the rows of the input: each vector that is read meets the weights of three tap rows, for the
 * output's rows above, at and below it, whose sums stay in registers. Several columns of one pattern share the reading of the weights.
 */
#pragma once
#include "grouped-rows.h"

namespace netspace {

/** Columns that are followed at once; their sums fill the registers. */
constexpr int mostColumns = lanes >= 16 ? 4 : 2;

/** Columns of vectors: where they begin in the first row of the copied input and in the output's row 0, and the floats to write. */
template <int B> struct Columns {
  const float *from[B];
  float *to[B];
  int floats[B];
};

/** Rows first … end - 1 of a map. */
struct RowRange {
  int first, end;
};

template <int B> inline void writeRow(const Columns<B> &columns, int64_t offset, const Wide (&sums)[B]) {
  for (int b = 0; b < B; b++) writeFirst(columns.to[b] + offset, sums[b], columns.floats[b]);
}

/** Calls `use` for all taps of an input's row: with a column's index, a channel spread over its groups' lanes, and the weights of three tap rows. */
template <int G, int B, typename Use>
inline __attribute__((always_inline)) void meetWeights(const Columns<B> &columns, int64_t row, const int64_t *taps, const Line *weights, Use use) {
  for (int tap = 0; tap < 3; tap++) {
    Wide x[B];
#pragma GCC unroll 4
    for (int b = 0; b < B; b++) readWide(x[b], columns.from[b] + row + taps[tap]);
    const Line *own = weights + tap * G * 3;
    eachConstant<0, G>([&](auto k) __attribute__((always_inline)) {
      Wide w[3];
#pragma GCC unroll 3
      for (int t = 0; t < 3; t++) readWide(w[t], own[k * 3 + t].values);
#pragma GCC unroll 4
      for (int b = 0; b < B; b++) {
        Wide channel;
        pick<G, k>(channel, x[b]);
        use(b, channel, w);
      }
    });
  }
}

/** Reads rows `input` and writes those of `output` that are finished by then. */
template <int G, int STRIDE, int B>
void convolveColumns(const Columns<B> &columns, const RowLayout &layout, const Line *weights, RowRange input, int before, RowRange output,
                     int64_t outFloats) {
  Wide above[B] = {}, at[B] = {}, below[B] = {};
  const auto finish = [&](int row) {
    if (row >= output.first && row < output.end) writeRow<B>(columns, row * outFloats, above);
  };
  for (int row = input.first; row < input.end; row++) {
    const int64_t from = (row - input.first) * layout.floats;
    if (STRIDE == 1) {
      meetWeights<G, B>(columns, from, layout.taps, weights, [&](int b, const Wide &x, const Wide *w) __attribute__((always_inline)) {
        above[b] += x * w[2];
        at[b] += x * w[1];
        below[b] += x * w[0];
      });
      finish(row - 1);
      for (int b = 0; b < B; b++) {
        above[b] = at[b];
        at[b] = below[b];
        below[b] = Wide{};
      }
    } else if ((row + before) % 2 == 0) {
      meetWeights<G, B>(columns, from, layout.taps, weights, [&](int b, const Wide &x, const Wide *w) __attribute__((always_inline)) {
        above[b] += x * w[2];
        at[b] += x * w[0];
      });
      finish((row + before) / 2 - 1);
      for (int b = 0; b < B; b++) {
        above[b] = at[b];
        at[b] = Wide{};
      }
    } else {
      meetWeights<G, B>(columns, from, layout.taps, weights, [&](int b, const Wide &x, const Wide *w) __attribute__((always_inline)) {
        above[b] += x * w[1];
      });
    }
  }
  finish(STRIDE == 1 ? input.end - 1 : (input.end - 1 + before) / 2);
}

/** Calls `body` with a pattern and columns that have it, `mostColumns` or fewer. `from` and `to` tell where an image's first rows lie. */
template <int G, typename From, typename To, typename Body>
inline void eachColumns(int images, int patterns, int64_t floats, From from, To to, Body body) {
  constexpr int step = stepOf<G>;
  for (int pattern = 0; pattern < patterns; pattern++) {
    Columns<mostColumns> all;
    int count = 0;
    const auto run = [&](auto size, int first) {
      Columns<size> some;
      for (int b = 0; b < size; b++) {
        some.from[b] = all.from[first + b];
        some.to[b] = all.to[first + b];
        some.floats[b] = all.floats[first + b];
      }
      body(pattern, some);
    };
    const auto flush = [&] {
      int first = 0;
      if (mostColumns >= 4 && count == 4) {
        run(std::integral_constant<int, mostColumns>(), 0);
        first = 4;
      }
      for (; first + 2 <= count; first += 2) run(std::integral_constant<int, 2>(), first);
      if (first < count) run(std::integral_constant<int, 1>(), first);
      count = 0;
    };
    for (int image = 0; image < images; image++)
      for (int64_t column = (int64_t)pattern * step; column < floats; column += (int64_t)patterns * step) {
        all.from[count] = from(image) + column;
        all.to[count] = to(image) + column;
        all.floats[count] = (int)std::min<int64_t>(step, floats - column);
        if (++count == mostColumns) flush();
      }
    flush();
  }
}

/** A block of y from the copied rows of x. */
template <int G, int STRIDE>
void convolveBlock(const Grouped &shape, const Patterns &patterns, const CopiedRows &rows, const Block &block, float *y) {
  const int64_t floats = (int64_t)shape.outWidth() * shape.channels, image = floats * shape.outHeight();
  const int64_t times = block.images * floats / stepOf<G> / mostColumns;
  Ahead written(y + block.image * image + block.firstRow * floats, block.images * (block.endRow - block.firstRow) * floats, times);
  eachColumns<G>(
      block.images, patterns.count, floats, [&](int i) { return rows.at(i, rows.first); }, [&](int i) { return y + (block.image + i) * image; },
      [&](int pattern, const auto &columns) {
        convolveColumns<G, STRIDE>(columns, rows.layout, patterns.of(pattern), {rows.first, rows.end()}, shape.beforeRow(),
                                   {block.firstRow, block.endRow}, floats);
        written.more();
      });
}

/** Calls `body` with the group's width and the stride as constants. */
template <typename Body> inline void withConstants(const Grouped &shape, Body body) {
  eachConstant<1, widestGroup>([&](auto group) {
    if (shape.group != group) return;
    if (shape.stride == 1) body(group, std::integral_constant<int, 1>());
    else body(group, std::integral_constant<int, 2>());
  });
}

/** Images first … first + count - 1 of y; calls `done` with the first pixel and how many of each block that is written. */
template <typename Done>
inline void convolveGroups(const Grouped &shape, const Patterns &patterns, const float *x, int64_t first, int64_t count, float *y, Done done) {
  CopiedRows rows(RowLayout(shape.width, shape.channels, shape.stride, shape.beforeColumn()));
  eachBlock(shape, rows.layout.floats, first, count, [&](const Block &block) {
    const int firstRow = block.firstRow * shape.stride - shape.beforeRow();
    rows.fill(x, shape.height, block, firstRow, (block.endRow - 1) * shape.stride - shape.beforeRow() + 3);
    withConstants(shape, [&](auto group, auto stride) { convolveBlock<group, stride>(shape, patterns, rows, block, y); });
    const int64_t height = shape.outHeight(), rowsDone = (block.images - 1) * height + block.endRow - block.firstRow;
    done((block.image * height + block.firstRow) * shape.outWidth(), rowsDone * shape.outWidth());
  });
}

} // namespace netspace
