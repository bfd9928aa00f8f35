/* Two processes that are debugged at once: each counts, the child executes another program, the parent waits. */
#include <stdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int own, shared[2];

static void handler(int number) { own += number; }
static void in_child(void) {}
static void in_parent(void) {}
static void behind(void) {}
static void again(void) {}

int main(int count, char **arguments) {
  int status;
  if (count > 1) {
    again();
    return 9;
  }
  signal(SIGUSR1, handler);
  pid_t child = fork();
  if (child == 0) {
    own = 1;
    in_child();
    raise(SIGUSR1);
    own += 100;
    in_child();
    execl("/data/two", "two", "again", NULL);
    _exit(127);
  }
  own = 2;
  in_parent();
  waitpid(child, &status, 0);
  own = WEXITSTATUS(status);
  behind();
  return 3;
}
