continue
print table[1]
watch table[1]
reverse-continue
print i
print own
info threads
next
print table[1]
kill
