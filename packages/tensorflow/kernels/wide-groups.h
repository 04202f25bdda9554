/**
 * 3x3 convolutions of groups whose channels fill vectors of their own: a row of pixels times the weights of a tap is a product of matrices, and
 * the nine taps of a tile of pixels are summed in registers. The gradient to the input is the same from the other side.
 */
#pragma once
#include "grouped-rows.h"
#include "tile.h"

namespace netspace {


/** Weights of each group as panels of a matrix [9 · group, group], tap behind tap. */
struct TapPanels {
  int group;
  std::vector<Panels> each;
  int panels() const { return each[0].count(); }
  const float *of(int part, int index, int tap) const { return each[part].panel(index) + (size_t)tap * group * panelWidth; }
};

/** Of weights [3, 3, group, channels]; for the gradient to the input each tap is transposed. */
inline TapPanels tapPanels(const float *weight, int channels, int group, bool transposed) {
  TapPanels panels{group, {}};
  for (int from = 0; from < channels; from += group)
    panels.each.push_back(packed(9 * group, group, 1, [&](int row, int n) {
      const int tap = row / group, k = row % group;
      return weight[((size_t)tap * group + (transposed ? n : k)) * channels + from + (transposed ? k : n)];
    }));
  return panels;
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

template <int PIXELS, int HALVES>
inline void sumTaps(const Taps &taps, const TapPanels &panels, int part, int index, int64_t first, const PixelRow &row) {
  TileSums<PIXELS, HALVES> sums;
  const int64_t channel = (int64_t)part * panels.group;
  for (int i = 0; i < taps.count; i++)
    addTo<PIXELS, HALVES>(sums, taps.pixels[i] + first * row.from + channel, (int)row.from, panels.of(part, index, taps.taps[i]), panels.group);
#pragma GCC unroll 12
  for (int p = 0; p < PIXELS; p++)
#pragma GCC unroll 2
    for (int v = 0; v < vectorsOf<HALVES>; v++) {
      const int column = index * panelWidth + v * lanes;
      writeFloats(row.to + (first + p) * row.step + channel + column, sums.of(p, v), panels.group - column);
    }
}

template <int HALVES, int PIXELS>
inline void sumSomeTaps(int count, const Taps &taps, const TapPanels &panels, int part, int index, int64_t first, const PixelRow &row) {
  if constexpr (PIXELS > 0) {
    if (count == PIXELS) sumTaps<PIXELS, HALVES>(taps, panels, part, index, first, row);
    else sumSomeTaps<HALVES, PIXELS - 1>(count, taps, panels, part, index, first, row);
  }
}

/** In tiles of pixels that are as equal as can be. */
inline void sumRow(const Taps &taps, const TapPanels &panels, int part, int index, const PixelRow &row) {
  const int tiles = (row.count + tileRows - 1) / tileRows;
  for (int tile = 0, first = 0; tile < tiles; tile++) {
    const int own = (row.count - first + tiles - tile - 1) / (tiles - tile);
    withHalves(panels.group - index * panelWidth,
               [&](auto halves) { sumSomeTaps<halves, tileRows>(own, taps, panels, part, index, first, row); });
    first += own;
  }
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

/** A row of x and one of dy whose pixels meet in a tap. */
struct MetRows {
  const float *x, *dy;
};

/** Sums of the weights' gradients: in floats over some blocks, then in doubles. */
class TapSums {
public:
  explicit TapSums(const Grouped &shape) : shape(shape), padded((shape.group + panelWidth - 1) / panelWidth * panelWidth), lines(9 * (size_t)shape.channels * padded) {}

  void add(const Block &block, const CopiedRows &x, const CopiedRows &dy, std::vector<double> &dweight) {
    for (int tap = 0; tap < 9; tap++) {
      met.clear();
      for (int image = 0; image < block.images; image++)
        for (int made = block.firstRow; made < block.endRow; made++)
          if (const float *pixel = tapOf(shape, x, image, made, tap / 3, tap % 3)) met.push_back({pixel, dy.at(image, made) + shape.channels});
      for (int from = 0; from < shape.channels; from += shape.group)
        for (int column = 0; column < shape.group; column += panelWidth) {
          withHalves(shape.group - column, [&](auto halves) { addRows<halves, halves <= 2 ? 16 : tileRows>(tap, from, column); });
        }
    }
    if (++blocks == mostBlocks) fold(dweight);
  }

  void fold(std::vector<double> &dweight) {
    blocks = 0;
    for (int row = 0; row < 9 * shape.channels; row++) {
      const int tap = row / shape.channels, from = row % shape.channels / shape.group * shape.group, k = row % shape.group;
      for (int n = 0; n < shape.group; n++) dweight[((size_t)tap * shape.group + k) * shape.channels + from + n] += lines[(size_t)row * padded + n];
    }
    std::fill(lines.begin(), lines.end(), 0.0f);
  }

private:
  static constexpr int mostBlocks = 16;
  Grouped shape;
  int padded;
  /** [tap, group, channel of x, channel of y], the last filled up to whole panels. */
  std::vector<float> lines;
  std::vector<MetRows> met;
  int blocks = 0;

  /** In tiles of channels of x that are as equal as can be. */
  template <int HALVES, int ROWS> void addRows(int tap, int from, int column) {
    const int tiles = (shape.group + ROWS - 1) / ROWS;
    for (int tile = 0, k = 0; tile < tiles; tile++) {
      const int own = (shape.group - k + tiles - tile - 1) / (tiles - tile);
      addSome<HALVES, ROWS>(own, tap, from, k, column);
      k += own;
    }
  }

  template <int HALVES, int ROWS> void addSome(int count, int tap, int from, int k, int column) {
    if constexpr (ROWS > 0) {
      if (count == ROWS) addTile<ROWS, HALVES>(tap, from, k, column);
      else addSome<HALVES, ROWS - 1>(count, tap, from, k, column);
    }
  }

  /** Lanes behind the group's channels hold what nobody reads. */
  template <int ROWS, int HALVES> void addTile(int tap, int from, int k, int column) {
    TileSums<ROWS, HALVES> sums;
    const int64_t step = (int64_t)shape.stride * shape.channels, width = shape.outWidth();
    for (const MetRows &rows : met) {
      const float *x = rows.x + from + k, *dy = rows.dy + from + column;
      for (int64_t pixel = 0; pixel < width; pixel++, x += step, dy += shape.channels) {
        const ColumnsOf<HALVES> line(dy);
#pragma GCC unroll 16
        for (int r = 0; r < ROWS; r++) sums.add(r, x[r], line);
      }
    }
#pragma GCC unroll 16
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 2
      for (int v = 0; v < vectorsOf<HALVES>; v++) {
        float *at = &lines[((size_t)tap * shape.channels + from + k + r) * padded + column + v * lanes];
        store(at, load(at) + sums.of(r, v));
      }
  }
};

/** Of images first … first + count - 1: writes dx, adds to sums of dweight; calls `done` with the first pixel and how many of each block of dx. */
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
    sums.add(block, xRows, dyRows, dweight);
    done((block.image * shape.height + made.first) * shape.width, ((block.images - 1) * (int64_t)shape.height + made.end - made.first) * shape.width);
  });
  sums.fold(dweight);
}

} // namespace netspace
