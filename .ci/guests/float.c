/* Floating point of every kind: Mandelbrot set, n-body, FFT, printf of hard cases, strtod round trips,
 * the library's functions over a grid of arguments. Prints bits, so that nothing can hide. */
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state = 88172645u;
static uint32_t next(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

static uint64_t bits(double x)
{
    uint64_t u;
    memcpy(&u, &x, 8);
    return u;
}

static double any(void)
{
    uint64_t u = (uint64_t)next() << 32 | next();
    double x;
    memcpy(&x, &u, 8);
    return x;
}

static void mandelbrot(void)
{
    for (int y = -12; y <= 12; y++) {
        for (int x = -40; x < 24; x++) {
            double cr = x / 24.0, ci = y / 12.0, zr = 0, zi = 0;
            int i = 0;
            while (i < 200 && zr * zr + zi * zi < 4) {
                double t = zr * zr - zi * zi + cr;
                zi = 2 * zr * zi + ci;
                zr = t;
                i++;
            }
            putchar(" .:-=+*#%@"[i * 9 / 200]);
        }
        putchar('\n');
    }
}

static void nbody(void)
{
    double p[4][3], v[4][3], m[4];
    for (int i = 0; i < 4; i++) {
        m[i] = 1.0 / (i + 1);
        for (int k = 0; k < 3; k++)
            p[i][k] = i * 1.25 + k * 0.7 - i * k, v[i][k] = 0.01 * (i - k);
    }
    for (int n = 0; n < 2000; n++) {
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) {
                if (i == j)
                    continue;
                double d[3], s = 0.01;
                for (int k = 0; k < 3; k++)
                    d[k] = p[j][k] - p[i][k], s += d[k] * d[k];
                double f = 0.0005 * m[j] / (s * sqrt(s));
                for (int k = 0; k < 3; k++)
                    v[i][k] += f * d[k];
            }
        for (int i = 0; i < 4; i++)
            for (int k = 0; k < 3; k++)
                p[i][k] += 0.001 * v[i][k];
    }
    for (int i = 0; i < 4; i++)
        printf("body %016llx %016llx %016llx\n", (long long)bits(p[i][0]), (long long)bits(p[i][1]), (long long)bits(p[i][2]));
}

static void fft(float *re, float *im, int n, int sign)
{
    for (int i = 1, j = 0; i < n; i++) {
        int bit = n >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            float t = re[i]; re[i] = re[j]; re[j] = t;
            t = im[i]; im[i] = im[j]; im[j] = t;
        }
    }
    for (int len = 2; len <= n; len <<= 1) {
        double angle = sign * 6.283185307179586 / len;
        for (int i = 0; i < n; i += len)
            for (int k = 0; k < len / 2; k++) {
                float wr = (float)cos(angle * k), wi = (float)sin(angle * k);
                int a = i + k, b = a + len / 2;
                float xr = re[b] * wr - im[b] * wi, xi = re[b] * wi + im[b] * wr;
                re[b] = re[a] - xr, im[b] = im[a] - xi;
                re[a] += xr, im[a] += xi;
            }
    }
}

static void transform(void)
{
    static float re[1024], im[1024];
    for (int i = 0; i < 1024; i++)
        re[i] = (float)(int)(next() % 2001) / 1000.0f - 1.0f;
    fft(re, im, 1024, 1);
    uint32_t hash = 0;
    for (int i = 0; i < 1024; i++) {
        uint32_t a, b;
        memcpy(&a, &re[i], 4), memcpy(&b, &im[i], 4);
        hash = hash * 31 + a * 7 + b;
    }
    printf("fft %08x\n", hash);
}

static void printing(void)
{
    double hard[] = { 0.1, 1.0 / 3, 5e-324, DBL_MIN, DBL_MAX, 1e22, 1e23, 123456789012345678.0, 2.5, 3.5, -0.0, 9007199254740993.0 };
    for (unsigned i = 0; i < sizeof hard / sizeof *hard; i++)
        printf("%.17g %.30g %a %.3f %e %.0f\n", hard[i], hard[i], hard[i], hard[i], hard[i], hard[i]);
    long double wide[] = { 0.1L, LDBL_MIN, LDBL_MAX, LDBL_TRUE_MIN, 1.0L / 3, 18446744073709551615.0L };
    for (unsigned i = 0; i < sizeof wide / sizeof *wide; i++)
        printf("%La %.25Lg %Le\n", wide[i], wide[i], wide[i]);
    printf("%f %f %f\n", INFINITY, -INFINITY, NAN);
    char text[64];
    unsigned wrong = 0;
    for (int i = 0; i < 3000; i++) {
        double x = any();
        if (x != x)
            continue;
        snprintf(text, sizeof text, "%.17g", x);
        wrong += bits(strtod(text, 0)) != bits(x);
    }
    printf("round trips that fail: %u\n", wrong);
}

#define SHOW(f) printf(#f " %016llx\n", (long long)sum(f))
static uint64_t sum(double (*f)(double))
{
    uint64_t hash = 0;
    for (int i = -400; i <= 400; i++) {
        double y = f(i * 0.0379 + 0.01);
        hash = hash * 1099511628211u + (y != y ? 1 : bits(y));
    }
    return hash;
}

static void functions(void)
{
    SHOW(sin); SHOW(cos); SHOW(tan); SHOW(exp); SHOW(log); SHOW(sqrt); SHOW(cbrt); SHOW(floor); SHOW(ceil); SHOW(rint);
    SHOW(trunc); SHOW(round); SHOW(atan); SHOW(sinh); SHOW(tanh); SHOW(exp2); SHOW(log2); SHOW(log10); SHOW(expm1);
    SHOW(log1p); SHOW(erf); SHOW(lgamma); SHOW(asin); SHOW(acos); SHOW(fabs);
    uint64_t hash = 0;
    // The C library's pow goes through FYL2X and F2XM1, whose last bits differ between processors.
    for (int i = 1; i < 400; i++)
        hash = hash * 31 + bits((float)pow(i * 0.31, i * 0.07 - 9)) + bits(fmod(i * 7.7, 0.3)) + bits(atan2(i - 200, 3.5)) +
               bits(hypot(i, 0.5)) + bits(ldexp(i, i - 200)) + bits(fma(i, 0.1, -i * 0.1)) + (uint64_t)llrint(i * 1.5);
    printf("pairs %016llx\n", (long long)hash);
}

static void rounding(void)
{
    int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
    for (int i = 0; i < 4; i++) {
        fesetround(modes[i]);
        volatile double a = 1, b = 3, c = -2.5;
        volatile float d = 16777217;
        printf("mode %d: %a %a %ld %ld %a\n", i, a / b, -a / b, lrint(c), lrint(2.5), (double)d);
    }
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double zero = 0, one = 1, tiny = DBL_MIN, result;
    result = one / zero;
    printf("flags %d", fetestexcept(FE_DIVBYZERO) != 0);
    result = zero / zero;
    printf(" %d", fetestexcept(FE_INVALID) != 0);
    result = tiny / 3;
    printf(" %d\n", fetestexcept(FE_UNDERFLOW | FE_INEXACT) != 0);
    (void)result;
}

int main(void)
{
    mandelbrot();
    nbody();
    transform();
    printing();
    functions();
    rounding();
    for (int i = 0; i < 2000; i++) {
        double x = any(), y = any();
        float f = (float)x;
        state += (uint32_t)(bits(x + y) ^ bits(x * y) ^ bits(x - (double)f)) & 1;
    }
    printf("mixed %08x\n", state);
    return 0;
}
