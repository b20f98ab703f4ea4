// Low-bit products with AVX-512 VNNI: sixteen rows by four columns are one register. See `packed_scalar.c`.
#if defined(__x86_64__)

#include <immintrin.h>

#include "packed_layout.h"

#pragma clang fp contract(off)
// Another target for the emulation of these instructions in tests.
#ifndef DSK_AVX512_TARGET
#define DSK_AVX512_TARGET "avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c"
#endif
#pragma clang attribute push(__attribute__((target(DSK_AVX512_TARGET))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

/// Tokens that share unpacked weights: their partial sums and the weights of a group fill the registers.
enum { TILE = 8 };

typedef struct header {
  __m512 scale, offset;
} header;

INLINE header header_int4(const uint8_t *block, size_t groups, size_t index) {
  const uint8_t *scales = block + index * DSK_PACKED_ROWS, *zeros = scales + groups * DSK_PACKED_ROWS;
  const __m512i e = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)scales));
  const __m512i z = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)zeros));
  header h;
  h.scale = _mm512_castsi512_ps(_mm512_add_epi32(_mm512_slli_epi32(e, 20), _mm512_set1_epi32(INT4_SCALE_BIAS)));
  h.offset = _mm512_mul_ps(h.scale, _mm512_mul_ps(_mm512_cvtepi32_ps(z), _mm512_set1_ps(-0.0625f)));
  return h;
}

INLINE header header_int4_wide(const uint8_t *block, size_t groups, size_t index) {
  const uint8_t *scales = block + 2 * index * DSK_PACKED_ROWS;
  header h;
  h.scale = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)scales));
  h.offset = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(scales + 2 * groups * DSK_PACKED_ROWS)));
  return h;
}

INLINE header header_int8(const uint8_t *block, size_t groups, size_t index) {
  (void)groups;
  const uint8_t *scales = block + 2 * index * DSK_PACKED_ROWS;
  return (header){.scale = _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)scales)), .offset = _mm512_setzero_ps()};
}

INLINE __m512i four_columns(const uint8_t *x) {
  int32_t bits;
  memcpy(&bits, x, sizeof bits);
  return _mm512_set1_epi32(bits);
}

/// Eight quads of unsigned elements; of int8 they are 128 too large.
INLINE void split_int4(const uint8_t *elements, __m512i w[8]) {
  const __m512i low = _mm512_set1_epi8(15);
  _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 4; quad++) {
    const __m512i pair = _mm512_loadu_si512(elements + quad * 64);
    w[quad] = _mm512_and_si512(pair, low);
    w[quad + 4] = _mm512_and_si512(_mm512_srli_epi16(pair, 4), low);
  }
}

INLINE void split_int8(const uint8_t *elements, __m512i w[8]) {
  const __m512i sign = _mm512_set1_epi8((char)0x80);
  _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 8; quad++)
      w[quad] = _mm512_xor_si512(_mm512_loadu_si512(elements + quad * 64), sign);
}

INLINE __m512i sum_int4(const __m512i w[8], const uint8_t *x, float total) {
  (void)total;
  __m512i sum = _mm512_setzero_si512();
  _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 8; quad++)
      sum = _mm512_dpbusd_epi32(sum, w[quad], four_columns(x + 4 * quad));
  return sum;
}

INLINE __m512i sum_int8(const __m512i w[8], const uint8_t *x, float total) {
  return _mm512_sub_epi32(sum_int4(w, x, total), _mm512_set1_epi32(128 * (int)total));
}

INLINE float number(const uint8_t *address) { return *(const float *)(const void *)address; }

/// `tokens` is a constant, so that every loop over them is unrolled. Weights of a single token are not asked for in
/// advance: on Zen 4 that took away a fifth of the bandwidth, and without it they come as fast as memory can be read.
#define DEFINE_PRODUCT(NAME, HEADER_BYTES, ELEMENT_BYTES, WIDTH, HAS_OFFSET)                                          \
  INLINE void tile_##NAME(const uint8_t *panel, size_t k, const uint8_t *x, size_t row_bytes, float *y,               \
                          size_t y_stride, const int tokens) {                                                        \
    const size_t groups = group_count(k);                                                                             \
    const uint8_t *totals = (const uint8_t *)row_sums(x, k), *scales = (const uint8_t *)row_scales(x, k);             \
    __m512 result[TILE], b[TILE];                                                                                     \
    EACH_TOKEN result[t] = _mm512_setzero_ps();                                                                       \
    const uint8_t *block = panel;                                                                                     \
    for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP, scales += sizeof(float)) {                 \
      const size_t count = groups_from(first, groups);                                                                \
      EACH_TOKEN b[t] = _mm512_setzero_ps();                                                                          \
      for (size_t index = 0; index < count; index++, x += DSK_GROUP, totals += sizeof(float)) {                       \
        const header h = header_##NAME(block, count, index);                                                          \
        __m512i w[8];                                                                                                 \
        split_##WIDTH(block + count * HEADER_BYTES + index * ELEMENT_BYTES, w);                                       \
        EACH_TOKEN {                                                                                                  \
          const size_t row = (size_t)t * row_bytes;                                                                   \
          const float total = number(totals + row);                                                                   \
          b[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum_##WIDTH(w, x + row, total)), h.scale, b[t]);                  \
          if (HAS_OFFSET) b[t] = _mm512_fmadd_ps(_mm512_set1_ps(total), h.offset, b[t]);                              \
        }                                                                                                             \
      }                                                                                                               \
      EACH_TOKEN result[t] =                                                                                          \
          _mm512_fmadd_ps(b[t], _mm512_set1_ps(number(scales + (size_t)t * row_bytes)), result[t]);                   \
      block += count * (HEADER_BYTES + ELEMENT_BYTES);                                                                \
    }                                                                                                                 \
    EACH_TOKEN _mm512_storeu_ps(y + (size_t)t * y_stride, result[t]);                                                 \
  }                                                                                                                   \
  static void product_##NAME(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, size_t tokens,    \
                             float *y, size_t y_stride) {                                                             \
    for (; tokens >= TILE; tokens -= TILE, rows += TILE * row_bytes, y += TILE * y_stride)                            \
      tile_##NAME(panel, k, rows, row_bytes, y, y_stride, TILE);                                                      \
    switch (tokens) {                                                                                                 \
      case 1: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 1);                                          \
      case 2: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 2);                                          \
      case 3: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 3);                                          \
      case 4: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 4);                                          \
      case 5: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 5);                                          \
      case 6: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 6);                                          \
      case 7: return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 7);                                          \
    }                                                                                                                 \
  }
#define EACH_TOKEN _Pragma("clang loop unroll(full)") for (int t = 0; t < tokens; t++)
DEFINE_PRODUCT(int4, 32, 256, int4, 1)
DEFINE_PRODUCT(int4_wide, 64, 256, int4, 1)
DEFINE_PRODUCT(int8, 32, 512, int8, 0)

#include "packed_weighted.h"

#pragma clang attribute pop

/// Quantising and unpacking are not what a run waits for: those of AVX2 do.
const dsk_packed_kernels dsk_packed_avx512 = {
    .quantize_row = dsk_quantize_row_avx2,
    .product = {product_int4, product_int4_wide, product_int8},
    .unpack = {dsk_unpack_int4_avx2, dsk_unpack_int4_wide_avx2, dsk_unpack_int8_avx2},
    .weighted_rows = {weighted_int4, weighted_int4_wide, weighted_int8},
};

#endif
