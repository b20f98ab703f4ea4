// What every training kernel computes, written to be read. The other instruction sets are held against this file.

#include <math.h>
#include <string.h>

#include "training_tables.h"

#pragma clang fp contract(off)

enum { COLUMNS = DSK_TRAINING_COLUMNS };

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t bfloat16_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (isnan(value)) return bits >> 16 | 0x40;
  return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

static float low(uint32_t word) { return from_bits(word << 16); }
static float high(uint32_t word) { return from_bits(word & 0xFFFF0000u); }

static void product_float32(size_t rows, const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b,
                            size_t steps, float *c, size_t c_stride, size_t columns, int accumulates) {
  for (size_t m = 0; m < rows; m++)
    for (size_t n = 0; n < columns; n++) {
      float sum = accumulates ? c[m * c_stride + n] : 0.0f;
      for (size_t s = 0; s < steps; s++)
        sum = fmaf(from_bits(a[m * a_row + s * a_step]), from_bits(b[s * COLUMNS + n]), sum);
      c[m * c_stride + n] = sum;
    }
}

static void product_bfloat16(size_t rows, const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b,
                             size_t steps, float *c, size_t c_stride, size_t columns, int accumulates) {
  for (size_t m = 0; m < rows; m++)
    for (size_t n = 0; n < columns; n++) {
      float sum = accumulates ? c[m * c_stride + n] : 0.0f;
      for (size_t s = 0; s < steps; s++) {
        const uint32_t left = a[m * a_row + s * a_step], right = b[s * COLUMNS + n];
        sum = fmaf(low(left), low(right), sum);
        sum = fmaf(high(left), high(right), sum);
      }
      c[m * c_stride + n] = sum;
    }
}

static void pair_columns(const float *x, size_t n, uint32_t *words) {
  for (size_t i = 0; i < (n + 1) / 2; i++)
    words[i] = bfloat16_bits(x[2 * i]) | (2 * i + 1 < n ? bfloat16_bits(x[2 * i + 1]) << 16 : 0);
}

static void pair_rows(const float *x, const float *y, size_t n, uint32_t *words) {
  for (size_t i = 0; i < n; i++) words[i] = bfloat16_bits(x[i]) | (y ? bfloat16_bits(y[i]) << 16 : 0);
}

static void transpose_words(const uint32_t *in, size_t stride, size_t rows, size_t columns, uint32_t *out) {
  for (size_t i = 0; i < columns; i++)
    for (size_t j = 0; j < COLUMNS; j++) out[i * COLUMNS + j] = j < rows ? in[j * stride + i] : 0;
}

static void silu_multiply_gradient(const float *gate, const float *up, const float *dy, size_t n, float *dgate,
                                   float *dup) {
  for (size_t i = 0; i < n; i++) {
    const float sigmoid = 1.0f / (1.0f + expf(-gate[i])), g = gate[i], u = up[i], d = dy[i];
    dup[i] = d * (g * sigmoid);
    dgate[i] = d * u * (sigmoid * (1.0f + g * (1.0f - sigmoid)));
  }
}

static void rms_norm_gradient(const float *x, const float *weight, const float *dy, size_t n, float eps, float *dx,
                              float *dweight, int accumulates) {
  float squares = 0, products = 0;
  for (size_t i = 0; i < n; i++) {
    squares += x[i] * x[i];
    products += dy[i] * weight[i] * x[i];
  }
  const float factor = 1.0f / sqrtf(squares / (float)n + eps);
  const float shared = products * factor * factor * factor / (float)n;
  for (size_t i = 0; i < n; i++) {
    dweight[i] += dy[i] * x[i] * factor;
    dx[i] = (accumulates ? dx[i] : 0.0f) + dy[i] * weight[i] * factor - x[i] * shared;
  }
}

static void softmax_gradient(const float *p, const float *dp, float shift, float factor, size_t n, float *ds) {
  for (size_t i = 0; i < n; i++) ds[i] = p[i] * (dp[i] - shift) * factor;
}

static float cross_entropy(float *logits, size_t n, size_t target, float scale) {
  float maximum = -INFINITY;
  for (size_t i = 0; i < n; i++) maximum = fmaxf(maximum, logits[i]);
  const float chosen = logits[target];
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += expf(logits[i] - maximum);
  for (size_t i = 0; i < n; i++) logits[i] = expf(logits[i] - maximum) * (scale / sum);
  logits[target] -= scale;
  return logf(sum) - (chosen - maximum);
}

static void add(const float *a, const float *b, size_t n, float *y) {
  for (size_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

static float dot(const float *a, const float *b, size_t n) {
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum = fmaf(a[i], b[i], sum);
  return sum;
}

static double sum_of_squares(const float *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

static void adamw(const dsk_adamw *step, const float *gradient, size_t n, float *w, float *m, float *v) {
  for (size_t i = 0; i < n; i++) {
    const float g = gradient[i] * step->scale;
    m[i] = step->beta1 * m[i] + (1.0f - step->beta1) * g;
    v[i] = step->beta2 * v[i] + (1.0f - step->beta2) * g * g;
    w[i] = step->keep * w[i] - step->rate * m[i] / (sqrtf(v[i] * step->correction) + step->epsilon);
  }
}

const dsk_training_kernels dsk_training_scalar = {
    .name = "scalar",
    .product_float32 = product_float32,
    .product_bfloat16 = product_bfloat16,
    .pair_columns = pair_columns,
    .pair_rows = pair_rows,
    .transpose_words = transpose_words,
    .silu_multiply_gradient = silu_multiply_gradient,
    .rms_norm_gradient = rms_norm_gradient,
    .softmax_gradient = softmax_gradient,
    .cross_entropy = cross_entropy,
    .add = add,
    .dot = dot,
    .sum_of_squares = sum_of_squares,
    .adamw = adamw,
};
