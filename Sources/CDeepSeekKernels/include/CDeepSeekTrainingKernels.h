#pragma once
// The innermost loops of training. `training_scalar.c` is the readable definition; the others are tested against it.
//
// All matrix products of training are one: C = A·B, or C += A·B, in float32 or with bfloat16 factors and float32 sums.
// The three products that a layer needs differ only in what A and B are:
//
//     forward          y  = x·Wᵀ      A = x,    B = Wᵀ
//     input gradient   dx = dy·W      A = dy,   B = W
//     weight gradient  dW = dyᵀ·x     A = dyᵀ,  B = x
//
// Factors are made of words of 32 bits: one float32, or two bfloat16 of neighbouring k. A *step* is one word of k. A word
// of A is found by two strides, so that it is read where it lies, transposed or not; B lies in panels of 32 columns,
// `[steps][32]` words. Each number of C is the sum over rising k in one chain, whatever the blocking of rows and columns.

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Columns of a panel of B.
enum { DSK_TRAINING_COLUMNS = 32 };

/// What one step of AdamW does, with the corrections of the moments worked in.
typedef struct dsk_adamw {
  /// β1, β2.
  float beta1, beta2;
  /// lr / (1 − β1^t).
  float rate;
  /// 1 / (1 − β2^t).
  float correction;
  float epsilon;
  /// 1 − lr · decay.
  float keep;
  /// By which gradients are multiplied before all else: clipping and averaging.
  float scale;
} dsk_adamw;

typedef struct dsk_training_kernels {
  const char *name;

  /// c[m·c_stride + n] (+)= Σ_s A[m·a_row + s·a_step] · B[s·32 + n] for m < rows, n < columns <= 32. Float32.
  void (*_Nonnull product_float32)(size_t rows, const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b,
                                   size_t steps, float *c, size_t c_stride, size_t columns, int accumulates);

  /// The same with words of two bfloat16. Denormal products may count as 0.
  void (*_Nonnull product_bfloat16)(size_t rows, const uint32_t *a, size_t a_row, size_t a_step, const uint32_t *b,
                                    size_t steps, float *c, size_t c_stride, size_t columns, int accumulates);

  /// Words of neighbouring columns: word[i] = (x[2i], x[2i + 1]) as bfloat16, for i < ceil(n / 2); what is missing is 0.
  void (*_Nonnull pair_columns)(const float *x, size_t n, uint32_t *words);

  /// Words of two rows: word[i] = (x[i], y[i]) as bfloat16; a null `y` is 0.
  void (*_Nonnull pair_rows)(const float *x, const float *_Nullable y, size_t n, uint32_t *words);

  /// out[i][j] = in[j][i] for i < columns, j < rows <= 32, words; out has rows of 32 words, and what is missing is 0.
  void (*_Nonnull transpose_words)(const uint32_t *in, size_t stride, size_t rows, size_t columns, uint32_t *out);

  /// For y = silu(gate) · up: the gradients of both from that of y. Outputs may be the inputs.
  void (*_Nonnull silu_multiply_gradient)(const float *gate, const float *up, const float *dy, size_t n, float *dgate,
                                          float *dup);

  /// For y = x / sqrt(mean(x²) + eps) · weight: dx (+)= …, dweight += …
  void (*_Nonnull rms_norm_gradient)(const float *x, const float *weight, const float *dy, size_t n, float eps,
                                     float *dx, float *dweight, int accumulates);

  /// ds = p · (dp − shift) · factor, the gradient of a row of softmax. ds may be either input.
  void (*_Nonnull softmax_gradient)(const float *p, const float *dp, float shift, float factor, size_t n, float *ds);

  /// Softmax cross-entropy: logits become (softmax − one-hot(target)) · scale; the loss is returned.
  float (*_Nonnull cross_entropy)(float *logits, size_t n, size_t target, float scale);

  /// y = a + b. y may be either input.
  void (*_Nonnull add)(const float *a, const float *b, size_t n, float *y);

  /// Σ a·b in float32 lanes.
  float (*_Nonnull dot)(const float *a, const float *b, size_t n);

  /// Σ x² in double precision.
  double (*_Nonnull sum_of_squares)(const float *x, size_t n);

  /// g = scale·gradient; m = β1·m + (1 − β1)·g; v = β2·v + (1 − β2)·g²;
  /// w = keep·w − rate · m / (sqrt(v · correction) + ε).
  void (*_Nonnull adamw)(const dsk_adamw *step, const float *gradient, size_t n, float *w, float *m, float *v);
} dsk_training_kernels;

/// The table for a name, as `dsk_kernels_named`.
const dsk_training_kernels *_Nullable dsk_training_kernels_named(const char *name);

const dsk_training_kernels *dsk_reference_training_kernels(void);

#pragma clang assume_nonnull end
