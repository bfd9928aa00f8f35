/* Pseudoterminals of i386 Linux, checked from inside: the line discipline, sessions, stopping and hang-up.
 * Prints a line for each check that fails, and exits with their number. The same file passes on a real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o pty pty.c
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, open_, close_, pause_ = 29, kill_ = 37, signal_ = 48, ioctl_ = 54, setpgid_ = 57,
       getpid_ = 20, setsid_ = 66, wait4_ = 114, nanosleep_ = 162 };
enum { EPERM = 1, EIO = 5, ENXIO = 6, ENOTTY = 25 };
enum { HUP = 1, INT, TSTP = 20, TTIN, TTOU, CONT = 18, KILL = 9, IGNORE = 1 };
enum { RDWR = 2, NOCTTY = 0400, UNTRACED = 2 };
enum { TCGETS = 0x5401, TCSETS, TIOCSCTTY = 0x540e, TIOCGPGRP, TIOCSPGRP, TIOCSWINSZ = 0x5414, TIOCNOTTY = 0x5422,
       TIOCGSID = 0x5429, TIOCGPTN = 0x80045430, TIOCSPTLCK = 0x40045431, TIOCPKT = 0x5420 };
enum { ICANON = 2, ECHO = 8, TOSTOP = 0400 };

static int failures, master, slave;
static char name[] = "/dev/pts/00";

static void check(int line, int good)
{
    char text[] = "pty.c:000 fails\n";
    if (good) return;
    text[6] += line / 100, text[7] += line / 10 % 10, text[8] += line % 10;
    CALL(write_, 1, text, sizeof text - 1);
    failures++;
}
#define CHECK(condition) check(__LINE__, condition)

static void rest(void) { int time[] = { 0, 20000000 }; CALL(nanosleep_, time, 0); }
static void type(const char *text) { CALL(write_, master, text, length(text)); rest(); }
static int reads(int fd, const char *expected)
{
    char bytes[64];
    int n = CALL(read_, fd, bytes, sizeof bytes);
    return n == (int)length(expected) && same(bytes, expected, n);
}
static void open_pair(void)
{
    int number = 0, off = 0;
    master = CALL(open_, "/dev/ptmx", RDWR | NOCTTY);
    CHECK(CALL(ioctl_, master, TIOCGPTN, &number) == 0);
    name[9] = '0' + number / 10, name[10] = '0' + number % 10;
    if (number < 10) name[9] = '0' + number, name[10] = 0;
    CHECK(CALL(open_, name, RDWR | NOCTTY) == -EIO);
    CHECK(CALL(ioctl_, master, TIOCSPTLCK, &off) == 0);
    slave = CALL(open_, name, RDWR | NOCTTY);
    CHECK(slave >= 0);
}
static u32 waits_for(int child)
{
    u32 status = -1;
    CALL(wait4_, child, &status, UNTRACED, 0);
    return status;
}

static void lines(void)
{
    u32 settings[15], packets = 1;
    open_pair();
    type("ab\x7f" "c\td\x15one \x17two\x16\x03\r");
    CHECK(reads(slave, "two\x03\n"));
    CHECK(reads(master, "ab\b \bc\td\b \b\b\b\b\b\b\b\b \b\b \bone \b \b\b \b\b \b\b \btwo^\b^C\r\n"));
    type("x\x04\x04");
    CHECK(reads(slave, "x") && reads(slave, ""));
    CHECK(reads(master, "x"));
    CHECK(CALL(write_, slave, "a\tb\n", 4) == 4 && reads(master, "a\tb\r\n"));
    CHECK(CALL(ioctl_, slave, TCGETS, settings) == 0);
    settings[3] &= ~(ICANON | ECHO);
    CHECK(CALL(ioctl_, master, TCSETS, settings) == 0);
    type("r\r\x7f");
    CHECK(reads(slave, "r\n\x7f"));
    CHECK(CALL(ioctl_, master, TIOCPKT, &packets) == 0);
    type("\x13");
    CHECK(reads(master, "\x04"));
    type("\x11");
    CHECK(reads(master, "\x08"));
    CHECK(CALL(ioctl_, slave, TIOCGPGRP, settings) == -ENOTTY && CALL(ioctl_, slave, TIOCNOTTY) == -ENOTTY);
    CALL(close_, slave);
    CHECK(CALL(read_, master, settings, 1) == -EIO);
    slave = CALL(open_, name, RDWR | NOCTTY);
    CALL(close_, master);
    CHECK(CALL(read_, slave, settings, 1) == 0 && CALL(write_, slave, "x", 1) == -EIO);
    CHECK(CALL(ioctl_, slave, TCGETS, settings) == -EIO && CALL(open_, name, RDWR) < 0);
    CALL(close_, slave);
}

/* A job in a group of its own, which has neither master nor the settings of its shell. */
static int job(void (*work)(void))
{
    int child = CALL(fork_);
    if (child == 0) {
        CALL(close_, master), CALL(setpgid_, 0, 0), CALL(signal_, TTOU, 0);
        work();
        CALL(exit_, 0);
    }
    CALL(setpgid_, child, child), rest();
    return child;
}
static void pauses(void) { for (;;) CALL(pause_); }
static void line(void) { CALL(exit_, reads(slave, "go\n") ? 7 : 8); }
static void takes(void) { int own = CALL(getpid_); CALL(exit_, CALL(ioctl_, slave, TIOCSPGRP, &own) + 9); }
static void writes(void) { CALL(exit_, CALL(write_, slave, "x", 1)); }

/* A shell: it leads a session, and gives its terminal to jobs. */
static void shell(void)
{
    int own = CALL(setsid_), group = 0, child;
    u32 settings[15];
    CHECK(CALL(open_, "/dev/tty", RDWR) == -ENXIO);
    CALL(close_, slave);
    slave = CALL(open_, name, RDWR);
    CHECK(CALL(ioctl_, slave, TIOCGPGRP, &group) == 0 && group == own);
    CHECK(CALL(ioctl_, slave, TIOCGSID, &group) == 0 && group == own && CALL(open_, "/dev/tty", RDWR) >= 0);
    CALL(signal_, TTOU, IGNORE);
    child = job(line);
    CHECK(waits_for(child) == 0x157f);
    CHECK(CALL(ioctl_, slave, TIOCSPGRP, &child) == 0 && CALL(kill_, -child, CONT) == 0);
    type("go\r");
    CHECK(waits_for(child) == 0x700);
    CHECK(CALL(ioctl_, slave, TIOCSPGRP, &own) == 0);
    child = job(takes);
    CHECK(CALL(ioctl_, slave, TIOCGPGRP, &group) == 0 && group == own);
    CHECK(waits_for(child) == 0x167f && CALL(kill_, child, KILL) == 0 && waits_for(child) == KILL);
    CALL(ioctl_, slave, TCGETS, settings);
    settings[3] |= TOSTOP;
    CALL(ioctl_, slave, TCSETS, settings);
    child = job(writes);
    CHECK(waits_for(child) == 0x167f && CALL(kill_, child, KILL) == 0 && waits_for(child) == KILL);
    child = job(pauses);
    CALL(ioctl_, slave, TIOCSPGRP, &child);
    type("\x1a");
    CHECK(waits_for(child) == 0x147f && CALL(kill_, child, CONT) == 0);
    type("\x03");
    CHECK(waits_for(child) == INT);
    group = 77777;
    CHECK(CALL(ioctl_, slave, TIOCSPGRP, &own) == 0 && CALL(ioctl_, slave, TIOCSPGRP, &group) < 0);
    child = job(pauses);
    CALL(ioctl_, slave, TIOCSPGRP, &child);
    CHECK(CALL(ioctl_, slave, TIOCNOTTY) == 0 && waits_for(child) == HUP);
    CHECK(CALL(ioctl_, slave, TIOCSCTTY, 0) == 0 && CALL(ioctl_, slave, TIOCSCTTY, 0) == 0);
    CALL(exit_, failures);
}

static void hangs_up(void)
{
    CALL(setsid_), CALL(ioctl_, slave, TIOCSCTTY, 0), CALL(close_, master);
    pauses();
}

static int session(void (*work)(void))
{
    int child = CALL(fork_);
    if (child == 0) work();
    rest();
    return child;
}

void _start(void)
{
    int child;
    CALL(signal_, HUP, 0), CALL(signal_, INT, 0);
    lines();
    open_pair();
    child = session(shell);
    CALL(close_, master);
    CHECK(waits_for(child) == 0);
    CALL(close_, slave);
    open_pair();
    child = session(hangs_up);
    CALL(close_, master);
    CHECK(waits_for(child) == HUP);
    CALL(write_, 1, "checked\n", 8);
    CALL(exit_, failures);
}
