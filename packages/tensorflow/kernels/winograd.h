/**
 * 3x3 convolutions at stride 1 by patches of 2x2 pixels, with 16 products a channel where taps need 36 (F(2x2, 3x3) of Winograd; Lavin & Gray,
 * "Fast algorithms for convolutional neural networks", section 4.1): the 4x4 pixels of x around a patch, the weights and the patch are seen as 16
 * points, in each of which a convolution is a product of matrices,
 *
 *   y = Aᵀ [(G w Gᵀ) · (Bᵀ x B)] A,   dw = Gᵀ [Σ (Bᵀ x B) · (A dy Aᵀ)] G,   the products point by point, the sum over patches.
 *
 * The gradient to the input is the convolution of dy with the weights turned by half a turn, from the other side.
 */
#pragma once
#include "group-products.h"
#include "grouped-rows.h"

namespace netspace {

constexpr int points = 16;
/** G, which makes four of the three weights of a row. */
constexpr double ofWeights[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};

/** Patches of 2x2 pixels; rows of them are counted through all images. */
struct Patches {
  int rows, columns;
  explicit Patches(const Grouped &shape) : rows((shape.height + 1) / 2), columns((shape.width + 1) / 2) {}
};

/** Fewer products than those of the taps that lie within the map. */
inline bool isFasterByPatches(const Grouped &shape) {
  const Patches patches(shape);
  return shape.stride == 1 && points * patches.rows * patches.columns < (3 * shape.height - 2) * (3 * shape.width - 2);
}

/** The places are points. */
struct PointPanels : GroupPanels {};

/** G w Gᵀ of weights [3, 3, group, channels]: [point, group, channel]. */
inline std::vector<float> pointsOfWeights(const float *weight, int channels, int group) {
  const int64_t tap = (int64_t)group * channels;
  std::vector<float> rows((size_t)(4 * 3 * tap)), made((size_t)(points * tap));
  const auto combine = [&](const float *from, int64_t step, const double (&factors)[3], float *to) {
    const float a = (float)factors[0], b = (float)factors[1], c = (float)factors[2];
    for (int64_t i = 0; i < tap; i++) to[i] = a * from[i] + b * from[step + i] + c * from[2 * step + i];
  };
  for (int row = 0; row < 4; row++)
    for (int column = 0; column < 3; column++) combine(weight + column * tap, 3 * tap, ofWeights[row], &rows[(row * 3 + column) * tap]);
  for (int point = 0; point < points; point++) combine(&rows[point / 4 * 3 * tap], tap, ofWeights[point % 4], &made[point * tap]);
  return made;
}

/** Weights that are turned by half a turn have the first and the last row and column of points in each other's place. */
inline int turned(int point) {
  constexpr int other[4] = {3, 1, 2, 0};
  return other[point / 4] * 4 + other[point % 4];
}

/** Of weights [3, 3, group, channels]; for the gradient to the input they are turned and transposed. */
inline PointPanels pointPanels(const float *weight, int channels, int group, bool transposed) {
  const std::vector<float> made = pointsOfWeights(weight, channels, group);
  return {groupPanels(channels, group, points, [&](int from, int point, int k, int n) {
    const int row = (transposed ? turned(point) : point) * group + (transposed ? n : k);
    return made[(size_t)row * channels + from + (transposed ? k : n)];
  })};
}

/** Of four numbers, or pixels, in a row or a column, a vector of channels each. */
struct Four {
  Vector at[4];
};
struct Two {
  Vector at[2];
};
/** Bᵀ times four. */
inline __attribute__((always_inline)) Four ofPixels(Vector a, Vector b, Vector c, Vector d) { return {{a - c, b + c, c - b, b - d}}; }
/** A times two. */
inline __attribute__((always_inline)) Four ofPatch(Vector a, Vector b) { return {{a, a + b, a - b, -b}}; }
/** Aᵀ times four. */
inline __attribute__((always_inline)) Two toPatch(const Four &f) { return {{f.at[0] + f.at[1] + f.at[2], f.at[1] - f.at[2] - f.at[3]}}; }

/** Some rows of patches. */
struct PatchRows {
  int64_t first;
  int count;
};

/** The points of a group's channels in some rows of patches: [point][patch][channel], the channels filled up with zeros to whole vectors. */
class Points {
public:
  explicit Points(const Grouped &shape)
      : shape(shape), patches(shape), atOnce(std::max(1, patchesAtOnce / patches.columns)), padded((shape.group + lanes - 1) / lanes * lanes),
        // A line more, lest points fall upon one another in the cache.
        ofPoint((int64_t)atOnce * patches.columns * padded + wideLanes), zeros((size_t)shape.width * shape.channels),
        lines((size_t)(points * ofPoint / wideLanes)) {}

  /** Calls `body` with so many rows of some images at a time as there is room for, and with the first pixel and how many of them. */
  template <typename Body> void eachRows(int64_t firstImage, int64_t images, Body body) const {
    const int64_t end = (firstImage + images) * patches.rows;
    for (int64_t first = firstImage * patches.rows; first < end; first += atOnce) {
      const int count = (int)std::min<int64_t>(atOnce, end - first);
      const int64_t pixel = pixelOf(first);
      body(PatchRows{first, count}, pixel, pixelOf(first + count) - pixel);
    }
  }

  /** From the pixels of a map around each patch. */
  void takePixels(const float *map, const PatchRows &rows, int part) {
    fill<4>(map, rows, part, -1, [&](auto column, float *to) __attribute__((always_inline)) {
      Four before = {}, at = column(0);
      for (int patch = 0; patch < patches.columns; patch++, to += padded) {
        const Four behind = column(2 * patch + 1), next = column(2 * patch + 2);
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) write(to, i, ofPixels(before.at[i], at.at[i], behind.at[i], next.at[i]));
        before = behind;
        at = next;
      }
    });
  }

  /** From the patches of a map. */
  void takePatches(const float *map, const PatchRows &rows, int part) {
    fill<2>(map, rows, part, 0, [&](auto column, float *to) __attribute__((always_inline)) {
      for (int patch = 0; patch < patches.columns; patch++, to += padded) {
        const Four left = column(2 * patch), right = column(2 * patch + 1);
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) write(to, i, ofPatch(left.at[i], right.at[i]));
      }
    });
  }

  /** Into the patches of a map. */
  void givePatches(float *map, const PatchRows &rows, int part) const {
    eachVectorOf(shape.group, [&](int64_t channel, auto present) {
      for (int i = 0; i < rows.count; i++) {
        const int row = rowOf(rows.first + i);
        float *to = map + pixelOf(rows.first + i) * shape.channels + part * shape.group + channel;
        const float *from = of(0, i * patches.columns) + channel;
        for (int patch = 0; patch < patches.columns; patch++, from += padded, to += 2 * shape.channels) {
          Two columns[4];
#pragma GCC unroll 4
          for (int j = 0; j < 4; j++) columns[j] = toPatch(read(from, j));
#pragma GCC unroll 2
          for (int half = 0; half < 2; half++) {
            if (row + half == shape.height) break;
            const Two pixels = toPatch({{columns[0].at[half], columns[1].at[half], columns[2].at[half], columns[3].at[half]}});
            float *pixel = to + (int64_t)half * shape.width * shape.channels;
            present.write(pixel, pixels.at[0]);
            if (2 * patch + 1 < shape.width) present.write(pixel + shape.channels, pixels.at[1]);
          }
        }
      }
    });
  }

  /** The products of those of x with weights. */
  void multiply(const Points &x, const PointPanels &panels, const PatchRows &rows, int part) {
    for (int index = 0; index < panels.panels(); index++) {
      const PanelColumns columns = panels.columns(index);
      columns.withHalves([&](auto halves) {
        for (int point = 0; point < points; point++)
          eachTile<tileRows>(rows.count * patches.columns, [&](int patch, auto count) {
            multiplyTile<count, halves>(x.of(point, patch), panels.of(part, index, point), of(point, patch) + columns.begin);
          });
      });
    }
  }

  /** Adds their products with those of dy to sums. */
  void sumProducts(GroupProducts &products, const Points &dy, const PatchRows &rows, int part) const {
    for (int point = 0; point < points; point++)
      products.addOwn(point, part, {of(point, 0), dy.of(point, 0)}, (int64_t)rows.count * patches.columns);
  }

  GroupProducts products() const { return GroupProducts(points, shape.channels, shape.group, padded, padded); }

private:
  /** Their points, with those of the result, lie in the cache that is nearest but one, and a point's in the nearest. */
  static constexpr int patchesAtOnce = 32;
  Grouped shape;
  Patches patches;
  int atOnce, padded;
  int64_t ofPoint;
  std::vector<float> zeros;
  std::vector<Line> lines;

  float *of(int point, int patch) { return lines.data()->values + point * ofPoint + (int64_t)patch * padded; }
  const float *of(int point, int patch) const { return lines.data()->values + point * ofPoint + (int64_t)patch * padded; }

  int rowOf(int64_t rowOfPatches) const { return (int)(rowOfPatches % patches.rows) * 2; }
  int64_t pixelOf(int64_t rowOfPatches) const { return (rowOfPatches / patches.rows * shape.height + rowOf(rowOfPatches)) * shape.width; }

  __attribute__((always_inline)) void write(float *to, int row, const Four &four) const {
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++) store(to + (row * 4 + j) * ofPoint, four.at[j]);
  }
  __attribute__((always_inline)) Four read(const float *from, int column) const {
    return {{load(from + column * ofPoint), load(from + (4 + column) * ofPoint), load(from + (8 + column) * ofPoint),
             load(from + (12 + column) * ofPoint)}};
  }

  template <int ROWS, int HALVES> void multiplyTile(const float *x, const float *panel, float *to) const {
    TileSums<ROWS, HALVES> sums;
    addTo<ROWS, HALVES>(sums, x, padded, panel, shape.group);
    sums.write(to, padded, AllLanes());
  }

  /** Calls `body` with what makes four of each column of ROWS pixels, the first `before` a patch, and where the points of a row's first patch go. */
  template <int ROWS, typename Body> void fill(const float *map, const PatchRows &rows, int part, int before, Body body) {
    eachVectorOf(shape.group, [&](int64_t channel, auto present) {
      for (int i = 0; i < rows.count; i++) {
        const float *from[ROWS];
        for (int r = 0; r < ROWS; r++) {
          const int row = rowOf(rows.first + i) + before + r;
          const bool isThere = row >= 0 && row < shape.height;
          from[r] = isThere ? map + (pixelOf(rows.first + i) + (int64_t)(before + r) * shape.width) * shape.channels + part * shape.group + channel : zeros.data();
        }
        const auto column = [&](int at) __attribute__((always_inline)) {
          if (at >= shape.width) return Four{};
          const auto pixel = [&](int r) { return present.read(from[r] + (int64_t)at * shape.channels); };
          if constexpr (ROWS == 4) return ofPixels(pixel(0), pixel(1), pixel(2), pixel(3));
          else return ofPatch(pixel(0), pixel(1));
        };
        body(column, of(0, i * patches.columns) + channel);
      }
    });
  }
};

/** Gᵀ times sums in points times G. */
inline void writeWeights(const Grouped &shape, const GroupProducts &products, std::vector<double> &dweight) {
  for (int k = 0; k < shape.group; k++)
    for (int channel = 0; channel < shape.channels; channel++) {
      double rows[3][4] = {};
      for (int point = 0; point < points; point++) {
        const double sum = products.at(point, k, channel);
        for (int row = 0; row < 3; row++) rows[row][point % 4] += ofWeights[point / 4][row] * sum;
      }
      for (int tap = 0; tap < 9; tap++) {
        double &to = dweight[((size_t)tap * shape.group + k) * shape.channels + channel];
        to = 0;
        for (int column = 0; column < 4; column++) to += ofWeights[column][tap % 3] * rows[tap / 3][column];
      }
    }
}

/** Images first … first + count - 1 of y; calls `done` with the first pixel and how many of each block that is written. */
template <typename Done>
inline void convolveGroups(const Grouped &shape, const PointPanels &panels, const float *x, int64_t first, int64_t count, float *y, Done done) {
  Points ofX(shape), ofY(shape);
  ofX.eachRows(first, count, [&](const PatchRows &rows, int64_t pixel, int64_t pixels) {
    for (int part = 0; part < shape.parts(); part++) {
      ofX.takePixels(x, rows, part);
      ofY.multiply(ofX, panels, rows, part);
      ofY.givePatches(y, rows, part);
    }
    done(pixel, pixels);
  });
}

/** Of images first … first + count - 1: writes dx and dweight; calls `done` with the first pixel and how many of each block of dx. */
template <typename Done>
inline void groupGradients(const Grouped &shape, const PointPanels &forDx, const float *dy, const float *x, int64_t first, int64_t count, float *dx,
                           std::vector<double> &dweight, Done done) {
  Points ofInput(shape), ofOutput(shape);
  GroupProducts products = ofInput.products();
  ofInput.eachRows(first, count, [&](const PatchRows &rows, int64_t pixel, int64_t pixels) {
    for (int part = 0; part < shape.parts(); part++) {
      ofInput.takePixels(x, rows, part);
      ofOutput.takePatches(dy, rows, part);
      ofInput.sumProducts(products, ofOutput, rows, part);
      ofInput.takePixels(dy, rows, part);
      ofOutput.multiply(ofInput, forDx, rows, part);
      ofOutput.givePatches(dx, rows, part);
    }
    products.endBlock();
    done(pixel, pixels);
  });
  writeWeights(shape, products, dweight);
}

} // namespace netspace
