// Low-bit products with AVX2: half a panel, eight rows by four columns, is one register. See `packed_scalar.c`.
#if defined(__x86_64__)

#include <immintrin.h>

#include "packed_layout.h"

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

/// Tokens that share unpacked weights: their partial sums stay in a first-level cache.
enum { TILE = 16 };

/// Scales and offsets of one group for eight rows.
typedef struct header {
  __m256 scale, offset;
} header;

INLINE header header_int4(const uint8_t *block, size_t groups, size_t index, size_t half) {
  const uint8_t *scales = block + index * DSK_PACKED_ROWS + half * 8, *zeros = scales + groups * DSK_PACKED_ROWS;
  const __m256i e = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)scales));
  const __m256i z = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)zeros));
  header h;
  h.scale = _mm256_castsi256_ps(_mm256_add_epi32(_mm256_slli_epi32(e, 20), _mm256_set1_epi32(INT4_SCALE_BIAS)));
  h.offset = _mm256_mul_ps(h.scale, _mm256_mul_ps(_mm256_cvtepi32_ps(z), _mm256_set1_ps(-0.0625f)));
  return h;
}

INLINE header header_int4_wide(const uint8_t *block, size_t groups, size_t index, size_t half) {
  const uint8_t *scales = block + 2 * (index * DSK_PACKED_ROWS + half * 8);
  header h;
  h.scale = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)scales));
  h.offset = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(scales + 2 * groups * DSK_PACKED_ROWS)));
  return h;
}

INLINE header header_int8(const uint8_t *block, size_t groups, size_t index, size_t half) {
  (void)groups;
  const uint8_t *scales = block + 2 * (index * DSK_PACKED_ROWS + half * 8);
  return (header){.scale = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)scales)), .offset = _mm256_setzero_ps()};
}

INLINE __m256i four_columns(const uint8_t *x) {
  int32_t bits;
  memcpy(&bits, x, sizeof bits);
  return _mm256_set1_epi32(bits);
}

/// Of a single token each weight is used once, so the kernel asks for those that it will need: the processor's own
/// foresight ends with each page of memory. A share of the block that lies so far ahead.
enum { AHEAD = 2048 };
INLINE void prefetch(const uint8_t *block, size_t share, size_t bytes) {
  _Pragma("clang loop unroll(full)") for (size_t i = 0; i < bytes; i += 64)
      _mm_prefetch((const char *)block + AHEAD + share * bytes + i, _MM_HINT_T0);
}

/// The two halves of four registers of int4: eight quads of unsigned elements.
INLINE void split(const uint8_t *elements, size_t half, __m256i w[8]) {
  const __m256i low = _mm256_set1_epi8(15);
  _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 4; quad++) {
    const __m256i pair = _mm256_loadu_si256((const __m256i *)(elements + quad * 64 + half * 32));
    w[quad] = _mm256_and_si256(pair, low);
    w[quad + 4] = _mm256_and_si256(_mm256_srli_epi16(pair, 4), low);
  }
}

/// Σ q·x of one group. Sixteen bits hold it: eight steps of at most 2 · 15 · 127.
INLINE __m256 sum_int4(const __m256i w[8], const uint8_t *x) {
  __m256i even = _mm256_maddubs_epi16(w[0], four_columns(x)), odd = _mm256_maddubs_epi16(w[1], four_columns(x + 4));
  _Pragma("clang loop unroll(full)") for (int quad = 2; quad < 8; quad += 2) {
    even = _mm256_add_epi16(even, _mm256_maddubs_epi16(w[quad], four_columns(x + 4 * quad)));
    odd = _mm256_add_epi16(odd, _mm256_maddubs_epi16(w[quad + 1], four_columns(x + 4 * quad + 4)));
  }
  return _mm256_cvtepi32_ps(_mm256_madd_epi16(_mm256_add_epi16(even, odd), _mm256_set1_epi16(1)));
}

#define DEFINE_INT4(NAME, HEADER_BYTES)                                                                               \
  INLINE void tile_##NAME(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, float *y,            \
                          size_t y_stride, const size_t tokens) {                                                     \
    const size_t groups = group_count(k);                                                                             \
    __m256 result[2][TILE], b[TILE];                                                                                  \
    for (size_t t = 0; t < tokens; t++) result[0][t] = result[1][t] = _mm256_setzero_ps();                            \
    const uint8_t *block = panel;                                                                                     \
    for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {                                          \
      const size_t count = groups_from(first, groups);                                                                \
      for (size_t half = 0; half < 2; half++) {                                                                       \
        for (size_t t = 0; t < tokens; t++) b[t] = _mm256_setzero_ps();                                               \
        for (size_t index = 0; index < count; index++) {                                                              \
          const header h = header_##NAME(block, count, index, half);                                                  \
          if (tokens == 1) prefetch(block, half * count + index, (HEADER_BYTES + 256) / 2);                           \
          __m256i w[8];                                                                                               \
          split(block + count * HEADER_BYTES + index * 256, half, w);                                                 \
          for (size_t t = 0; t < tokens; t++) {                                                                       \
            const uint8_t *row = rows + t * row_bytes;                                                                \
            b[t] = _mm256_fmadd_ps(sum_int4(w, row + (first + index) * DSK_GROUP), h.scale, b[t]);                    \
            b[t] = _mm256_fmadd_ps(_mm256_broadcast_ss(row_sums(row, k) + first + index), h.offset, b[t]);            \
          }                                                                                                           \
        }                                                                                                             \
        for (size_t t = 0; t < tokens; t++)                                                                           \
          result[half][t] = _mm256_fmadd_ps(                                                                          \
              b[t], _mm256_broadcast_ss(row_scales(rows + t * row_bytes, k) + first * DSK_GROUP / DSK_BLOCK),         \
              result[half][t]);                                                                                       \
      }                                                                                                               \
      block += count * (HEADER_BYTES + 256);                                                                          \
    }                                                                                                                 \
    for (size_t t = 0; t < tokens; t++) {                                                                             \
      _mm256_storeu_ps(y + t * y_stride, result[0][t]);                                                               \
      _mm256_storeu_ps(y + t * y_stride + 8, result[1][t]);                                                           \
    }                                                                                                                 \
  }                                                                                                                   \
  static void product_##NAME(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, size_t tokens,    \
                             float *y, size_t y_stride) {                                                             \
    if (tokens == 1) return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 1);                                   \
    for (size_t t = 0; t < tokens; t += TILE)                                                                         \
      tile_##NAME(panel, k, rows + t * row_bytes, row_bytes, y + t * y_stride, y_stride,                              \
                  tokens - t < TILE ? tokens - t : TILE);                                                             \
  }
DEFINE_INT4(int4, 32)
DEFINE_INT4(int4_wide, 64)

/// Eight rows by four columns of int8 as two registers of sixteen bits, times up to four tokens.
INLINE void tile_int8(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, float *y, size_t y_stride,
                      const size_t tokens) {
  const size_t groups = group_count(k);
  __m256 result[2][4];
  for (size_t t = 0; t < tokens; t++) result[0][t] = result[1][t] = _mm256_setzero_ps();
  const uint8_t *block = panel;
  for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {
    const size_t count = groups_from(first, groups);
    for (size_t half = 0; half < 2; half++) {
      __m256 b[4];
      for (size_t t = 0; t < tokens; t++) b[t] = _mm256_setzero_ps();
      for (size_t index = 0; index < count; index++) {
        const uint8_t *elements = block + count * 32 + index * 512 + half * 32;
        if (tokens == 1) prefetch(block, half * count + index, (32 + 512) / 2);
        const uint8_t *x = rows + (first + index) * DSK_GROUP;
        __m256i low[4], high[4];
        for (size_t t = 0; t < tokens; t++) low[t] = high[t] = _mm256_setzero_si256();
        _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 8; quad++) {
          const __m256i w0 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(elements + quad * 64)));
          const __m256i w1 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(elements + quad * 64 + 16)));
          _Pragma("clang loop unroll(full)") for (size_t t = 0; t < tokens; t++) {
            const __m256i xi = _mm256_cvtepi8_epi16(_mm256_castsi256_si128(four_columns(x + t * row_bytes + 4 * quad)));
            low[t] = _mm256_add_epi32(low[t], _mm256_madd_epi16(w0, xi));
            high[t] = _mm256_add_epi32(high[t], _mm256_madd_epi16(w1, xi));
          }
        }
        const header h = header_int8(block, count, index, half);
        for (size_t t = 0; t < tokens; t++) {
          const __m256i sum = _mm256_permute4x64_epi64(_mm256_hadd_epi32(low[t], high[t]), 0xD8);
          b[t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), h.scale, b[t]);
        }
      }
      for (size_t t = 0; t < tokens; t++)
        result[half][t] = _mm256_fmadd_ps(
            b[t], _mm256_broadcast_ss(row_scales(rows + t * row_bytes, k) + first * DSK_GROUP / DSK_BLOCK),
            result[half][t]);
    }
    block += count * (32 + 512);
  }
  for (size_t t = 0; t < tokens; t++) {
    _mm256_storeu_ps(y + t * y_stride, result[0][t]);
    _mm256_storeu_ps(y + t * y_stride + 8, result[1][t]);
  }
}

static void product_int8(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, size_t tokens, float *y,
                         size_t y_stride) {
  size_t t = 0;
  for (; t + 4 <= tokens; t += 4) tile_int8(panel, k, rows + t * row_bytes, row_bytes, y + t * y_stride, y_stride, 4);
  for (; t < tokens; t++) tile_int8(panel, k, rows + t * row_bytes, row_bytes, y + t * y_stride, y_stride, 1);
}

void dsk_quantize_row_avx2(const float *x, size_t k, uint8_t *row) {
  const size_t padded = group_count(k) * DSK_GROUP;
  float *scales = (float *)(void *)(row + padded), *sums = scales + block_count(k);
  const __m256i magnitude = _mm256_set1_epi32(0x7FFFFFFF);
  for (size_t first = 0; first < padded; first += DSK_BLOCK) {
    const size_t width = padded - first < DSK_BLOCK ? padded - first : DSK_BLOCK;
    _Alignas(32) float tail[DSK_BLOCK];
    const float *in = x + first;
    if (first + width > k) {
      memset(tail, 0, sizeof tail);
      memcpy(tail, in, (k - first) * sizeof(float));
      in = tail;
    }
    // Magnitudes order as their bits do, and those of numbers that are not finite are the largest.
    __m256i most = _mm256_setzero_si256();
    for (size_t i = 0; i < width; i += 8)
      most = _mm256_max_epu32(most, _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(in + i)), magnitude));
    __m128i four = _mm_max_epu32(_mm256_castsi256_si128(most), _mm256_extracti128_si256(most, 1));
    four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0x4E));
    four = _mm_max_epu32(four, _mm_shuffle_epi32(four, 0xB1));
    const float largest = _mm_cvtss_f32(_mm_castsi128_ps(four));
    float inverse = isfinite(largest) && largest > 0 ? 127.0f / largest : 0;
    scales[first / DSK_BLOCK] = isfinite(largest) ? largest / 127.0f : largest;
    if (inverse == 0 || !isfinite(inverse)) {
      memset(row + first, 0, width);
      for (size_t i = 0; i < width; i += DSK_GROUP) sums[(first + i) / DSK_GROUP] = 0;
      continue;
    }
    const __m256 factor = _mm256_set1_ps(inverse);
    for (size_t i = 0; i < width; i += DSK_GROUP) {
      __m256i q[4];
      for (int j = 0; j < 4; j++) q[j] = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(in + i + 8 * j), factor));
      const __m256i total =
          _mm256_add_epi32(_mm256_add_epi32(q[0], q[1]), _mm256_add_epi32(q[2], q[3]));
      __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(total), _mm256_extracti128_si256(total, 1));
      sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
      sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
      sums[(first + i) / DSK_GROUP] = (float)_mm_cvtsi128_si32(sum);
      const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
      const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
      _mm256_storeu_si256((__m256i *)(row + first + i), _mm256_permutevar8x32_epi32(bytes, order));
    }
  }
}

/// Eight rows by thirty-two columns of elements, each row's after each other: [8 rows][32].
INLINE void rows_of_quads(const __m256i w[8], uint8_t out[256]) {
  for (int pair = 0; pair < 4; pair++) {
    const __m256i low = _mm256_unpacklo_epi32(w[2 * pair], w[2 * pair + 1]);
    const __m256i high = _mm256_unpackhi_epi32(w[2 * pair], w[2 * pair + 1]);
    const __m128i parts[4] = {_mm256_castsi256_si128(low), _mm256_castsi256_si128(high),
                              _mm256_extracti128_si256(low, 1), _mm256_extracti128_si256(high, 1)};
    for (int p = 0; p < 4; p++) {
      _mm_storel_epi64((__m128i *)(out + (2 * p) * 32 + pair * 8), parts[p]);
      _mm_storel_epi64((__m128i *)(out + (2 * p + 1) * 32 + pair * 8), _mm_unpackhi_epi64(parts[p], parts[p]));
    }
  }
}

#define DEFINE_UNPACK(NAME, HEADER_BYTES, ELEMENT_BYTES, LOAD, WIDEN)                                                 \
  void dsk_unpack_##NAME##_avx2(const uint8_t *panel, size_t k, size_t half, float *out, size_t step_stride,              \
                            size_t row_stride) {                                                                      \
    const size_t groups = group_count(k), steps = (k + 7) / 8;                                                        \
    const uint8_t *block = panel;                                                                                     \
    for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {                                          \
      const size_t count = groups_from(first, groups);                                                                \
      for (size_t index = 0; index < count; index++) {                                                                \
        const header h = header_##NAME(block, count, index, half);                                                    \
        _Alignas(32) float scales[8], offsets[8];                                                                     \
        _mm256_store_ps(scales, h.scale);                                                                             \
        _mm256_store_ps(offsets, h.offset);                                                                           \
        __m256i w[8];                                                                                                 \
        LOAD(block + count * HEADER_BYTES + index * ELEMENT_BYTES, half, w);                                          \
        _Alignas(32) uint8_t elements[256];                                                                           \
        rows_of_quads(w, elements);                                                                                   \
        const size_t step = (first + index) * 4, last = steps - step < 4 ? steps - step : 4;                          \
        for (size_t r = 0; r < 8; r++)                                                                                \
          for (size_t i = 0; i < last; i++) {                                                                         \
            const __m256i q = WIDEN(_mm_loadl_epi64((const __m128i *)(elements + r * 32 + i * 8)));                   \
            _mm256_storeu_ps(out + (step + i) * step_stride + r * row_stride,                                         \
                             _mm256_fmadd_ps(_mm256_cvtepi32_ps(q), _mm256_broadcast_ss(scales + r),                  \
                                             _mm256_broadcast_ss(offsets + r)));                                      \
          }                                                                                                           \
      }                                                                                                               \
      block += count * (HEADER_BYTES + ELEMENT_BYTES);                                                                \
    }                                                                                                                 \
    for (size_t i = k; i < steps * 8; i++)                                                                            \
      for (size_t r = 0; r < 8; r++) out[i / 8 * step_stride + r * row_stride + i % 8] = 0;                           \
  }

INLINE void load_int8(const uint8_t *elements, size_t half, __m256i w[8]) {
  for (int quad = 0; quad < 8; quad++)
    w[quad] = _mm256_loadu_si256((const __m256i *)(elements + quad * 64 + half * 32));
}

DEFINE_UNPACK(int4, 32, 256, split, _mm256_cvtepu8_epi32)
DEFINE_UNPACK(int4_wide, 64, 256, split, _mm256_cvtepu8_epi32)
DEFINE_UNPACK(int8, 32, 512, load_int8, _mm256_cvtepi8_epi32)

#include "packed_weighted.h"

const dsk_packed_kernels dsk_packed_avx2 = {
    .quantize_row = dsk_quantize_row_avx2,
    .product = {product_int4, product_int4_wide, product_int8},
    .unpack = {dsk_unpack_int4_avx2, dsk_unpack_int4_wide_avx2, dsk_unpack_int8_avx2},
    .weighted_rows = {weighted_int4, weighted_int4_wide, weighted_int8},
};
#pragma clang attribute pop

#endif
