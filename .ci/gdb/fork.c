/* A child that is followed, and its parent that waits for it. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int in_child(int n) { return n * 2; }

int main(void) {
  int status;
  pid_t child = fork();
  if (child == 0)
    _exit(in_child(21));
  waitpid(child, &status, 0);
  printf("%d\n", WEXITSTATUS(status));
  return 3;
}
