/**
 * Batch normalisation with what follows it in one pass: y = act(gamma · (x - mean) / deviation + beta + shortcut), and its gradient.
 *
 * With g the gradient behind the activation, S and T the sums of g and of g · (x - mean) over all n pixels of a channel, and d the deviation,
 *
 *   dgamma = T / d,   dbeta = S,   dx = gamma / d · (g - S / n - (x - mean) · T / (n · d²)).
 */
#pragma once
#include "moments.h"
#include <cmath>

namespace netspace {

/** Channels of a map and how they are normalised; each line of a period's length. */
struct Affine {
  std::vector<float> mean, scale, shift;
};

inline Affine affineOf(int channels, const float *gamma, const float *beta, const float *mean, const float *variance, float epsilon) {
  std::vector<float> scale(channels), shift(channels);
  for (int c = 0; c < channels; c++) {
    scale[c] = gamma[c] / std::sqrt(variance[c] + epsilon);
    shift[c] = beta[c];
  }
  return {repeated(mean, channels), repeated(scale.data(), channels), repeated(shift.data(), channels)};
}

/** Not a number stays what it is, so that a training that diverges shows. */
inline Vector rectified(Vector y) { return y < 0 ? Vector{} : y; }

template <bool RELU, bool SHORTCUT>
inline void normalise(const float *x, const float *shortcut, const Affine &affine, int64_t floats, float *y) {
  const float *means = affine.mean.data(), *scales = affine.scale.data(), *shifts = affine.shift.data();
  eachVector(floats, (int64_t)affine.mean.size(), [&](int64_t at, int64_t column, auto present) __attribute__((always_inline)) {
    Vector z = (present.read(x + at) - load(means + column)) * load(scales + column) + load(shifts + column);
    if (SHORTCUT) z += present.read(shortcut + at);
    present.write(y + at, RELU ? rectified(z) : z);
  });
}

/** What an activation lets through of dy: all, where y is positive, or where y would be when it is made again from x. */
enum class Gate { open, output, again };

template <Gate GATE>
inline Vector gated(Vector dy, Vector x, Vector y, Vector mean, Vector scale, Vector shift) {
  if (GATE == Gate::output) return wherePositive(y, dy);
  if (GATE == Gate::again) return wherePositive((x - mean) * scale + shift, dy);
  return dy;
}

/** S and T of each channel. */
struct GradientSums {
  std::vector<double> ofGradient, ofProduct;
  explicit GradientSums(int channels) : ofGradient(channels), ofProduct(channels) {}
  GradientSums(std::vector<double> ofGradient, std::vector<double> ofProduct) : ofGradient(std::move(ofGradient)), ofProduct(std::move(ofProduct)) {}
  void add(const GradientSums &other) {
    for (size_t c = 0; c < ofGradient.size(); c++) {
      ofGradient[c] += other.ofGradient[c];
      ofProduct[c] += other.ofProduct[c];
    }
  }
};

/** Where y gates, g is written too: the shortcut's gradient. */
template <Gate GATE>
inline void sumGradient(const float *dy, const float *x, const float *y, const Affine &affine, int64_t floats, float *g, GradientSums &sums) {
  const int period = (int)affine.mean.size(), channels = (int)sums.ofGradient.size();
  std::vector<float> lineSum(period), lineProduct(period);
  const int64_t lines = floats / period;
  const auto add = [&](int64_t first, int64_t end) {
    eachChunk(period, [&](int at, auto vectors) {
      Vector s[vectors], t[vectors];
      for (int v = 0; v < vectors; v++) {
        s[v] = load(&lineSum[at + v * lanes]);
        t[v] = load(&lineProduct[at + v * lanes]);
      }
      for (int64_t line = first; line < end; line++)
        for (int v = 0; v < vectors; v++) {
          const int column = at + v * lanes;
          const int64_t i = line * period + column;
          const Vector value = load(x + i), mean = load(&affine.mean[column]);
          const Vector output = GATE == Gate::output ? load(y + i) : value;
          const Vector gradient = gated<GATE>(load(dy + i), value, output, mean, load(&affine.scale[column]), load(&affine.shift[column]));
          if (GATE == Gate::output) store(g + i, gradient);
          s[v] += gradient;
          t[v] += gradient * (value - mean);
        }
      for (int v = 0; v < vectors; v++) {
        store(&lineSum[at + v * lanes], s[v]);
        store(&lineProduct[at + v * lanes], t[v]);
      }
    });
  };
  eachLines(lines, period, add, [&] {
    foldLine(lineSum, sums.ofGradient);
    foldLine(lineProduct, sums.ofProduct);
  });
  for (int64_t i = lines * period; i < floats; i++) {
    const int column = (int)(i - lines * period), c = column % channels;
    const float z = GATE == Gate::output ? y[i] : (x[i] - affine.mean[column]) * affine.scale[column] + affine.shift[column];
    const float gradient = GATE == Gate::open || z > 0 ? dy[i] : 0;
    if (GATE == Gate::output) g[i] = gradient;
    sums.ofGradient[c] += gradient;
    sums.ofProduct[c] += (double)gradient * (x[i] - affine.mean[column]);
  }
}

/**
 * The same sums, where x is the map behind the activation, of no shortcut, and found while g was made: S, and P of g · x. For wherever g is not
 * zero x is gamma · (before - mean) / d + beta, so that T = (P - beta · S) / scale.
 */
class RectifiedSums {
public:
  explicit RectifiedSums(int channels) : gradients(channels), products(channels) {}
  void add(Vector ofGradient, Vector ofProduct, int64_t column) {
    gradients.add(ofGradient, column);
    products.add(ofProduct, column);
  }
  /** In floats over some blocks, in doubles over all. */
  void endBlock() {
    if (++blocks == mostBlocks) fold();
  }
  void add(RectifiedSums &other) {
    fold();
    other.fold();
    gradients.add(other.gradients);
    products.add(other.products);
  }
  GradientSums all() {
    fold();
    return {gradients.all(), products.all()};
  }

private:
  static constexpr int mostBlocks = 16;
  int blocks = 0;
  ChannelSums gradients, products;
  void fold() {
    blocks = 0;
    gradients.fold();
    products.fold();
  }
};

/** Closes the gate in a block of g, which x was, and adds to the sums. */
inline void gateAndSum(float *g, const float *x, int64_t floats, GradientSums &sums) {
  const int channels = (int)sums.ofGradient.size();
  const std::vector<float> zeros(periodOf(channels));
  sumGradient<Gate::output>(g, x, x, {zeros, zeros, zeros}, floats, g, sums);
}

/** A quotient of P - beta · S by gamma is worth something. */
inline bool areSumsUseful(const float *gamma, const float *beta, int channels) {
  constexpr float least = 1e-3f;
  for (int c = 0; c < channels; c++)
    if (!(std::abs(gamma[c]) > least * (1 + std::abs(beta[c])))) return false;
  return true;
}

/** dx = scale · g - offset - slope · (x - mean), each a line. */
struct GradientLine {
  std::vector<float> offset, slope;
};

inline GradientLine gradientLine(const GradientSums &sums, const Affine &affine, const float *variance, float epsilon, int64_t pixels) {
  const int channels = (int)sums.ofGradient.size();
  std::vector<float> offset(channels), slope(channels);
  for (int c = 0; c < channels; c++) {
    offset[c] = (float)(affine.scale[c] * sums.ofGradient[c] / pixels);
    slope[c] = (float)(affine.scale[c] * sums.ofProduct[c] / pixels / (variance[c] + epsilon));
  }
  return {repeated(offset.data(), channels), repeated(slope.data(), channels)};
}

/** From g, or from dy where the gate is not written. */
template <Gate GATE>
inline void gradientToInput(const float *dy, const float *x, const Affine &affine, const GradientLine &line, int64_t floats, float *dx) {
  const float *means = affine.mean.data(), *scales = affine.scale.data(), *shifts = affine.shift.data(), *offsets = line.offset.data(),
              *slopes = line.slope.data();
  eachVector(floats, (int64_t)affine.mean.size(), [&](int64_t at, int64_t column, auto present) __attribute__((always_inline)) {
    const Vector value = present.read(x + at), mean = load(means + column), scale = load(scales + column);
    const Vector gradient = gated<GATE>(present.read(dy + at), value, value, mean, scale, load(shifts + column));
    present.write(dx + at, scale * gradient - load(offsets + column) - load(slopes + column) * (value - mean));
  });
}

} // namespace netspace
