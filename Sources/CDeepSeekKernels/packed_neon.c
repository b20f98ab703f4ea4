// Low-bit products with NEON's dot product: four rows by four columns are one register. See `packed_scalar.c`.
#if defined(__aarch64__)

#include <arm_neon.h>

#include "packed_layout.h"

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#define INLINE static inline __attribute__((always_inline))

/// Tokens that share unpacked weights.
enum { TILE = 8 };

/// Of four rows.
typedef struct header {
  float32x4_t scale, offset;
} header;

INLINE uint32x4_t four_bytes(const uint8_t *p) {
  uint32_t bits;
  memcpy(&bits, p, sizeof bits);
  return vmovl_u16(vget_low_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(bits)))));
}

INLINE float32x4_t four_halves(const uint8_t *p) { return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p))); }

INLINE header header_int4(const uint8_t *block, size_t groups, size_t index, size_t part) {
  const uint8_t *scales = block + index * DSK_PACKED_ROWS + part * 4, *zeros = scales + groups * DSK_PACKED_ROWS;
  header h;
  h.scale = vreinterpretq_f32_u32(vaddq_u32(vshlq_n_u32(four_bytes(scales), 20), vdupq_n_u32(INT4_SCALE_BIAS)));
  h.offset = vmulq_f32(h.scale, vmulq_n_f32(vcvtq_f32_u32(four_bytes(zeros)), -0.0625f));
  return h;
}

INLINE header header_int4_wide(const uint8_t *block, size_t groups, size_t index, size_t part) {
  const uint8_t *scales = block + 2 * (index * DSK_PACKED_ROWS + part * 4);
  return (header){.scale = four_halves(scales), .offset = four_halves(scales + 2 * groups * DSK_PACKED_ROWS)};
}

INLINE header header_int8(const uint8_t *block, size_t groups, size_t index, size_t part) {
  (void)groups;
  const uint8_t *scales = block + 2 * (index * DSK_PACKED_ROWS + part * 4);
  return (header){.scale = four_halves(scales), .offset = vdupq_n_f32(0)};
}

INLINE void split_int4(const uint8_t *elements, size_t part, int8x16_t w[8]) {
  _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 4; quad++) {
    const uint8x16_t pair = vld1q_u8(elements + quad * 64 + part * 16);
    w[quad] = vreinterpretq_s8_u8(vandq_u8(pair, vdupq_n_u8(15)));
    w[quad + 4] = vreinterpretq_s8_u8(vshrq_n_u8(pair, 4));
  }
}

INLINE void split_int8(const uint8_t *elements, size_t part, int8x16_t w[8]) {
  _Pragma("clang loop unroll(full)") for (int quad = 0; quad < 8; quad++)
      w[quad] = vreinterpretq_s8_u8(vld1q_u8(elements + quad * 64 + part * 16));
}

INLINE float32x4_t sum(const int8x16_t w[8], const uint8_t *x) {
  const int8x16_t first = vreinterpretq_s8_u8(vld1q_u8(x)), second = vreinterpretq_s8_u8(vld1q_u8(x + 16));
  int32x4_t even = vdupq_n_s32(0), odd = even;
  even = vdotq_laneq_s32(even, w[0], first, 0);
  odd = vdotq_laneq_s32(odd, w[1], first, 1);
  even = vdotq_laneq_s32(even, w[2], first, 2);
  odd = vdotq_laneq_s32(odd, w[3], first, 3);
  even = vdotq_laneq_s32(even, w[4], second, 0);
  odd = vdotq_laneq_s32(odd, w[5], second, 1);
  even = vdotq_laneq_s32(even, w[6], second, 2);
  odd = vdotq_laneq_s32(odd, w[7], second, 3);
  return vcvtq_f32_s32(vaddq_s32(even, odd));
}

#define DEFINE_PRODUCT(NAME, HEADER_BYTES, ELEMENT_BYTES, WIDTH)                                                      \
  INLINE void tile_##NAME(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, float *y,            \
                          size_t y_stride, const size_t tokens) {                                                     \
    const size_t groups = group_count(k);                                                                             \
    float32x4_t result[4][TILE], b[TILE];                                                                             \
    for (size_t t = 0; t < tokens; t++)                                                                               \
      for (int part = 0; part < 4; part++) result[part][t] = vdupq_n_f32(0);                                          \
    const uint8_t *block = panel;                                                                                     \
    for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {                                          \
      const size_t count = groups_from(first, groups);                                                                \
      for (size_t part = 0; part < 4; part++) {                                                                       \
        for (size_t t = 0; t < tokens; t++) b[t] = vdupq_n_f32(0);                                                    \
        for (size_t index = 0; index < count; index++) {                                                              \
          const header h = header_##NAME(block, count, index, part);                                                  \
          int8x16_t w[8];                                                                                             \
          split_##WIDTH(block + count * HEADER_BYTES + index * ELEMENT_BYTES, part, w);                               \
          for (size_t t = 0; t < tokens; t++) {                                                                       \
            const uint8_t *row = rows + t * row_bytes;                                                                \
            b[t] = vfmaq_f32(b[t], sum(w, row + (first + index) * DSK_GROUP), h.scale);                               \
            b[t] = vfmaq_n_f32(b[t], h.offset, row_sums(row, k)[first + index]);                                      \
          }                                                                                                           \
        }                                                                                                             \
        for (size_t t = 0; t < tokens; t++)                                                                           \
          result[part][t] = vfmaq_n_f32(result[part][t], b[t],                                                        \
                                        row_scales(rows + t * row_bytes, k)[first * DSK_GROUP / DSK_BLOCK]);          \
      }                                                                                                               \
      block += count * (HEADER_BYTES + ELEMENT_BYTES);                                                                \
    }                                                                                                                 \
    for (size_t t = 0; t < tokens; t++)                                                                               \
      for (int part = 0; part < 4; part++) vst1q_f32(y + t * y_stride + 4 * part, result[part][t]);                   \
  }                                                                                                                   \
  static void product_##NAME(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, size_t tokens,    \
                             float *y, size_t y_stride) {                                                             \
    if (tokens == 1) return tile_##NAME(panel, k, rows, row_bytes, y, y_stride, 1);                                   \
    for (size_t t = 0; t < tokens; t += TILE)                                                                         \
      tile_##NAME(panel, k, rows + t * row_bytes, row_bytes, y + t * y_stride, y_stride,                              \
                  tokens - t < TILE ? tokens - t : TILE);                                                             \
  }
DEFINE_PRODUCT(int4, 32, 256, int4)
DEFINE_PRODUCT(int4_wide, 64, 256, int4)
DEFINE_PRODUCT(int8, 32, 512, int8)

#define DEFINE_UNPACK(NAME, HEADER_BYTES, ELEMENT_BYTES, WIDTH)                                                       \
  static void unpack_##NAME(const uint8_t *panel, size_t k, size_t half, float *out, size_t step_stride,              \
                            size_t row_stride) {                                                                      \
    const size_t groups = group_count(k), columns = (k + 7) / 8 * 8;                                                  \
    const uint8_t *block = panel;                                                                                     \
    for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {                                          \
      const size_t count = groups_from(first, groups);                                                                \
      for (size_t index = 0; index < count; index++)                                                                  \
        for (size_t part = 2 * half; part < 2 * half + 2; part++) {                                                   \
          const header h = header_##NAME(block, count, index, part);                                                  \
          float scales[4], offsets[4];                                                                                \
          vst1q_f32(scales, h.scale);                                                                                 \
          vst1q_f32(offsets, h.offset);                                                                               \
          int8x16_t w[8];                                                                                             \
          split_##WIDTH(block + count * HEADER_BYTES + index * ELEMENT_BYTES, part, w);                               \
          for (size_t quad = 0; quad < 8; quad++) {                                                                   \
            const size_t column = (first + index) * DSK_GROUP + quad * 4;                                             \
            if (column >= columns) break;                                                                             \
            int8_t elements[16];                                                                                      \
            vst1q_s8(elements, w[quad]);                                                                              \
            for (size_t r = 0; r < 4; r++) {                                                                          \
              const int32x4_t four = {elements[4 * r], elements[4 * r + 1], elements[4 * r + 2], elements[4 * r + 3]}; \
              const float32x4_t value = vfmaq_n_f32(vdupq_n_f32(offsets[r]), vcvtq_f32_s32(four), scales[r]);         \
              vst1q_f32(out + column / 8 * step_stride + ((part - 2 * half) * 4 + r) * row_stride + column % 8, value); \
            }                                                                                                         \
          }                                                                                                           \
        }                                                                                                             \
      block += count * (HEADER_BYTES + ELEMENT_BYTES);                                                                \
    }                                                                                                                 \
    for (size_t i = k; i < columns; i++)                                                                              \
      for (size_t r = 0; r < 8; r++) out[i / 8 * step_stride + r * row_stride + i % 8] = 0;                           \
  }
DEFINE_UNPACK(int4, 32, 256, int4)
DEFINE_UNPACK(int4_wide, 64, 256, int4)
DEFINE_UNPACK(int8, 32, 512, int8)

static void quantize_row(const float *x, size_t k, uint8_t *row) {
  const size_t padded = group_count(k) * DSK_GROUP;
  float *scales = (float *)(void *)(row + padded), *sums = scales + block_count(k);
  for (size_t first = 0; first < padded; first += DSK_BLOCK) {
    const size_t width = padded - first < DSK_BLOCK ? padded - first : DSK_BLOCK;
    float tail[DSK_BLOCK];
    const float *in = x + first;
    if (first + width > k) {
      memset(tail, 0, sizeof tail);
      memcpy(tail, in, (k - first) * sizeof(float));
      in = tail;
    }
    // Magnitudes order as their bits do, and those of numbers that are not finite are the largest.
    uint32x4_t most = vdupq_n_u32(0);
    for (size_t i = 0; i < width; i += 4)
      most = vmaxq_u32(most, vandq_u32(vreinterpretq_u32_f32(vld1q_f32(in + i)), vdupq_n_u32(0x7FFFFFFF)));
    const uint32_t bits = vmaxvq_u32(most);
    float largest;
    memcpy(&largest, &bits, sizeof largest);
    const float inverse = isfinite(largest) && largest > 0 ? 127.0f / largest : 0;
    scales[first / DSK_BLOCK] = isfinite(largest) ? largest / 127.0f : largest;
    const int is_zero = inverse == 0 || !isfinite(inverse);
    for (size_t i = 0; i < width; i += DSK_GROUP) {
      int total = 0;
      for (size_t j = i; j < i + DSK_GROUP; j += 8) {
        int32x4_t a = vdupq_n_s32(0), b = a;
        if (!is_zero) {
          a = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(in + j), inverse));
          b = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(in + j + 4), inverse));
        }
        total += vaddvq_s32(vaddq_s32(a, b));
        vst1_s8((int8_t *)row + first + j, vmovn_s16(vcombine_s16(vmovn_s32(a), vmovn_s32(b))));
      }
      sums[(first + i) / DSK_GROUP] = (float)total;
    }
  }
}

#include "packed_weighted.h"

const dsk_packed_kernels dsk_packed_neon = {
    .quantize_row = quantize_row,
    .product = {product_int4, product_int4_wide, product_int8},
    .unpack = {unpack_int4, unpack_int4_wide, unpack_int8},
    .weighted_rows = {weighted_int4, weighted_int4_wide, weighted_int8},
};
#pragma clang attribute pop

#endif
