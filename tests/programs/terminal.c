/* A program that takes its terminal over: no lines, no echo. It prints a byte that is typed in hexadecimal;
 * q ends it, s makes it fail, i lets it ignore SIGINT and run on.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o terminal terminal.c
 */
#include "freestanding.h"

enum { exit_ = 1, read_ = 3, write_ = 4, signal_ = 48, ioctl_ = 54 };
enum { TCGETS = 0x5401, TCSETS = 0x5402, ICANON = 2, ECHO = 8, SIGINT = 2, SIG_IGN = 1 };

static void print(const char *text) { CALL(write_, 1, text, length(text)); }

void _start(void)
{
    u32 settings[15];
    if (CALL(ioctl_, 0, TCGETS, settings)) CALL(exit_, 1);
    settings[3] &= ~(ICANON | ECHO);
    if (CALL(ioctl_, 0, TCSETS, settings)) CALL(exit_, 2);
    print("ready\n");
    for (;;) {
        unsigned char byte;
        char text[] = "<..>";
        if (CALL(read_, 0, &byte, 1) != 1) CALL(exit_, 3);
        if (byte == 'q') CALL(exit_, 5);
        if (byte == 's') *(volatile int *)8 = 0;
        if (byte == 'i') {
            CALL(signal_, SIGINT, SIG_IGN);
            print("ignored\n");
            for (;;) __asm__ volatile("");
        }
        text[1] = "0123456789abcdef"[byte >> 4];
        text[2] = "0123456789abcdef"[byte & 15];
        print(text);
    }
}
