/* A read, a signal with a value, another program in a child that borrows memory, and a wait without end. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int value = 5, sum;

static void handler(int number) { sum += number; }
static void again(void) {}
static void waiting(void) {}

int main(int count, char **arguments) {
  if (count > 1) {
    again();
    return 3;
  }
  signal(SIGUSR1, handler);
  sum = value;
  sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = 77});
  if (vfork() == 0) {
    execl("/data/events", "events", "again", NULL);
    _exit(127);
  }
  wait(0);
  waiting();
  for (;;)
    pause();
}
