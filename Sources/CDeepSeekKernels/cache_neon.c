// A low-bit cache with NEON's dot product. See `cache_scalar.c`.
#if defined(__aarch64__)

#include <arm_neon.h>
#include <stdint.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

enum { VECTOR_BYTES = 16, BIASED = 0, SCORE_HEADS = 4, VALUE_HEADS = 2 };
typedef uint8_t bytes __attribute__((vector_size(16)));
typedef int32_t ints __attribute__((vector_size(16)));
typedef float floats __attribute__((vector_size(16)));

static inline __attribute__((always_inline)) ints dot(ints sums, bytes elements, ints x) {
  return (ints)vdotq_s32((int32x4_t)sums, (int8x16_t)elements, (int8x16_t)x);
}

#include "cache_vector.h"

const dsk_cache_kernels dsk_cache_neon = CACHE_KERNELS;
#pragma clang attribute pop

#endif
