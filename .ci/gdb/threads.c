/* A value that one of four threads spoils, and a crash that comes of it much later. */
#include <pthread.h>
#include <stdio.h>

static int healthy[4] = {1, 2, 3, 4};
static int *table[4];
static volatile unsigned work[4];

static void *run(void *argument) {
  int own = *(int *)argument;
  for (int i = 0; i < 20000; i++) {
    work[own] += i;
    if (own == 2 && i == 12345)
      table[1] = (int *)16; /* the culprit */
  }
  return 0;
}

int main(void) {
  pthread_t threads[4];
  static int numbers[4] = {0, 1, 2, 3};
  for (int i = 0; i < 4; i++)
    table[i] = &healthy[i];
  for (int i = 0; i < 4; i++)
    pthread_create(&threads[i], 0, run, &numbers[i]);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], 0);
  int sum = 0;
  for (int i = 0; i < 4; i++)
    sum += *table[i];
  printf("%d\n", sum);
  return 0;
}
