/* Ends by a fatal signal, in the way that its argument names: for the report that tab86 gives then.
 * Nested, inlined and recursive functions on the way there, so that the backtrace has something to
 * show. Freestanding: it talks to the kernel by int 0x80 alone. Built three times with Debian's gcc
 * 12 (gcc -m32), from this folder, with these options
 *   COMMON="-m32 -march=i686 -O2 -static -nostdlib -ffreestanding -fno-stack-protector -fcf-protection=none
 *           -fno-optimize-sibling-calls -fdebug-prefix-map=$PWD=. -Wl,--build-id=none -Wl,-z,norelro -Wl,-z,noseparate-code"
 * without frame pointers, so that only .eh_frame tells the way back, with DWARF:
 *   gcc $COMMON -fno-pie -no-pie -fomit-frame-pointer -g -gz=none fault.c -o fault
 * position independent, with DWARF in compressed sections:
 *   gcc $COMMON -fPIE -static-pie -fomit-frame-pointer -g -gz=zlib fault.c -o fault-pie
 * and with frame pointers, but neither .eh_frame nor DWARF:
 *   gcc $COMMON -fno-pie -no-pie -fno-omit-frame-pointer -fno-asynchronous-unwind-tables fault.c -o fault-frames
 */
#define NOINLINE __attribute__((noinline, noclone))

static int call(int number, int a, int b)
{
    int result;
    __asm__ volatile("xchg %%ebx, %2\n int $0x80\n xchg %%ebx, %2"
                     : "=a"(result) : "0"(number), "S"(a), "c"(b) : "memory");
    return result;
}

static inline __attribute__((always_inline)) void store(volatile int *place, int value)
{
    *place = value;
}

NOINLINE void write_to(volatile int *place, int value)
{
    store(place, value);
}

NOINLINE int recurse(int depth)
{
    volatile char frame[4000];
    frame[depth & 63] = (char)depth;
    return recurse(depth + 1) + frame[depth & 63];
}

NOINLINE int divide(int a, int b)
{
    return a / b;
}

static const int constant = 7;

NOINLINE int middle(const char *how)
{
    void (*volatile nowhere)(void) = 0;
    switch (how[0]) {
    case 'n': write_to((int *)0, 1); break;         /* null: a write through a null pointer */
    case 'c': write_to((int *)&constant, 1); break; /* constant: a write to a constant */
    case 'j': nowhere(); break;                     /* jump: a call of a null pointer */
    case 'r': return recurse(0) + 1;                /* recursion without end */
    case 'd': return divide(1, how[1] - how[1]) + 1;/* divide by zero */
    case 'u': __asm__ volatile("ud2"); break;       /* undefined instruction */
    case 'k': call(37, call(20, 0, 0), 6); break;   /* kill itself with SIGABRT */
    case 'g': {                                     /* garbage where the return addresses were */
        volatile int *stack = __builtin_alloca(16);
        for (int i = 0; i < 64; i++) stack[i] = (int)(0x5a5a5a5au * i);
        write_to((int *)4, 1);
    }
    }
    return 1;
}

NOINLINE int outer(const char *how)
{
    return middle(how) + 1;
}

void __attribute__((used)) start(int *stack)
{
    int argc = stack[0];
    call(1, argc > 1 ? outer((const char *)stack[2]) : 0, 0);
    for (;;) { }
}

#ifdef __GCC_HAVE_DWARF2_CFI_ASM
#define CFI(lines) lines
#else
#define CFI(lines)
#endif
__asm__(".globl _start\n.type _start, @function\n_start:\n"
        CFI(".cfi_startproc\n.cfi_undefined eip\n")
        "xorl %ebp, %ebp\nmovl %esp, %eax\nandl $-16, %esp\nsubl $12, %esp\npushl %eax\ncall start\n"
        CFI(".cfi_endproc\n") ".size _start, . - _start\n");
