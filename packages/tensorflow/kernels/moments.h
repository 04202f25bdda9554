/** Means and variances of the channels of a map, whose pixels lie one behind the other with all their channels. */
#pragma once
#include "vector.h"
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace netspace {

/** Vectors that are summed at once, so that one sum need not wait for the other. */
constexpr int chunk = 4;

/** Floats after which channels and vectors begin anew together: a map is read as lines of that length, with no vector cut at a pixel's end. */
inline int periodOf(int channels) {
  const int common = std::lcm(channels, lanes);
  return common * ((chunk * lanes + common - 1) / common);
}

/** A value a channel, written again and again to fill a line. */
inline std::vector<float> repeated(const float *values, int channels) {
  std::vector<float> line(periodOf(channels));
  for (size_t i = 0; i < line.size(); i++) line[i] = values[i % channels];
  return line;
}

/** Calls `body` for each vector of floats that are read as lines: with its place, its column in the line, and which of its lanes there are. */
template <typename Body> inline __attribute__((always_inline)) void eachVector(int64_t floats, int64_t period, Body body) {
  int64_t line = 0;
  for (; line + period <= floats; line += period)
    for (int64_t column = 0; column < period; column += lanes) body(line + column, column, AllLanes());
  eachVectorOf(floats - line, [&](int64_t column, auto present) __attribute__((always_inline)) { body(line + column, column, present); });
}

/** Calls `body` with the index of a chunk's first vector and, as a constant, how many it has. */
template <typename Body> inline void eachChunk(int period, Body body) {
  int vector = 0;
  for (; (vector + chunk) * lanes <= period; vector += chunk) body(vector * lanes, std::integral_constant<int, chunk>());
  for (; vector * lanes < period; vector++) body(vector * lanes, std::integral_constant<int, 1>());
}

/** Lines whose floats are summed in floats. */
constexpr int64_t longest = 64;

/** Lines that are read at once: where they are long, few, so that memory is read in order. */
inline int64_t linesAtOnce(int period) { return period > 2 * chunk * lanes ? 4 : longest; }

/** Adds the floats of a line to the sums of their channels, and clears it. */
inline void foldLine(std::vector<float> &line, std::vector<double> &sums) {
  const int channels = (int)sums.size();
  for (size_t i = 0; i < line.size(); i += channels)
    for (int c = 0; c < channels; c++) sums[c] += line[i + c];
  std::fill(line.begin(), line.end(), 0.0f);
}

/** Sums of channels: in floats over a block, in doubles over all. */
class ChannelSums {
public:
  explicit ChannelSums(int channels) : line(periodOf(channels)), sums(channels) {}
  void add(Vector value, int64_t column) { store(&line[column], load(&line[column]) + value); }
  void fold() { foldLine(line, sums); }
  void add(const ChannelSums &other) {
    for (size_t c = 0; c < sums.size(); c++) sums[c] += other.sums[c];
  }
  /** Instead of what has been added. */
  void take(const float *known) { std::copy(known, known + sums.size(), sums.begin()); }
  int64_t period() const { return (int64_t)line.size(); }
  double of(int channel) const { return sums[channel]; }
  const std::vector<double> &all() const { return sums; }

private:
  std::vector<float> line;
  std::vector<double> sums;
};

/** Calls `add` with the first and the last of lines that are read at once, and `fold` after each so many that were summed. */
template <typename Add, typename Fold> inline void eachLines(int64_t lines, int period, Add add, Fold fold) {
  const int64_t step = linesAtOnce(period);
  for (int64_t first = 0; first < lines; first += longest) {
    const int64_t end = std::min(first + longest, lines);
    for (int64_t line = first; line < end; line += step) add(line, std::min(line + step, end));
    fold();
  }
}

/**
 * Sums over pixels, taken about the first pixel, so that a mean far from zero costs no digits: in floats over a few lines, in doubles over all.
 */
class Moments {
public:
  explicit Moments(int channels)
      : channels(channels), period(periodOf(channels)), lineSum(period), lineSquares(period), sum(channels), squares(channels) {}

  void begin(const float *firstPixel) { pivot = repeated(firstPixel, channels); }

  void add(const float *map, int64_t pixels) {
    const int64_t floats = pixels * channels, lines = floats / period;
    eachLines(
        lines, period, [&](int64_t first, int64_t end) { addLines(map, first, end); },
        [&] {
          foldLine(lineSum, sum);
          foldLine(lineSquares, squares);
        });
    for (int64_t i = lines * period; i < floats; i++) {
      const int c = (int)(i % channels);
      const double distance = map[i] - pivot[c];
      sum[c] += distance;
      squares[c] += distance * distance;
    }
    count += pixels;
  }

  void add(const Moments &other) {
    for (int c = 0; c < channels; c++) {
      sum[c] += other.sum[c];
      squares[c] += other.squares[c];
    }
    count += other.count;
  }

  /** The variance is that of these pixels, not of a sample of more. */
  void finish(float *mean, float *variance) const {
    for (int c = 0; c < channels; c++) {
      const double distance = sum[c] / count;
      mean[c] = (float)(pivot[c] + distance);
      const double spread = squares[c] / count - distance * distance;
      variance[c] = (float)(spread < 0 ? 0 : spread);
    }
  }

private:
  int channels;
  int period;
  int64_t count = 0;
  std::vector<float> pivot, lineSum, lineSquares;
  std::vector<double> sum, squares;

  void addLines(const float *map, int64_t first, int64_t end) {
    eachChunk(period, [&](int at, auto vectors) {
      Vector s[vectors], q[vectors], p[vectors];
      for (int v = 0; v < vectors; v++) {
        s[v] = load(&lineSum[at + v * lanes]);
        q[v] = load(&lineSquares[at + v * lanes]);
        p[v] = load(&pivot[at + v * lanes]);
      }
      for (int64_t line = first; line < end; line++)
        for (int v = 0; v < vectors; v++) {
          const Vector distance = load(map + line * period + at + v * lanes) - p[v];
          s[v] += distance;
          q[v] += distance * distance;
        }
      for (int v = 0; v < vectors; v++) {
        store(&lineSum[at + v * lanes], s[v]);
        store(&lineSquares[at + v * lanes], q[v]);
      }
    });
  }
};

} // namespace netspace
