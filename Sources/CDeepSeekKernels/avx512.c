// AVX-512: thirty-two registers, and in the panel product two rows of eight lanes per 512-bit register.
#if defined(__x86_64__)

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

// Another target for the emulation of these instructions in tests.
#ifndef DSK_AVX512_TARGET
#define DSK_AVX512_TARGET "avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16,avx2,fma,f16c"
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
#define BFLOAT16_PRODUCT bfloat16_product
static void bfloat16_product(const uint16_t *w, size_t stride, size_t rows, const uint16_t *x, size_t x_stride,
                             size_t tokens, size_t k, float *y, size_t y_stride);
#include "vector_kernels.h"

/// Less than thirty-two elements, the others 0.
INLINE __m512i load_rest(const uint16_t *x, size_t count) {
  uint16_t buffer[32] = {0};
  memcpy(buffer, x, count * sizeof *x);
  return _mm512_loadu_si512(buffer);
}

/// Up to four rows by up to six tokens, both constants: twenty-four sums of sixteen lanes. Weights and inputs are read as
/// they lie, thirty-two columns of a row to a register, so nothing has to be unpacked.
INLINE void bfloat16_tile(const uint16_t *w, size_t stride, const uint16_t *x, size_t x_stride, size_t k, float *y,
                          size_t y_stride, const int rows, const int tokens) {
  __m512 s[6][4];
  for (int t = 0; t < tokens; t++)
    for (int r = 0; r < 4; r++) s[t][r] = _mm512_setzero_ps();
#define BFLOAT16_STEP(LOAD)                                                                                           \
  do {                                                                                                                \
    __m512i row[4];                                                                                                   \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++) row[r] = LOAD(w + (size_t)r * stride + i);      \
    _Pragma("clang loop unroll(full)") for (int t = 0; t < tokens; t++) {                                             \
      const __m512i xi = LOAD(x + (size_t)t * x_stride + i);                                                          \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                               \
          s[t][r] = _mm512_dpbf16_ps(s[t][r], (__m512bh)row[r], (__m512bh)xi);                                        \
    }                                                                                                                 \
  } while (0)
#define WHOLE(P) _mm512_loadu_si512(P)
#define REST(P) load_rest(P, k - i)
  size_t i = 0;
  for (; i + 32 <= k; i += 32) BFLOAT16_STEP(WHOLE);
  if (i < k) BFLOAT16_STEP(REST);
  for (int t = 0; t < tokens; t++) {
    f32x8 folded[4];
    for (int r = 0; r < 4; r++)
      folded[r] = (f32x8)_mm512_castps512_ps256(s[t][r]) +
                  (f32x8)_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(s[t][r]), 1));
    const f32x4 sums = sums_of_four(folded[0], folded[1], folded[2], folded[3]);
    memcpy(y + (size_t)t * y_stride, &sums, (size_t)rows * sizeof(float));
  }
}

INLINE void bfloat16_rows(const uint16_t *w, size_t stride, const uint16_t *x, size_t x_stride, size_t tokens, size_t k,
                          float *y, size_t y_stride, const int rows) {
  size_t t = 0;
  for (; t + 6 <= tokens; t += 6)
    bfloat16_tile(w, stride, x + t * x_stride, x_stride, k, y + t * y_stride, y_stride, rows, 6);
  for (; t + 3 <= tokens; t += 3)
    bfloat16_tile(w, stride, x + t * x_stride, x_stride, k, y + t * y_stride, y_stride, rows, 3);
  for (; t < tokens; t++) bfloat16_tile(w, stride, x + t * x_stride, x_stride, k, y + t * y_stride, y_stride, rows, 1);
}

static void bfloat16_product(const uint16_t *w, size_t stride, size_t rows, const uint16_t *x, size_t x_stride,
                             size_t tokens, size_t k, float *y, size_t y_stride) {
  size_t r = 0;
  for (; r + 4 <= rows; r += 4) bfloat16_rows(w + r * stride, stride, x, x_stride, tokens, k, y + r, y_stride, 4);
  for (; r < rows; r++) bfloat16_rows(w + r * stride, stride, x, x_stride, tokens, k, y + r, y_stride, 1);
}

const dsk_kernels dsk_avx512 = VECTOR_KERNELS("avx512");
#pragma clang attribute pop

#endif
