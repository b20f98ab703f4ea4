// Holds the kernels of one instruction set to the scalar reference, bit for bit where they promise it: for instruction
// sets that the machine of the tests lacks, under an emulator. Built and run by `emulate`.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache_layout.h"
#include "packed_layout.h"
#include "tables.h"

#if defined(__aarch64__)
#define FLOAT_TABLE dsk_neon
#define PACKED_TABLE dsk_packed_neon
#define CACHE_TABLE dsk_cache_neon
#else
#define FLOAT_TABLE dsk_avx512
#define PACKED_TABLE dsk_packed_avx512
#define CACHE_TABLE dsk_cache_avx512
#endif

static uint64_t state = 1;
static uint32_t next(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}
static float number(void) { return (float)((int)(next() % 20001) - 10000) / 9973.0f; }

static float *numbers(size_t count) {
  float *x = malloc((count + 1) * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = number();
  return x;
}

static int failures = 0;
static void expect(int is_true, const char *what, size_t a, size_t b, size_t c) {
  if (is_true) return;
  failures++;
  printf("%s differs from the reference (%zu, %zu, %zu)\n", what, a, b, c);
}

static int near(const float *a, const float *b, size_t n, float tolerance) {
  for (size_t i = 0; i < n; i++)
    if (!(fabsf(a[i] - b[i]) <= tolerance * (1 + fabsf(a[i])))) return 0;
  return 1;
}

static void check_float(const dsk_kernels *k, const dsk_kernels *s) {
  static const size_t sizes[][3] = {{1, 1, 1}, {8, 64, 3}, {5, 37, 13}, {8, 8, 24}, {3, 600, 7}, {8, 257, 1}, {8, 2056, 6}};
  for (int type = 0; type < DSK_TYPES; type++)
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
      const size_t rows = sizes[i][0], columns = sizes[i][1], tokens = sizes[i][2];
      const size_t panel_size = (columns + 7) / 8 * 64;
      float *w = numbers(rows * columns), *x = numbers(tokens * columns);
      void *stored[2] = {malloc(rows * columns * 4 + 64), malloc(rows * columns * 4 + 64)};
      float *panel[2] = {calloc(panel_size, 4), calloc(panel_size, 4)};
      float *y[2] = {calloc(tokens * 8, 4), calloc(tokens * 8, 4)};
      float *loaded[2] = {calloc(rows * columns, 4), calloc(rows * columns, 4)};
      const dsk_kernels *both[2] = {s, k};
      const size_t bytes = rows * columns * (type == DSK_F32 ? 4 : 2);
      for (int t = 0; t < 2; t++) {
        both[t]->store[type](w, rows * columns, stored[t]);
        both[t]->load[type](stored[0], rows * columns, loaded[t]);
        both[t]->pack_panel[type](stored[0], columns, rows, columns, panel[t]);
        both[t]->panel_product(panel[0], rows, x, columns, tokens, columns, y[t], 8);
      }
      expect(!memcmp(stored[0], stored[1], bytes), "store", type, rows, columns);
      expect(!memcmp(loaded[0], loaded[1], rows * columns * 4), "load", type, rows, columns);
      expect(!memcmp(panel[0], panel[1], panel_size * 4), "pack_panel", type, rows, columns);
      expect(!memcmp(y[0], y[1], tokens * 32), "panel_product", rows, columns, tokens);
      for (int t = 0; t < 2; t++) both[t]->rows_dot[type](stored[0], columns, rows, x, columns, y[t]);
      expect(!memcmp(y[0], y[1], rows * 4), "rows_dot", type, rows, columns);
      float *p = numbers(tokens * rows), *scale = numbers(tokens);
      float *o[2] = {calloc(tokens * columns, 4), calloc(tokens * columns, 4)};
      for (int fresh = 1; fresh >= 0; fresh--) {
        for (int t = 0; t < 2; t++)
          both[t]->weighted_rows[type](stored[0], columns, rows, p, rows, tokens, columns, fresh ? NULL : scale, o[t],
                                       columns);
        expect(!memcmp(o[0], o[1], tokens * columns * 4), "weighted_rows", type, columns, tokens);
      }
      for (int t = 0; t < 2; t++) both[t]->round_bfloat16(x, tokens * columns, o[t]);
      expect(!memcmp(o[0], o[1], tokens * columns * 4), "round_bfloat16", columns, tokens, 0);
      for (int t = 0; t < 2; t++) both[t]->rms_norm(x, w, rows * columns < tokens * columns ? columns : 1, 1e-6f, o[t]);
      expect(near(o[0], o[1], columns, 1e-6f), "rms_norm", columns, 0, 0);
      for (int t = 0; t < 2; t++) both[t]->silu_multiply(x, x, tokens * columns, o[t]);
      expect(near(o[0], o[1], tokens * columns, 1e-6f), "silu_multiply", columns, tokens, 0);
      for (int t = 0; t < 2; t++) both[t]->add_scaled(x, 0.37f, tokens * columns, o[t]);
      expect(near(o[0], o[1], tokens * columns, 1e-6f), "add_scaled", columns, tokens, 0);
      float maximum[2] = {-INFINITY, -INFINITY}, sum[2] = {0, 0};
      float scores[2][64];
      for (int j = 0; j < 64; j++) scores[0][j] = scores[1][j] = number() * 20;
      for (int t = 0; t < 2; t++)
        both[t]->softmax_block(scores[t], columns < 61 ? columns : 61, 64, 0.7f, &maximum[t], &sum[t]);
      expect(near(scores[0], scores[1], 64, 1e-6f) && near(sum, sum + 1, 1, 1e-5f), "softmax_block", columns, 0, 0);
    }
}

/// A panel of random elements with scales of ordinary size.
static uint8_t *random_panel(dsk_packed_type type, size_t k) {
  const size_t bytes = dsk_packed_panel_bytes(type, k), groups = group_count(k);
  uint8_t *panel = aligned_alloc(64, bytes), *block = panel;
  for (size_t i = 0; i < bytes; i++) panel[i] = (uint8_t)next();
  for (size_t first = 0; first < groups; first += 4) {
    const size_t count = groups_from(first, groups), header = count * header_bytes(type);
    for (size_t i = 0; i < header; i += type == DSK_INT4 ? 1 : 2) {
      const uint16_t half = 0x2000 | (next() & 0x83FF);
      if (type != DSK_INT4)
        memcpy(block + i, &half, 2);
      else if (i < header / 2)
        block[i] = 100 + next() % 32;
    }
    block += header + count * element_bytes(type);
  }
  return panel;
}

static void check_packed(const dsk_packed_kernels *k, const dsk_packed_kernels *s) {
  static const size_t columns[] = {1, 7, 32, 64, 96, 128, 136, 200, 1408};
  enum { TOKENS = 37 };
  const dsk_packed_kernels *both[2] = {s, k};
  for (int type = 0; type < DSK_PACKED_TYPES; type++)
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
      const size_t n = columns[i], row_bytes = dsk_quantized_row_bytes(n);
      uint8_t *panel = random_panel(type, n);
      float *x = numbers(TOKENS * n);
      if (n == 136) x[130] = NAN, x[n + 1] = INFINITY, x[2 * n + 1] = 1e-40f;
      uint8_t *rows[2] = {aligned_alloc(64, TOKENS * row_bytes), aligned_alloc(64, TOKENS * row_bytes)};
      for (int t = 0; t < 2; t++) {
        memset(rows[t], 0, TOKENS * row_bytes);
        for (size_t token = 0; token < TOKENS; token++)
          both[t]->quantize_row(x + token * n, n, rows[t] + token * row_bytes);
      }
      if (n != 136) expect(!memcmp(rows[0], rows[1], TOKENS * row_bytes), "quantize_row", n, 0, 0);
      static const size_t counts[] = {1, 2, 5, 16, TOKENS};
      for (int c = 0; c < 5; c++) {
        float y[2][TOKENS * 16];
        for (int t = 0; t < 2; t++) both[t]->product[type](panel, n, rows[t], row_bytes, counts[c], y[t], 16);
        for (size_t j = 0; j < counts[c] * 16; j++)
          if (memcmp(&y[0][j], &y[1][j], 4) && !(isnan(y[0][j]) && isnan(y[1][j]))) {
            expect(0, "packed product", (size_t)type, n, counts[c]);
            break;
          }
      }
      const size_t padded = (n + 7) / 8 * 8;
      float *out[2] = {calloc(padded * 8, 4), calloc(padded * 8, 4)};
      for (size_t half = 0; half < 2; half++) {
        for (int t = 0; t < 2; t++) both[t]->unpack[type](panel, n, half, out[t], 64, 8);
        expect(!memcmp(out[0], out[1], padded * 32), "unpack", (size_t)type, n, half);
        for (int t = 0; t < 2; t++) both[t]->unpack[type](panel, n, half, out[t], 8, padded);
        expect(!memcmp(out[0], out[1], padded * 32), "unpack rows", (size_t)type, n, half);
      }
      enum { PANELS = 9 };
      const size_t bytes = dsk_packed_panel_bytes((dsk_packed_type)type, n);
      uint8_t *panels = aligned_alloc(64, PANELS * bytes);
      for (size_t p = 0; p < PANELS; p++) memcpy(panels + p * bytes, panel, bytes);
      float *weights = numbers(5 * PANELS * DSK_PACKED_ROWS), *sums[2] = {calloc(5 * n, 4), calloc(5 * n, 4)};
      for (size_t tokens = 1; tokens <= 5; tokens++) {
        for (int t = 0; t < 2; t++)
          both[t]->weighted_rows[type](panels, bytes, PANELS, n, weights, PANELS * DSK_PACKED_ROWS, tokens, sums[t], n);
        expect(!memcmp(sums[0], sums[1], tokens * n * 4), "weighted rows", (size_t)type, n, tokens);
      }
    }
}

/// A page of random rows, and what heads make of it.
static void check_cache(const dsk_cache_kernels *k, const dsk_cache_kernels *s) {
  static const size_t columns[] = {1, 7, 16, 24, 40, 64, 100, 128, 136, 200, 512};
  static const size_t counts[] = {1, 2, 5, 16};
  enum { HEADS = 16, TOKENS = DSK_CACHE_TOKENS };
  const dsk_cache_kernels *both[2] = {s, k};
  for (int type = 0; type < DSK_CACHE_TYPES; type++)
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
      const size_t n = columns[i], bytes = dsk_cache_segment_bytes(type, n), row_bytes = dsk_quantized_row_bytes(n);
      float *x = numbers(TOKENS * n), *q = numbers(HEADS * n);
      // Rows of other sizes; zeros, and one with an outlier.
      for (size_t j = 0; j < n; j++) x[j] *= 1e-9f, x[n + j] *= 100, x[2 * n + j] = 0;
      x[3 * n] = 6000;
      uint8_t *page[2], *rows = aligned_alloc(64, HEADS * row_bytes);
      float *out[2], *y[2], *o[2];
      dsk_cache_weights *w[2];
      for (size_t h = 0; h < HEADS; h++) dsk_packed_scalar.quantize_row(q + h * n, n, rows + h * row_bytes);
      for (int t = 0; t < 2; t++) {
        page[t] = calloc(bytes, 1), out[t] = calloc(TOKENS * n, 4), y[t] = calloc(HEADS * TOKENS, 4);
        o[t] = calloc(HEADS * n, 4), w[t] = calloc(HEADS, sizeof **w);
        for (size_t j = 0; j < TOKENS; j++) both[t]->encode[type](x + j * n, n, j, page[t]);
        both[t]->decode[type](page[0], n, 3, TOKENS - 3, out[t], n);
      }
      expect(!memcmp(page[0], page[1], bytes), "cache encode", (size_t)type, n, 0);
      expect(!memcmp(out[0], out[1], TOKENS * n * 4), "cache decode", (size_t)type, n, 0);
      for (int c = 0; c < 4; c++) {
        for (int t = 0; t < 2; t++) {
          for (size_t j = 0; j < HEADS * TOKENS; j++) y[t][j] = 0.25f;
          for (size_t j = 0; j < HEADS * n; j++) o[t][j] = 0.5f;
          both[t]->scores[type](page[0], n, rows, row_bytes, counts[c], y[t]);
          float rescale[HEADS], p[TOKENS];
          for (size_t h = 0; h < counts[c]; h++) {
            rescale[h] = 1.0f / (float)(h + 1);
            for (size_t j = 0; j < TOKENS; j++) p[j] = h == 1 ? 0 : expf(-fabsf(y[0][h * TOKENS + j]) * (float)(h % 4));
            both[t]->weights(p, cache_scales(type, page[0], n), h == 2 ? 11 : TOKENS, w[t] + h);
          }
          both[t]->values[type](page[0], n, w[0], counts[c], rescale, o[t], n);
        }
        expect(!memcmp(y[0], y[1], HEADS * TOKENS * 4), "cache scores", (size_t)type, n, counts[c]);
        expect(!memcmp(w[0], w[1], HEADS * sizeof **w), "cache weights", (size_t)type, n, counts[c]);
        expect(!memcmp(o[0], o[1], HEADS * n * 4), "cache values", (size_t)type, n, counts[c]);
      }
    }
}

static void check_bfloat16(const dsk_kernels *k, const dsk_kernels *s) {
  if (!k->bfloat16_product) return;
  static const size_t sizes[][3] = {{1, 1, 1}, {8, 64, 3}, {5, 37, 13}, {7, 31, 6}, {9, 600, 7}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    const size_t rows = sizes[i][0], columns = sizes[i][1], tokens = sizes[i][2];
    float *values = numbers((rows + tokens) * columns), *y[2] = {calloc(tokens * rows, 4), calloc(tokens * rows, 4)};
    uint16_t *w = malloc((rows + tokens) * columns * 2), *x = w + rows * columns;
    s->store[DSK_BF16](values, (rows + tokens) * columns, w);
    s->bfloat16_product(w, columns, rows, x, columns, tokens, columns, y[0], rows);
    k->bfloat16_product(w, columns, rows, x, columns, tokens, columns, y[1], rows);
    expect(!memcmp(y[0], y[1], tokens * rows * 4), "product of bfloat16", rows, columns, tokens);
  }
}

int main(void) {
  check_float(&FLOAT_TABLE, &dsk_scalar);
  check_bfloat16(&FLOAT_TABLE, &dsk_scalar);
  check_packed(&PACKED_TABLE, &dsk_packed_scalar);
  check_cache(&CACHE_TABLE, &dsk_cache_scalar);
  if (failures == 0) printf("%s: as the reference\n", FLOAT_TABLE.name);
  return failures ? 1 : 0;
}
