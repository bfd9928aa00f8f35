// flags: -march=i686 -mfpmath=387
// The arithmetic of spline_sse2.c by the x87 FPU: divisions, comparisons and the casts of C, each of which
// loads another control word around FISTP.
#define ROUNDS 100
#include "spline_sse2.c"
