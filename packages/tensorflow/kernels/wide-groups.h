/**
 * 3x3 convolutions of groups whose channels fill vectors of their own: a row of pixels times the weights of a tap is a product of matrices, and
 * the nine taps of a tile of pixels are summed in registers. The gradient to the input is the same from the other side. At stride 1 patches of
 * pixels need fewer products (winograd.h), but on the smallest maps.
 */
#pragma once
#include "group-products.h"
#include "grouped-rows.h"

namespace netspace {

/** The places are taps. */
struct TapPanels : GroupPanels {};

/** Of weights [3, 3, group, channels]; for the gradient to the input each tap is transposed. */
inline TapPanels tapPanels(const float *weight, int channels, int group, bool transposed) {
  return {groupPanels(channels, group, 9, [&](int from, int tap, int k, int n) {
    return weight[((size_t)tap * group + (transposed ? n : k)) * channels + from + (transposed ? k : n)];
  })};
}

/** What meets a row of pixels: of each tap, the pixel that meets the first one. */
struct Taps {
  const float *pixels[9];
  int taps[9];
  int count = 0;
  void add(const float *first, int tap) {
    pixels[count] = first;
    taps[count++] = tap;
  }
};

/** A row of pixels that are made, and how many floats lie from one to the next: here, and where they come from. */
struct PixelRow {
  float *to;
  int count;
  int64_t step, from;
};

template <int PIXELS, int HALVES, typename Last>
inline void sumTaps(const Taps &taps, const TapPanels &panels, int part, int index, int64_t first, const PixelRow &row, Last last) {
  TileSums<PIXELS, HALVES> sums;
  const int64_t channel = (int64_t)part * panels.group;
  for (int i = 0; i < taps.count; i++)
    addTo<PIXELS, HALVES>(sums, taps.pixels[i] + first * row.from + channel, (int)row.from, panels.of(part, index, taps.taps[i]), panels.group);
  sums.write(row.to + first * row.step + channel + panels.columns(index).begin, row.step, last);
}

inline void sumRow(const Taps &taps, const TapPanels &panels, int part, int index, const PixelRow &row) {
  panels.columns(index).withLanes([&](auto halves, auto last) {
    eachTile<tileRows>(row.count, [&](int first, auto pixels) { sumTaps<pixels, halves>(taps, panels, part, index, first, row, last); });
  });
}

/** Calls `body` with each group, each of its panels and each image of a block, so that a panel stays in the cache while it is used. */
template <typename Body> inline void eachPanel(const TapPanels &panels, int images, Body body) {
  for (int part = 0; part < (int)panels.each.size(); part++)
    for (int index = 0; index < panels.panels(); index++)
      for (int image = 0; image < images; image++) body(part, index, image);
}

/** With the pixels as they lie, and one of zeros on either side. */
inline RowLayout plainLayout(int width, int channels) { return RowLayout(width, channels, 1, 1); }

/** The rows of x that a block of y is made of. */
inline void fillInput(CopiedRows &rows, const Grouped &shape, const float *x, const Block &block) {
  const int firstRow = block.firstRow * shape.stride - shape.beforeRow();
  rows.fill(x, shape.height, block, firstRow, (block.endRow - 1) * shape.stride - shape.beforeRow() + 3);
}

/** The pixel of the copied rows of x that tap (row, column) of the first pixel of row `made` of y meets; none where that row is padding. */
inline const float *tapOf(const Grouped &shape, const CopiedRows &x, int image, int made, int row, int column) {
  const int at = made * shape.stride - shape.beforeRow() + row;
  return at < 0 || at >= shape.height ? nullptr : x.at(image, at) + (int64_t)(column - shape.beforeColumn() + 1) * shape.channels;
}

/** Images first … first + count - 1 of y; calls `done` with the first pixel and how many of each block that is written. */
template <typename Done>
inline void convolveGroups(const Grouped &shape, const TapPanels &panels, const float *x, int64_t first, int64_t count, float *y, Done done) {
  CopiedRows rows(plainLayout(shape.width, shape.channels));
  const int64_t channels = shape.channels, height = shape.outHeight(), width = shape.outWidth();
  eachBlock(shape, rows.layout.floats, first, count, [&](const Block &block) {
    fillInput(rows, shape, x, block);
    eachPanel(panels, block.images, [&](int part, int index, int image) {
      for (int made = block.firstRow; made < block.endRow; made++) {
        Taps taps;
        for (int tap = 0; tap < 9; tap++)
          if (const float *pixel = tapOf(shape, rows, image, made, tap / 3, tap % 3)) taps.add(pixel, tap);
        sumRow(taps, panels, part, index, {y + ((block.image + image) * height + made) * width * channels, (int)width, channels, shape.stride * channels});
      }
    });
    done((block.image * height + block.firstRow) * width, ((block.images - 1) * height + block.endRow - block.firstRow) * width);
  });
}

/** A row of the gradient to the input, from the copied rows of dy: at a stride, pixels of either parity meet taps of their own. */
inline void spreadRow(const Grouped &shape, const TapPanels &panels, const CopiedRows &dy, int image, int made, int part, int index, float *to) {
  const int64_t channels = shape.channels;
  for (int phase = 0; phase < shape.stride; phase++) {
    Taps taps;
    for (int tap = 0; tap < 9; tap++) {
      const int row = made + shape.beforeRow() - tap / 3, column = phase + shape.beforeColumn() - tap % 3;
      if (row < 0 || row % shape.stride || column % shape.stride || row / shape.stride >= shape.outHeight()) continue;
      taps.add(dy.at(image, row / shape.stride) + (column / shape.stride + 1) * channels, tap);
    }
    const int count = (shape.width - phase + shape.stride - 1) / shape.stride;
    sumRow(taps, panels, part, index, {to + phase * channels, count, shape.stride * channels, channels});
  }
}

/** Sums of the weights' gradients. */
class TapSums {
public:
  explicit TapSums(const Grouped &shape)
      : shape(shape), products(9, shape.channels, shape.group, (int64_t)shape.stride * shape.channels, shape.channels) {}

  void add(const Block &block, const CopiedRows &x, const CopiedRows &dy) {
    for (int tap = 0; tap < 9; tap++) {
      met.clear();
      for (int image = 0; image < block.images; image++)
        for (int made = block.firstRow; made < block.endRow; made++)
          if (const float *pixel = tapOf(shape, x, image, made, tap / 3, tap % 3)) met.push_back({pixel, dy.at(image, made) + shape.channels});
      for (int part = 0; part < shape.parts(); part++) products.add(tap, part, met, shape.outWidth());
    }
    products.endBlock();
  }

  void write(std::vector<double> &dweight) const {
    for (int tap = 0; tap < 9; tap++)
      for (int k = 0; k < shape.group; k++)
        for (int channel = 0; channel < shape.channels; channel++) dweight[((size_t)tap * shape.group + k) * shape.channels + channel] = products.at(tap, k, channel);
  }

private:
  Grouped shape;
  GroupProducts products;
  std::vector<MetRows> met;
};

/** Of images first … first + count - 1: writes dx and dweight; calls `done` with the first pixel and how many of each block of dx. */
template <typename Done>
inline void groupGradients(const Grouped &shape, const TapPanels &forDx, const float *dy, const float *x, int64_t first, int64_t count, float *dx,
                           std::vector<double> &dweight, Done done) {
  CopiedRows xRows(plainLayout(shape.width, shape.channels)), dyRows(plainLayout(shape.outWidth(), shape.channels));
  TapSums sums(shape);
  eachBlock(shape, xRows.layout.floats, first, count, [&](const Block &block) {
    const DxRows made = rowsOfDx(shape, block);
    fillInput(xRows, shape, x, block);
    dyRows.fill(dy, shape.outHeight(), block, block.firstRow - 1, block.endRow + (shape.stride == 1 ? 1 : 0));
    eachPanel(forDx, block.images, [&](int part, int index, int image) {
      for (int row = made.first; row < made.end; row++)
        spreadRow(shape, forDx, dyRows, image, row, part, index, dx + ((block.image + image) * shape.height + row) * shape.width * (int64_t)shape.channels);
    });
    sums.add(block, xRows, dyRows);
    done((block.image * shape.height + made.first) * shape.width, ((block.images - 1) * (int64_t)shape.height + made.end - made.first) * shape.width);
  });
  sums.write(dweight);
}

} // namespace netspace
