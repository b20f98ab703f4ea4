// NEON (AArch64): a vector of eight lanes is two registers of the thirty-two.
#if defined(__aarch64__)

#include "vector_kernels.h"

const dsk_kernels dsk_neon = VECTOR_KERNELS("neon");

#endif
