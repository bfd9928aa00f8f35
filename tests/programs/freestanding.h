/* What programs without a C library share: system calls of i386 Linux, and strings. */
typedef unsigned int u32;
typedef unsigned long long u64;

static int call(int number, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f)
{
    int answer;
    u32 args[] = { number, a, b, c, d, e, f };
    __asm__ volatile("push %%ebx; push %%ebp; mov %1, %%eax\n"
                     "mov 4(%%eax), %%ebx; mov 8(%%eax), %%ecx; mov 12(%%eax), %%edx\n"
                     "mov 16(%%eax), %%esi; mov 20(%%eax), %%edi; mov 24(%%eax), %%ebp\n"
                     "mov (%%eax), %%eax; int $0x80; pop %%ebp; pop %%ebx"
                     : "=a"(answer) : "r"(args) : "ecx", "edx", "esi", "edi", "memory");
    return answer;
}
#define SIX(a, b, c, d, e, f, ...) (u32)(a), (u32)(b), (u32)(c), (u32)(d), (u32)(e), (u32)(f)
#define CALL(number, ...) call(number, SIX(__VA_ARGS__ __VA_OPT__(,) 0, 0, 0, 0, 0, 0))

__attribute__((unused)) static u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n; }
__attribute__((unused)) static int same(const char *a, const char *b, u32 n)
{
    while (n--) if (*a++ != *b++) return 0;
    return 1;
}
