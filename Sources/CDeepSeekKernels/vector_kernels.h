// The vector form of every kernel, written once over eight lanes and compiled once per instruction set: the including
// file sets the target, and may define PANEL_TILE for a wider tile of its own. See `scalar.c` for the meaning.

#include <math.h>
#include <string.h>

#include "tables.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

typedef float f32x8 __attribute__((vector_size(32)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef int32_t i32x8 __attribute__((vector_size(32)));
typedef uint32_t u32x8 __attribute__((vector_size(32)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef _Float16 f16x8 __attribute__((vector_size(16)));

INLINE f32x8 splat(float x) { return (f32x8){x, x, x, x, x, x, x, x}; }
INLINE f32x8 fma8(f32x8 a, f32x8 b, f32x8 c) { return __builtin_elementwise_fma(a, b, c); }

INLINE f32x8 load8_f32(const float *p) {
  f32x8 v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE f32x8 load8_f16(const uint16_t *p) {
  f16x8 v;
  memcpy(&v, p, sizeof v);
  return __builtin_convertvector(v, f32x8);
}

INLINE f32x8 load8_bf16(const uint16_t *p) {
  u16x8 v;
  memcpy(&v, p, sizeof v);
  return (f32x8)(__builtin_convertvector(v, u32x8) << 16);
}

INLINE void store8_f32(float *p, f32x8 v) { memcpy(p, &v, sizeof v); }

INLINE void store8_f16(uint16_t *p, f32x8 v) {
  const f16x8 half = __builtin_convertvector(v, f16x8);
  memcpy(p, &half, sizeof half);
}

INLINE u32x8 bfloat16_bits8(f32x8 v) {
  const u32x8 bits = (u32x8)v;
  const u32x8 rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  const u32x8 not_a_number = (u32x8)(v != v);
  return (not_a_number & (bits >> 16 | 0x40)) | (~not_a_number & rounded);
}

INLINE void store8_bf16(uint16_t *p, f32x8 v) {
  const u16x8 bits = __builtin_convertvector(bfloat16_bits8(v), u16x8);
  memcpy(p, &bits, sizeof bits);
}

/// Up to seven elements, the rest 0: the tail of a row.
#define DEFINE_TAIL(NAME, T)                                    \
  INLINE f32x8 load_tail_##NAME(const T *p, size_t n) {         \
    T buffer[8] = {0};                                          \
    memcpy(buffer, p, n * sizeof(T));                           \
    return load8_##NAME(buffer);                                \
  }                                                             \
  INLINE void store_tail_##NAME(T *p, f32x8 v, size_t n) {      \
    T buffer[8];                                                \
    store8_##NAME(buffer, v);                                   \
    memcpy(p, buffer, n * sizeof(T));                           \
  }
DEFINE_TAIL(f32, float)
DEFINE_TAIL(f16, uint16_t)
DEFINE_TAIL(bf16, uint16_t)

INLINE f32x4 fold(f32x8 v) {
  return __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
}

INLINE float sum_of_lanes(f32x8 v) {
  const f32x4 s = fold(v);
  return (s[0] + s[2]) + (s[1] + s[3]);
}

/// The sums of four vectors at once, in the same order as `sum_of_lanes`.
INLINE f32x4 sums_of_four(f32x8 a, f32x8 b, f32x8 c, f32x8 d) {
  const f32x4 fa = fold(a), fb = fold(b), fc = fold(c), fd = fold(d);
  const f32x4 ab02 = __builtin_shufflevector(fa, fb, 0, 4, 2, 6), ab13 = __builtin_shufflevector(fa, fb, 1, 5, 3, 7);
  const f32x4 cd02 = __builtin_shufflevector(fc, fd, 0, 4, 2, 6), cd13 = __builtin_shufflevector(fc, fd, 1, 5, 3, 7);
  const f32x4 s0 = __builtin_shufflevector(ab02, cd02, 0, 1, 4, 5), s2 = __builtin_shufflevector(ab02, cd02, 2, 3, 6, 7);
  const f32x4 s1 = __builtin_shufflevector(ab13, cd13, 0, 1, 4, 5), s3 = __builtin_shufflevector(ab13, cd13, 2, 3, 6, 7);
  return (s0 + s2) + (s1 + s3);
}

/// exp to about one unit in the last place: 2^n · p(r) with r in ±ln 2 / 2. Below −87.3 it is 0, above 88.7 infinity.
INLINE f32x8 exp8(f32x8 x) {
  const f32x8 low = splat(-87.33654f), high = splat(88.72283f);
  f32x8 clamped = (f32x8)(((i32x8)(x < low) & (i32x8)low) | (~(i32x8)(x < low) & (i32x8)x));
  clamped = (f32x8)(((i32x8)(clamped > high) & (i32x8)high) | (~(i32x8)(clamped > high) & (i32x8)clamped));
  // Adding 1.5·2^23 leaves the nearest integer in the low bits of the sum.
  const f32x8 shifter = splat(12582912.0f);
  const f32x8 shifted = fma8(clamped, splat(1.44269504f), shifter);
  const f32x8 n = shifted - shifter;
  f32x8 r = fma8(n, splat(-0.693359375f), clamped);
  r = fma8(n, splat(2.12194440e-4f), r);
  f32x8 p = splat(1.9875691500e-4f);
  p = fma8(p, r, splat(1.3981999507e-3f));
  p = fma8(p, r, splat(8.3334519073e-3f));
  p = fma8(p, r, splat(4.1665795894e-2f));
  p = fma8(p, r, splat(1.6666665459e-1f));
  p = fma8(p, r, splat(5.0000001201e-1f));
  p = fma8(p, r * r, r) + splat(1.0f);
  // 2^n in two factors, so that n = 128 does not overflow before the product does.
  const i32x8 whole = (i32x8)shifted - (i32x8)shifter, half = whole >> 1;
  const f32x8 first = (f32x8)((half + 127) << 23), second = (f32x8)((whole - half + 127) << 23);
  const f32x8 result = p * first * second;
  const f32x8 bounded = (f32x8)(~(i32x8)(x < low) & (i32x8)result);
  const i32x8 over = (i32x8)(x > high);
  return (f32x8)((over & (i32x8)splat(INFINITY)) | (~over & (i32x8)bounded));
}

// MARK: One token

#define DEFINE_ROWS_DOT(NAME, T)                                                                                      \
  INLINE void rows_dot_block_##NAME(const T *w, size_t stride, const float *x, size_t k, float *y, const int rows) {  \
    f32x8 s[8];                                                                                                       \
    for (int r = 0; r < rows; r++) s[r] = splat(0.0f);                                                                \
    size_t i = 0;                                                                                                     \
    for (; i + 8 <= k; i += 8) {                                                                                      \
      const f32x8 xi = load8_f32(x + i);                                                                              \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)                                               \
          s[r] = fma8(load8_##NAME(w + (size_t)r * stride + i), xi, s[r]);                                            \
    }                                                                                                                 \
    if (i < k) {                                                                                                      \
      const f32x8 xi = load_tail_f32(x + i, k - i);                                                                   \
      for (int r = 0; r < rows; r++) s[r] = fma8(load_tail_##NAME(w + (size_t)r * stride + i, k - i), xi, s[r]);      \
    }                                                                                                                 \
    for (int r = 0; r < rows; r++) y[r] = sum_of_lanes(s[r]);                                                         \
  }                                                                                                                   \
  /* Four rows at a time: eight whose lengths are a multiple of 4096 bytes share the places of a first-level cache. */  \
  static void rows_dot_##NAME(const void *weights, size_t stride, size_t rows, const float *x, size_t k, float *y) {  \
    const T *w = weights;                                                                                             \
    size_t r = 0;                                                                                                     \
    for (; r + 4 <= rows; r += 4) rows_dot_block_##NAME(w + r * stride, stride, x, k, y + r, 4);                      \
    for (; r < rows; r++) rows_dot_block_##NAME(w + r * stride, stride, x, k, y + r, 1);                              \
  }
DEFINE_ROWS_DOT(f32, float)
DEFINE_ROWS_DOT(f16, uint16_t)
DEFINE_ROWS_DOT(bf16, uint16_t)

// MARK: Several tokens

#define DEFINE_PACK_PANEL(NAME, T)                                                                                    \
  static void pack_panel_##NAME(const void *weights, size_t stride, size_t rows, size_t k, float *panel) {            \
    for (size_t r = 0; r < DSK_PANEL_ROWS; r++) {                                                                     \
      const T *w = (const T *)weights + r * stride;                                                                   \
      float *out = panel + r * DSK_LANES;                                                                             \
      size_t i = 0;                                                                                                   \
      if (r >= rows) {                                                                                                \
        for (; i < k; i += 8, out += DSK_PANEL_ROWS * DSK_LANES) store8_f32(out, splat(0.0f));                        \
        continue;                                                                                                     \
      }                                                                                                               \
      for (; i + 8 <= k; i += 8, out += DSK_PANEL_ROWS * DSK_LANES) store8_f32(out, load8_##NAME(w + i));             \
      if (i < k) store8_f32(out, load_tail_##NAME(w + i, k - i));                                                     \
    }                                                                                                                 \
  }
DEFINE_PACK_PANEL(f32, float)
DEFINE_PACK_PANEL(f16, uint16_t)
DEFINE_PACK_PANEL(bf16, uint16_t)

/// Tokens whose partial sums are kept at once, and steps of eight columns between which they are set aside: a block of
/// the panel (64 KB) and of the tokens (48 KB) then stay in a second-level cache together. Smaller blocks for the first
/// level were slower: the sums move more often.
enum { TILE_TOKENS = 6, BLOCK_STEPS = 256 };

#ifndef PANEL_TILE
/// sums[t][r][lane] += panel · x over `steps` columns of eight. Four rows by three tokens: twelve accumulators.
INLINE void panel_tile_3(const float *panel, const float *x, size_t x_stride, size_t steps, float *sums,
                         const int tokens) {
  for (int half = 0; half < DSK_PANEL_ROWS; half += 4) {
    f32x8 s[3][4];
    for (int t = 0; t < tokens; t++)
      for (int r = 0; r < 4; r++) s[t][r] = load8_f32(sums + (t * DSK_PANEL_ROWS + half + r) * DSK_LANES);
    const float *w = panel + half * DSK_LANES;
    for (size_t i = 0; i < steps; i++, w += DSK_PANEL_ROWS * DSK_LANES) {
      // Three columns of x and one of the panel beside the sums: sixteen registers.
      f32x8 xi[3];
      _Pragma("clang loop unroll(full)") for (int t = 0; t < tokens; t++) xi[t] =
          load8_f32(x + (size_t)t * x_stride + i * DSK_LANES);
      _Pragma("clang loop unroll(full)") for (int r = 0; r < 4; r++) {
        const f32x8 wi = load8_f32(w + r * DSK_LANES);
        _Pragma("clang loop unroll(full)") for (int t = 0; t < tokens; t++) s[t][r] = fma8(wi, xi[t], s[t][r]);
      }
    }
    for (int t = 0; t < tokens; t++)
      for (int r = 0; r < 4; r++) store8_f32(sums + (t * DSK_PANEL_ROWS + half + r) * DSK_LANES, s[t][r]);
  }
}

static void panel_tile(const float *panel, const float *x, size_t x_stride, size_t tokens, size_t steps, float *sums) {
  size_t t = 0;
  for (; t + 3 <= tokens; t += 3)
    panel_tile_3(panel, x + t * x_stride, x_stride, steps, sums + t * DSK_PANEL_ROWS * DSK_LANES, 3);
  if (tokens - t == 2) panel_tile_3(panel, x + t * x_stride, x_stride, steps, sums + t * DSK_PANEL_ROWS * DSK_LANES, 2);
  if (tokens - t == 1) panel_tile_3(panel, x + t * x_stride, x_stride, steps, sums + t * DSK_PANEL_ROWS * DSK_LANES, 1);
}
#define PANEL_TILE panel_tile
#endif

static void panel_product(const float *panel, size_t rows, const float *x, size_t x_stride, size_t tokens, size_t k,
                          float *y, size_t y_stride) {
  const size_t steps = k / DSK_LANES, tail = k % DSK_LANES, step = DSK_PANEL_ROWS * DSK_LANES;
  _Alignas(64) float sums[TILE_TOKENS * DSK_PANEL_ROWS * DSK_LANES];
  for (size_t first = 0; first < tokens; first += TILE_TOKENS) {
    const size_t count = tokens - first < TILE_TOKENS ? tokens - first : TILE_TOKENS;
    const float *xs = x + first * x_stride;
    memset(sums, 0, count * step * sizeof(float));
    for (size_t i = 0; i < steps; i += BLOCK_STEPS)
      PANEL_TILE(panel + i * step, xs + i * DSK_LANES, x_stride, count, steps - i < BLOCK_STEPS ? steps - i : BLOCK_STEPS,
                 sums);
    for (size_t t = 0; t < count; t++) {
      float *s = sums + t * step, *out = y + (first + t) * y_stride;
      if (tail) {
        const f32x8 xi = load_tail_f32(xs + t * x_stride + steps * DSK_LANES, tail);
        for (size_t r = 0; r < DSK_PANEL_ROWS; r++)
          store8_f32(s + r * 8, fma8(load8_f32(panel + steps * step + r * 8), xi, load8_f32(s + r * 8)));
      }
      f32x4 result[2];
      for (int half = 0; half < 2; half++, s += 32)
        result[half] = sums_of_four(load8_f32(s), load8_f32(s + 8), load8_f32(s + 16), load8_f32(s + 24));
      memcpy(out, result, rows * sizeof(float));
    }
  }
}

// MARK: Float8 weights

/// Eight weights whose scale · 2^8 is in all lanes.
INLINE f32x8 float8_weights(u8x8 bytes, f32x8 scale) {
  const u16x8 bits = __builtin_convertvector(bytes, u16x8), magnitude = bits & 0x7F;
  const u16x8 half = (bits & 0x80) << 8 | magnitude << 7;
  const u32x8 not_a_number = __builtin_convertvector((u16x8)(magnitude == 0x7F) & 1, u32x8) * 0x7FC00000u;
  return (f32x8)((u32x8)(__builtin_convertvector((f16x8)half, f32x8) * scale) | not_a_number);
}

INLINE f32x8 load8_f8(const uint8_t *p, f32x8 scale) {
  u8x8 bytes;
  memcpy(&bytes, p, sizeof bytes);
  return float8_weights(bytes, scale);
}

INLINE f32x8 load_tail_f8(const uint8_t *p, size_t n, f32x8 scale) {
  u8x8 bytes = {0};
  memcpy(&bytes, p, n);
  return float8_weights(bytes, scale);
}

INLINE void rows_dot_block_f8(const uint8_t *w, size_t stride, const float *scales, const float *x, size_t k, float *y,
                              const int rows) {
  f32x8 s[4];
  for (int r = 0; r < rows; r++) s[r] = splat(0.0f);
  for (size_t first = 0; first < k; first += DSK_FLOAT8_BLOCK) {
    const size_t end = k - first < DSK_FLOAT8_BLOCK ? k : first + DSK_FLOAT8_BLOCK;
    const f32x8 scale = splat(scales[first / DSK_FLOAT8_BLOCK] * 256.0f);
    size_t i = first;
    for (; i + 8 <= end; i += 8) {
      const f32x8 xi = load8_f32(x + i);
      _Pragma("clang loop unroll(full)") for (int r = 0; r < rows; r++)
          s[r] = fma8(load8_f8(w + (size_t)r * stride + i, scale), xi, s[r]);
    }
    if (i < end) {
      const f32x8 xi = load_tail_f32(x + i, end - i);
      for (int r = 0; r < rows; r++) s[r] = fma8(load_tail_f8(w + (size_t)r * stride + i, end - i, scale), xi, s[r]);
    }
  }
  for (int r = 0; r < rows; r++) y[r] = sum_of_lanes(s[r]);
}

static void rows_dot_float8(const uint8_t *w, size_t stride, size_t rows, const float *scales, const float *x, size_t k,
                            float *y) {
  size_t r = 0;
  for (; r + 4 <= rows; r += 4) rows_dot_block_f8(w + r * stride, stride, scales, x, k, y + r, 4);
  for (; r < rows; r++) rows_dot_block_f8(w + r * stride, stride, scales, x, k, y + r, 1);
}

static void unpack_float8(const uint8_t *w, size_t stride, size_t rows, const float *scales, size_t k, float *out,
                          size_t step_stride, size_t row_stride) {
  for (size_t r = 0; r < DSK_PANEL_ROWS; r++) {
    const uint8_t *row = w + (r < rows ? r : 0) * stride;
    float *target = out + r * row_stride;
    for (size_t i = 0; i < k; i += 8, target += step_stride) {
      const f32x8 scale = splat(scales[i / DSK_FLOAT8_BLOCK] * 256.0f);
      const f32x8 weights = i + 8 <= k ? load8_f8(row + i, scale) : load_tail_f8(row + i, k - i, scale);
      store8_f32(target, r < rows ? weights : splat(0.0f));
    }
  }
}

// MARK: Sums of rows

#define DEFINE_WEIGHTED_ROWS(NAME, T)                                                                                 \
  INLINE void weighted_tile_##NAME(const T *v, size_t v_stride, size_t count, const float *p, size_t p_stride,        \
                                   const float *scale, float *o, size_t o_stride, const int tokens,                   \
                                   const int vectors) {                                                               \
    f32x8 s[12];                                                                                                      \
    for (int t = 0; t < tokens; t++)                                                                                  \
      for (int d = 0; d < vectors; d++)                                                                               \
        s[t * vectors + d] =                                                                                          \
            scale ? load8_f32(o + (size_t)t * o_stride + (size_t)d * 8) * splat(scale[t]) : splat(0.0f);              \
    for (size_t j = 0; j < count; j++) {                                                                              \
      f32x8 row[8];                                                                                                   \
      _Pragma("clang loop unroll(full)") for (int d = 0; d < vectors; d++)                                            \
          row[d] = load8_##NAME(v + j * v_stride + (size_t)d * 8);                                                    \
      _Pragma("clang loop unroll(full)") for (int t = 0; t < tokens; t++) {                                           \
        const f32x8 weight = splat(p[(size_t)t * p_stride + j]);                                                      \
        _Pragma("clang loop unroll(full)") for (int d = 0; d < vectors; d++)                                          \
            s[t * vectors + d] = fma8(weight, row[d], s[t * vectors + d]);                                            \
      }                                                                                                               \
    }                                                                                                                 \
    for (int t = 0; t < tokens; t++)                                                                                  \
      for (int d = 0; d < vectors; d++)                                                                               \
        store8_f32(o + (size_t)t * o_stride + (size_t)d * 8, s[t * vectors + d]);                                     \
  }                                                                                                                   \
  INLINE void weighted_tokens_##NAME(const T *v, size_t v_stride, size_t count, const float *p, size_t p_stride,      \
                                     size_t width, const float *scale, float *o, size_t o_stride, const int tokens,   \
                                     const int vectors) {                                                             \
    size_t d = 0;                                                                                                     \
    for (; d + (size_t)vectors * 8 <= width; d += (size_t)vectors * 8)                                                \
      weighted_tile_##NAME(v + d, v_stride, count, p, p_stride, scale, o + d, o_stride, tokens, vectors);             \
    for (; d + 8 <= width; d += 8)                                                                                    \
      weighted_tile_##NAME(v + d, v_stride, count, p, p_stride, scale, o + d, o_stride, tokens, 1);                   \
    if (d == width) return;                                                                                           \
    for (int t = 0; t < tokens; t++) {                                                                                \
      float *out = o + (size_t)t * o_stride + d;                                                                      \
      f32x8 s = scale ? load_tail_f32(out, width - d) * splat(scale[t]) : splat(0.0f);                                \
      for (size_t j = 0; j < count; j++)                                                                              \
        s = fma8(splat(p[(size_t)t * p_stride + j]), load_tail_##NAME(v + j * v_stride + d, width - d), s);           \
      store_tail_f32(out, s, width - d);                                                                              \
    }                                                                                                                 \
  }                                                                                                                   \
  static void weighted_rows_##NAME(const void *v, size_t v_stride, size_t count, const float *p, size_t p_stride,     \
                                   size_t tokens, size_t width, const float *scale, float *o, size_t o_stride) {      \
    size_t t = 0;                                                                                                     \
    for (; t + 6 <= tokens; t += 6)                                                                                   \
      weighted_tokens_##NAME(v, v_stride, count, p + t * p_stride, p_stride, width, scale ? scale + t : NULL,         \
                             o + t * o_stride, o_stride, 6, 2);                                                       \
    for (; t + 2 <= tokens; t += 2)                                                                                   \
      weighted_tokens_##NAME(v, v_stride, count, p + t * p_stride, p_stride, width, scale ? scale + t : NULL,         \
                             o + t * o_stride, o_stride, 2, 4);                                                       \
    if (t < tokens)                                                                                                   \
      weighted_tokens_##NAME(v, v_stride, count, p + t * p_stride, p_stride, width, scale ? scale + t : NULL,         \
                             o + t * o_stride, o_stride, 1, 8);                                                       \
  }
DEFINE_WEIGHTED_ROWS(f32, float)
DEFINE_WEIGHTED_ROWS(f16, uint16_t)
DEFINE_WEIGHTED_ROWS(bf16, uint16_t)

// MARK: Element by element

static void rms_norm(const float *x, const float *weight, size_t n, float eps, float *y) {
  f32x8 s = splat(0.0f);
  size_t i = 0;
  for (; i + 8 <= n; i += 8) s = fma8(load8_f32(x + i), load8_f32(x + i), s);
  if (i < n) s = fma8(load_tail_f32(x + i, n - i), load_tail_f32(x + i, n - i), s);
  const float factor = 1.0f / sqrtf(sum_of_lanes(s) / (float)n + eps);
  for (i = 0; i + 8 <= n; i += 8) store8_f32(y + i, load8_f32(x + i) * splat(factor) * load8_f32(weight + i));
  for (; i < n; i++) y[i] = x[i] * factor * weight[i];
}

INLINE f32x8 silu8(f32x8 gate) { return gate / (splat(1.0f) + exp8(-gate)); }

static void silu_multiply(const float *gate, const float *up, size_t n, float *y) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store8_f32(y + i, silu8(load8_f32(gate + i)) * load8_f32(up + i));
  if (i < n) store_tail_f32(y + i, silu8(load_tail_f32(gate + i, n - i)) * load_tail_f32(up + i, n - i), n - i);
}

static float softmax_block(float *scores, size_t count, size_t capacity, float factor, float *maximum, float *sum) {
  float m = *maximum;
  size_t j = 0;
  if (count >= 8) {
    f32x8 largest = splat(factor) * load8_f32(scores);
    for (j = 8; j + 8 <= count; j += 8) largest = __builtin_elementwise_max(largest, splat(factor) * load8_f32(scores + j));
    for (int l = 0; l < DSK_LANES; l++) m = m > largest[l] ? m : largest[l];
  }
  for (; j < count; j++) m = m > factor * scores[j] ? m : factor * scores[j];
  for (j = count; j < capacity; j++) scores[j] = -INFINITY;
  f32x8 s = splat(0.0f);
  for (j = 0; j < capacity; j += 8) {
    const f32x8 e = exp8(splat(factor) * load8_f32(scores + j) - splat(m));
    store8_f32(scores + j, e);
    s += e;
  }
  const float rescale = exp8(splat(*maximum - m))[0];
  *maximum = m;
  *sum = *sum * rescale + sum_of_lanes(s);
  return rescale;
}

static void round_bfloat16(const float *x, size_t n, float *y) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store8_f32(y + i, (f32x8)(bfloat16_bits8(load8_f32(x + i)) << 16));
  if (i < n) store_tail_f32(y + i, (f32x8)(bfloat16_bits8(load_tail_f32(x + i, n - i)) << 16), n - i);
}

static void add_scaled(const float *x, float a, size_t n, float *y) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store8_f32(y + i, fma8(load8_f32(x + i), splat(a), load8_f32(y + i)));
  if (i < n)
    store_tail_f32(y + i, fma8(load_tail_f32(x + i, n - i), splat(a), load_tail_f32(y + i, n - i)), n - i);
}

#define DEFINE_CONVERSIONS(NAME, T)                                                                                   \
  static void load_##NAME(const void *x, size_t n, float *y) {                                                        \
    const T *in = x;                                                                                                  \
    size_t i = 0;                                                                                                     \
    for (; i + 8 <= n; i += 8) store8_f32(y + i, load8_##NAME(in + i));                                               \
    if (i < n) store_tail_f32(y + i, load_tail_##NAME(in + i, n - i), n - i);                                         \
  }                                                                                                                   \
  static void store_##NAME(const float *x, size_t n, void *y) {                                                       \
    T *out = y;                                                                                                       \
    size_t i = 0;                                                                                                     \
    for (; i + 8 <= n; i += 8) store8_##NAME(out + i, load8_f32(x + i));                                              \
    if (i < n) store_tail_##NAME(out + i, load_tail_f32(x + i, n - i), n - i);                                        \
  }
DEFINE_CONVERSIONS(f32, float)
DEFINE_CONVERSIONS(f16, uint16_t)
DEFINE_CONVERSIONS(bf16, uint16_t)

/// For an including file without products of bfloat16 numbers.
#ifndef BFLOAT16_PRODUCT
#define BFLOAT16_PRODUCT NULL
#endif

/// The table of the including file.
#define VECTOR_KERNELS(NAME)                                                                                          \
  {                                                                                                                   \
      .name = NAME,                                                                                                   \
      .rows_dot = {rows_dot_f32, rows_dot_f16, rows_dot_bf16},                                                        \
      .pack_panel = {pack_panel_f32, pack_panel_f16, pack_panel_bf16},                                                \
      .panel_product = panel_product,                                                                                 \
      .bfloat16_product = BFLOAT16_PRODUCT,                                                                           \
      .rows_dot_float8 = rows_dot_float8,                                                                             \
      .unpack_float8 = unpack_float8,                                                                                 \
      .weighted_rows = {weighted_rows_f32, weighted_rows_f16, weighted_rows_bf16},                                    \
      .rms_norm = rms_norm,                                                                                           \
      .silu_multiply = silu_multiply,                                                                                 \
      .softmax_block = softmax_block,                                                                                 \
      .round_bfloat16 = round_bfloat16,                                                                               \
      .load = {load_f32, load_f16, load_bf16},                                                                        \
      .store = {store_f32, store_f16, store_bf16},                                                                    \
      .add_scaled = add_scaled,                                                                                       \
  }
