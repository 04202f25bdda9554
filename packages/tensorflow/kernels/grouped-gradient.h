/** The gradients of 3x3 convolutions of groups that share vectors. */
#pragma once
#include "grouped.h"

namespace netspace {

/** Two rows at stride 2 of the gradient to the input, each even pixels and then odd ones, from each row of the output's gradient. */
template <int G, int B>
void spreadColumns(const Columns<B> &columns, const RowLayout &layout, const Line *weights, RowRange input, int firstWritten, int64_t outFloats) {
  Wide even[3][B] = {}, odd[3][B] = {};
  const int64_t half = outFloats / 2;
  for (int row = input.first; row < input.end; row++) {
    const int64_t from = (row - input.first) * layout.floats;
    eachConstant<0, G>([&](auto k) __attribute__((always_inline)) {
      Wide here[B], left[B];
#pragma GCC unroll 4
      for (int b = 0; b < B; b++) {
        Wide x;
        readWide(x, columns.from[b] + from + layout.taps[0]);
        pick<G, k>(left[b], x);
        readWide(x, columns.from[b] + from + layout.taps[1]);
        pick<G, k>(here[b], x);
      }
#pragma GCC unroll 3
      for (int t = 0; t < 3; t++) {
        // The patterns are mirrored.
        Wide first, second, third;
        readWide(first, weights[(2 * G + k) * 3 + 2 - t].values);
        readWide(second, weights[(1 * G + k) * 3 + 2 - t].values);
        readWide(third, weights[(0 * G + k) * 3 + 2 - t].values);
#pragma GCC unroll 4
        for (int b = 0; b < B; b++) {
          even[t][b] += here[b] * first;
          odd[t][b] += here[b] * second;
          even[t][b] += left[b] * third;
        }
      }
    });
    if (row >= firstWritten)
      for (int t = 0; t < 2; t++) {
        const int64_t to = (2 * (row - firstWritten) + t) * outFloats;
        writeRow<B>(columns, to, even[t]);
        writeRow<B>(columns, to + half, odd[t]);
      }
    for (int b = 0; b < B; b++) {
      even[0][b] = even[2][b];
      odd[0][b] = odd[2][b];
      even[1][b] = odd[1][b] = even[2][b] = odd[2][b] = Wide{};
    }
  }
}

/** Pixels of both halves in turn, without the first where the map's begin with the odd half. */
inline void joinHalves(const float *even, const float *odd, int channels, int before, int width, float *to) {
  for (int pixel = 0; pixel < width; pixel++) {
    const int place = pixel + before;
    copyPixel((place % 2 ? odd : even) + (int64_t)(place / 2) * channels, to + (int64_t)pixel * channels, channels);
  }
}

/** A block of dx at stride 2: both rows of the input that belong to each row of the output. */
template <int G>
void spreadBlock(const Grouped &shape, const Patterns &patterns, const CopiedRows &rows, const Block &block, std::vector<Line> &halves, float *dx) {
  const int64_t floats = (int64_t)shape.outWidth() * shape.channels;
  const int64_t half = roundedUp(floats), own = 2 * (block.endRow - block.firstRow);
  halves.resize((size_t)(block.images * own * 2 * half) / wideLanes);
  float *joined = halves.data()->values;
  eachColumns<G>(
      block.images, patterns.count, floats, [&](int i) { return rows.at(i, rows.first); }, [&](int i) { return joined + i * own * 2 * half; },
      [&](int pattern, const auto &columns) {
        spreadColumns<G>(columns, rows.layout, patterns.of(pattern), {rows.first, std::min(rows.end(), block.endRow)}, block.firstRow, 2 * half);
      });
  for (int image = 0; image < block.images; image++)
    for (int row = 0; row < own; row++) {
      const int at = 2 * block.firstRow + row - shape.beforeRow();
      if (at < 0 || at >= shape.height) continue;
      const float *from = joined + (image * own + row) * 2 * half;
      joinHalves(from, from + half, shape.channels, shape.beforeColumn(), shape.width,
                 dx + (((block.image + image) * shape.height) + at) * shape.width * shape.channels);
    }
}

/** Tap columns, and channels of a group, whose sums of all tap rows fill the registers. */
template <int G> constexpr int columnsAtOnce = G == 1 || (G == 2 && lanes >= 16) ? 3 : 1;
template <int G> constexpr int channelsAtOnce = lanes >= 16 || G <= 3 ? G : G % 3 == 0 ? 3 : G % 4 == 0 ? 4 : G;

/** Adds to the sums of a pattern's weights, of channels K … of tap columns TAP …, what its columns of vectors have in this block. */
template <int G, int STRIDE, int TAP, int K>
void addProducts(const Grouped &shape, const CopiedRows &x, const CopiedRows &dy, const Block &block, const float *zeros, int64_t first, int64_t step,
                 Line *sums) {
  constexpr int taps = columnsAtOnce<G>, channels = channelsAtOnce<G>;
  const int64_t floats = (int64_t)shape.outWidth() * shape.channels;
  const int before = shape.beforeRow();
  Wide sum[taps][channels][3] = {};
  for (int image = 0; image < block.images; image++) {
    const auto gradient = [&](int row) { return row >= block.firstRow && row < block.endRow ? dy.at(image, row) + shape.channels : zeros; };
    for (int row = x.first; row < x.end(); row++) {
      const float *from = x.at(image, row);
      const int place = row + before;
      const bool all = STRIDE == 1, even = place % 2 == 0;
      const float *with[3];
      for (int t = 0; t < 3; t++) with[t] = STRIDE == 1 ? gradient(place - t) : gradient((place - t) / 2 - (place - t < 0));
      const auto meet = [&](auto uses, int64_t at) __attribute__((always_inline)) {
        Wide g[3];
#pragma GCC unroll 3
        for (int t = 0; t < 3; t++)
          if (uses & (1 << t)) readWide(g[t], with[t] + at);
#pragma GCC unroll 3
        for (int tap = 0; tap < taps; tap++) {
          Wide v;
          readWide(v, from + x.layout.taps[TAP + tap] + at);
          eachConstant<0, channels>([&](auto k) __attribute__((always_inline)) {
            Wide channel;
            pick<G, K + k>(channel, v);
#pragma GCC unroll 3
            for (int t = 0; t < 3; t++)
              if (uses & (1 << t)) sum[tap][k][t] += channel * g[t];
          });
        }
      };
      if (all)
        for (int64_t at = first; at < floats; at += step) meet(std::integral_constant<int, 7>(), at);
      else if (even)
        for (int64_t at = first; at < floats; at += step) meet(std::integral_constant<int, 5>(), at);
      else
        for (int64_t at = first; at < floats; at += step) meet(std::integral_constant<int, 2>(), at);
    }
  }
  for (int tap = 0; tap < taps; tap++)
    for (int k = 0; k < channels; k++)
      for (int t = 0; t < 3; t++) {
        Wide old;
        float *at = sums[((TAP + tap) * G + K + k) * 3 + t].values;
        readWide(old, at);
        old += sum[tap][k][t];
        std::memcpy(at, &old, sizeof old);
      }
}

template <int G, int STRIDE>
void addBlock(const Grouped &shape, const CopiedRows &x, const CopiedRows &dy, const Block &block, const float *zeros, Patterns &sums) {
  constexpr int step = stepOf<G>, taps = columnsAtOnce<G>, channels = channelsAtOnce<G>;
  for (int pattern = 0; pattern < sums.count; pattern++)
    eachConstant<0, 3 / taps>([&](auto tap) {
      eachConstant<0, G / channels>([&](auto part) {
        addProducts<G, STRIDE, tap * taps, part * channels>(shape, x, dy, block, zeros, (int64_t)pattern * step, (int64_t)sums.count * step,
                                                            sums.of(pattern));
      });
    });
}

/** Of images first … first + count - 1: writes dx, adds to sums of dweight; calls `done` with the first pixel and how many of each block of dx. */
template <typename Done>
inline void groupGradients(const Grouped &shape, const Patterns &forDx, const float *dy, const float *x, int64_t first, int64_t count, float *dx,
                           std::vector<double> &dweight, Done done) {
  CopiedRows xRows(RowLayout(shape.width, shape.channels, shape.stride, shape.beforeColumn()));
  CopiedRows dyRows(RowLayout(shape.outWidth(), shape.channels, 1, 1));
  const std::vector<float> zeros(dyRows.layout.floats);
  std::vector<Line> halves;
  Patterns sums(patternCount(shape.channels, shape.group, (int64_t)shape.outWidth() * shape.channels), shape.group);
  eachBlock(shape, xRows.layout.floats, first, count, [&](const Block &block) {
    dyRows.fill(dy, shape.outHeight(), block, block.firstRow - 1, block.endRow + (shape.stride == 1 ? 1 : 0));
    const int firstRow = block.firstRow * shape.stride - shape.beforeRow();
    xRows.fill(x, shape.height, block, firstRow, (block.endRow - 1) * shape.stride - shape.beforeRow() + 3);
    withConstants(shape, [&](auto group, auto stride) {
      if constexpr (stride == 1) convolveBlock<group, 1>(shape, forDx, dyRows, block, dx);
      else spreadBlock<group>(shape, forDx, dyRows, block, halves, dx);
      addBlock<group, stride>(shape, xRows, dyRows, block, zeros.data(), sums);
    });
    const DxRows made = rowsOfDx(shape, block);
    done((block.image * shape.height + made.first) * shape.width, ((block.images - 1) * (int64_t)shape.height + made.end - made.first) * shape.width);
  });
  addPatterns(sums, shape.channels, dweight);
}

} // namespace netspace
