/* Memory, semaphores and messages that processes share, checked from inside: no C library, so that the file
 * stays small. Prints a line for each check that fails, and exits with their number. The same file passes on a
 * real kernel.
 *
 * Built with Debian's gcc 12 (gcc-multilib), then stripped:
 *   gcc -m32 -Os -static -nostdlib -ffreestanding -fno-pie -no-pie -fno-stack-protector \
 *       -fno-asynchronous-unwind-tables -Wl,--build-id=none,-z,norelro,-z,noseparate-code -s -o ipc ipc.c
 */
#include "freestanding.h"

enum { exit_ = 1, fork_, write_ = 4, getpid_ = 20, munmap_ = 91, wait4_ = 114, nanosleep_ = 162, rt_sigaction_ = 174, mmap2_ = 192,
       madvise_ = 219, mq_open_ = 277, mq_unlink_, mq_send_, mq_receive_, mq_notify_, semget_ = 393, semctl_, shmget_, shmctl_, shmat_, shmdt_, msgget_, msgsnd_, msgrcv_, msgctl_,
       semtimedop_ = 420 };
enum { CREAT = 512, NOWAIT = 2048, UNDO = 4096, RMID = 0, STAT = 2, GETVAL = 12, GETNCNT = 14, SETVAL = 16 };
enum { ENOENT = 2, EAGAIN = 11, EBUSY = 16, EEXIST, EINVAL = 22, ENOMSG = 42, EIDRM = 43 };

struct operation { short number, change, flags; };

static int failures;

static void check(int line, int good)
{
    char text[] = "ipc.c:000 fails\n";
    if (good) return;
    text[6] += line / 100, text[7] += line / 10 % 10, text[8] += line % 10;
    CALL(write_, 1, text, sizeof text - 1);
    failures++;
}
#define CHECK(condition) check(__LINE__, condition)

static void nap(void) { u32 time[] = { 0, 20000000 }; CALL(nanosleep_, time, 0); }
static int ended(void) { int status = -1; CALL(wait4_, -1, &status, 0, 0); return status; }
#define CHILD if (CALL(fork_) == 0)
#define END(status) CALL(exit_, status)

/* Pages that nobody has touched before are shared all the same. */
static void anonymous(void)
{
    volatile u32 *shared = (u32 *)CALL(mmap2_, 0, 12288, 3, 0x21, -1, 0);
    for (int i = 0; i < 3; i++) CHILD { for (int j = 0; j < 100; j++) __sync_fetch_and_add(&shared[1024], 1); END(0); }
    for (int i = 0; i < 3; i++) CHECK(ended() == 0);
    CHECK(shared[1024] == 300);
    CHECK(CALL(madvise_, shared, 12288, 4) == 0 && shared[1024] == 300);
    CALL(munmap_, shared, 12288);
}

static u32 attachments(int id) { u32 status[21]; return CALL(shmctl_, id, STAT, status) == 0 ? status[18] : 99; }

static void memory(void)
{
    int key = CALL(getpid_) << 8 | 1, id = CALL(shmget_, key, 5000, CREAT | 0600);
    CHECK(id >= 0 && CALL(shmget_, key, 5000, 0) == id && CALL(shmget_, key, 5001, 0) == -EINVAL);
    volatile u32 *all = (u32 *)CALL(shmat_, id, 0, 0), *again = (u32 *)CALL(shmat_, id, 0, 010000);
    CHECK(attachments(id) == 2);
    CHILD { all[1030] = 77; CHECK(attachments(id) == 4 && CALL(shmdt_, again) == 0 && attachments(id) == 3); END(failures); }
    CHECK(ended() == 0 && again[1030] == 77 && attachments(id) == 2);
    CHILD { again[0] = 1; END(0); }
    CHECK((ended() & 0x7f) == 11);
    CHECK(CALL(shmctl_, id, RMID, 0) == 0 && CALL(shmget_, key, 1, 0) == -ENOENT && attachments(id) == 2);
    CHECK(CALL(shmdt_, all) == 0 && CALL(shmdt_, all) == -EINVAL && again[1030] == 77 && attachments(id) == 1);
    CHECK(CALL(shmdt_, again) == 0 && attachments(id) == 99);
}

static int operate(int id, int change, int flags)
{
    struct operation operation = { 0, change, flags };
    return CALL(semtimedop_, id, &operation, 1, 0);
}

static void semaphores(void)
{
    int id = CALL(semget_, 0, 1, 0600);
    long long no_time[] = { 0, 0 };
    struct operation down = { 0, -1, 0 };
    CHECK(CALL(semtimedop_, id, &down, 1, no_time) == -EAGAIN && operate(id, -1, NOWAIT) == -EAGAIN);
    CHILD { CHECK(operate(id, -2, 0) == 0); END(failures); }
    nap();
    CHECK(CALL(semctl_, id, 0, GETNCNT, 0) == 1);
    CHECK(operate(id, 2, 0) == 0 && operate(id, -1, NOWAIT) == -EAGAIN); /* who waits has it at once */
    CHECK(ended() == 0);
    CHILD { operate(id, 5, UNDO); operate(id, -1, 0); END(0); }
    CHECK(ended() == 0 && CALL(semctl_, id, 0, GETVAL, 0) == 0);
    CHILD { operate(id, 3, UNDO); END(CALL(semctl_, id, 0, SETVAL, 2)); }
    CHECK(ended() == 0 && CALL(semctl_, id, 0, GETVAL, 0) == 2);
    CHILD { CHECK(operate(id, -3, 0) == -EIDRM); END(failures); }
    nap();
    CHECK(CALL(semctl_, id, 0, RMID, 0) == 0 && ended() == 0 && operate(id, 1, 0) == -EINVAL);
}

static void messages(void)
{
    struct { long type; char text[12]; } message = { 3, "hello" }, got;
    int id = CALL(msgget_, 0, 0600);
    CHECK(CALL(msgrcv_, id, &got, 12, 0, NOWAIT) == -ENOMSG);
    CHILD { CHECK(CALL(msgrcv_, id, &got, 12, 3, 0) == 6 && got.type == 3 && same(got.text, "hello", 6)); END(failures); }
    nap();
    message.type = 4;
    CHECK(CALL(msgsnd_, id, &message, 6, 0) == 0);
    message.type = 3;
    CHECK(CALL(msgsnd_, id, &message, 6, 0) == 0 && ended() == 0);
    CHECK(CALL(msgrcv_, id, &got, 2, -9, 010000) == 2 && got.type == 4);
    CHILD { CHECK(CALL(msgrcv_, id, &got, 12, 0, 0) == -EIDRM); END(failures); }
    nap();
    CHECK(CALL(msgctl_, id, RMID, 0) == 0 && ended() == 0);
}

static volatile u32 told;
static void on_message(int signal, int *info) { told = signal == 12 && info[2] == -3 && info[5] == 55 ? 1 : 2; }

static void queues(void)
{
    u32 attributes[8] = { 0, 2, 8 }, action[] = { (u32)on_message, 4, 0, 0, 0 }, event[16] = { 55, 12, 0 }, priority;
    char name[] = "check", got[8];
    int queue = CALL(mq_open_, name, 64 | 2, 0600, attributes);
    CHECK(queue >= 0 && CALL(mq_open_, name, 64 | 128, 0600, 0) == -EEXIST);
    CALL(rt_sigaction_, 12, action, 0, 8);
    CHECK(CALL(mq_notify_, queue, event) == 0 && CALL(mq_notify_, queue, event) == -EBUSY);
    CHECK(CALL(mq_send_, queue, "low", 4, 1, 0) == 0 && told == 1 && CALL(mq_send_, queue, "high", 5, 2, 0) == 0);
    CHILD { CHECK(CALL(mq_send_, queue, "waited", 7, 3, 0) == 0); END(failures); }
    nap();
    CHECK(CALL(mq_receive_, queue, got, 8, &priority, 0) == 5 && priority == 2 && same(got, "high", 5));
    CHECK(ended() == 0 && CALL(mq_receive_, queue, got, 8, &priority, 0) == 7 && priority == 3);
    CHECK(CALL(mq_receive_, queue, got, 8, 0, 0) == 4 && CALL(mq_unlink_, name) == 0 && CALL(mq_unlink_, name) == -ENOENT);
    CHILD { CHECK(CALL(mq_receive_, queue, got, 8, 0, 0) == 3); END(failures); }
    nap();
    CHECK(CALL(mq_send_, queue, "to", 3, 0, 0) == 0 && ended() == 0);
}

void _start(void)
{
    anonymous();
    memory();
    semaphores();
    messages();
    queues();
    if (failures == 0) CALL(write_, 1, "checked\n", 8);
    CALL(exit_, failures);
}
