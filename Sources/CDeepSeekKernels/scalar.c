// What every kernel computes, written to be read. The other instruction sets are held against this file.

#include <math.h>
#include <string.h>

#include "tables.h"

#pragma clang fp contract(off)

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static float bfloat16_value(uint16_t bits) { return from_bits((uint32_t)bits << 16); }

static uint16_t bfloat16_bits(float value) {
  const uint32_t bits = to_bits(value);
  if (isnan(value)) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

static float float16_value(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const float sign = bits & 0x8000 ? -1.0f : 1.0f;
  if (exponent == 31) return fraction ? from_bits(0x7FC00000u | (uint32_t)(bits & 0x8000) << 16) : sign * INFINITY;
  if (exponent == 0) return sign * ldexpf((float)fraction, -24);
  return sign * ldexpf((float)(fraction + 1024), exponent - 25);
}

static uint16_t float16_bits(float value) {
  const uint16_t sign = (uint16_t)(to_bits(value) >> 16 & 0x8000);
  const float magnitude = fabsf(value);
  if (isnan(value)) return sign | 0x7E00;
  if (magnitude >= 65520.0f) return sign | 0x7C00;
  if (magnitude < 0x1p-14f) return sign | (uint16_t)nearbyintf(magnitude * 0x1p24f);
  int exponent;
  const float fraction = frexpf(magnitude, &exponent);  // in [0.5, 1)
  // A fraction that rounds up to 2048 carries into the exponent by itself.
  return sign | (uint16_t)(((exponent + 14) << 10) + (int)nearbyintf(fraction * 2048.0f) - 1024);
}

static float element(dsk_type type, const void *data, size_t index) {
  switch (type) {
    case DSK_F16: return float16_value(((const uint16_t *)data)[index]);
    case DSK_BF16: return bfloat16_value(((const uint16_t *)data)[index]);
    default: return ((const float *)data)[index];
  }
}

/// As float16 the bits are the value · 2^−8, subnormal numbers too; 0x7F has no meaning there.
static float float8_weight(uint8_t bits, float scale) {
  if ((bits & 0x7F) == 0x7F) return NAN;
  return float16_value((uint16_t)((bits & 0x80) << 8 | (bits & 0x7F) << 7)) * (scale * 256.0f);
}

static float sum_of_lanes(const float s[DSK_LANES]) {
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

static void rows_dot(dsk_type type, const void *w, size_t stride, size_t rows, const float *x, size_t k, float *y) {
  for (size_t r = 0; r < rows; r++) {
    float s[DSK_LANES] = {0};
    for (size_t i = 0; i < k; i++) s[i % DSK_LANES] = fmaf(element(type, w, r * stride + i), x[i], s[i % DSK_LANES]);
    y[r] = sum_of_lanes(s);
  }
}

static void pack_panel(dsk_type type, const void *w, size_t stride, size_t rows, size_t k, float *panel) {
  const size_t steps = (k + DSK_LANES - 1) / DSK_LANES;
  for (size_t i = 0; i < steps; i++)
    for (size_t r = 0; r < DSK_PANEL_ROWS; r++)
      for (size_t l = 0; l < DSK_LANES; l++) {
        const size_t column = i * DSK_LANES + l;
        panel[(i * DSK_PANEL_ROWS + r) * DSK_LANES + l] =
            r < rows && column < k ? element(type, w, r * stride + column) : 0.0f;
      }
}

static void panel_product(const float *panel, size_t rows, const float *x, size_t x_stride, size_t tokens, size_t k,
                          float *y, size_t y_stride) {
  for (size_t t = 0; t < tokens; t++)
    for (size_t r = 0; r < rows; r++) {
      float s[DSK_LANES] = {0};
      for (size_t i = 0; i < k; i++) {
        const size_t l = i % DSK_LANES;
        s[l] = fmaf(panel[(i / DSK_LANES * DSK_PANEL_ROWS + r) * DSK_LANES + l], x[t * x_stride + i], s[l]);
      }
      y[t * y_stride + r] = sum_of_lanes(s);
    }
}

static void bfloat16_product(const uint16_t *w, size_t stride, size_t rows, const uint16_t *x, size_t x_stride,
                             size_t tokens, size_t k, float *y, size_t y_stride) {
  for (size_t t = 0; t < tokens; t++)
    for (size_t r = 0; r < rows; r++) {
      float s[2 * DSK_LANES] = {0};
      for (size_t i = 0; i < k; i += 2) {
        float *sum = &s[i / 2 % (2 * DSK_LANES)];
        const uint16_t *weight = w + r * stride + i, *input = x + t * x_stride + i;
        if (i + 1 < k) *sum = fmaf(bfloat16_value(weight[1]), bfloat16_value(input[1]), *sum);
        *sum = fmaf(bfloat16_value(weight[0]), bfloat16_value(input[0]), *sum);
      }
      for (size_t l = 0; l < DSK_LANES; l++) s[l] += s[l + DSK_LANES];
      y[t * y_stride + r] = sum_of_lanes(s);
    }
}

static void rows_dot_float8(const uint8_t *w, size_t stride, size_t rows, const float *scales, const float *x, size_t k,
                            float *y) {
  for (size_t r = 0; r < rows; r++) {
    float s[DSK_LANES] = {0};
    for (size_t i = 0; i < k; i++) {
      const float weight = float8_weight(w[r * stride + i], scales[i / DSK_FLOAT8_BLOCK]);
      s[i % DSK_LANES] = fmaf(weight, x[i], s[i % DSK_LANES]);
    }
    y[r] = sum_of_lanes(s);
  }
}

static void unpack_float8(const uint8_t *w, size_t stride, size_t rows, const float *scales, size_t k, float *out,
                          size_t step_stride, size_t row_stride) {
  for (size_t r = 0; r < DSK_PANEL_ROWS; r++)
    for (size_t i = 0; i < (k + 7) / 8 * 8; i++)
      out[i / 8 * step_stride + r * row_stride + i % 8] =
          r < rows && i < k ? float8_weight(w[r * stride + i], scales[i / DSK_FLOAT8_BLOCK]) : 0.0f;
}

static void weighted_rows(dsk_type type, const void *v, size_t v_stride, size_t count, const float *p, size_t p_stride,
                          size_t tokens, size_t width, const float *scale, float *o, size_t o_stride) {
  for (size_t t = 0; t < tokens; t++)
    for (size_t d = 0; d < width; d++) {
      float sum = scale ? o[t * o_stride + d] * scale[t] : 0.0f;
      for (size_t j = 0; j < count; j++) sum = fmaf(p[t * p_stride + j], element(type, v, j * v_stride + d), sum);
      o[t * o_stride + d] = sum;
    }
}

static void rms_norm(const float *x, const float *weight, size_t n, float eps, float *y) {
  float s[DSK_LANES] = {0};
  for (size_t i = 0; i < n; i++) s[i % DSK_LANES] = fmaf(x[i], x[i], s[i % DSK_LANES]);
  const float factor = 1.0f / sqrtf(sum_of_lanes(s) / (float)n + eps);
  for (size_t i = 0; i < n; i++) y[i] = x[i] * factor * weight[i];
}

static void silu_multiply(const float *gate, const float *up, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) y[i] = gate[i] / (1.0f + expf(-gate[i])) * up[i];
}

static float softmax_block(float *scores, size_t count, size_t capacity, float factor, float *maximum, float *sum) {
  float m = *maximum;
  for (size_t j = 0; j < count; j++) m = fmaxf(m, factor * scores[j]);
  float s[DSK_LANES] = {0};
  for (size_t j = 0; j < capacity; j++) {
    scores[j] = j < count ? expf(factor * scores[j] - m) : 0.0f;
    s[j % DSK_LANES] += scores[j];
  }
  const float rescale = expf(*maximum - m);
  *maximum = m;
  *sum = *sum * rescale + sum_of_lanes(s);
  return rescale;
}

static void round_bfloat16(const float *x, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) y[i] = bfloat16_value(bfloat16_bits(x[i]));
}

static void add_scaled(const float *x, float a, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) y[i] = fmaf(x[i], a, y[i]);
}

static void store(dsk_type type, const float *x, size_t n, void *y) {
  for (size_t i = 0; i < n; i++) switch (type) {
      case DSK_F16: ((uint16_t *)y)[i] = float16_bits(x[i]); break;
      case DSK_BF16: ((uint16_t *)y)[i] = bfloat16_bits(x[i]); break;
      default: ((float *)y)[i] = x[i];
    }
}

#define FOR_TYPE(NAME, TYPE)                                                                                          \
  static void rows_dot_##NAME(const void *w, size_t stride, size_t rows, const float *x, size_t k, float *y) {        \
    rows_dot(TYPE, w, stride, rows, x, k, y);                                                                         \
  }                                                                                                                   \
  static void pack_panel_##NAME(const void *w, size_t stride, size_t rows, size_t k, float *panel) {                  \
    pack_panel(TYPE, w, stride, rows, k, panel);                                                                      \
  }                                                                                                                   \
  static void weighted_rows_##NAME(const void *v, size_t v_stride, size_t count, const float *p, size_t p_stride,     \
                                   size_t tokens, size_t width, const float *scale, float *o, size_t o_stride) {      \
    weighted_rows(TYPE, v, v_stride, count, p, p_stride, tokens, width, scale, o, o_stride);                          \
  }                                                                                                                   \
  static void load_##NAME(const void *x, size_t n, float *y) {                                                        \
    for (size_t i = 0; i < n; i++) y[i] = element(TYPE, x, i);                                                        \
  }                                                                                                                   \
  static void store_##NAME(const float *x, size_t n, void *y) { store(TYPE, x, n, y); }

FOR_TYPE(f32, DSK_F32)
FOR_TYPE(f16, DSK_F16)
FOR_TYPE(bf16, DSK_BF16)

const dsk_kernels dsk_scalar = {
    .name = "scalar",
    .rows_dot = {rows_dot_f32, rows_dot_f16, rows_dot_bf16},
    .pack_panel = {pack_panel_f32, pack_panel_f16, pack_panel_bf16},
    .panel_product = panel_product,
    .bfloat16_product = bfloat16_product,
    .rows_dot_float8 = rows_dot_float8,
    .unpack_float8 = unpack_float8,
    .weighted_rows = {weighted_rows_f32, weighted_rows_f16, weighted_rows_bf16},
    .rms_norm = rms_norm,
    .silu_multiply = silu_multiply,
    .softmax_block = softmax_block,
    .round_bfloat16 = round_bfloat16,
    .load = {load_f32, load_f16, load_bf16},
    .store = {store_f32, store_f16, store_bf16},
    .add_scaled = add_scaled,
};
