/** Work split into parts, one a thread. */
#pragma once
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

namespace netspace {

/** As many as TensorFlow has for one operation; the same variable tells it. */
inline int threadCount() {
  static const int count = [] {
    const char *wanted = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int given = wanted ? std::atoi(wanted) : 0;
    return given > 0 ? given : (int)std::max(1u, std::thread::hardware_concurrency());
  }();
  return count;
}

/** Floats below which a thread costs more than it brings. */
constexpr int64_t worthAThread = 65536;

/** Pixels in consecutive parts, each but the last a multiple of `step`. The cuts depend on nothing but the numbers, and so do the sums. */
inline std::vector<int64_t> cutsOf(int64_t pixels, int64_t floatsEach, int64_t step) {
  const int64_t worth = pixels * floatsEach / worthAThread;
  const int64_t parts = std::max<int64_t>(1, std::min<int64_t>(threadCount(), worth));
  std::vector<int64_t> cuts;
  for (int64_t part = 0; part < parts; part++) cuts.push_back(pixels * part / parts / step * step);
  cuts.push_back(pixels);
  return cuts;
}

/** Calls `body` with each part's number, first pixel and count; the first part on this thread. */
template <typename Body> void eachPart(const std::vector<int64_t> &cuts, Body body) {
  std::vector<std::thread> others;
  for (size_t part = 1; part + 1 < cuts.size(); part++)
    others.emplace_back([&, part] { body((int)part, cuts[part], cuts[part + 1] - cuts[part]); });
  body(0, cuts[0], cuts[1] - cuts[0]);
  for (std::thread &other : others) other.join();
}

/** Of what all parts have found, in their order. */
template <typename Part> Part &total(std::vector<Part> &parts) {
  for (size_t part = 1; part < parts.size(); part++) parts[0].add(parts[part]);
  return parts[0];
}

} // namespace netspace
