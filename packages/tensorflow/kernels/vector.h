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

#if defined(__AVX2__) && !defined(__AVX512F__)
inline __m256i firstOf(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#endif

/** The first `count` floats; zeros behind them. Nothing beyond is touched. */
inline Vector loadFirst(const float *from, int count) {
#if defined(__AVX512F__)
  return (Vector)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#elif defined(__AVX2__)
  return (Vector)_mm256_maskload_ps(from, firstOf(count));
#else
  Vector loaded = {};
  for (int i = 0; i < count; i++) loaded[i] = from[i];
  return loaded;
#endif
}

inline void storeFirst(float *to, Vector stored, int count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)stored);
#elif defined(__AVX2__)
  _mm256_maskstore_ps(to, firstOf(count), (__m256)stored);
#else
  for (int i = 0; i < count; i++) to[i] = stored[i];
#endif
}

/** As many as there are, if they are fewer than a vector has. */
inline void writeFloats(float *to, Vector value, int count) {
  if (count >= lanes) store(to, value);
  else storeFirst(to, value, count);
}
inline Vector readFloats(const float *from, int count) { return count >= lanes ? load(from) : loadFirst(from, count); }

/** Which of a vector's floats are in memory: all. */
struct AllLanes {
  Vector read(const float *from) const { return load(from); }
  void write(float *to, Vector value) const { store(to, value); }
};

/** The first `count`; zeros are read behind them. What tells which they are is made once. */
struct FirstLanes {
#if defined(__AVX512F__)
  __mmask16 which;
  explicit FirstLanes(int count) : which((__mmask16)((1u << count) - 1)) {}
  Vector read(const float *from) const { return (Vector)_mm512_maskz_loadu_ps(which, from); }
  void write(float *to, Vector value) const { _mm512_mask_storeu_ps(to, which, (__m512)value); }
#else
  int count;
  explicit FirstLanes(int count) : count(count) {}
  Vector read(const float *from) const { return loadFirst(from, count); }
  void write(float *to, Vector value) const { storeFirst(to, value, count); }
#endif
};

/** Zeros behind the first `count`. */
inline Vector firstLanes(Vector value, int count) {
  float lane[lanes];
  store(lane, value);
  return loadFirst(lane, count);
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
