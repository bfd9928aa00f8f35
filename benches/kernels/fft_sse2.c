// flags: -march=pentium4 -msse2 -mfpmath=sse
// Scalar double precision in SSE2: a fast Fourier transform and its inverse, the twiddle factors by rotation.
#include <stdio.h>

#define SIZE 1024
#ifndef ROUNDS
#define ROUNDS 400
#endif

static double re[SIZE], im[SIZE];

static void transform(double sign) {
    for (int i = 1, j = 0; i < SIZE; i++) {
        int bit = SIZE >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) {
            double r = re[i], s = im[i];
            re[i] = re[j], im[i] = im[j];
            re[j] = r, im[j] = s;
        }
    }
    double cosine = -1, sine = 0; /* of pi, halved from stage to stage */
    for (int half = 1; half < SIZE; half *= 2) {
        double wr = 1, wi = 0;
        for (int k = 0; k < half; k++) {
            for (int i = k; i < SIZE; i += 2 * half) {
                double xr = re[i + half] * wr - im[i + half] * wi;
                double xi = re[i + half] * wi + im[i + half] * wr;
                re[i + half] = re[i] - xr, im[i + half] = im[i] - xi;
                re[i] += xr, im[i] += xi;
            }
            double next = wr * cosine - wi * sine * sign;
            wi = wr * sine * sign + wi * cosine;
            wr = next;
        }
        sine = half == 1 ? 1 : sine / (2 * __builtin_sqrt((1 + cosine) / 2));
        cosine = half == 1 ? 0 : __builtin_sqrt((1 + cosine) / 2);
    }
}

int main(void) {
    for (int i = 0; i < SIZE; i++) re[i] = (i * 37 % 101) / 101.0, im[i] = (i * 53 % 97) / 97.0;
    for (int round = 0; round < ROUNDS; round++) {
        transform(1);
        for (int i = 0; i < SIZE; i++) re[i] /= SIZE, im[i] /= SIZE;
        transform(-1);
    }
    double sum = 0;
    for (int i = 0; i < SIZE; i++) sum += re[i] * (i % 7 + 1) + im[i] * (i % 5 + 1);
    printf("%.6f\n", sum);
    return 0;
}
