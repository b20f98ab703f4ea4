// The vector form of the training kernels. The including file has included `vector_kernels.h`, for its lanes and `exp8`,
// and says how wide the tile of a product is:
//
//   tile_vector, TILE_LANES   a vector of sums, and its lanes
//   TILE_ROWS, TILE_VECTORS   sums that are kept at once; TILE_VECTORS · TILE_LANES divides 32
//   TILE_DOT(sum, a, b)       sum + the products of two bfloat16 words; optional
//   PAIRS                     set where the file has its own pair_columns and pair_rows

#include "training_tables.h"

typedef double f64x8 __attribute__((vector_size(64)));

enum { TILE_COLUMNS = TILE_VECTORS * TILE_LANES };

typedef uint32_t tile_words __attribute__((vector_size(TILE_LANES * 4)));

INLINE tile_vector tile_load(const void *p) {
  tile_vector v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE tile_words tile_splat(uint32_t x) {
  tile_words v = {0};
  return v + x;
}

#ifndef TILE_DOT
INLINE tile_vector tile_dot(tile_vector sum, tile_words a, tile_words b) {
  sum = __builtin_elementwise_fma((tile_vector)(a << 16), (tile_vector)(b << 16), sum);
  return __builtin_elementwise_fma((tile_vector)(a & 0xFFFF0000u), (tile_vector)(b & 0xFFFF0000u), sum);
}
#define TILE_DOT tile_dot
#endif

/// One tile of C. Rows of A go in threes, so that few addresses are alive: base, base + row, base + 2·row.
INLINE void product_tile(const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b, size_t steps, float *c,
                         size_t c_stride, int accumulates, const int rows, const int pairs) {
  tile_vector s[TILE_ROWS][TILE_VECTORS];
  for (int m = 0; m < rows; m++)
    for (int v = 0; v < TILE_VECTORS; v++)
      s[m][v] = accumulates ? tile_load(c + (size_t)m * c_stride + v * TILE_LANES) : (tile_vector){0};
  const uint32_t *group[4];
  for (int g = 0; g * 3 < rows; g++) group[g] = a + (size_t)(3 * g) * a_row;
  for (size_t step = 0; step < steps; step++, b += DSK_TRAINING_COLUMNS) {
    tile_vector right[TILE_VECTORS];
    _Pragma("clang loop unroll(full)") for (int v = 0; v < TILE_VECTORS; v++) right[v] = tile_load(b + v * TILE_LANES);
    _Pragma("clang loop unroll(full)") for (int m = 0; m < rows; m++) {
      const tile_words left = tile_splat(group[m / 3][(size_t)(m % 3) * a_row]);
      _Pragma("clang loop unroll(full)") for (int v = 0; v < TILE_VECTORS; v++)
          s[m][v] = pairs ? TILE_DOT(s[m][v], left, (tile_words)right[v])
                          : __builtin_elementwise_fma((tile_vector)left, right[v], s[m][v]);
    }
    _Pragma("clang loop unroll(full)") for (int g = 0; g * 3 < rows; g++) group[g] += a_step;
  }
  for (int m = 0; m < rows; m++)
    for (int v = 0; v < TILE_VECTORS; v++) memcpy(c + (size_t)m * c_stride + v * TILE_LANES, &s[m][v], sizeof s[m][v]);
}

/// A tile with fewer columns goes by way of a buffer.
INLINE void product_rows(const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b, size_t steps, float *c,
                         size_t c_stride, size_t columns, int accumulates, const int rows, const int pairs) {
  if (columns >= TILE_COLUMNS) {
    product_tile(a, a_row, a_step, b, steps, c, c_stride, accumulates, rows, pairs);
    return;
  }
  float buffer[TILE_ROWS * TILE_COLUMNS] = {0};
  if (accumulates)
    for (int m = 0; m < rows; m++) memcpy(buffer + m * TILE_COLUMNS, c + (size_t)m * c_stride, columns * sizeof *c);
  product_tile(a, a_row, a_step, b, steps, buffer, TILE_COLUMNS, accumulates, rows, pairs);
  for (int m = 0; m < rows; m++) memcpy(c + (size_t)m * c_stride, buffer + m * TILE_COLUMNS, columns * sizeof *c);
}

#define DEFINE_PRODUCT(NAME, PAIRS)                                                                                   \
  static void NAME(size_t rows, const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b, size_t steps,      \
                   float *c, size_t c_stride, size_t columns, int accumulates) {                                      \
    for (size_t n = 0; n < columns; n += TILE_COLUMNS) {                                                              \
      const size_t width = columns - n < TILE_COLUMNS ? columns - n : TILE_COLUMNS;                                   \
      size_t m = 0;                                                                                                   \
      for (; m + TILE_ROWS <= rows; m += TILE_ROWS)                                                                   \
        product_rows(a + m * a_row, a_row, a_step, b + n, steps, c + m * c_stride + n, c_stride, width, accumulates,  \
                     TILE_ROWS, PAIRS);                                                                               \
      for (; m + TILE_ROWS / 2 <= rows; m += TILE_ROWS / 2)                                                           \
        product_rows(a + m * a_row, a_row, a_step, b + n, steps, c + m * c_stride + n, c_stride, width, accumulates,  \
                     TILE_ROWS / 2, PAIRS);                                                                           \
      for (; m < rows; m++)                                                                                           \
        product_rows(a + m * a_row, a_row, a_step, b + n, steps, c + m * c_stride + n, c_stride, width, accumulates,  \
                     1, PAIRS);                                                                                       \
    }                                                                                                                 \
  }
DEFINE_PRODUCT(training_product_float32, 0)
DEFINE_PRODUCT(training_product_bfloat16, 1)

#ifndef PAIRS
static void pair_columns(const float *x, size_t n, uint32_t *words) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store8_bf16((uint16_t *)words + i, load8_f32(x + i));
  if (i == n) return;
  uint16_t tail[8];
  store8_bf16(tail, load_tail_f32(x + i, n - i));
  memcpy((uint16_t *)words + i, tail, (n - i + 1) / 2 * sizeof *words);
}

static void pair_rows(const float *x, const float *y, size_t n, uint32_t *words) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const u32x8 low = bfloat16_bits8(load8_f32(x + i));
    const u32x8 word = y ? low | bfloat16_bits8(load8_f32(y + i)) << 16 : low;
    memcpy(words + i, &word, sizeof word);
  }
  if (i == n) return;
  const u32x8 low = bfloat16_bits8(load_tail_f32(x + i, n - i));
  const u32x8 word = y ? low | bfloat16_bits8(load_tail_f32(y + i, n - i)) << 16 : low;
  memcpy(words + i, &word, (n - i) * sizeof *words);
}

#endif

/// Eight by eight words.
INLINE void transpose8(const uint32_t *in, size_t stride, uint32_t *out, size_t out_stride) {
  u32x8 r[8], s[8];
  for (int j = 0; j < 8; j++) memcpy(&r[j], in + (size_t)j * stride, sizeof r[j]);
  for (int j = 0; j < 8; j += 2) {
    s[j] = __builtin_shufflevector(r[j], r[j + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    s[j + 1] = __builtin_shufflevector(r[j], r[j + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int j = 0; j < 8; j += 4)
    for (int l = 0; l < 2; l++) {
      r[j + l] = __builtin_shufflevector(s[j + l], s[j + 2 + l], 0, 1, 8, 9, 4, 5, 12, 13);
      r[j + 2 + l] = __builtin_shufflevector(s[j + l], s[j + 2 + l], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int j = 0; j < 4; j++) {
    s[j] = __builtin_shufflevector(r[j], r[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    s[j + 4] = __builtin_shufflevector(r[j], r[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int j = 0; j < 8; j++) memcpy(out + (size_t)j * out_stride, &s[j], sizeof s[j]);
}

static void transpose_words(const uint32_t *in, size_t stride, size_t rows, size_t columns, uint32_t *out) {
  size_t i = 0;
  if (rows == DSK_TRAINING_COLUMNS)
    for (; i + 8 <= columns; i += 8)
      for (size_t j = 0; j < DSK_TRAINING_COLUMNS; j += 8)
        transpose8(in + j * stride + i, stride, out + i * DSK_TRAINING_COLUMNS + j, DSK_TRAINING_COLUMNS);
  for (; i < columns; i++)
    for (size_t j = 0; j < DSK_TRAINING_COLUMNS; j++)
      out[i * DSK_TRAINING_COLUMNS + j] = j < rows ? in[j * stride + i] : 0;
}

INLINE f32x8 silu_gate_gradient8(f32x8 g, f32x8 sigmoid) {
  return sigmoid * (splat(1.0f) + g * (splat(1.0f) - sigmoid));
}

static void silu_multiply_gradient(const float *gate, const float *up, const float *dy, size_t n, float *dgate,
                                   float *dup) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const f32x8 g = load8_f32(gate + i), u = load8_f32(up + i), d = load8_f32(dy + i);
    const f32x8 sigmoid = splat(1.0f) / (splat(1.0f) + exp8(-g));
    store8_f32(dup + i, d * (g * sigmoid));
    store8_f32(dgate + i, d * u * silu_gate_gradient8(g, sigmoid));
  }
  if (i == n) return;
  const f32x8 g = load_tail_f32(gate + i, n - i), u = load_tail_f32(up + i, n - i), d = load_tail_f32(dy + i, n - i);
  const f32x8 sigmoid = splat(1.0f) / (splat(1.0f) + exp8(-g));
  store_tail_f32(dup + i, d * (g * sigmoid), n - i);
  store_tail_f32(dgate + i, d * u * silu_gate_gradient8(g, sigmoid), n - i);
}

static void rms_norm_gradient(const float *x, const float *weight, const float *dy, size_t n, float eps, float *dx,
                              float *dweight, int accumulates) {
  f32x8 squares8 = splat(0.0f), products8 = splat(0.0f);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const f32x8 xi = load8_f32(x + i);
    squares8 = fma8(xi, xi, squares8);
    products8 = fma8(load8_f32(dy + i) * load8_f32(weight + i), xi, products8);
  }
  if (i < n) {
    const f32x8 xi = load_tail_f32(x + i, n - i);
    squares8 = fma8(xi, xi, squares8);
    products8 = fma8(load_tail_f32(dy + i, n - i) * load_tail_f32(weight + i, n - i), xi, products8);
  }
  const float factor = 1.0f / sqrtf(sum_of_lanes(squares8) / (float)n + eps);
  const float shared = sum_of_lanes(products8) * factor * factor * factor / (float)n;
  for (i = 0; i + 8 <= n; i += 8) {
    const f32x8 xi = load8_f32(x + i), scaled = load8_f32(dy + i) * splat(factor);
    store8_f32(dweight + i, fma8(scaled, xi, load8_f32(dweight + i)));
    const f32x8 d = scaled * load8_f32(weight + i) - xi * splat(shared);
    store8_f32(dx + i, accumulates ? load8_f32(dx + i) + d : d);
  }
  for (; i < n; i++) {
    const float scaled = dy[i] * factor;
    dweight[i] += scaled * x[i];
    dx[i] = (accumulates ? dx[i] : 0.0f) + (scaled * weight[i] - x[i] * shared);
  }
}

static void softmax_gradient(const float *p, const float *dp, float shift, float factor, size_t n, float *ds) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    store8_f32(ds + i, load8_f32(p + i) * (load8_f32(dp + i) - splat(shift)) * splat(factor));
  for (; i < n; i++) ds[i] = p[i] * (dp[i] - shift) * factor;
}

static float cross_entropy(float *logits, size_t n, size_t target, float scale) {
  float maximum = -INFINITY;
  size_t i = 0;
  f32x8 largest = splat(-INFINITY);
  for (; i + 8 <= n; i += 8) largest = __builtin_elementwise_max(largest, load8_f32(logits + i));
  for (int l = 0; l < DSK_LANES; l++) maximum = maximum > largest[l] ? maximum : largest[l];
  for (; i < n; i++) maximum = maximum > logits[i] ? maximum : logits[i];
  const float chosen = logits[target];
  f32x8 sum8 = splat(0.0f);
  for (i = 0; i + 8 <= n; i += 8) {
    const f32x8 e = exp8(load8_f32(logits + i) - splat(maximum));
    store8_f32(logits + i, e);
    sum8 += e;
  }
  float sum = sum_of_lanes(sum8);
  for (; i < n; i++) {
    logits[i] = exp8(splat(logits[i] - maximum))[0];
    sum += logits[i];
  }
  const float factor = scale / sum;
  for (i = 0; i + 8 <= n; i += 8) store8_f32(logits + i, load8_f32(logits + i) * splat(factor));
  for (; i < n; i++) logits[i] *= factor;
  logits[target] -= scale;
  return logf(sum) - (chosen - maximum);
}

static void add(const float *a, const float *b, size_t n, float *y) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store8_f32(y + i, load8_f32(a + i) + load8_f32(b + i));
  for (; i < n; i++) y[i] = a[i] + b[i];
}

static float dot(const float *a, const float *b, size_t n) {
  f32x8 sum = splat(0.0f);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) sum = fma8(load8_f32(a + i), load8_f32(b + i), sum);
  if (i < n) sum = fma8(load_tail_f32(a + i, n - i), load_tail_f32(b + i, n - i), sum);
  return sum_of_lanes(sum);
}

static double sum_of_squares(const float *x, size_t n) {
  f64x8 sums = {0};
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    const f64x8 xi = __builtin_convertvector(load8_f32(x + i), f64x8);
    sums += xi * xi;
  }
  double sum = 0;
  for (int l = 0; l < 8; l++) sum += sums[l];
  for (; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

static void adamw(const dsk_adamw *step, const float *gradient, size_t n, float *w, float *m, float *v) {
  const f32x8 beta1 = splat(step->beta1), beta2 = splat(step->beta2);
  const f32x8 rest1 = splat(1.0f - step->beta1), rest2 = splat(1.0f - step->beta2);
  for (size_t i = 0; i < n; i += 8) {
    const size_t count = n - i < 8 ? n - i : 8;
    const f32x8 g = (count == 8 ? load8_f32(gradient + i) : load_tail_f32(gradient + i, count)) * splat(step->scale);
    const f32x8 mi = beta1 * (count == 8 ? load8_f32(m + i) : load_tail_f32(m + i, count)) + rest1 * g;
    const f32x8 vi = beta2 * (count == 8 ? load8_f32(v + i) : load_tail_f32(v + i, count)) + rest2 * g * g;
    const f32x8 root = __builtin_elementwise_sqrt(vi * splat(step->correction)) + splat(step->epsilon);
    const f32x8 wi = splat(step->keep) * (count == 8 ? load8_f32(w + i) : load_tail_f32(w + i, count)) -
                     splat(step->rate) * mi / root;
    if (count == 8) {
      store8_f32(m + i, mi);
      store8_f32(v + i, vi);
      store8_f32(w + i, wi);
    } else {
      store_tail_f32(m + i, mi, count);
      store_tail_f32(v + i, vi, count);
      store_tail_f32(w + i, wi, count);
    }
  }
}

/// The table of the including file.
#define TRAINING_KERNELS(NAME)                                                                                        \
  {                                                                                                                   \
      .name = NAME,                                                                                                   \
      .product_float32 = training_product_float32,                                                                    \
      .product_bfloat16 = training_product_bfloat16,                                                                  \
      .pair_columns = pair_columns,                                                                                   \
      .pair_rows = pair_rows,                                                                                         \
      .transpose_words = transpose_words,                                                                             \
      .silu_multiply_gradient = silu_multiply_gradient,                                                               \
      .rms_norm_gradient = rms_norm_gradient,                                                                         \
      .softmax_gradient = softmax_gradient,                                                                           \
      .cross_entropy = cross_entropy,                                                                                 \
      .add = add,                                                                                                     \
      .dot = dot,                                                                                                     \
      .sum_of_squares = sum_of_squares,                                                                               \
      .adamw = adamw,                                                                                                 \
  }
