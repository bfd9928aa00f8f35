//! For those who know Unicorn or PyVM: their calls, and ours.
//!
//! | Unicorn | here |
//! |---|---|
//! | `uc_open(UC_ARCH_X86, UC_MODE_32)` | [`Vm::default`], [`Vm::builder`] |
//! | `uc_mem_map`, `uc_mem_protect`, `uc_mem_unmap` | [`Vm::map`], [`Vm::protect`], [`Vm::unmap`] |
//! | `uc_mem_write`, `uc_mem_read` | [`Vm::write`], [`Vm::read`], [`Vm::write_value`], [`Vm::read_value`] |
//! | `uc_reg_write`, `uc_reg_read` | [`Vm::registers_mut`], [`Vm::registers`] by name, [`Vm::cpu_mut`], [`Vm::cpu`] by type |
//! | `uc_emu_start(begin, until, timeout, count)` | [`Vm::set_eip`], [`Vm::run_until`], [`Vm::set_deadline`], the budget of [`Vm::run`] |
//! | `uc_emu_stop` in a hook, from a thread | [`HookContext::stop`], [`Vm::interrupt_handle`] |
//! | `uc_hook_add`, `uc_hook_del` | [`Vm::add_hook`], [`Vm::remove_hook`] |
//! | `uc_context_save`, `uc_context_restore` | [`Vm::snapshot`], [`Vm::restore`]: memory and kernel too |
//! | `UC_HOOK_CODE`, `UC_HOOK_BLOCK` | [`Hook::instruction`], [`Hook::block`] |
//! | `UC_HOOK_MEM_READ`, `…_WRITE`, `…_FETCH` | [`Hook::read`], [`Hook::write`], [`Hook::fetch`] |
//! | `UC_HOOK_MEM_UNMAPPED`, `…_PROT` | [`Hook::page_fault`] |
//! | `UC_HOOK_INTR`, `UC_HOOK_INSN_INVALID` | [`Hook::interrupt`] |
//! | `UC_HOOK_INSN` of SYSENTER, SYSCALL | [`Hook::system_call`], [`Hook::answer`] |
//! | `UC_HOOK_INSN` of CPUID | [`Hook::cpuid`] |
//!
//! Unicorn has no kernel; here one answers system calls, and a fault ends the program by a signal, unless a hook has
//! it otherwise. Memory hooks are called after the instruction, with what it has read and written; Unicorn calls them
//! in its midst.
//!
//! # Line by line
//!
//! `uc_open`, `uc_mem_map(uc, 0x1000, 0x1000, UC_PROT_ALL)`, `uc_mem_write(uc, 0x1000, code, 2)`,
//! `uc_reg_write(uc, UC_X86_REG_ECX, &value)`, `uc_emu_start(uc, 0x1000, 0x1002, 0, 0)`, `uc_reg_read`:
//!
//! ```
//! use tab86::memory::Perm;
//! use tab86::vm::{Stop, Vm};
//! let mut vm = Vm::default();
//! vm.map(0x1000, 0x1000, Perm::ALL)?;
//! vm.write(0x1000, &[0x41, 0x4a])?; // inc ecx; dec edx
//! vm.registers_mut().set("ecx", 0x1234)?;
//! vm.set_eip(0x1000);
//! assert_eq!(vm.run_until(0x1002, u64::MAX), Stop::Breakpoint);
//! assert_eq!(vm.registers().get("ecx"), Some(0x1235));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `uc_emu_start(uc, begin, 0, timeout, count)`: a budget, and a moment of the host's clock:
//!
//! ```
//! use std::time::{Duration, Instant};
//! # use tab86::vm::{Stop, Vm};
//! let mut vm = Vm::new(4096);
//! vm.write(0, &[0xeb, 0xfe])?; // jmp to itself
//! assert_eq!(vm.run(1000), Stop::Budget);
//! vm.set_deadline(Some(Instant::now() + Duration::from_millis(5)));
//! assert_eq!(vm.run(u64::MAX), Stop::Deadline);
//! # Ok::<(), tab86::vm::MemoryError>(())
//! ```
//!
//! `uc_hook_add(uc, &hook, UC_HOOK_CODE, callback, data, begin, end)`, with an end that counts; `uc_hook_del`:
//!
//! ```
//! # use tab86::vm::{Hook, Stop, Vm};
//! let mut vm = Vm::new(4096);
//! vm.write(0, &[0x40, 0x40, 0xcc])?; // inc eax; inc eax; int3
//! let id = vm.add_hook(Hook::instruction(1..=1, |context, instruction| {
//!     println!("{:#x}: {instruction}", context.cpu.eip);
//!     context.stop(); // uc_emu_stop
//! }));
//! assert_eq!(vm.run(100), Stop::Hook(id));
//! vm.remove_hook(id);
//! # Ok::<(), tab86::vm::MemoryError>(())
//! ```
//!
//! `UC_HOOK_MEM_WRITE`:
//!
//! ```
//! # use tab86::vm::{Hook, Stop, Vm};
//! let mut vm = Vm::new(4096);
//! vm.write(0, &[0xa3, 0x00, 0x01, 0, 0, 0xcc])?; // mov [0x100], eax; int3
//! vm.registers_mut().set("eax", 77).unwrap();
//! vm.add_hook(Hook::write(0x100..0x104, |_, write| {
//!     assert_eq!((write.address, write.value(), write.length()), (0x100, 77, 4));
//! }));
//! assert_eq!(vm.run(100), Stop::Breakpoint);
//! # Ok::<(), tab86::vm::MemoryError>(())
//! ```
//!
//! `UC_HOOK_MEM_UNMAPPED` with a callback that maps and returns true:
//!
//! ```
//! # use tab86::memory::Perm;
//! # use tab86::vm::{Hook, Reaction, Stop, Vm};
//! let mut vm = Vm::builder().map(0x1000, 0x1000, Perm::ALL).write(0x1000, [0xa1, 0, 0, 0x20, 0, 0xcc]).build()?;
//! vm.add_hook(Hook::page_fault(0x20_0000.., |context, fault| {
//!     context.memory.map(fault.address & !0xfff, 0x1000, Perm::READ);
//!     Reaction::Handled
//! }));
//! vm.set_eip(0x1000);
//! assert_eq!(vm.run(100), Stop::Breakpoint); // mov eax, [0x200000]; int3
//! # Ok::<(), tab86::vm::BuildError>(())
//! ```
//!
//! `UC_HOOK_INTR`, and what programs made for Unicorn do in it, a system call of their own:
//!
//! ```
//! # use tab86::cpu::Register;
//! # use tab86::engine::Event;
//! # use tab86::vm::{Hook, Reaction, Stop, Vm};
//! let mut vm = Vm::new(4096);
//! vm.add_hook(Hook::interrupt(|context, event| match event {
//!     Event::Interrupt(0x21) => {
//!         context.cpu.regs[Register::Eax] = 5;
//!         Reaction::Handled
//!     }
//!     _ => Reaction::Pass,
//! }));
//! vm.add_hook(Hook::system_call(1000..=1000, |_, call| Some(Ok(call.arguments[0] + 1))));
//! assert_eq!(vm.execute_bytes(&[0xcd, 0x21, 0xcc], 0)?, Stop::Breakpoint);
//! assert_eq!(vm.registers().get("eax"), Some(5));
//! # Ok::<(), tab86::vm::VmError>(())
//! ```
//!
//! `UC_HOOK_INSN` with `UC_X86_INS_CPUID`:
//!
//! ```
//! # use tab86::vm::{Hook, Stop, Vm};
//! let mut vm = Vm::new(4096);
//! vm.add_hook(Hook::cpuid(|_, _, answer| answer[2] |= 1 << 31)); // a hypervisor is present
//! assert_eq!(vm.execute_bytes(&[0x0f, 0xa2, 0xcc], 0)?, Stop::Breakpoint);
//! # Ok::<(), tab86::vm::VmError>(())
//! ```
//!
//! # PyVM
//!
//! | PyVM | here |
//! |---|---|
//! | `VM(memory_size)` | [`Vm::new`] |
//! | `vm.execute_bytes(code, offset)`, `execute_file` | [`Vm::execute_bytes`], [`Vm::execute_file`] |
//! | `vm.execute_elf` | [`Vm::with_elf`], [`VmBuilder::elf`] |
//! | `vm.reg.get`, `vm.reg.set` | [`Vm::registers`], [`Vm::registers_mut`] |
//! | `vm.mem.get`, `vm.mem.set` | [`Vm::read`], [`Vm::write`] |
//! | `vm.stack_push`, `vm.stack_pop` | [`Vm::stack_push`], [`Vm::stack_pop`] |
//! | a method for each interrupt | [`Hook::interrupt`], [`Hook::system_call`] |
//!
//! ```
//! # use tab86::vm::{Stop, Vm};
//! let mut vm = Vm::new(128); // VM(128)
//! let code = [0xb8, 1, 0, 0, 0, 0xbb, 7, 0, 0, 0, 0xcd, 0x80];
//! assert_eq!(vm.execute_bytes(&code, 0)?, Stop::Exit(7)); // vm.execute_bytes(code)
//! assert_eq!(vm.registers().get("ebx"), Some(7)); // vm.reg.get(…)
//! # Ok::<(), tab86::vm::VmError>(())
//! ```
//!
//! [`Vm`]: super::Vm
//! [`Vm::default`]: super::Vm::default
//! [`Vm::builder`]: super::Vm::builder
//! [`VmBuilder::elf`]: super::VmBuilder::elf
//! [`Vm::map`]: super::Vm::map
//! [`Vm::protect`]: super::Vm::protect
//! [`Vm::unmap`]: super::Vm::unmap
//! [`Vm::write`]: super::Vm::write
//! [`Vm::read`]: super::Vm::read
//! [`Vm::write_value`]: super::Vm::write_value
//! [`Vm::read_value`]: super::Vm::read_value
//! [`Vm::registers`]: super::Vm::registers
//! [`Vm::registers_mut`]: super::Vm::registers_mut
//! [`Vm::cpu`]: super::Vm::cpu
//! [`Vm::cpu_mut`]: super::Vm::cpu_mut
//! [`Vm::set_eip`]: super::Vm::set_eip
//! [`Vm::run`]: super::Vm::run
//! [`Vm::run_until`]: super::Vm::run_until
//! [`Vm::set_deadline`]: super::Vm::set_deadline
//! [`Vm::interrupt_handle`]: super::Vm::interrupt_handle
//! [`Vm::snapshot`]: super::Vm::snapshot
//! [`Vm::restore`]: super::Vm::restore
//! [`Vm::add_hook`]: super::Vm::add_hook
//! [`Vm::remove_hook`]: super::Vm::remove_hook
//! [`Vm::new`]: super::Vm::new
//! [`Vm::execute_bytes`]: super::Vm::execute_bytes
//! [`Vm::execute_file`]: super::Vm::execute_file
//! [`Vm::with_elf`]: super::Vm::with_elf
//! [`Vm::stack_push`]: super::Vm::stack_push
//! [`Vm::stack_pop`]: super::Vm::stack_pop
//! [`HookContext::stop`]: super::HookContext::stop
//! [`Hook::instruction`]: super::Hook::instruction
//! [`Hook::block`]: super::Hook::block
//! [`Hook::read`]: super::Hook::read
//! [`Hook::write`]: super::Hook::write
//! [`Hook::fetch`]: super::Hook::fetch
//! [`Hook::page_fault`]: super::Hook::page_fault
//! [`Hook::interrupt`]: super::Hook::interrupt
//! [`Hook::system_call`]: super::Hook::system_call
//! [`Hook::answer`]: super::Hook::answer
//! [`Hook::cpuid`]: super::Hook::cpuid
