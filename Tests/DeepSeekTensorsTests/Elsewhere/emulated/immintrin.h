// Stands in for the compiler's header: intrinsics in portable C, so that AVX-512 text runs on a processor without it.
#if !defined(DSK_EMULATED)
#define DSK_EMULATED
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#include <simde/x86/fma.h>

// What the library lacks.
static inline __m512i _mm512_cvtepu8_epi32(__m128i bytes) {
  simde__m128i_private from = simde__m128i_to_private(bytes);
  simde__m512i_private to;
  for (int i = 0; i < 16; i++) to.i32[i] = from.u8[i];
  return simde__m512i_from_private(to);
}

static inline __m512 _mm512_cvtepi32_ps(__m512i integers) {
  simde__m512i_private from = simde__m512i_to_private(integers);
  simde__m512_private to;
  for (int i = 0; i < 16; i++) to.f32[i] = (float)from.i32[i];
  return simde__m512_from_private(to);
}

static inline __m512 _mm512_cvtph_ps(__m256i halves) {
  simde__m256i_private from = simde__m256i_to_private(halves);
  simde__m512_private to;
  for (int i = 0; i < 16; i++) to.f32[i] = simde_float16_to_float32(simde_uint16_as_float16(from.u16[i]));
  return simde__m512_from_private(to);
}
#endif
