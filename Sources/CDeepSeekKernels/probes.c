// See `CDeepSeekProbes.h`. Each loop has as many independent sums as hide the latency of its instruction.

#include "CDeepSeekProbes.h"

#include "tables.h"

typedef uint64_t u64x4 __attribute__((vector_size(32)));

/// The step is written as an instruction: from intrinsics compilers made loops that moved sums to memory and back.
#define PROBE(NAME, TARGET, SUMS, VECTOR, REGISTER, STEP)                                                      \
  __attribute__((target(TARGET))) static float NAME(size_t iterations) {                                       \
    VECTOR s[SUMS] = {0}, a = {0}, b = {0};                                                                    \
    __asm__ volatile("" : "+" REGISTER(a), "+" REGISTER(b));                                                   \
    for (size_t n = 0; n < iterations; n++)                                                                    \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++) __asm__(STEP : "+" REGISTER(s[i])      \
                                                                               : REGISTER(a), REGISTER(b));    \
    float result = 0;                                                                                          \
    for (int i = 0; i < SUMS; i++) result += s[i][0];                                                          \
    return result;                                                                                             \
  }

#if defined(__x86_64__)
typedef float v8 __attribute__((vector_size(32)));
typedef float v16 __attribute__((vector_size(64)));

#define X(x) "x"(x)
#define V(x) "v"(x)
PROBE(avx2_float32, "avx2,fma", 12, v8, X, "vfmadd231ps %2, %1, %0")
/// Products of unsigned and signed bytes, summed in pairs, and a sum of sixteen bits.
PROBE(avx2_int8, "avx2", 12, v8, X, "vpmaddubsw %2, %0, %0\n\tvpaddw %1, %0, %0")
PROBE(avx512_float32, "avx512f", 24, v16, V, "vfmadd231ps %2, %1, %0")
PROBE(avx512_int8, "avx512f,avx512vnni", 24, v16, V, "vpdpbusd %2, %1, %0")
PROBE(avx512_bfloat16, "avx512f,avx512bf16", 24, v16, V, "vdpbf16ps %2, %1, %0")

static const dsk_probe probes[] = {
    {"avx2", "float32", 12 * 16, avx2_float32},        {"avx2", "int8", 12 * 64, avx2_int8},
    {"avx512", "float32", 24 * 32, avx512_float32},    {"avx512", "int8", 24 * 128, avx512_int8},
    {"avx512", "bfloat16", 24 * 64, avx512_bfloat16},
};
#elif defined(__aarch64__)
typedef float v4 __attribute__((vector_size(16)));

#define W(x) "w"(x)
PROBE(neon_float32, "+simd", 16, v4, W, "fmla %0.4s, %1.4s, %2.4s")
PROBE(neon_int8, "dotprod", 16, v4, W, "sdot %0.4s, %1.16b, %2.16b")

static const dsk_probe probes[] = {
    {"neon", "float32", 16 * 8, neon_float32},
    {"neon", "int8", 16 * 32, neon_int8},
};
#else
static const dsk_probe probes[] = {};
#endif

static int is_available(size_t index) { return dsk_kernels_named(probes[index].isa) != NULL; }

size_t dsk_probe_count(void) {
  size_t count = 0;
  for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) count += is_available(i) ? 1 : 0;
  return count;
}

const dsk_probe *_Nullable dsk_probe_at(size_t index) {
  for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
    if (is_available(i) && index-- == 0) return &probes[i];
  return NULL;
}

uint64_t dsk_probe_read(const void *memory, size_t bytes) {
  const u64x4 *p = memory;
  u64x4 s[8] = {0};
  for (size_t n = 0; n + 256 <= bytes; n += 256, p += 8)
    _Pragma("clang loop unroll(full)") for (int i = 0; i < 8; i++) s[i] ^= p[i];
  uint64_t result = 0;
  for (int i = 0; i < 8; i++) result ^= s[i][0] ^ s[i][1] ^ s[i][2] ^ s[i][3];
  return result;
}
