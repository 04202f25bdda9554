/** What is done with the sums of a product before they are written, so that no map need be read again for it. */
#pragma once
#include "batch-norm.h"
#include "tile.h"

namespace netspace {

/** Adds a number a column, another map if there is one, and lets through what is positive, or what is where a map is positive. */
struct TileEnd {
  /** Columns again and again. */
  std::vector<float> line;
  const float *added;
  const float *gate;
  bool relu;
};

template <bool ADDED, bool GATED, bool RELU> struct EndOf {
  const float *line, *added, *gate;
  RectifiedSums *sums;
  /** What is added is where the result goes, and is asked for with that. */
  bool isInPlace;
  struct Kept {
    Vector ofGradient, ofProduct;
  };
  template <typename Lanes> Vector operator()(Vector sum, Lanes present, int64_t at, int column, Kept &kept) const {
    sum += load(line + column);
    if (ADDED) sum += present.read(added + at);
    if (GATED) {
      const Vector x = present.read(gate + at);
      sum = wherePositive(x, sum);
      kept.ofGradient += sum;
      kept.ofProduct += sum * x;
    }
    if (RELU) sum = rectified(sum);
    return sum;
  }
  void keep(const Kept &kept, int column) const {
    if (GATED) sums->add(kept.ofGradient, kept.ofProduct, column);
  }
  void askFor(int64_t at, int64_t floats) const {
    if (ADDED && !isInPlace) ask<false>(added + at, floats);
    if (GATED) ask<false>(gate + at, floats);
  }
};

/** Of rows that become those from place `at` of the result; where they are gated, they are added to sums. */
inline void multiplyTo(const Factors &factors, const TileEnd &end, int64_t at, float *to, int64_t count, RectifiedSums *sums = nullptr) {
  const float *line = end.line.data(), *added = end.added ? end.added + at : nullptr, *gate = end.gate ? end.gate + at : nullptr;
  const auto run = [&](auto ADDED, auto GATED, auto RELU) {
    multiply(factors, to + at, count, EndOf<ADDED, GATED, RELU>{line, added, gate, sums, added == to + at});
  };
  const std::true_type yes;
  const std::false_type no;
  if (end.relu) added ? run(yes, no, yes) : run(no, no, yes);
  else if (gate) added ? run(yes, yes, no) : run(no, yes, no);
  else added ? run(yes, no, no) : run(no, no, no);
  if (sums) sums->endBlock();
}

/** Calls `body` with the first row of each block and how many rows it has. */
template <typename Body> inline void eachRows(int64_t first, int64_t count, Body body) {
  for (int64_t block = first; block < first + count; block += blockRows) body(block, (int)std::min<int64_t>(blockRows, first + count - block));
}

} // namespace netspace
