// flags: -msse2 -mfpmath=sse
// Packed single and double precision of SSE2: a vector times a scalar plus a vector, dot products, a Mandelbrot
// set with comparison masks, square roots and conversions.
#include <emmintrin.h>
#include <stdio.h>

#define SIZE 2048
static float x[SIZE] __attribute__((aligned(16))), y[SIZE] __attribute__((aligned(16)));
static double z[SIZE] __attribute__((aligned(16)));

static void saxpy(float a) {
    __m128 scale = _mm_set1_ps(a);
    for (int i = 0; i < SIZE; i += 4)
        _mm_store_ps(y + i, _mm_add_ps(_mm_mul_ps(scale, _mm_load_ps(x + i)), _mm_load_ps(y + i)));
}

static double dot(void) {
    __m128d sum = _mm_setzero_pd();
    for (int i = 0; i < SIZE; i += 2) sum = _mm_add_pd(sum, _mm_mul_pd(_mm_load_pd(z + i), _mm_load_pd(z + i)));
    return _mm_cvtsd_f64(sum) + _mm_cvtsd_f64(_mm_unpackhi_pd(sum, sum));
}

static int mandelbrot(float re, float im) {
    __m128 cr = _mm_add_ps(_mm_set1_ps(re), _mm_set_ps(0, .01f, .02f, .03f)), ci = _mm_set1_ps(im);
    __m128 zr = cr, zi = ci;
    __m128i count = _mm_setzero_si128();
    for (int i = 0; i < 50; i++) {
        __m128 rr = _mm_mul_ps(zr, zr), ii = _mm_mul_ps(zi, zi);
        __m128 inside = _mm_cmplt_ps(_mm_add_ps(rr, ii), _mm_set1_ps(4));
        if (!_mm_movemask_ps(inside)) break;
        count = _mm_sub_epi32(count, _mm_castps_si128(inside));
        __m128 next = _mm_add_ps(_mm_sub_ps(rr, ii), cr);
        zi = _mm_add_ps(_mm_mul_ps(_mm_add_ps(zr, zr), zi), ci);
        zi = _mm_min_ps(zi, _mm_set1_ps(100)), zr = _mm_min_ps(next, _mm_set1_ps(100));
    }
    count = _mm_add_epi32(count, _mm_shuffle_epi32(count, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(count, _mm_shuffle_epi32(count, 0xb1)));
}

static void roots(void) {
    for (int i = 0; i < SIZE; i += 4) {
        __m128 root = _mm_sqrt_ps(_mm_load_ps(y + i));
        _mm_store_pd(z + i, _mm_cvtps_pd(root));
        _mm_store_pd(z + i + 2, _mm_cvtepi32_pd(_mm_cvttps_epi32(_mm_movehl_ps(root, root))));
    }
}

int main(void) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) x[i] = (i * 37 % 101 + 1) / 101.0f, y[i] = (i * 53 % 97 + 1) / 97.0f;
    for (int round = 0; round < 400; round++) {
        saxpy(0.25f);
        roots();
        sum += dot();
        for (int i = 0; i < 20; i++) sum += mandelbrot(-1.5f + i * 0.1f, round * 0.003f - 0.6f);
    }
    printf("%.3f\n", sum);
    return 0;
}
