# Steps forwards and writes down the state, then steps back and compares each.
import gdb

STEPS = 10000
NAMES = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip", "eflags"]


def state():
    frame = gdb.newest_frame()
    registers = [int(frame.read_register(name)) & 0xFFFFFFFF for name in NAMES]
    stack = gdb.selected_inferior().read_memory(registers[4], 64).tobytes()
    return registers, stack


gdb.execute("break main", to_string=True)
gdb.execute("continue", to_string=True)
gdb.execute("delete", to_string=True)
seen = []
for _ in range(STEPS):
    seen.append(state())
    gdb.execute("stepi", to_string=True)
wrong = 0
for number in reversed(range(STEPS)):
    gdb.execute("reverse-stepi", to_string=True)
    if state() != seen[number]:
        wrong += 1
print(f"{STEPS} steps back, {wrong} of them wrong")
gdb.execute("kill")
