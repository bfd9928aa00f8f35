set detach-on-fork off
break in_child
break in_parent
continue
info inferiors
# The parent stands still while the child runs, up to a signal.
inferior 2
continue
print own
continue
# The child stands still at the signal while the parent runs, which waits for it.
inferior 1
print own
python import os, signal, threading
python threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
continue
# It gets the signal when it goes on.
inferior 2
continue
print own
# Back, with both: what the child added, its handler, the parent, the beginning of the child.
reverse-stepi
set schedule-multiple on
watch own
reverse-continue
print own
reverse-continue
print own
reverse-continue
print own
reverse-continue
print own
reverse-continue
print own
reverse-continue
# And another way forwards: both go on.
delete
break again
continue
continue
info inferiors
continue
info inferiors
inferior 1
break behind
continue
print own
continue
