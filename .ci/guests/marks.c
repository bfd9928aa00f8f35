// Marks on files (fanotify(7)): what is told of what, in which order, and who may decide. Needs to be privileged; says
// so, and nothing else, where nobody is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAY(call) do { errno = 0; int answer_ = (call); printf("%s: %d %s\n", #call, answer_ < 0 ? -1 : 0, \
                       answer_ < 0 ? strerrorname_np(errno) : ""); } while (0)

static int group;

// All that has happened: what, by whom, and to what.
static void events(const char *what) {
  char bytes[4096] __attribute__((aligned(8))), link[64], path[256];
  printf("%s:\n", what);
  for (;;) {
    int size = read(group, bytes, sizeof bytes);
    if (size < 0) break;
    struct fanotify_event_metadata *event = (void *)bytes;
    for (; FAN_EVENT_OK(event, size); event = FAN_EVENT_NEXT(event, size)) {
      snprintf(link, sizeof link, "/proc/self/fd/%d", event->fd);
      int length = event->fd < 0 ? 0 : readlink(link, path, sizeof path - 1);
      path[length < 0 ? 0 : length] = 0;
      char *name = strrchr(path, '/');
      // Others of the host may be busy in a filesystem.
      if (strstr(path, "/marked")) printf("  %x %s %s\n", (unsigned)event->mask, event->pid == getpid() ? "own" : "other", name ? name + 1 : path);
      if (event->fd >= 0) close(event->fd);
    }
  }
}

static void touch(const char *path) {
  char byte = 0;
  int fd = open(path, O_RDWR | O_CREAT, 0644);
  if (write(fd, "x", 1) != 1) perror(path);
  lseek(fd, 0, SEEK_SET);
  if (read(fd, &byte, 1) < 0) perror(path);
  close(fd);
}

static void marks(void) {
  int dir = open(".", O_RDONLY | O_DIRECTORY);
  group = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK, O_RDONLY);
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN | FAN_MODIFY | FAN_CLOSE | FAN_ACCESS, AT_FDCWD, "one"));
  touch("one");
  touch("two");
  struct pollfd ready = {group, POLLIN};
  int waiting = 0;
  SAY(poll(&ready, 1, 0));
  ioctl(group, FIONREAD, &waiting);
  printf("%x %d\n", ready.revents, waiting);
  events("a file");
  SAY(fanotify_mark(group, FAN_MARK_REMOVE, FAN_OPEN | FAN_CLOSE, AT_FDCWD, "one"));
  touch("one");
  events("less of it");
  SAY(fanotify_mark(group, FAN_MARK_REMOVE, FAN_MODIFY | FAN_ACCESS, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_REMOVE, FAN_MODIFY, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_CLOSE_WRITE | FAN_EVENT_ON_CHILD, dir, NULL));
  touch("one");
  touch("three");
  mkdir("sub", 0755);
  touch("sub/four");
  close(open(".", O_RDONLY));
  events("what is in a directory");
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN | FAN_ONDIR, dir, "."));
  close(open(".", O_RDONLY));
  events("a directory");
  SAY(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, FAN_CLOSE_WRITE, dir, "one"));
  close(open("one", O_WRONLY));
  events("ignored");
  touch("one");
  events("ignored until it changes");
  SAY(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY, FAN_CLOSE_WRITE, dir, "one"));
  touch("one");
  events("ignored all the same");
  SAY(fanotify_mark(group, FAN_MARK_FLUSH, 0, dir, NULL));
  touch("two");
  events("nothing");
  SAY(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_CLOSE_WRITE, dir, "."));
  touch("sub/four");
  fflush(stdout);
  if (fork() == 0) {
    touch("two");
    _exit(0);
  }
  wait(NULL);
  events("a filesystem");
  SAY(fanotify_mark(group, FAN_MARK_FLUSH | FAN_MARK_MOUNT, 0, dir, NULL));
  SAY(fanotify_mark(group, FAN_MARK_FLUSH | FAN_MARK_FILESYSTEM, 0, dir, NULL));
  touch("two");
  events("nothing any more");
  SAY(close(group));
}

// Those who decide are asked before a file is opened and read.
static void decisions(void) {
  struct fanotify_event_metadata event;
  group = fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM | FAN_ACCESS_PERM, AT_FDCWD, "one"));
  fflush(stdout);
  for (int turn = 0; turn < 4; turn++) {
    int child = fork(), status;
    if (child == 0) {
      char byte;
      close(group);
      int fd = open("one", O_RDONLY);
      if (fd < 0) _exit(errno);
      _exit(read(fd, &byte, 1) < 0 ? 100 + errno : 0);
    }
    // Opening and reading are allowed, or the first, or neither; in the end nobody answers.
    for (int asked = 0; asked < (turn == 1 ? 1 : 2); asked++) {
      if (turn == 3) break;
      if (read(group, &event, sizeof event) != sizeof event) perror("read");
      struct fanotify_response answer = {event.fd, FAN_ALLOW};
      if (turn == 1 || turn == 2 && asked == 1) answer.response = FAN_DENY;
      printf("asked %x by %s\n", (unsigned)event.mask, event.pid == child ? "it" : "another");
      if (write(group, &answer, sizeof answer) != sizeof answer) perror("write");
      close(event.fd);
    }
    if (turn == 3) {
      struct pollfd ready = {group, POLLIN};
      SAY(poll(&ready, 1, -1));
      struct fanotify_response answer = {1000, FAN_ALLOW};
      SAY(write(group, &answer, sizeof answer));
      answer.response = 77;
      SAY(write(group, &answer, sizeof answer));
      SAY(write(group, &answer, 3));
      close(group);
    }
    waitpid(child, &status, 0);
    printf("ended with %d\n", WEXITSTATUS(status));
  }
}

// What was executed, by which thread, and a descriptor of the process.
static void programs(void) {
  struct { struct fanotify_event_metadata event; uint8_t type, pad; uint16_t size; int32_t pidfd; } told;
  group = fanotify_init(FAN_CLASS_NOTIF | FAN_NONBLOCK | 0x80, O_RDONLY);
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN_EXEC, AT_FDCWD, "/proc/self/exe"));
  fflush(stdout);
  int child = fork(), status;
  if (child == 0) {
    execl("/proc/self/exe", "again", "quietly", NULL);
    _exit(1);
  }
  waitpid(child, &status, 0);
  int size = read(group, &told, sizeof told);
  printf("%d %x %d %d %d %d\n", size, (unsigned)told.event.mask, told.event.event_len, told.type, told.size,
         told.event.pid == child);
  close(group);
}

static void errors(void) {
  SAY(fanotify_init(0x8000, O_RDONLY));
  SAY(fanotify_init(FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT, O_RDONLY));
  SAY(fanotify_init(FAN_CLASS_NOTIF, O_WRONLY | O_RDWR));
  SAY(fanotify_init(FAN_CLASS_NOTIF, O_CREAT));
  SAY(fanotify_init(0x80 | FAN_REPORT_TID, O_RDONLY));
  group = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK, O_RDONLY);
  printf("%d %x\n", fcntl(group, F_GETFD), fcntl(group, F_GETFL) & (O_NONBLOCK | O_ACCMODE));
  char little[8];
  SAY(read(group, little, 8));
  SAY(fanotify_mark(group, FAN_MARK_ADD, 0, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, 0, FAN_OPEN, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_REMOVE, FAN_OPEN, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_MOUNT | FAN_MARK_FILESYSTEM, FAN_OPEN, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_FLUSH | FAN_MARK_ONLYDIR, 0, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_CREATE, AT_FDCWD, "."));
  SAY(fanotify_mark(group, FAN_MARK_ADD, 0x100000000, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_ONLYDIR, FAN_OPEN, AT_FDCWD, "one"));
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "missing"));
  SAY(fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN, 1000, NULL));
  SAY(fanotify_mark(1000, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "one"));
  SAY(fanotify_mark(1, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "one"));
  SAY(close(group));
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "quietly") == 0) return 0;
  int probe = fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);
  if (probe < 0) {
    printf("not privileged: %s\n", strerrorname_np(errno));
    return 0;
  }
  close(probe);
  mkdir("marked", 0755);
  if (chdir("marked") < 0) return 1;
  touch("one");
  touch("two");
  marks();
  decisions();
  programs();
  errors();
  return 0;
}
