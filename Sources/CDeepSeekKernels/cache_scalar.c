// What the kernels over a low-bit cache compute, written to be read.

#include "cache_layout.h"

#pragma clang fp contract(off)

size_t dsk_cache_segment_bytes(dsk_cache_type type, size_t k) {
  return cache_blocks(k) * cache_block_bytes(type) + DSK_CACHE_TOKENS;
}

static int32_t rounded(float x, float inverse, int32_t lowest, int32_t highest) {
  const float q = nearbyintf(x * inverse);
  return q < (float)lowest ? lowest : q > (float)highest ? highest : (int32_t)q;
}

static void encode(dsk_cache_type type, const float *x, size_t k, size_t token, uint8_t *segment) {
  const int32_t highest = type == DSK_CACHE_INT8 ? 127 : 31, lowest = type == DSK_CACHE_INT8 ? -127 : -32;
  float largest = 0;
  int is_number = 1;
  for (size_t i = 0; i < k; i++) {
    is_number &= isfinite(x[i]) != 0;
    largest = fmaxf(largest, fabsf(x[i]));
  }
  const uint8_t reaching = is_number ? cache_scale_reaching(largest, (float)highest) : SCALE_NAN;
  uint8_t best = reaching;
  if (reaching != SCALE_NAN) {
    float least = INFINITY;
    for (uint8_t choice = 0; choice < SCALE_CHOICES && choice <= reaching; choice++) {
      const float scale = cache_scale(reaching - choice), inverse = 1.0f / scale;
      float errors[8] = {0};
      for (size_t i = 0; i < k; i++) {
        const float error = fmaf(-scale, (float)rounded(x[i], inverse, lowest, highest), x[i]);
        errors[i % 8] = fmaf(error, error, errors[i % 8]);
      }
      const float sum = ((errors[0] + errors[4]) + (errors[2] + errors[6])) +
                        ((errors[1] + errors[5]) + (errors[3] + errors[7]));
      if (sum < least) {
        least = sum;
        best = reaching - choice;
      }
    }
  }
  const float inverse = 1.0f / cache_scale(best);
  for (size_t block = 0; block < cache_blocks(k); block++) {
    uint32_t quads[4] = {0};
    for (size_t i = 0; i < DSK_CACHE_COLUMNS; i++) {
      const size_t column = block * DSK_CACHE_COLUMNS + i;
      const int32_t q = column < k && best != SCALE_NAN ? rounded(x[column], inverse, lowest, highest) : 0;
      quads[i / 4] |= (uint32_t)(q + cache_zero(type)) << (8 * (i % 4));
    }
    cache_set_quads(type, quads, segment + block * cache_block_bytes(type) + 4 * token);
  }
  segment[cache_blocks(k) * cache_block_bytes(type) + token] = best;
}

/// u − z of a column.
static int32_t element(dsk_cache_type type, const uint8_t *segment, size_t token, size_t column) {
  uint32_t quads[4];
  cache_quads(type, segment + column / DSK_CACHE_COLUMNS * cache_block_bytes(type) + 4 * token, quads);
  return (int32_t)(quads[column % DSK_CACHE_COLUMNS / 4] >> (8 * (column % 4)) & 255) - cache_zero(type);
}

static void decode(dsk_cache_type type, const uint8_t *segment, size_t k, size_t first, size_t count, float *y,
                   size_t y_stride) {
  for (size_t t = 0; t < count; t++) {
    const float scale = cache_scale(cache_scales(type, segment, k)[first + t]);
    for (size_t i = 0; i < k; i++) y[t * y_stride + i] = scale * (float)element(type, segment, first + t, i);
  }
}

static void scores(dsk_cache_type type, const uint8_t *segment, size_t k, const uint8_t *queries, size_t row_bytes,
                   size_t heads, float *scores) {
  for (size_t h = 0; h < heads; h++) {
    const uint8_t *row = queries + h * row_bytes;
    for (size_t j = 0; j < DSK_CACHE_TOKENS; j++) {
      const float scale = cache_scale(cache_scales(type, segment, k)[j]);
      for (size_t first = 0; first < k; first += DSK_BLOCK) {
        int32_t sum = 0;
        for (size_t i = first; i < k && i < first + DSK_BLOCK; i++)
          sum += ((const int8_t *)row)[i] * element(type, segment, j, i);
        scores[h * DSK_CACHE_TOKENS + j] =
            fmaf((float)sum * row_scales(row, k)[first / DSK_BLOCK], scale, scores[h * DSK_CACHE_TOKENS + j]);
      }
    }
  }
}

static void weights(const float *p, const uint8_t *scales, size_t count, dsk_cache_weights *weights) {
  float w[DSK_CACHE_TOKENS], largest = 0;
  for (size_t j = 0; j < DSK_CACHE_TOKENS; j++) {
    const float product = j < count ? p[j] * cache_scale(scales[j]) : 0;
    w[j] = product > 0 ? product : 0;
    largest = fmaxf(largest, w[j]);
  }
  // Below this the inverse overflows; such a page counts for nothing beside the one with the maximum.
  const float inverse = largest > 1e-30f ? WEIGHT_LIMIT / largest : 0;
  weights->scale = largest > 1e-30f ? largest / WEIGHT_LIMIT : 0;
  weights->sum = 0;
  for (size_t j = 0; j < DSK_CACHE_TOKENS; j++) {
    const int32_t q = rounded(w[j], inverse, 0, WEIGHT_LIMIT);
    weights->high[j] = (uint8_t)(q >> 7);
    weights->low[j] = (uint8_t)(q & 127);
    weights->sum += q;
  }
}

static void values(dsk_cache_type type, const uint8_t *segment, size_t k, const dsk_cache_weights *weights, size_t heads,
                   const float *rescale, float *o, size_t o_stride) {
  for (size_t h = 0; h < heads; h++)
    for (size_t i = 0; i < k; i++) {
      int32_t sum = 0;
      for (size_t j = 0; j < DSK_CACHE_TOKENS; j++)
        sum += (128 * weights[h].high[j] + weights[h].low[j]) * element(type, segment, j, i);
      o[h * o_stride + i] = fmaf((float)sum, weights[h].scale, o[h * o_stride + i] * rescale[h]);
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

const dsk_cache_kernels dsk_cache_scalar = {
    .encode = {encode_int8, encode_6bit},
    .decode = {decode_int8, decode_6bit},
    .scores = {scores_int8, scores_6bit},
    .weights = weights,
    .values = {values_int8, values_6bit},
};
