// AVX-512: thirty-two registers, and in the panel product two rows of eight lanes per 512-bit register.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>

// Another target for the emulation of these instructions in tests.
#ifndef DSK_AVX512_TARGET
#define DSK_AVX512_TARGET "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c"
#endif
#pragma clang attribute push(__attribute__((target(DSK_AVX512_TARGET))), apply_to = function)

/// sums[t][r][lane] += panel · x. Eight rows (four registers) by up to six tokens: twenty-four accumulators. The eight
/// columns of a token are broadcast to both halves, so that every row keeps its eight lanes.
static inline __attribute__((always_inline)) void panel_tile_6(const float *panel, const float *x, size_t x_stride,
                                                               size_t steps, float *sums, const int tokens) {
  __m512 s[6][4];
  for (int t = 0; t < tokens; t++)
    for (int r = 0; r < 4; r++) s[t][r] = _mm512_loadu_ps(sums + t * 64 + r * 16);
  for (size_t i = 0; i < steps; i++, panel += 64) {
    const __m512 w0 = _mm512_loadu_ps(panel), w1 = _mm512_loadu_ps(panel + 16);
    const __m512 w2 = _mm512_loadu_ps(panel + 32), w3 = _mm512_loadu_ps(panel + 48);
    _Pragma("clang loop unroll(full)") for (int t = 0; t < tokens; t++) {
      const __m256d eight = _mm256_castps_pd(_mm256_loadu_ps(x + (size_t)t * x_stride + i * 8));
      const __m512 xi = _mm512_castpd_ps(_mm512_broadcast_f64x4(eight));
      s[t][0] = _mm512_fmadd_ps(w0, xi, s[t][0]);
      s[t][1] = _mm512_fmadd_ps(w1, xi, s[t][1]);
      s[t][2] = _mm512_fmadd_ps(w2, xi, s[t][2]);
      s[t][3] = _mm512_fmadd_ps(w3, xi, s[t][3]);
    }
  }
  for (int t = 0; t < tokens; t++)
    for (int r = 0; r < 4; r++) _mm512_storeu_ps(sums + t * 64 + r * 16, s[t][r]);
}

static void panel_tile(const float *panel, const float *x, size_t x_stride, size_t tokens, size_t steps, float *sums) {
  size_t t = 0;
  for (; t + 6 <= tokens; t += 6) panel_tile_6(panel, x + t * x_stride, x_stride, steps, sums + t * 64, 6);
  for (; t + 3 <= tokens; t += 3) panel_tile_6(panel, x + t * x_stride, x_stride, steps, sums + t * 64, 3);
  for (; t < tokens; t++) panel_tile_6(panel, x + t * x_stride, x_stride, steps, sums + t * 64, 1);
}
#define PANEL_TILE panel_tile
#include "vector_kernels.h"

const dsk_kernels dsk_avx512 = VECTOR_KERNELS("avx512");
#pragma clang attribute pop

#endif
