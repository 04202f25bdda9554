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

} // namespace netspace
