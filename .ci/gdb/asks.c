/* Something that asks its host: for the time, for input, for time to pass. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

volatile long told[16];
volatile int count;

static void note(long value) { told[count++] = value; }
static void done(void) {}

int main(void) {
  struct timespec now;
  char line[80];
  for (int i = 0; i < 3; i++) {
    clock_gettime(CLOCK_REALTIME, &now);
    note(now.tv_nsec);
    usleep(1000);
  }
  while (fgets(line, sizeof line, stdin))
    note(atol(line));
  if (fork() == 0)
    _exit(0);
  wait(0);
  clock_gettime(CLOCK_MONOTONIC, &now);
  note(now.tv_nsec);
  done();
  puts("done");
  return 7;
}
