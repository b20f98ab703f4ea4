#include "tables.h"
#include "training_tables.h"

const dsk_training_kernels *_Nonnull dsk_reference_training_kernels(void) { return &dsk_training_scalar; }

const dsk_training_kernels *_Nullable dsk_training_kernels_named(const char *_Nonnull name) {
  const dsk_kernels *kernels = dsk_kernels_named(name);
  if (kernels == &dsk_scalar) return &dsk_training_scalar;
#if defined(__x86_64__)
  if (kernels == &dsk_avx2) return &dsk_training_avx2;
  if (kernels == &dsk_avx512) return &dsk_training_avx512;
#elif defined(__aarch64__)
  if (kernels == &dsk_neon) return &dsk_training_neon;
#endif
  return NULL;
}
