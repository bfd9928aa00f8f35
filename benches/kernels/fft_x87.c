// flags: -march=i686 -mfpmath=387
// The arithmetic of fft_sse2.c by the x87 FPU: loads, stores, products and sums in 64 bits of precision.
#define ROUNDS 100
#include "fft_sse2.c"
