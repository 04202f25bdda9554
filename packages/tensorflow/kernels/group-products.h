/** Products of the channels of each group with weights, and of the channels of x with those of dy, for each of some places: taps, say. */
#pragma once
#include "tile.h"
#include <array>

namespace netspace {

/** Weights of each group as panels of a matrix [places · group, group], place behind place. */
struct GroupPanels {
  int group;
  std::vector<Panels> each;
  int panels() const { return each[0].count(); }
  PanelColumns columns(int index) const { return each[0].columns(index); }
  const float *of(int part, int index, int place) const { return each[part].panel(index) + (size_t)place * group * panelWidth; }
};

/** `at` tells the weight of a group's first channel, a place, and channels of the group on either side. */
template <typename At> inline GroupPanels groupPanels(int channels, int group, int places, At at) {
  GroupPanels panels{group, {}};
  for (int from = 0; from < channels; from += group)
    panels.each.push_back(packed(places * group, group, 1, [&](int row, int n) { return at(from, row / group, row % group, n); }));
  return panels;
}

/** Rows of x and of dy that meet, one by one. */
struct MetRows {
  const float *x, *dy;
};

/**
 * Sums over rows of the outer products of a group's channels of x and of dy: in floats over some blocks, in doubles over all. The rows of either
 * lie a step apart.
 */
class GroupProducts {
public:
  GroupProducts(int places, int channels, int group, int64_t stepOfX, int64_t stepOfDy)
      : places(places), channels(channels), group(group), stepOfX(stepOfX), stepOfDy(stepOfDy),
        padded(panelCount(group) * panelWidth), sums((size_t)places * channels * padded), totals(sums.size()) {}

  /** Of some times `rows` rows of all channels, for a group. */
  void add(int place, int part, const std::vector<MetRows> &met, int64_t rows) { addFrom(place, part, part * group, met, rows); }

  /** Of rows that have the channels of the group alone. */
  void addOwn(int place, int part, const MetRows &met, int64_t rows) { addFrom(place, part, 0, std::array{met}, rows); }

  void endBlock() {
    if (++blocks == mostBlocks) fold();
  }

  /** Of all blocks, for a channel of the group in x and one of all in dy. */
  double at(int place, int k, int channel) const {
    const size_t i = ((size_t)place * channels + channel / group * group + k) * padded + channel % group;
    return totals[i] + sums[i];
  }

private:
  static constexpr int mostBlocks = 16;
  int places, channels, group;
  int64_t stepOfX, stepOfDy;
  int padded;
  /** [place, channel of x among all, channel of dy in the group], the last filled up to whole panels. */
  std::vector<float> sums;
  std::vector<double> totals;
  int blocks = 0;

  void fold() {
    blocks = 0;
    for (size_t i = 0; i < sums.size(); i++) totals[i] += sums[i];
    std::fill(sums.begin(), sums.end(), 0.0f);
  }

  template <typename Met> void addFrom(int place, int part, int first, const Met &met, int64_t rows) {
    for (int index = 0; index < panelCount(group); index++) {
      const PanelColumns columns = panelColumns(group, index);
      columns.withHalves([&](auto halves) {
        constexpr int most = halves <= 2 ? 16 : tileRows;
        eachTile<most>(group, [&](int k, auto channelsOfX) {
          float *to = &sums[((size_t)place * channels + part * group + k) * padded + columns.begin];
          addTile<channelsOfX, halves>(to, met, first + k, first + columns.begin, rows);
        });
      });
    }
  }

  /** Lanes behind the group's channels hold what nobody reads. */
  template <int ROWS, int HALVES, typename Met> void addTile(float *to, const Met &met, int k, int column, int64_t rows) {
    TileSums<ROWS, HALVES> tile;
    for (const MetRows &each : met) {
      const float *x = each.x + k, *dy = each.dy + column;
      for (int64_t row = 0; row < rows; row++, x += stepOfX, dy += stepOfDy) {
        const ColumnsOf<HALVES> line(dy);
#pragma GCC unroll 16
        for (int r = 0; r < ROWS; r++) tile.add(r, x[r], line);
      }
    }
    tile.addTo(to, padded);
  }
};

} // namespace netspace
