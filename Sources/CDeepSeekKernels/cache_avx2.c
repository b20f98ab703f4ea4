// A low-bit cache with AVX2. See `cache_scalar.c`.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

enum { VECTOR_BYTES = 32, BIASED = 0, SCORE_HEADS = 2, VALUE_HEADS = 1 };
typedef uint8_t bytes __attribute__((vector_size(32)));
typedef int32_t ints __attribute__((vector_size(32)));
typedef float floats __attribute__((vector_size(32)));

/// Pairs of products fit into 16 bits, since no magnitude is above 127.
static inline __attribute__((always_inline)) ints dot(ints sums, bytes elements, ints x) {
  const __m256i magnitudes = _mm256_abs_epi8((__m256i)x), others = _mm256_sign_epi8((__m256i)elements, (__m256i)x);
  const __m256i pairs = _mm256_maddubs_epi16(magnitudes, others);
  return sums + (ints)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

#include "cache_vector.h"

const dsk_cache_kernels dsk_cache_avx2 = CACHE_KERNELS;
#pragma clang attribute pop

#endif
