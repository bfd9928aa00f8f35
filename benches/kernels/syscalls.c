// flags: -march=i686
// System calls: small reads and writes through a pipe, seeks in a file, clocks, mappings and children.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    int pipes[2], file = memfd_create("file", 0);
    uint32_t sum = 0;
    char bytes[64];
    if (pipe(pipes) || file < 0) return 1;
    for (uint32_t i = 0; i < 150000; i++) {
        memset(bytes, i, sizeof bytes);
        if (write(pipes[1], bytes, 16 + i % 48) < 16) return 2;
        sum = sum * 31 + read(pipes[0], bytes, sizeof bytes) + (uint8_t)bytes[7];
        if (pwrite(file, bytes, 32, i % 256 * 32) != 32 || lseek(file, i % 128 * 16, SEEK_SET) < 0) return 3;
        sum = sum * 31 + read(file, bytes, 24) + (uint8_t)bytes[3];
        struct timespec now;
        sum += syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) + (syscall(SYS_getppid) > 0);
        struct stat status;
        sum += fstat(file, &status) + status.st_size;
    }
    for (int i = 0; i < 3000; i++) {
        uint8_t *memory = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) return 4;
        memory[i % 16384] = i;
        sum += memory[i % 16384] + memory[5];
        munmap(memory, 16384);
    }
    for (int i = 0; i < 100; i++) {
        int status;
        pid_t child = fork();
        if (!child) _exit(i);
        if (child < 0 || waitpid(child, &status, 0) != child) return 5;
        sum = sum * 31 + WEXITSTATUS(status);
    }
    printf("%08x\n", sum);
    return 0;
}
