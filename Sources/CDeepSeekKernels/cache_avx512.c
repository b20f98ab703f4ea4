// A low-bit cache with AVX-512 VNNI. See `cache_scalar.c`.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stdint.h>

// Another target for the emulation of these instructions in tests.
#ifndef DSK_AVX512_TARGET
#define DSK_AVX512_TARGET "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c"
#endif
#pragma clang attribute push(__attribute__((target(DSK_AVX512_TARGET))), apply_to = function)

enum { VECTOR_BYTES = 64, BIASED = 1, SCORE_HEADS = 4, VALUE_HEADS = 2 };
typedef uint8_t bytes __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef float floats __attribute__((vector_size(64)));

static inline __attribute__((always_inline)) ints dot(ints sums, bytes elements, ints x) {
  return (ints)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)elements, (__m512i)x);
}

#include "cache_vector.h"

const dsk_cache_kernels dsk_cache_avx512 = CACHE_KERNELS;
#pragma clang attribute pop

#endif
