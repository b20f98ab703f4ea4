// AVX-512 with BF16: twelve rows by thirty-two columns of C in twenty-four of the thirty-two registers.
#if defined(__x86_64__)

#include <immintrin.h>

// Only the lanes and their functions are wanted of the inference kernels.
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16,avx2,fma,f16c"))), \
                             apply_to = function)
#include "vector_kernels.h"

typedef float tile_vector __attribute__((vector_size(64)));
enum { TILE_LANES = 16, TILE_ROWS = 12, TILE_VECTORS = 2 };
#define TILE_DOT(sum, a, b) (tile_vector) _mm512_dpbf16_ps((__m512)(sum), (__m512bh)(a), (__m512bh)(b))

static __mmask16 first_lanes(size_t count) { return count >= 16 ? 0xFFFF : (__mmask16)((1u << count) - 1); }

/// Sixteen numbers as bfloat16 in the low halves of words. Denormal numbers become 0.
static inline __m512i low_halves(__m512 x) { return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x)); }

static void pair_columns(const float *x, size_t n, uint32_t *words) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    _mm256_storeu_si256((__m256i *)(words + i / 2), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
  if (i == n) return;
  const __m512 rest = _mm512_maskz_loadu_ps(first_lanes(n - i), x + i);
  _mm256_mask_storeu_epi32(words + i / 2, (__mmask8)first_lanes((n - i + 1) / 2), (__m256i)_mm512_cvtneps_pbh(rest));
}

static void pair_rows(const float *x, const float *y, size_t n, uint32_t *words) {
  for (size_t i = 0; i < n; i += 16) {
    const __mmask16 lanes = first_lanes(n - i);
    __m512i word = low_halves(_mm512_maskz_loadu_ps(lanes, x + i));
    if (y) {
      const __m512i high = low_halves(_mm512_maskz_loadu_ps(lanes, y + i));
      word = _mm512_or_si512(word, _mm512_slli_epi32(high, 16));
    }
    _mm512_mask_storeu_epi32(words + i, lanes, word);
  }
}

#define PAIRS
#include "training_kernels.h"

const dsk_training_kernels dsk_training_avx512 = TRAINING_KERNELS("avx512");
#pragma clang attribute pop

#endif
