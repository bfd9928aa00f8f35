// flags: -march=i686 -mfpmath=387
// FSIN, FCOS, FSINCOS, FPTAN, FPATAN, F2XM1, FYL2X, FYL2XP1.
#include <stdio.h>

#define UNARY(name, instruction, pop) \
    static double name(double x) { \
        long double r; \
        __asm__(instruction pop : "=t"(r) : "0"((long double)x)); \
        return r; \
    }
#define BINARY(name, instruction) \
    static double name(double y, double x) { \
        long double r; \
        __asm__(instruction : "=t"(r) : "0"((long double)x), "u"((long double)y) : "st(1)"); \
        return r; \
    }
UNARY(sine, "fsin", "")
UNARY(cosine, "fcos", "")
UNARY(tangent, "fptan", "\n\tfstp %%st(0)")
UNARY(both, "fsincos", "\n\tfmulp")
UNARY(power, "f2xm1", "")
BINARY(arctangent, "fpatan")
BINARY(logarithm, "fyl2x")
BINARY(logarithm1, "fyl2xp1")

int main(void) {
    double sum = 0, x = 0.001;
    for (int i = 0; i < 30000; i++) {
        x += 0.0037;
        double f = x - (int)x;
        sum += sine(x) + cosine(x * 3) + tangent(f) + both(x * 17) + power(f) + power(-f);
        sum += arctangent(x, 2) + arctangent(f, x) + logarithm(1, x) + logarithm(x, f + 1) + logarithm1(1, f / 4);
    }
    printf("%.6f\n", sum);
    return 0;
}
