/* A world in which something of each kind is under way at once: bytes and descriptors in sockets, connections that
 * nobody has accepted, events that nobody has fetched, and a process that waits in each call that can wait for them.
 * It is taken apart again, and all of it must still be right. Prints a line for each check that fails, and exits with
 * their number. The same file passes on a real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o flight flight.c
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, read_, write_, open_, close_, unlink_ = 10, mknod_ = 14, getpid_ = 20, kill_ = 37, pipe_ = 42, ioctl_ = 54,
       setsid_ = 66, wait4_ = 114, nanosleep_ = 162, poll_ = 168, rt_sigaction_ = 174, rt_sigprocmask_, fcntl_ = 221, epoll_ctl_ = 255, epoll_wait_,
       mq_open_ = 277, mq_unlink_, mq_send_, mq_receive_, inotify_add_watch_ = 292, timerfd_create_ = 322, timerfd_settime_ = 325,
       signalfd_ = 327, eventfd_, epoll_create_, inotify_init_ = 332, socket_ = 359, socketpair_, bind_, connect_, listen_, accept_,
       sendmsg_ = 370, recvmsg_ = 372, msgget_ = 399, msgsnd_, msgrcv_, msgctl_, pidfd_open_ = 434 };
enum { RDONLY, WRONLY, RDWR, CREAT = 0100, NOCTTY = 0400, NONBLOCK = 04000, ASYNC = 020000, FIFO = 010000 };
enum { UNIX = 1, STREAM = 1, DATAGRAM, RIGHTS = 1, SOCKET = 1 };
enum { SETFL = 4, SETOWN = 8, SETLK = 13, SETLKW, USR1 = 10, IO = 29, IN = 1 };
enum { TIOCGPTN = 0x80045430, TIOCSPTLCK = 0x40045431, EAGAIN = 11 };

static int failures, children;

static void check(int line, int good)
{
    char text[] = "flight.c:000 fails\n";
    if (good) return;
    text[9] += line / 100, text[10] += line / 10 % 10, text[11] += line % 10;
    CALL(write_, 1, text, sizeof text - 1);
    failures++;
}
#define CHECK(condition) check(__LINE__, condition)
#define CHILD children++; if (CALL(fork_) == 0)
#define END(good) CALL(exit_, !(good))

static void rest(void) { int time[] = { 0, 5000000 }; CALL(nanosleep_, time, 0); }
static int reads(int fd, const char *expected)
{
    char bytes[64];
    int n = CALL(read_, fd, bytes, sizeof bytes);
    return n == (int)length(expected) && same(bytes, expected, n);
}
static void put(int fd, const char *text) { CHECK(CALL(write_, fd, text, length(text)) == (int)length(text)); }

struct message { u32 name, size, *parts, count; u32 *control; u32 control_size, flags; };

static int send_descriptor(int socket, int fd, char *byte)
{
    u32 part[] = { (u32)byte, 1 }, control[] = { 16, SOCKET, RIGHTS, fd };
    struct message message = { 0, 0, part, 1, control, sizeof control, 0 };
    return CALL(sendmsg_, socket, &message, 0);
}
static int receive_descriptor(int socket)
{
    char byte;
    u32 part[] = { (u32)&byte, 1 }, control[4] = { 0 };
    struct message message = { 0, 0, part, 1, control, sizeof control, 0 };
    return CALL(recvmsg_, socket, &message, 0) == 1 && control[0] == 16 ? (int)control[3] : -1;
}

/* Descriptors on their way: the end of a pipe, and the very sockets that they are on their way in, of which nobody
 * reaches one any more. */
static int pair[2], circle[2], pipe_end[2];

static void send_descriptors(void)
{
    CALL(socketpair_, UNIX, STREAM, 0, pair), CALL(pipe_, pipe_end);
    CHECK(send_descriptor(pair[0], pipe_end[1], "p") == 1 && send_descriptor(pair[0], pair[1], "s") == 1);
    put(pair[0], "rest");
    CALL(close_, pipe_end[1]);
    CALL(socketpair_, UNIX, STREAM, 0, circle);
    CHECK(send_descriptor(circle[0], circle[1], "a") == 1 && send_descriptor(circle[1], circle[0], "b") == 1);
    put(circle[0], "behind");
    CALL(close_, circle[0]);
}
static void receive_descriptors(void)
{
    int end = receive_descriptor(pair[1]), socket = receive_descriptor(pair[1]);
    CALL(close_, pair[1]);
    put(end, "through");
    CHECK(reads(pipe_end[0], "through") && reads(socket, "rest"));
    CHECK(reads(receive_descriptor(circle[1]), "behind"));
    CHECK(CALL(close_, end) == 0 && CALL(read_, pipe_end[0], &end, 4) == 0);
}

/* Connections that wait to be accepted, with what they have sent, and one that has found no room. */
static struct { short family; char name[8]; } address = { UNIX, "\0flight" };
static int listener, callers[2];

static int call_up(void)
{
    int socket = CALL(socket_, UNIX, STREAM, 0);
    return CALL(connect_, socket, &address, 9) == 0 ? socket : -1;
}
static void connect_all(void)
{
    listener = CALL(socket_, UNIX, STREAM, 0);
    CHECK(CALL(bind_, listener, &address, 9) == 0 && CALL(listen_, listener, 1) == 0);
    for (int i = 0; i < 2; i++) callers[i] = call_up(), put(callers[i], i ? "second" : "first");
    CHILD { int socket = call_up(); END(reads(socket, "hello")); }
}
static void accept_all(void)
{
    for (int i = 0; i < 2; i++) {
        int socket = CALL(accept_, listener, 0, 0, 0);
        CHECK(reads(socket, i ? "second" : "first"));
        CALL(close_, socket);
        CHECK(reads(callers[i], ""));
    }
    int socket = CALL(accept_, listener, 0, 0, 0);
    put(socket, "hello");
    CALL(close_, socket);
}

/* Sets that watch sets, which watch a counter, a timer and a directory. */
struct __attribute__((packed)) event { u32 events; u64 data; };
static int counter, timer, notes, inner, outer;

static void watch(int set, int fd, u64 data) { struct event event = { IN, data }; CHECK(CALL(epoll_ctl_, set, 1, fd, &event) == 0); }
static void watch_all(void)
{
    u32 time[] = { 0, 0, 0, 400000000 };
    counter = CALL(eventfd_, 0, 0), timer = CALL(timerfd_create_, 1, 0), notes = CALL(inotify_init_, 0);
    inner = CALL(epoll_create_, 0), outer = CALL(epoll_create_, 0);
    CHECK(CALL(timerfd_settime_, timer, 0, time, 0) == 0);
    watch(inner, counter, 7), watch(inner, timer, 8), watch(outer, inner, 9);
    CHECK(CALL(inotify_add_watch_, notes, "/tmp", 0x300) == 1);
    CHILD {
        struct event event;
        u64 count;
        int good = CALL(epoll_wait_, outer, &event, 1, -1) == 1 && event.data == 9;
        good &= CALL(epoll_wait_, inner, &event, 1, -1) == 1 && event.data == 7;
        good &= CALL(read_, counter, &count, 8) == 8 && count == 5;
        good &= CALL(epoll_wait_, outer, &event, 1, -1) == 1 && CALL(epoll_wait_, inner, &event, 1, -1) == 1 && event.data == 8;
        END(good && CALL(read_, timer, &count, 8) == 8 && count == 1);
    }
}
static void notify_all(void)
{
    u64 five = 5;
    u32 note[8];
    CHECK(CALL(write_, counter, &five, 8) == 8);
    CHECK(CALL(read_, notes, note, 32) == 32 && note[1] == 0x100 && same((char *)&note[4], "fifo", 5));
}

/* A terminal with half a line typed, and the session that reads from it. */
static int master;

static void type_half(void)
{
    char name[] = "/dev/pts/0";
    int number, off = 0;
    master = CALL(open_, "/dev/ptmx", RDWR | NOCTTY);
    CHECK(CALL(ioctl_, master, TIOCGPTN, &number) == 0 && CALL(ioctl_, master, TIOCSPTLCK, &off) == 0);
    name[9] += number;
    CHILD { CALL(setsid_); int slave = CALL(open_, name, RDWR); END(reads(slave, "half and half\n") && CALL(write_, slave, "ok", 2) == 2 && reads(slave, "")); }
    put(master, "half ax\x7f");
}
static void type_rest(void)
{
    put(master, "nd half\n\x04");
    rest();
    CHECK(reads(master, "half ax\b \bnd half\r\nok"));
}

/* Queues of messages, empty and full; locks; the other end of a FIFO. */
static struct { u32 flags, most, size, count, unused[4]; } limits = { 0, 1, 8, 0, { 0 } };
static struct { short type, from; int start, length; short pad[4]; } range = { 1, 0, 0, 1, { 0 } };
static int empty, full, locked, messages;

static void wait_all(void)
{
    empty = CALL(mq_open_, "empty", RDWR | CREAT, 0600, &limits), full = CALL(mq_open_, "full", RDWR | CREAT, 0600, &limits);
    CHECK(CALL(mq_unlink_, "full") == 0 && CALL(mq_send_, full, "first", 5, 1, 0) == 0);
    CHILD { char text[8]; END(CALL(mq_receive_, empty, text, 8, 0, 0) == 4 && same(text, "late", 4)); }
    CHILD END(CALL(mq_send_, full, "second", 6, 9, 0) == 0);
    CHECK(CALL(mknod_, "/tmp/fifo", FIFO | 0600, 0) == 0);
    CHILD { int end = CALL(open_, "/tmp/fifo", RDONLY); END(reads(end, "fifo")); }
    locked = CALL(open_, "/tmp/locked", RDWR | CREAT, 0600);
    CHECK(CALL(fcntl_, locked, SETLK, &range) == 0);
    CHILD { CALL(fcntl_, locked, 6, &range); range.type = 1; END(CALL(fcntl_, locked, 7, &range) == 0); }
    messages = CALL(msgget_, 0, 0600);
    CHILD { int text[4]; END(CALL(msgrcv_, messages, text, 8, 5, 0) == 3); }
}
static void release_all(void)
{
    char text[8];
    int message[] = { 5, 0x636261 };
    CHECK(CALL(mq_send_, empty, "late", 4, 0, 0) == 0 && CALL(mq_unlink_, "empty") == 0);
    CHECK(CALL(mq_receive_, full, text, 8, 0, 0) == 5 && CALL(mq_receive_, full, text, 8, 0, 0) == 6);
    int end = CALL(open_, "/tmp/fifo", WRONLY);
    put(end, "fifo");
    CALL(close_, end);
    range.type = 2;
    CHECK(CALL(fcntl_, locked, 6, &range) == 0 && CALL(msgsnd_, messages, message, 3, 0) == 0);
}

/* Signals for what happens to a socket, signals that are read, and a process that is watched. */
static int told, asynchronous[2], signals, process;
static void hear(int signal) { told += signal == IO; }

static void listen_all(void)
{
    u32 action[] = { (u32)hear, 0x10000000, 0, 0, 0 };
    u64 set = 1 << (USR1 - 1);
    CHECK(CALL(rt_sigaction_, IO, action, 0, 8) == 0 && CALL(rt_sigprocmask_, 0, &set, 0, 8) == 0);
    CALL(socketpair_, UNIX, DATAGRAM, 0, asynchronous);
    CALL(fcntl_, asynchronous[0], SETOWN, CALL(getpid_)), CALL(fcntl_, asynchronous[0], SETFL, ASYNC);
    signals = CALL(signalfd_, -1, &set, 8, 0);
    CALL(kill_, CALL(getpid_), USR1);
    int go[2];
    CALL(pipe_, go);
    children++;
    if ((process = CALL(fork_)) == 0) { CALL(close_, go[1]); END(reads(go[0], "go")); }
    process = CALL(pidfd_open_, process, 0), asynchronous[1] |= go[1] << 16;
}
static void hear_all(void)
{
    char info[128];
    struct { int fd; short events, came; } poll = { process, IN, 0 };
    CHECK(CALL(poll_, &poll, 1, 0) == 0);
    put(asynchronous[1] >> 16, "go");
    CHECK(CALL(poll_, &poll, 1, 1000) == 1 && poll.came == IN);
    put(asynchronous[1] & 0xffff, "signal");
    CHECK(told == 1 && reads(asynchronous[0], "signal"));
    CHECK(CALL(read_, signals, info, 128) == 128 && info[0] == USR1);
}

void _start(void)
{
    u32 hash = 1;
    int status;
    send_descriptors(), connect_all(), watch_all(), type_half(), wait_all(), listen_all();
    rest();
    for (int i = 0; i < 40000; i++) hash = hash * 31 + i;
    CHECK(hash);
    receive_descriptors(), accept_all(), notify_all(), type_rest(), release_all(), hear_all();
    for (; children; children--) CHECK(CALL(wait4_, -1, &status, 0, 0) > 0 && status == 0);
    CALL(msgctl_, messages, 0, 0), CALL(unlink_, "/tmp/fifo"), CALL(unlink_, "/tmp/locked");
    if (failures == 0) CALL(write_, 1, "checked\n", 8);
    CALL(exit_, failures);
}
