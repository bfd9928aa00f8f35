/* Something that only computes. */
static unsigned next(unsigned state) { return state * 1664525u + 1013904223u; }

int main(void) {
  unsigned state = 1;
  for (int i = 0; i < 3000; i++)
    state = next(state) ^ state >> 7;
  return state & 1;
}
