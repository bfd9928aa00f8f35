break done
continue
print count
set $times = told[0] ^ told[1] ^ told[2] ^ told[5]
watch count
reverse-continue
reverse-continue
print told[3]
delete
tbreak main
reverse-continue
print told[0]
break done
continue
print count
print (told[0] ^ told[1] ^ told[2] ^ told[5]) == $times
reverse-stepi
stepi
set var told[0] = 1
delete
continue
