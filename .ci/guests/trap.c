/* Unmasks an exception and divides by zero: the kernel has to end it by SIGFPE. */
#define _GNU_SOURCE
#include <fenv.h>
#include <stdio.h>

int main(void)
{
    volatile double zero = 0, one = 1, result;
    feenableexcept(FE_DIVBYZERO);
    puts("before");
    fflush(stdout);
    result = one / zero;
    printf("after %f\n", result);
    return 0;
}
