/* Prints the prime numbers below its argument (100 if there is none), eight a line.
 *
 * Freestanding: it talks to the kernel by int 0x80 alone, so that the file stays small. Built by
 *   gcc -m32 -march=i686 -O2 -static -nostdlib -ffreestanding -fno-pic -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none -Wl,-z,norelro -s primes.c -o primes
 * and it runs on real hardware as it is.
 */
static int call(int number, int a, int b, int c)
{
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

enum { MOST = 1000000 };
static unsigned char composite[MOST];
static char line[4096];
static int used;

static void flush(void)
{
    call(4, 1, (int)line, used);
    used = 0;
}

static void print(char before, unsigned value)
{
    char digits[12];
    int count = 0;
    if (before)
        line[used++] = before;
    do
        digits[count++] = '0' + value % 10;
    while (value /= 10);
    while (count)
        line[used++] = digits[--count];
    if (used > 4000)
        flush();
}

static unsigned parse(const char *text)
{
    unsigned value = 0;
    while (*text >= '0' && *text <= '9' && value < MOST)
        value = value * 10 + (*text++ - '0');
    return value < MOST ? value : MOST;
}

__attribute__((used)) static void program(int argc, char **argv)
{
    unsigned limit = argc > 1 ? parse(argv[1]) : 100, found = 0, i, j;
    for (i = 2; i < limit; i++) {
        if (composite[i])
            continue;
        print(found == 0 ? 0 : found % 8 ? ' ' : '\n', i);
        found++;
        for (j = i + i; j < limit; j += i)
            composite[j] = 1;
    }
    line[used++] = '\n';
    flush();
    call(1, 0, 0, 0);
}

__asm__(".globl _start\n_start: mov (%esp),%eax; lea 4(%esp),%edx; and $-16,%esp; sub $8,%esp; push %edx; push %eax; call program");
