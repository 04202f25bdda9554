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

/** The first `count` floats; zeros behind them. Nothing beyond is touched. */
inline Vector loadFirst(const float *from, int count) {
#if defined(__AVX512F__)
  return (Vector)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#else
  Vector loaded = {};
  std::memcpy(&loaded, from, 4 * count);
  return loaded;
#endif
}

inline void storeFirst(float *to, Vector stored, int count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)stored);
#else
  std::memcpy(to, &stored, 4 * count);
#endif
}

/** Asks for floats that will be read, or written, soon. Asking beyond the end of an array does no harm. */
template <bool WRITTEN> inline void ask(const float *from, int64_t floats) {
  constexpr int floatsALine = 16;
  for (int64_t i = 0; i < floats; i += floatsALine) __builtin_prefetch(from + i, WRITTEN, 2);
}

/** Where the first is above zero, the second; zero elsewhere. */
inline Vector wherePositive(Vector condition, Vector value) { return condition > 0 ? value : Vector{}; }

} // namespace netspace
