// AVX2 with FMA: six rows by sixteen columns of C in twelve of the sixteen registers.
#if defined(__x86_64__)

// Only the lanes and their functions are wanted of the inference kernels.
#pragma clang diagnostic ignored "-Wunused-function"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "vector_kernels.h"

typedef f32x8 tile_vector;
enum { TILE_LANES = 8, TILE_ROWS = 6, TILE_VECTORS = 2 };
#include "training_kernels.h"

const dsk_training_kernels dsk_training_avx2 = TRAINING_KERNELS("avx2");
#pragma clang attribute pop

#endif
