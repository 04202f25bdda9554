/** A map [batch, height, width, channel] as pixels, and the parts that threads work on. */
#pragma once
#include "moments.h"
#include "operation.h"
#include "parallel.h"

namespace netspace {

struct Map {
  int64_t pixels;
  int channels;
  explicit Map(const Sizes &sizes) : pixels(product(sizes, sizes.size() - 1)), channels((int)sizes.back()) {}
  /** Parts of which each begins with a line. */
  std::vector<int64_t> cuts() const { return cutsOf(pixels, channels, periodOf(channels) / channels); }
};

inline Sizes widened(Sizes sizes, int64_t channels) {
  sizes.back() = channels;
  return sizes;
}

/** Moments of all parts as two outputs, mean and variance; of no channel where nobody wants them. */
inline void writeMoments(const Call &call, int output, std::vector<Moments> &parts, int64_t channels) {
  const Floats mean = call.output(output, {channels}), variance = call.output(output + 1, {channels});
  if (channels == 0) return;
  total(parts).finish(mean.write(), variance.write());
}

} // namespace netspace
