// Sums of weighted rows of low-bit matrices, written once over sixteen lanes and compiled once per instruction set, whose
// file includes this one. See `CDeepSeekPackedKernels.h` for the order of the sums.
//
// A register of sixteen bytes holds four rows by four columns. Its elements become float32 and are multiplied with the
// rows' factors (weight times scale, each four times over), so that a sum has a lane for each class of rows (row mod 4)
// and column; the classes are added up at the end.

#include "packed_layout.h"

// Vectors wider than the registers are passed to functions that are always inlined only.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

typedef float f32x16 __attribute__((vector_size(64)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef _Float16 f16x16 __attribute__((vector_size(32)));

/// Panels and rows of weights that share unpacked elements.
enum { WEIGHTED_PANELS = 8, WEIGHTED_TOKENS = 4 };

LAYOUT_INLINE f32x16 bytes16(const uint8_t *p) {
  u8x16 v;
  memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, f32x16);
}

LAYOUT_INLINE f32x16 halves16(const uint8_t *p) {
  f16x16 v;
  memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, f32x16);
}

/// Scales, and where the type has them offsets, of a group's sixteen rows.
LAYOUT_INLINE f32x16 weighted_scale(dsk_packed_type type, const uint8_t *block, size_t index) {
  if (type != DSK_INT4) return halves16(block + 2 * index * DSK_PACKED_ROWS);
  u8x16 v;
  memcpy(&v, block + index * DSK_PACKED_ROWS, sizeof v);
  return (f32x16)((__builtin_convertvector(v, i32x16) << 20) + INT4_SCALE_BIAS);
}

LAYOUT_INLINE f32x16 weighted_offset(dsk_packed_type type, const uint8_t *block, size_t groups, size_t index, f32x16 s) {
  if (type == DSK_INT4) return s * (bytes16(block + (groups + index) * DSK_PACKED_ROWS) * -0.0625f);
  return halves16(block + 2 * (groups + index) * DSK_PACKED_ROWS);
}

/// Four numbers, each four times.
#define WEIGHTED_QUARTER(V, Q)                                                                                      \
  __builtin_shufflevector(V, V, 4 * Q, 4 * Q, 4 * Q, 4 * Q, 4 * Q + 1, 4 * Q + 1, 4 * Q + 1, 4 * Q + 1, 4 * Q + 2, \
                          4 * Q + 2, 4 * Q + 2, 4 * Q + 2, 4 * Q + 3, 4 * Q + 3, 4 * Q + 3, 4 * Q + 3)

LAYOUT_INLINE float weighted_total(f32x16 v) {
  float lanes[16];
  memcpy(lanes, &v, sizeof lanes);
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

#define WEIGHTED_EACH _Pragma("clang loop unroll(full)") for (size_t t = 0; t < tokens; t++)

/// One group of 32 columns for a few rows of weights. `place` is where it lies in a panel: its block, and its number there.
LAYOUT_INLINE void weighted_group(dsk_packed_type type, const uint8_t *panels, size_t panel_bytes, size_t count,
                                  size_t block, size_t groups, size_t index, size_t columns, const float *weights,
                                  size_t weight_stride, const size_t tokens, float *y, size_t y_stride) {
  f32x16 sums[8][WEIGHTED_TOKENS], offsets[WEIGHTED_TOKENS], factors[WEIGHTED_PANELS][4][WEIGHTED_TOKENS];
  WEIGHTED_EACH offsets[t] = (f32x16){0};
  for (int quad = 0; quad < 8; quad++) WEIGHTED_EACH sums[quad][t] = (f32x16){0};
  for (size_t first = 0; first < count; first += WEIGHTED_PANELS) {
    const size_t some = count - first < WEIGHTED_PANELS ? count - first : WEIGHTED_PANELS;
    const uint8_t *start = panels + first * panel_bytes + block;
    for (size_t panel = 0; panel < some; panel++) {
      const uint8_t *header = start + panel * panel_bytes;
      const f32x16 scale = weighted_scale(type, header, index);
      WEIGHTED_EACH {
        f32x16 weight;
        memcpy(&weight, weights + t * weight_stride + (first + panel) * DSK_PACKED_ROWS, sizeof weight);
        const f32x16 factor = weight * scale;
        factors[panel][0][t] = WEIGHTED_QUARTER(factor, 0);
        factors[panel][1][t] = WEIGHTED_QUARTER(factor, 1);
        factors[panel][2][t] = WEIGHTED_QUARTER(factor, 2);
        factors[panel][3][t] = WEIGHTED_QUARTER(factor, 3);
        if (type != DSK_INT8)
          offsets[t] =
              __builtin_elementwise_fma(weight, weighted_offset(type, header, groups, index, scale), offsets[t]);
      }
    }
    const uint8_t *elements = start + groups * header_bytes(type) + index * element_bytes(type);
    for (size_t quad = 0; quad < (type == DSK_INT8 ? 8 : 4); quad++) {
      f32x16 low[WEIGHTED_TOKENS], high[WEIGHTED_TOKENS];
      WEIGHTED_EACH low[t] = sums[quad][t];
      if (type != DSK_INT8) WEIGHTED_EACH high[t] = sums[quad + 4][t];
      for (size_t panel = 0; panel < some; panel++)
        _Pragma("clang loop unroll(full)") for (size_t quarter = 0; quarter < 4; quarter++) {
          u8x16 v;
          memcpy(&v, elements + panel * panel_bytes + quad * 64 + quarter * 16, sizeof v);
          if (type == DSK_INT8) {
            const f32x16 w = __builtin_convertvector((i8x16)v, f32x16);
            WEIGHTED_EACH low[t] = __builtin_elementwise_fma(w, factors[panel][quarter][t], low[t]);
          } else {
            const f32x16 w = __builtin_convertvector(v & 15, f32x16), u = __builtin_convertvector(v >> 4, f32x16);
            WEIGHTED_EACH {
              low[t] = __builtin_elementwise_fma(w, factors[panel][quarter][t], low[t]);
              high[t] = __builtin_elementwise_fma(u, factors[panel][quarter][t], high[t]);
            }
          }
        }
      WEIGHTED_EACH sums[quad][t] = low[t];
      if (type != DSK_INT8) WEIGHTED_EACH sums[quad + 4][t] = high[t];
    }
  }
  WEIGHTED_EACH {
    const float offset = type == DSK_INT8 ? 0 : weighted_total(offsets[t]);
    for (size_t quad = 0; quad < 8 && 4 * quad < columns; quad++) {
      const f32x16 s = sums[quad][t];
      const f32x4 result = ((__builtin_shufflevector(s, s, 0, 1, 2, 3) + __builtin_shufflevector(s, s, 4, 5, 6, 7)) +
                            (__builtin_shufflevector(s, s, 8, 9, 10, 11) +
                             __builtin_shufflevector(s, s, 12, 13, 14, 15))) +
                           offset;
      const size_t rest = columns - 4 * quad;
      memcpy(y + t * y_stride + 4 * quad, &result, (rest < 4 ? rest : 4) * sizeof(float));
    }
  }
}

#define DEFINE_WEIGHTED(NAME, TYPE)                                                                                   \
  static void weighted_##NAME(const uint8_t *panels, size_t panel_bytes, size_t count, size_t k,                      \
                              const float *weights, size_t weight_stride, size_t tokens, float *y, size_t y_stride) { \
    const size_t groups = group_count(k);                                                                             \
    for (size_t token = 0; token < tokens; token += WEIGHTED_TOKENS) {                                                \
      const float *some = weights + token * weight_stride;                                                            \
      size_t block = 0;                                                                                               \
      for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {                                        \
        const size_t together = groups_from(first, groups);                                                           \
        for (size_t index = 0; index < together; index++) {                                                           \
          const size_t column = (first + index) * DSK_GROUP;                                                          \
          const size_t columns = k - column < DSK_GROUP ? k - column : DSK_GROUP;                                     \
          float *out = y + token * y_stride + column;                                                                 \
          switch (tokens - token) {                                                                                   \
            case 1: weighted_group(TYPE, panels, panel_bytes, count, block, together, index, columns, some,           \
                                   weight_stride, 1, out, y_stride); break;                                           \
            case 2: weighted_group(TYPE, panels, panel_bytes, count, block, together, index, columns, some,           \
                                   weight_stride, 2, out, y_stride); break;                                           \
            case 3: weighted_group(TYPE, panels, panel_bytes, count, block, together, index, columns, some,           \
                                   weight_stride, 3, out, y_stride); break;                                           \
            default: weighted_group(TYPE, panels, panel_bytes, count, block, together, index, columns, some,          \
                                    weight_stride, WEIGHTED_TOKENS, out, y_stride);                                   \
          }                                                                                                           \
        }                                                                                                             \
        block += together * (header_bytes(TYPE) + element_bytes(TYPE));                                               \
      }                                                                                                               \
    }                                                                                                                 \
  }
DEFINE_WEIGHTED(int4, DSK_INT4)
DEFINE_WEIGHTED(int4_wide, DSK_INT4_WIDE)
DEFINE_WEIGHTED(int8, DSK_INT8)

#pragma clang diagnostic pop
