rwatch value
continue
delete
handle SIGUSR1 stop print
continue
print $_siginfo.si_signo
print $_siginfo._sifields._rt.si_sigval.sival_int
catch vfork
monitor strace on
monitor coverage on
continue
monitor strace off
monitor coverage
monitor coverage off
delete
tbreak waiting
continue
python import os, signal, threading
python threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
continue
print sum
tbreak handler
reverse-continue
print sum
tbreak waiting
continue
python threading.Timer(1.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
continue
print sum
reverse-stepi
kill
