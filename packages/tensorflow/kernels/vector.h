/** As many floats as the processor works on at once. */
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace netspace {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX2__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif

typedef float Vector __attribute__((vector_size(4 * lanes)));

inline Vector load(const float *from) {
  Vector loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return loaded;
}

inline void store(float *to, Vector stored) { std::memcpy(to, &stored, sizeof stored); }

/** Subtracting zero changes no number, so that this is one instruction. */
inline Vector spread(float value) { return value - Vector{}; }

/** Which of a vector's floats are in memory, or count: all. */
struct AllLanes {
  Vector read(const float *from) const { return load(from); }
  void write(float *to, Vector value) const { store(to, value); }
  Vector only(Vector value) const { return value; }
};

/** The first `count`; zeros are read behind them, and nothing beyond is touched. What tells which they are is made once. */
#if defined(__AVX512F__)
struct FirstLanes {
  __mmask16 which;
  explicit FirstLanes(int count) : which((__mmask16)((1u << count) - 1)) {}
  Vector read(const float *from) const { return (Vector)_mm512_maskz_loadu_ps(which, from); }
  void write(float *to, Vector value) const { _mm512_mask_storeu_ps(to, which, (__m512)value); }
  Vector only(Vector value) const { return (Vector)_mm512_maskz_mov_ps(which, (__m512)value); }
};
#elif defined(__AVX2__)
struct FirstLanes {
  __m256i which;
  explicit FirstLanes(int count) : which(_mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))) {}
  Vector read(const float *from) const { return (Vector)_mm256_maskload_ps(from, which); }
  void write(float *to, Vector value) const { _mm256_maskstore_ps(to, which, (__m256)value); }
  Vector only(Vector value) const { return (Vector)_mm256_and_ps((__m256)which, (__m256)value); }
};
#else
struct FirstLanes {
  int count;
  explicit FirstLanes(int count) : count(count) {}
  Vector read(const float *from) const {
    Vector loaded = {};
    for (int i = 0; i < count; i++) loaded[i] = from[i];
    return loaded;
  }
  void write(float *to, Vector value) const {
    for (int i = 0; i < count; i++) to[i] = value[i];
  }
  Vector only(Vector value) const {
    for (int i = count; i < lanes; i++) value[i] = 0;
    return value;
  }
};
#endif

/** Calls `body` with the place of each vector of some floats, and which of its lanes they fill. */
template <typename Body> inline __attribute__((always_inline)) void eachVectorOf(int64_t floats, Body body) {
  int64_t at = 0;
  for (; at + lanes <= floats; at += lanes) body(at, AllLanes());
  if (at < floats) body(at, FirstLanes((int)(floats - at)));
}

/** Asks for floats that will be read, or written, soon. Asking beyond the end of an array does no harm. */
template <bool WRITTEN> inline void ask(const float *from, int64_t floats) {
  constexpr int floatsALine = 16;
#pragma GCC unroll 4
  for (int64_t i = 0; i < floats; i += floatsALine) __builtin_prefetch(from + i, WRITTEN, 2);
}

/** Where the first is above zero, the second; zero elsewhere. */
inline Vector wherePositive(Vector condition, Vector value) { return condition > 0 ? value : Vector{}; }

} // namespace netspace
