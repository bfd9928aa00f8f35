/* What a C library asks of the kernel: files, directories, memory, time, signals' bookkeeping. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static jmp_buf out;
static void deep(int n)
{
    char frame[64];
    memset(frame, n, sizeof frame);
    if (n == 0)
        longjmp(out, frame[0] + 7);
    deep(n - 1);
}

static void files(void)
{
    char buffer[100];
    FILE *f = fopen("written", "w+");
    for (int i = 0; i < 1000; i++)
        fprintf(f, "line %d of %d\n", i, 1000);
    fseek(f, 5000, SEEK_SET);
    printf("%s", fgets(buffer, sizeof buffer, f));
    printf("at %ld\n", ftell(f));
    fclose(f);
    struct stat status;
    stat("written", &status);
    printf("size %ld, mode %o\n", (long)status.st_size, status.st_mode & 0777);
    printf("missing: %s\n", fopen("missing", "r") ? "there" : strerror(errno));
    rename("written", "renamed");
    printf("%d %d\n", access("written", F_OK), access("renamed", R_OK));
    unlink("renamed");
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void directories(void)
{
    char *names[100];
    int count = 0;
    mkdir("folder", 0755);
    close(open("folder/b", O_CREAT | O_WRONLY, 0600));
    close(open("folder/a", O_CREAT | O_WRONLY, 0600));
    DIR *directory = opendir("folder");
    for (struct dirent *entry; (entry = readdir(directory));)
        names[count++] = strdup(entry->d_name);
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    for (int i = 0; i < count; i++)
        printf("%s ", names[i]);
    printf("\n");
    chdir("folder");
    unlink("a");
    unlink("b");
    chdir("..");
    printf("rmdir %d\n", rmdir("folder"));
}

static void memory(void)
{
    size_t total = 0;
    char *blocks[200];
    for (int i = 0; i < 200; i++) {
        size_t size = (size_t)i * i * 37 % 200000 + 1;
        blocks[i] = memset(malloc(size), i, size);
        total += size;
    }
    for (int i = 0; i < 200; i += 2)
        blocks[i] = realloc(blocks[i], 300000 + i);
    unsigned sum = 0;
    for (int i = 0; i < 200; i++)
        sum = sum * 31 + (unsigned char)blocks[i][0], free(blocks[i]);
    printf("memory %zu %08x\n", total, sum);
    char *map = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    map[12345] = 'x';
    map = mremap(map, 1 << 20, 2 << 20, MREMAP_MAYMOVE);
    printf("map %c %d\n", map[12345], map[(1 << 20) + 5]);
    printf("unmapped %d\n", munmap(map, 2 << 20));
    int fd = open("words", O_RDONLY);
    const char *file = mmap(0, 100, PROT_READ, MAP_PRIVATE, fd, 0);
    printf("file %.10s\n", file);
}

int main(void)
{
    int jumped = setjmp(out);
    if (jumped == 0)
        deep(20);
    printf("jumped %d\n", jumped);
    files();
    directories();
    memory();
    struct tm when;
    time_t then = 1234567890;
    gmtime_r(&then, &when);
    char text[64];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %j", &when);
    printf("%s, now %d\n", text, time(0) > then);
    printf("%s %s\n", getenv("PWD"), getenv("NOTHING") ? "something" : "nothing");
    char line[80];
    printf("read %s", fgets(line, sizeof line, stdin));
    fprintf(stderr, "to standard error\n");
    abort();
}
