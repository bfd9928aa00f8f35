/* Asynchronous input and output: the kernel's own (io_submit) and the C library's; the same natively and under
 * tab86. */
#define _GNU_SOURCE
#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

static long setup(unsigned room, aio_context_t *context) { return syscall(SYS_io_setup, room, context); }
static long submit(aio_context_t context, long count, struct iocb **list) { return syscall(SYS_io_submit, context, count, list); }
static long fetch(aio_context_t context, long least, long most, struct io_event *events, struct timespec *time) {
    return syscall(SYS_io_getevents, context, least, most, events, time);
}

static struct iocb block(int what, int fd, void *data, size_t size, long long at) {
    return (struct iocb){.aio_lio_opcode = what, .aio_fildes = fd, .aio_buf = (uintptr_t)data, .aio_nbytes = size,
                         .aio_offset = at, .aio_data = what + 100};
}

static uint64_t taken(int fd) {
    uint64_t count = 0;
    read(fd, &count, 8);
    return count;
}

static void kernel(void) {
    aio_context_t context = 0, other = 5;
    struct timespec none = {0, 0}, soon = {0, 10000000};
    struct io_event events[8];
    say(setup(0, &context));
    say(setup(8, &other));
    say(setup(8, 0));
    say(setup(8, &context));
    say(fetch(context, 0, 8, events, 0));
    say(fetch(context, 1, 8, events, &none));
    say(fetch(context, 1, 8, events, &soon));
    say(fetch(context, 2, 1, events, &none));
    say(fetch(other, 0, 1, events, &none));
    int fd = open("file", O_RDWR | O_CREAT, 0600), counter = eventfd(0, EFD_NONBLOCK);
    char text[] = "asynchronous", back[16] = "";
    struct iocb write = block(IOCB_CMD_PWRITE, fd, text, 12, 4), read = block(IOCB_CMD_PREAD, fd, back, 15, 2);
    struct iocb sync = block(IOCB_CMD_FSYNC, fd, 0, 0, 0), bad = block(77, fd, 0, 0, 0), closed = block(0, 99, 0, 0, 0);

    write.aio_flags = IOCB_FLAG_RESFD, write.aio_resfd = counter;
    struct iocb *list[] = {&write, &read, &sync, &bad, &closed};
    say(submit(context, 5, list));
    say(submit(context, 2, list + 3));
    say(submit(context, 1, list + 4));
    say(submit(context, -1, list));
    say(submit(context, 1, (void *)1));
    say(submit(other, 1, list));
    uint64_t told = 0;
    told = taken(counter), printf("told %llu\n", (unsigned long long)told);
    long count = fetch(context, 3, 8, events, 0);
    printf("%ld ends:", count);
    for (long i = 0; i < count; i++)
        printf(" %llu %s %lld %lld", (unsigned long long)events[i].data, (uintptr_t)events[i].obj == (uintptr_t)list[i] ? "its" : "other",
               (long long)events[i].res, (long long)events[i].res2);
    printf(" [%.*s]\n", 13, back + 2);
    say(syscall(SYS_io_cancel, context, &write, events));
    say(syscall(SYS_io_destroy, context));
    say(syscall(SYS_io_destroy, context));

    close(fd), close(counter);
}

static void library(void) {
    int fd = open("file", O_RDWR | O_TRUNC | O_CREAT, 0600);
    char out[] = "from the library", in[32] = "";
    struct aiocb write = {.aio_fildes = fd, .aio_buf = out, .aio_nbytes = 16}, read = {.aio_fildes = fd, .aio_buf = in, .aio_nbytes = 32};
    say(aio_write(&write));
    const struct aiocb *list[] = {&write};
    while (aio_error(&write) == EINPROGRESS) aio_suspend(list, 1, 0);
    say(aio_return(&write));
    read.aio_lio_opcode = LIO_READ;
    struct aiocb *all[] = {&read};
    say(lio_listio(LIO_WAIT, all, 1, 0));
    say(aio_return(&read));
    printf("%s\n", in);
    say(aio_cancel(fd, 0) == AIO_ALLDONE);
    struct aiocb sync = {.aio_fildes = fd};
    say(aio_fsync(O_SYNC, &sync));
    list[0] = &sync;
    while (aio_error(&sync) == EINPROGRESS) aio_suspend(list, 1, 0);
    say(aio_return(&sync));
    close(fd), unlink("file");
}

int main(void) {
    char folder[] = "/tmp/aio.XXXXXX";
    chdir(mkdtemp(folder));
    kernel(), library();
    return rmdir(folder);
}
