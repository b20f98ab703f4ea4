// NEON (AArch64): six rows by sixteen columns of C in twenty-four of the thirty-two registers.
#if defined(__aarch64__)

// Only the lanes and their functions are wanted of the inference kernels.
#pragma clang diagnostic ignored "-Wunused-function"
#include "vector_kernels.h"

typedef f32x8 tile_vector;
enum { TILE_LANES = 8, TILE_ROWS = 6, TILE_VECTORS = 2 };
#include "training_kernels.h"

const dsk_training_kernels dsk_training_neon = TRAINING_KERNELS("neon");

#endif
