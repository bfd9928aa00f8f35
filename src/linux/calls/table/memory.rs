//! Calls on memory.

use crate::linux::abi::memory::{
    MADVISE, MAP, MLOCK, MLOCKALL, MREMAP, MSYNC, PROT, PROT_EXEC, PROT_GROWSDOWN, PROT_GROWSUP, PROT_READ, PROT_SEM,
    PROT_WRITE,
};

use super::super::arguments::{ADDRESS, FIXED_ADDRESS, HEX, INT, PAGES, UINT, all, flags, one_of, only};
use super::super::{advice, lock_memory, memory, pidfd_memory, process_memory, remap};
use super::rows::calls;

calls! {
    45 brk(ADDRESS) -> ADDRESS => memory::brk;
    90 mmap(ADDRESS) -> ADDRESS => memory::old_mmap;
    91 munmap(ADDRESS, UINT) => memory::munmap;
    125 mprotect(ADDRESS, UINT, only(&PROT, PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM | PROT_GROWSDOWN | PROT_GROWSUP)) => memory::mprotect;
    144 msync(ADDRESS, UINT, all(&MSYNC)) => memory::msync;
    150 mlock(ADDRESS, UINT) => lock_memory::mlock;
    151 munlock(ADDRESS, UINT) => lock_memory::munlock;
    152 mlockall(all(&MLOCKALL)) => lock_memory::mlockall;
    153 munlockall() => lock_memory::munlockall;
    163 mremap(ADDRESS, UINT, UINT, all(&MREMAP), FIXED_ADDRESS) -> ADDRESS => remap::mremap;
    192 mmap2(ADDRESS, UINT, flags(&PROT), flags(&MAP), INT, PAGES) -> ADDRESS => memory::mmap2;
    218 mincore(ADDRESS, UINT, ADDRESS) => memory::mincore;
    257 remap_file_pages(ADDRESS, UINT, flags(&PROT), UINT, flags(&MAP)) => remap::remap_file_pages;
    219 madvise(ADDRESS, UINT, one_of(&MADVISE)) => advice::madvise;
    347 process_vm_readv(INT, ADDRESS, UINT, ADDRESS, UINT, HEX) => process_memory::process_vm_readv;
    348 process_vm_writev(INT, ADDRESS, UINT, ADDRESS, UINT, HEX) => process_memory::process_vm_writev;
    440 process_madvise(INT, ADDRESS, UINT, flags(&MADVISE), HEX) => pidfd_memory::process_madvise;
    448 process_mrelease(INT, HEX) => pidfd_memory::process_mrelease;
    376 mlock2(ADDRESS, UINT, all(&MLOCK)) => lock_memory::mlock2;
}
