/** Maps of grouped convolutions, cut into blocks whose rows are copied, with what pads them, to where the cache holds them. */
#pragma once
#include "grouped-pattern.h"
#include <algorithm>

namespace netspace {

/** A convolution of 3x3 taps from [images, height, width, channels] to a map of as many channels. */
struct Grouped {
  int64_t images;
  int height, width, channels, group, stride;
  int parts() const { return channels / group; }
  int outHeight() const { return (height + stride - 1) / stride; }
  int outWidth() const { return (width + stride - 1) / stride; }
  /** TensorFlow's SAME: what lies before a side of this length; the odd one of two lies behind it. */
  int before(int side) const { return std::max(((side - 1) / stride * stride + 3 - side) / 2, 0); }
  int beforeRow() const { return before(height); }
  int beforeColumn() const { return before(width); }
};

inline int64_t roundedUp(int64_t floats) { return (floats + wideLanes - 1) / wideLanes * wideLanes; }

/** In a few moves of one length, which the compiler writes out. */
inline void copyPixel(const float *from, float *to, int channels) {
  if (channels < 4) {
    for (int c = 0; c < channels; c++) to[c] = from[c];
    return;
  }
  if (channels >= lanes) {
    for (int c = 0; c + lanes <= channels; c += lanes) store(to + c, load(from + c));
    store(to + channels - lanes, load(from + channels - lanes));
    return;
  }
  for (int c = 0; c + 4 <= channels; c += 4) std::memcpy(to + c, from + c, 16);
  std::memcpy(to + channels - 4, from + channels - 4, 16);
}

/** A row of the copy: a pixel of zeros, the pixels, and zeros for as far as a vector may reach. At stride 2 even pixels, then odd ones. */
struct RowLayout {
  int width, channels, stride, before;
  /** Where the first, the second and the third tap of the first pixel's output lie. */
  int64_t taps[3];
  int64_t floats;

  RowLayout(int width, int channels, int stride, int before) : width(width), channels(channels), stride(stride), before(before) {
    const int64_t evens = roundedUp((int64_t)(stride == 1 ? width + 2 : width / 2 + 2) * channels + wideLanes);
    taps[0] = 0;
    taps[1] = stride == 1 ? channels : evens;
    taps[2] = stride == 1 ? 2 * channels : channels;
    floats = stride == 1 ? evens : 2 * evens;
  }

  void fill(const float *row, float *to) const {
    if (stride == 1) {
      std::fill(to, to + channels, 0.0f);
      std::memcpy(to + channels, row, sizeof(float) * width * channels);
      std::fill(to + (int64_t)(width + 1) * channels, to + floats, 0.0f);
      return;
    }
    if (before > 0) std::fill(to, to + channels, 0.0f);
    for (int parity = 0; parity < 2; parity++) {
      float *half = to + parity * taps[1];
      int pixel = parity == before % 2 ? 0 : 1;
      int64_t at = (int64_t)((pixel + before) / 2) * channels;
      for (; pixel < width; pixel += 2, at += channels) copyPixel(row + (int64_t)pixel * channels, half + at, channels);
      std::fill(half + at, half + taps[1], 0.0f);
    }
  }
};

/** Some rows of the output of some images. */
struct Block {
  int64_t image;
  int images;
  int firstRow, endRow;
};

/** Rows of the gradient to the input that are made of a block of the gradient to the output. */
struct DxRows {
  int first, end;
};

inline DxRows rowsOfDx(const Grouped &shape, const Block &block) {
  if (shape.stride == 1) return {block.firstRow, block.endRow};
  const int before = shape.beforeRow();
  return {std::max(shape.stride * block.firstRow - before, 0), std::min(shape.stride * block.endRow - before, shape.height)};
}

/** Floats of a block's copy: a few go into the cache that is nearest but one, and with luck into the nearest. */
constexpr int64_t blockFloats = 65536;

/** Calls `body` with blocks of consecutive images from `first`: several where they are small, parts of one where it is large. */
template <typename Body> inline void eachBlock(const Grouped &shape, int64_t rowFloats, int64_t first, int64_t count, Body body) {
  const int64_t rows = blockFloats / rowFloats;
  const int height = shape.outHeight();
  const int atOnce = (int)std::max<int64_t>(1, rows / shape.height);
  const int band = rows >= shape.height ? height : (int)std::max<int64_t>(8, rows / shape.stride);
  for (int64_t image = first; image < first + count; image += atOnce)
    for (int row = 0; row < height; row += band)
      body(Block{image, (int)std::min<int64_t>(atOnce, first + count - image), row, std::min(row + band, height)});
}

/** Asks, a little at a time, for what lies behind a block that is written: memory works on the next block while we work on this one. */
class Ahead {
public:
  Ahead(const float *block, int64_t floats, int64_t times)
      : at(block + floats), end(at + floats), step(roundedUp(floats / std::max<int64_t>(times, 1) + 1)) {}
  void more() {
    if (at >= end) return;
    ask<true>(at, std::min(step, (int64_t)(end - at)));
    at += step;
  }

private:
  const float *at, *end;
  int64_t step;
};

/** Rows of a map, as RowLayout copies them: [image][row]. */
struct CopiedRows {
  RowLayout layout;
  int first = 0, count = 0;
  std::vector<Line> lines;

  explicit CopiedRows(const RowLayout &layout) : layout(layout) {}

  /** Rows first … end - 1 of images of `height` rows. */
  void fill(const float *map, int height, const Block &block, int firstRow, int endRow) {
    first = std::max(firstRow, 0);
    count = std::min(endRow, height) - first;
    lines.resize((size_t)(block.images * count * layout.floats) / wideLanes);
    const int64_t rowFloats = (int64_t)layout.width * layout.channels;
    for (int image = 0; image < block.images; image++)
      for (int row = 0; row < count; row++)
        layout.fill(map + ((block.image + image) * height + first + row) * rowFloats, at(image, first + row));
  }
  float *at(int image, int row) { return lines.data()->values + ((int64_t)image * count + row - first) * layout.floats; }
  const float *at(int image, int row) const { return lines.data()->values + ((int64_t)image * count + row - first) * layout.floats; }
  int end() const { return first + count; }
};

} // namespace netspace
