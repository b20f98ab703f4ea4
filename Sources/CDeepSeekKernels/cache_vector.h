// The vector form of the kernels over a low-bit cache, written once and compiled once per instruction set. The including
// file sets the target and defines
//   VECTOR_BYTES   of a register
//   BIASED         1 where `dot` takes elements as unsigned u, 0 where it takes them as signed u − z
//   SCORE_HEADS, VALUE_HEADS   that are computed at once: four registers of sums for each, and eight
//   dot(sums, elements, x)     adds four products of bytes to each 32-bit sum; |x| <= 127
// See `cache_scalar.c` for the meaning.

#include "cache_layout.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float f32x8 __attribute__((vector_size(32)));
typedef int32_t i32x8 __attribute__((vector_size(32)));
typedef uint32_t u32x8 __attribute__((vector_size(32)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));

enum {
  LANES = VECTOR_BYTES / 4,
  /// Registers of a plane, and of 64 columns.
  PLANE_VECTORS = DSK_CACHE_TOKENS / LANES,
  /// Registers of sums for one row.
  TILE_VECTORS = 4,
  QUADS = DSK_BLOCK / 4,
  /// Columns whose values are computed at once.
  VALUE_COLUMNS = 64,
  TOKEN_QUADS = DSK_CACHE_TOKENS / 4,
};

#define LOAD(TYPE, POINTER)                     \
  ({                                            \
    TYPE loaded;                                \
    memcpy(&loaded, (POINTER), sizeof loaded);  \
    loaded;                                     \
  })

INLINE ints four_bytes(const uint8_t *x) {
  const int32_t bits = LOAD(int32_t, x);
  return (ints){0} + bits;
}

// MARK: Rows

INLINE f32x8 eight(const float *x, size_t count) {
  if (count >= 8) return LOAD(f32x8, x);
  f32x8 v = {0};
  memcpy(&v, x, count * sizeof(float));
  return v;
}

INLINE f32x8 rounded(f32x8 x, float inverse, float lowest, float highest) {
  const f32x8 zero = {0}, q = __builtin_elementwise_roundeven(x * inverse);
  return __builtin_elementwise_min(__builtin_elementwise_max(q, zero + lowest), zero + highest);
}

INLINE float squared_error(const float *x, size_t k, float scale, float lowest, float highest) {
  const float inverse = 1.0f / scale;
  f32x8 s = {0};
  for (size_t i = 0; i < k; i += 8) {
    const f32x8 v = eight(x + i, k - i), zero = {0};
    const f32x8 error = __builtin_elementwise_fma(zero - scale, rounded(v, inverse, lowest, highest), v);
    s = __builtin_elementwise_fma(error, error, s);
  }
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

INLINE void encode(dsk_cache_type type, const float *x, size_t k, size_t token, uint8_t *segment) {
  const float highest = type == DSK_CACHE_INT8 ? 127 : 31, lowest = type == DSK_CACHE_INT8 ? -127 : -32;
  // Magnitudes order as their bits do, and those of numbers that are not finite are the largest.
  i32x8 most = {0};
  for (size_t i = 0; i < k; i += 8)
    most = __builtin_elementwise_max(most, (i32x8)eight(x + i, k - i) & 0x7FFFFFFF);
  int32_t bits = 0;
  for (int l = 0; l < 8; l++) bits = bits > most[l] ? bits : most[l];
  const float largest = LOAD(float, &bits);
  const uint8_t reaching = isfinite(largest) ? cache_scale_reaching(largest, highest) : SCALE_NAN;
  uint8_t best = reaching;
  float least = INFINITY;
  for (uint8_t choice = 0; reaching != SCALE_NAN && choice < SCALE_CHOICES && choice <= reaching; choice++) {
    const float error = squared_error(x, k, cache_scale(reaching - choice), lowest, highest);
    if (error < least) {
      least = error;
      best = reaching - choice;
    }
  }
  const float inverse = 1.0f / cache_scale(best);
  const i32x8 zero = (i32x8){0} + cache_zero(type);
  uint8_t *block = segment + 4 * token;
  for (size_t i = 0; i < k; i += DSK_CACHE_COLUMNS, block += cache_block_bytes(type)) {
    i32x8 halves[2] = {zero, zero};
    for (size_t half = 0; half < 2 && best != SCALE_NAN && i + 8 * half < k; half++) {
      const f32x8 q = rounded(eight(x + i + 8 * half, k - i - 8 * half), inverse, lowest, highest);
      halves[half] += __builtin_convertvector(q, i32x8);
    }
    uint32_t quads[4];
    const u8x8 first = __builtin_convertvector(halves[0], u8x8), second = __builtin_convertvector(halves[1], u8x8);
    memcpy(quads, &first, 8);
    memcpy(quads + 2, &second, 8);
    cache_set_quads(type, quads, block);
  }
  segment[cache_blocks(k) * cache_block_bytes(type) + token] = best;
}

INLINE void decode(dsk_cache_type type, const uint8_t *segment, size_t k, size_t first, size_t count, float *y,
                   size_t y_stride) {
  const uint8_t *scales = cache_scales(type, segment, k);
  for (size_t t = 0; t < count; t++, y += y_stride) {
    const float scale = cache_scale(scales[first + t]);
    const uint8_t *block = segment + 4 * (first + t);
    for (size_t i = 0; i < k; i += DSK_CACHE_COLUMNS, block += cache_block_bytes(type)) {
      uint32_t quads[4];
      cache_quads(type, block, quads);
      for (size_t half = 0; half < 2 && i + 8 * half < k; half++) {
        const size_t column = i + 8 * half;
        const i32x8 q = __builtin_convertvector(LOAD(u8x8, quads + 2 * half), i32x8) - cache_zero(type);
        const f32x8 v = __builtin_convertvector(q, f32x8) * scale;
        memcpy(y + column, &v, (k - column < 8 ? k - column : 8) * sizeof(float));
      }
    }
  }
}

// MARK: Products

/// The four quads of a block, [4][64 tokens][4 columns], as `dot` takes them.
INLINE void unpack_block(dsk_cache_type type, const uint8_t *block, uint8_t *out) {
  for (size_t i = 0; i < DSK_CACHE_PLANE; i += VECTOR_BYTES) {
    bytes q[4];
    q[0] = LOAD(bytes, block + i);
    q[1] = LOAD(bytes, block + i + DSK_CACHE_PLANE);
    q[2] = LOAD(bytes, block + i + 2 * DSK_CACHE_PLANE);
    if (type == DSK_CACHE_INT8) {
      q[3] = LOAD(bytes, block + i + 3 * DSK_CACHE_PLANE);
    } else {
      const bytes low = q[0], next = q[1], high = q[2];
      q[0] = (low & 15) | ((high << 4) & 48);
      q[1] = (low >> 4) | ((high << 2) & 48);
      q[2] = (next & 15) | (high & 48);
      q[3] = (next >> 4) | ((high >> 2) & 48);
    }
    UNROLL for (int quad = 0; quad < 4; quad++) {
      if (!BIASED) q[quad] -= (uint8_t)cache_zero(type);
      memcpy(out + quad * DSK_CACHE_PLANE + i, &q[quad], sizeof(bytes));
    }
  }
}

/// Some heads over a block of columns: `planes` are its quads unpacked.
INLINE void score_tile(const uint8_t *planes, size_t quads, int32_t zero, const float *scales, const uint8_t *queries,
                       size_t row_bytes, size_t k, size_t first, float *y, const int heads) {
  for (int part = 0; part < PLANE_VECTORS; part += TILE_VECTORS) {
    ints s[SCORE_HEADS][TILE_VECTORS];
    for (int h = 0; h < heads; h++)
      for (int v = 0; v < TILE_VECTORS; v++) s[h][v] = (ints){0};
    for (size_t quad = 0; quad < quads; quad++) {
      const uint8_t *c = planes + quad * DSK_CACHE_PLANE + part * VECTOR_BYTES;
      bytes elements[TILE_VECTORS];
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) elements[v] = LOAD(bytes, c + v * VECTOR_BYTES);
      UNROLL for (int h = 0; h < heads; h++) {
        const ints x = four_bytes(queries + (size_t)h * row_bytes + first + 4 * quad);
        UNROLL for (int v = 0; v < TILE_VECTORS; v++) s[h][v] = dot(s[h][v], elements[v], x);
      }
    }
    for (int h = 0; h < heads; h++) {
      const uint8_t *row = queries + (size_t)h * row_bytes;
      const float factor = row_scales(row, k)[first / DSK_BLOCK];
      const int32_t excess = BIASED ? zero * query_sum(row, k, first) : 0;
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
        float *out = y + h * DSK_CACHE_TOKENS + (part + v) * LANES;
        const floats product = __builtin_convertvector(s[h][v] - excess, floats) * factor;
        const floats sum = __builtin_elementwise_fma(product, LOAD(floats, scales + (part + v) * LANES), LOAD(floats, out));
        memcpy(out, &sum, sizeof sum);
      }
    }
  }
}

INLINE void scores(dsk_cache_type type, const uint8_t *segment, size_t k, const uint8_t *queries, size_t row_bytes,
                   size_t heads, float *y) {
  _Alignas(64) float scales[DSK_CACHE_TOKENS];
  for (size_t j = 0; j < DSK_CACHE_TOKENS; j++) scales[j] = cache_scale(cache_scales(type, segment, k)[j]);
  _Alignas(64) uint8_t buffer[QUADS * DSK_CACHE_PLANE];
  for (size_t first = 0; first < k; first += DSK_BLOCK) {
    const size_t columns = cache_columns_from(first, k);
    const uint8_t *planes = segment + first / DSK_CACHE_COLUMNS * cache_block_bytes(type);
    if (type != DSK_CACHE_INT8 || !BIASED) {
      for (size_t block = 0; block < columns / DSK_CACHE_COLUMNS; block++)
        unpack_block(type, planes + block * cache_block_bytes(type), buffer + block * 4 * DSK_CACHE_PLANE);
      planes = buffer;
    }
    size_t h = 0;
    for (; h + SCORE_HEADS <= heads; h += SCORE_HEADS)
      score_tile(planes, columns / 4, cache_zero(type), scales, queries + h * row_bytes, row_bytes, k, first,
                 y + h * DSK_CACHE_TOKENS, SCORE_HEADS);
    for (; h < heads; h++)
      score_tile(planes, columns / 4, cache_zero(type), scales, queries + h * row_bytes, row_bytes, k, first,
                 y + h * DSK_CACHE_TOKENS, 1);
  }
}

static void weights(const float *p, const uint8_t *scales, size_t count, dsk_cache_weights *weights) {
  const f32x8 none = {0};
  const i32x8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  f32x8 w[8], most = none;
  UNROLL for (int v = 0; v < 8; v++) {
    const u32x8 bits = (__builtin_convertvector(LOAD(u8x8, scales + 8 * v), u32x8) << 20) + INT4_SCALE_BIAS;
    const f32x8 product = LOAD(f32x8, p + 8 * v) * (f32x8)bits;
    const i32x8 counts = (product > none) & (lanes + 8 * v < (int32_t)count);
    w[v] = (f32x8)((i32x8)product & counts);
    most = __builtin_elementwise_max(most, w[v]);
  }
  float largest = 0;
  for (int l = 0; l < 8; l++) largest = largest > most[l] ? largest : most[l];
  const float inverse = largest > 1e-30f ? WEIGHT_LIMIT / largest : 0;
  weights->scale = largest > 1e-30f ? largest / WEIGHT_LIMIT : 0;
  i32x8 sum = {0};
  UNROLL for (int v = 0; v < 8; v++) {
    const i32x8 q = __builtin_convertvector(rounded(w[v], inverse, 0, WEIGHT_LIMIT), i32x8);
    const u8x8 high = __builtin_convertvector(q >> 7, u8x8), low = __builtin_convertvector(q & 127, u8x8);
    memcpy(weights->high + 8 * v, &high, 8);
    memcpy(weights->low + 8 * v, &low, 8);
    sum += q;
  }
  weights->sum = ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

/// Some heads over 64 columns, of which `columns` exist: `turned` is [token quads][64 columns][4 tokens].
INLINE void value_tile(const uint8_t *turned, int32_t zero, const dsk_cache_weights *w, const float *rescale, float *o,
                       size_t o_stride, size_t columns, const int heads) {
  for (int part = 0; part < PLANE_VECTORS && (size_t)(part * LANES) < columns; part += TILE_VECTORS) {
    ints high[VALUE_HEADS][TILE_VECTORS], low[VALUE_HEADS][TILE_VECTORS];
    for (int h = 0; h < heads; h++)
      for (int v = 0; v < TILE_VECTORS; v++) high[h][v] = low[h][v] = (ints){0};
    for (size_t quad = 0; quad < TOKEN_QUADS; quad++) {
      const uint8_t *c = turned + quad * 4 * VALUE_COLUMNS + part * VECTOR_BYTES;
      bytes elements[TILE_VECTORS];
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) elements[v] = LOAD(bytes, c + v * VECTOR_BYTES);
      UNROLL for (int h = 0; h < heads; h++) {
        const ints x = four_bytes(w[h].high + 4 * quad), y = four_bytes(w[h].low + 4 * quad);
        UNROLL for (int v = 0; v < TILE_VECTORS; v++) high[h][v] = dot(high[h][v], elements[v], x);
        UNROLL for (int v = 0; v < TILE_VECTORS; v++) low[h][v] = dot(low[h][v], elements[v], y);
      }
    }
    for (int h = 0; h < heads; h++) {
      const int32_t excess = BIASED ? zero * w[h].sum : 0;
      UNROLL for (int v = 0; v < TILE_VECTORS; v++) {
        const size_t first = (size_t)(part + v) * LANES;
        if (first >= columns) break;
        const size_t size = (columns - first < LANES ? columns - first : LANES) * sizeof(float);
        float *out = o + (size_t)h * o_stride + first;
        floats sum = {0};
        memcpy(&sum, out, size);
        const floats product = __builtin_convertvector(high[h][v] * 128 + low[h][v] - excess, floats);
        sum = __builtin_elementwise_fma(product, (floats){0} + w[h].scale, sum * rescale[h]);
        memcpy(out, &sum, size);
      }
    }
  }
}

/// Four tokens of four columns become four columns of four tokens.
INLINE u8x16 turned_quad(u8x16 v) {
  return __builtin_shufflevector(v, v, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

INLINE void values(dsk_cache_type type, const uint8_t *segment, size_t k, const dsk_cache_weights *w, size_t heads,
                   const float *rescale, float *o, size_t o_stride) {
  _Alignas(64) uint8_t planes[4 * DSK_CACHE_PLANE], turned[TOKEN_QUADS * 4 * VALUE_COLUMNS];
  memset(turned, 0, sizeof turned);
  for (size_t first = 0; first < k; first += VALUE_COLUMNS) {
    const size_t columns = k - first < VALUE_COLUMNS ? k - first : VALUE_COLUMNS;
    for (size_t block = 0; block < cache_blocks(columns); block++) {
      unpack_block(type, segment + (first / DSK_CACHE_COLUMNS + block) * cache_block_bytes(type), planes);
      uint8_t *out = turned + block * 4 * DSK_CACHE_COLUMNS;
      for (size_t tokens = 0; tokens < TOKEN_QUADS; tokens++)
        UNROLL for (int quad = 0; quad < 4; quad++) {
          const u8x16 v = turned_quad(LOAD(u8x16, planes + quad * DSK_CACHE_PLANE + tokens * 16));
          memcpy(out + tokens * 4 * VALUE_COLUMNS + quad * 16, &v, sizeof v);
        }
    }
    size_t h = 0;
    for (; h + VALUE_HEADS <= heads; h += VALUE_HEADS)
      value_tile(turned, cache_zero(type), w + h, rescale + h, o + h * o_stride + first, o_stride, columns, VALUE_HEADS);
    for (; h < heads; h++)
      value_tile(turned, cache_zero(type), w + h, rescale + h, o + h * o_stride + first, o_stride, columns, 1);
  }
}

#define FOR_TYPE(NAME, TYPE)                                                                                          \
  static void encode_##NAME(const float *x, size_t k, size_t token, uint8_t *segment) {                               \
    encode(TYPE, x, k, token, segment);                                                                               \
  }                                                                                                                   \
  static void decode_##NAME(const uint8_t *segment, size_t k, size_t first, size_t count, float *y, size_t stride) {  \
    decode(TYPE, segment, k, first, count, y, stride);                                                                \
  }                                                                                                                   \
  static void scores_##NAME(const uint8_t *segment, size_t k, const uint8_t *queries, size_t row_bytes, size_t heads, \
                            float *y) {                                                                               \
    scores(TYPE, segment, k, queries, row_bytes, heads, y);                                                           \
  }                                                                                                                   \
  static void values_##NAME(const uint8_t *segment, size_t k, const dsk_cache_weights *w, size_t heads,               \
                            const float *rescale, float *o, size_t o_stride) {                                        \
    values(TYPE, segment, k, w, heads, rescale, o, o_stride);                                                         \
  }

FOR_TYPE(int8, DSK_CACHE_INT8)
FOR_TYPE(6bit, DSK_CACHE_6BIT)

/// The table of the including file.
#define CACHE_KERNELS                      \
  {                                        \
      .encode = {encode_int8, encode_6bit}, \
      .decode = {decode_int8, decode_6bit}, \
      .scores = {scores_int8, scores_6bit}, \
      .weights = weights,                   \
      .values = {values_int8, values_6bit}, \
  }
