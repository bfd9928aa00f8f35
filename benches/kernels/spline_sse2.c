// flags: -march=pentium4 -msse2 -mfpmath=sse
// Scalar SSE in single and double precision: cubic splines by a tridiagonal system, evaluated with casts and
// comparisons, and a small matrix product.
#include <stdio.h>

#define KNOTS 256
#ifndef ROUNDS
#define ROUNDS 300
#endif

static double x[KNOTS], y[KNOTS], second[KNOTS], upper[KNOTS];
static float a[32][32], b[32][32], c[32][32];

static void fit(void) {
    second[0] = upper[0] = 0;
    for (int i = 1; i < KNOTS - 1; i++) {
        double share = (x[i] - x[i - 1]) / (x[i + 1] - x[i - 1]);
        double pivot = share * second[i - 1] + 2;
        double slope = (y[i + 1] - y[i]) / (x[i + 1] - x[i]) - (y[i] - y[i - 1]) / (x[i] - x[i - 1]);
        second[i] = (share - 1) / pivot;
        upper[i] = (6 * slope / (x[i + 1] - x[i - 1]) - share * upper[i - 1]) / pivot;
    }
    second[KNOTS - 1] = 0;
    for (int i = KNOTS - 2; i >= 0; i--) second[i] = second[i] * second[i + 1] + upper[i];
}

static double at(double t) {
    int low = (int)t;
    if (low > KNOTS - 2) low = KNOTS - 2;
    while (x[low] > t && low > 0) low--;
    while (x[low + 1] < t && low < KNOTS - 2) low++;
    double h = x[low + 1] - x[low], p = (x[low + 1] - t) / h, q = (t - x[low]) / h;
    return p * y[low] + q * y[low + 1] + ((p * p * p - p) * second[low] + (q * q * q - q) * second[low + 1]) * h * h / 6;
}

static void product(void) {
    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 32; j++) {
            float sum = 0;
            for (int k = 0; k < 32; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

int main(void) {
    double sum = 0;
    for (int i = 0; i < KNOTS; i++) x[i] = i + (i * 29 % 31) / 64.0, y[i] = (i * i * 17 % 257) / 16.0;
    for (int i = 0; i < 32; i++)
        for (int j = 0; j < 32; j++) a[i][j] = (i * 3 + j) % 11 / 8.0f, b[i][j] = (i + 5 * j) % 13 / 8.0f;
    for (int round = 0; round < ROUNDS; round++) {
        y[round % KNOTS] += 0.125;
        fit();
        for (int i = 1; i < 2000; i++) sum += at(i * (KNOTS - 1) / 2000.0);
        product();
        for (int i = 0; i < 32; i++) sum += c[i][(i + round) & 31], a[i][round & 31] = c[i][i] / 64;
    }
    printf("%.6f\n", sum);
    return 0;
}
