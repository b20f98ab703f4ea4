// Low-bit products, written to be read. The other instruction sets are held against this file.

#include "packed_layout.h"

#pragma clang fp contract(off)

size_t dsk_packed_panel_bytes(dsk_packed_type type, size_t k) {
  return (group_count(k) * (header_bytes(type) + element_bytes(type)) + 63) / 64 * 64;
}

size_t dsk_quantized_row_bytes(size_t k) {
  return (group_count(k) * (DSK_GROUP + sizeof(float)) + block_count(k) * sizeof(float) + 63) / 64 * 64;
}

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static float float16_at(const uint8_t *data, size_t index) {
  uint16_t bits;
  memcpy(&bits, data + 2 * index, sizeof bits);
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const float sign = bits & 0x8000 ? -1.0f : 1.0f;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * ldexpf((float)fraction, -24);
  return sign * ldexpf((float)(fraction + 1024), exponent - 25);
}

/// One group of a block: its place in the header and its elements.
typedef struct group {
  dsk_packed_type type;
  const uint8_t *scales, *offsets, *elements;
} group;

static group group_at(dsk_packed_type type, const uint8_t *block, size_t groups, size_t index) {
  const size_t width = type == DSK_INT4 ? 1 : 2;
  return (group){
      .type = type,
      .scales = block + index * DSK_PACKED_ROWS * width,
      .offsets = block + (groups + index) * DSK_PACKED_ROWS * width,
      .elements = block + groups * header_bytes(type) + index * element_bytes(type),
  };
}

static float scale_of(group g, size_t r) {
  return g.type == DSK_INT4 ? from_bits(((uint32_t)g.scales[r] << 20) + INT4_SCALE_BIAS) : float16_at(g.scales, r);
}

static float offset_of(group g, size_t r) {
  switch (g.type) {
    case DSK_INT4: return -(scale_of(g, r) * ((float)g.offsets[r] * 0.0625f));
    case DSK_INT4_WIDE: return float16_at(g.offsets, r);
    default: return 0;
  }
}

static int element_of(group g, size_t r, size_t column) {
  const size_t quad = column / 4;
  if (g.type == DSK_INT8) return ((const int8_t *)g.elements)[quad * 64 + r * 4 + column % 4];
  const uint8_t pair = g.elements[quad % 4 * 64 + r * 4 + column % 4];
  return quad < 4 ? pair & 15 : pair >> 4;
}

static void quantize_row(const float *x, size_t k, uint8_t *row) {
  const size_t padded = group_count(k) * DSK_GROUP;
  int8_t *q = (int8_t *)row;
  float *scales = (float *)(void *)(row + padded), *sums = scales + block_count(k);
  for (size_t first = 0; first < k; first += DSK_BLOCK) {
    const size_t end = first + DSK_BLOCK < k ? first + DSK_BLOCK : k;
    float largest = 0;
    for (size_t i = first; i < end; i++)
      if (!(fabsf(x[i]) <= largest)) largest = isnan(largest) ? largest : fabsf(x[i]);
    const float inverse = isfinite(largest) && largest > 0 ? 127.0f / largest : 0;
    scales[first / DSK_BLOCK] = isfinite(largest) ? largest / 127.0f : largest;
    for (size_t i = first; i < end; i++) q[i] = inverse == 0 || !isfinite(inverse) ? 0 : (int8_t)nearbyintf(x[i] * inverse);
  }
  for (size_t i = k; i < padded; i++) q[i] = 0;
  for (size_t g = 0; g < padded / DSK_GROUP; g++) {
    int sum = 0;
    for (size_t i = 0; i < DSK_GROUP; i++) sum += q[g * DSK_GROUP + i];
    sums[g] = (float)sum;
  }
}

static void product(dsk_packed_type type, const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes,
                    size_t tokens, float *y, size_t y_stride) {
  const size_t groups = group_count(k);
  for (size_t t = 0; t < tokens; t++)
    for (size_t r = 0; r < DSK_PACKED_ROWS; r++) {
      const uint8_t *row = rows + t * row_bytes, *block = panel;
      float result = 0;
      for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {
        const size_t count = groups_from(first, groups);
        float b = 0;
        for (size_t index = 0; index < count; index++) {
          const group g = group_at(type, block, count, index);
          int sum = 0;
          for (size_t i = 0; i < DSK_GROUP; i++)
            sum += element_of(g, r, i) * ((const int8_t *)row)[(first + index) * DSK_GROUP + i];
          b = fmaf((float)sum, scale_of(g, r), b);
          b = fmaf(row_sums(row, k)[first + index], offset_of(g, r), b);
        }
        result = fmaf(b, row_scales(row, k)[first * DSK_GROUP / DSK_BLOCK], result);
        block += count * (header_bytes(type) + element_bytes(type));
      }
      y[t * y_stride + r] = result;
    }
}

static void unpack(dsk_packed_type type, const uint8_t *panel, size_t k, size_t half, float *out, size_t step_stride,
                   size_t row_stride) {
  const size_t groups = group_count(k);
  const uint8_t *block = panel;
  for (size_t first = 0; first < groups; first += DSK_BLOCK / DSK_GROUP) {
    const size_t count = groups_from(first, groups);
    for (size_t index = 0; index < count; index++) {
      const group g = group_at(type, block, count, index);
      for (size_t r = 0; r < 8; r++)
        for (size_t i = 0; i < DSK_GROUP; i++) {
          const size_t column = (first + index) * DSK_GROUP + i, row = half * 8 + r;
          if (column >= (k + 7) / 8 * 8) break;
          out[column / 8 * step_stride + r * row_stride + column % 8] =
              column < k ? fmaf((float)element_of(g, row, i), scale_of(g, row), offset_of(g, row)) : 0;
        }
    }
    block += count * (header_bytes(type) + element_bytes(type));
  }
}

static void weighted_rows(dsk_packed_type type, const uint8_t *panels, size_t panel_bytes, size_t count, size_t k,
                          const float *weights, size_t weight_stride, size_t tokens, float *y, size_t y_stride) {
  const size_t groups = group_count(k);
  for (size_t t = 0; t < tokens; t++)
    for (size_t column = 0; column < k; column++) {
      const size_t first = column / DSK_BLOCK * (DSK_BLOCK / DSK_GROUP), together = groups_from(first, groups);
      const size_t block = first * (header_bytes(type) + element_bytes(type));
      float classes[4] = {0}, offsets[DSK_PACKED_ROWS] = {0};
      for (size_t panel = 0; panel < count; panel++) {
        const group g = group_at(type, panels + panel * panel_bytes + block, together, column / DSK_GROUP - first);
        for (size_t r = 0; r < DSK_PACKED_ROWS; r++) {
          const float weight = weights[t * weight_stride + panel * DSK_PACKED_ROWS + r];
          classes[r % 4] = fmaf((float)element_of(g, r, column % DSK_GROUP), weight * scale_of(g, r), classes[r % 4]);
          offsets[r] = fmaf(weight, offset_of(g, r), offsets[r]);
        }
      }
      for (size_t width = DSK_PACKED_ROWS / 2; width > 0; width /= 2)
        for (size_t r = 0; r < width; r++) offsets[r] += offsets[r + width];
      y[t * y_stride + column] =
          ((classes[0] + classes[1]) + (classes[2] + classes[3])) + (type == DSK_INT8 ? 0 : offsets[0]);
    }
}

#define FOR_PACKED_TYPE(NAME, TYPE)                                                                                   \
  static void product_##NAME(const uint8_t *panel, size_t k, const uint8_t *rows, size_t row_bytes, size_t tokens,    \
                             float *y, size_t y_stride) {                                                             \
    product(TYPE, panel, k, rows, row_bytes, tokens, y, y_stride);                                                    \
  }                                                                                                                   \
  static void unpack_##NAME(const uint8_t *panel, size_t k, size_t half, float *out, size_t step_stride,              \
                            size_t row_stride) {                                                                      \
    unpack(TYPE, panel, k, half, out, step_stride, row_stride);                                                       \
  }                                                                                                                   \
  static void weighted_##NAME(const uint8_t *panels, size_t panel_bytes, size_t count, size_t k,                      \
                              const float *weights, size_t weight_stride, size_t tokens, float *y, size_t y_stride) { \
    weighted_rows(TYPE, panels, panel_bytes, count, k, weights, weight_stride, tokens, y, y_stride);                  \
  }

FOR_PACKED_TYPE(int4, DSK_INT4)
FOR_PACKED_TYPE(int4_wide, DSK_INT4_WIDE)
FOR_PACKED_TYPE(int8, DSK_INT8)

const dsk_packed_kernels dsk_packed_scalar = {
    .quantize_row = quantize_row,
    .product = {product_int4, product_int4_wide, product_int8},
    .unpack = {unpack_int4, unpack_int4_wide, unpack_int8},
    .weighted_rows = {weighted_int4, weighted_int4_wide, weighted_int8},
};
