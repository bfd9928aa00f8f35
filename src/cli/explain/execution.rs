//! An instruction executed on given registers, and the state before and after.

use serde::Serialize;

use crate::cpu::{Model, Register};
use crate::decode::Instruction;
use crate::engine::{self, Environment, Event, Machine, Options};
use crate::linux::Kernel;
use crate::memory::{Access, Perm};
use crate::vm::Vm;

use super::super::failure::Failure;
use super::super::text as words;
use super::settings::Setting;

/// Where the bytes lie that are executed, if nobody says.
pub const CODE: u32 = 0x0804_8000;

/// Where ESP points if nobody says.
const STACK: u32 = 0xbfff_f000;

/// All memory, in halves: the length of a range has 32 bits.
const HALF: u32 = 0x8000_0000;

/// Iterations of a repeated string instruction that are executed.
const ITERATIONS: u64 = 1 << 20;

/// The registers that are compared, by name.
const REGISTERS: &str = "eax ecx edx ebx esp ebp esi edi eip eflags es cs ss ds fs gs st0 st1 st2 st3 st4 st5 st6 st7 \
                         fpcw fpsw fptag ymm0 ymm1 ymm2 ymm3 ymm4 ymm5 ymm6 ymm7 mxcsr";

/// What an execution did.
#[derive(Serialize)]
pub struct Execution {
    /// General-purpose registers, EIP and EFLAGS before.
    pub before: Vec<(String, String)>,
    /// What holds another value now.
    pub changes: Vec<ChangedValue>,
    /// The exception or interrupt that it raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised: Option<String>,
    /// Memory that it read, by address and length.
    pub reads: Vec<(u32, u32)>,
}

/// A value that changed.
#[derive(Serialize)]
pub struct ChangedValue {
    pub what: String,
    pub before: String,
    pub after: String,
}

/// Passes on every event: nobody answers.
struct Bare;

impl Environment for Bare {
    fn event(&mut self, _: &mut Machine, event: Event) -> Option<Event> {
        Some(event)
    }
}

/// Executes an instruction.
///
/// # Errors
/// A setting that cannot be made.
pub fn execute(
    bytes: &[u8],
    instruction: &Instruction,
    model: &Model,
    settings: &[Setting],
) -> Result<Execution, Failure> {
    let mut before = machine(bytes, model, settings)?;
    let mut after = machine(bytes, model, settings)?;
    after.memory_mut().set_watch(true);
    let budget = if instruction.prefixes.repeat.is_some() { ITERATIONS } else { 1 };
    let start = after.eip();
    let mut event = None;
    for _ in 0..budget {
        event = engine::run(after.machine(), &mut Bare, &Options::default(), 1);
        if event.is_some() || after.eip() != start {
            break;
        }
    }
    let accesses = after.memory_mut().take_events();
    after.memory_mut().set_watch(false);
    let mut changes = registers(&before, &after);
    changes.extend(memory(&mut before, &mut after, &accesses));
    let names = REGISTERS.split_whitespace().take(10);
    let reads = accesses.iter().filter(|(_, _, access)| *access == Access::Read);
    Ok(Execution {
        before: names.map(|name| (name.to_string(), value(&before, name))).collect(),
        changes,
        raised: event.map(raised),
        reads: reads.map(|(address, length, _)| (*address, *length)).collect(),
    })
}

fn machine(bytes: &[u8], model: &Model, settings: &[Setting]) -> Result<Vm, Failure> {
    let mut machine = Machine::default();
    machine.cpu.model = model.clone();
    machine.memory.map(0, HALF, Perm::ALL);
    machine.memory.map(HALF, HALF, Perm::ALL);
    machine.cpu.regs[Register::Esp] = STACK;
    machine.cpu.eip = CODE;
    let mut vm = Vm::from_parts(machine, Kernel::default());
    settings.iter().try_for_each(|setting| setting.apply(&mut vm))?;
    let eip = vm.eip();
    vm.memory_mut().copy_in(eip, bytes);
    Ok(vm)
}

/// Registers that hold another value.
fn registers(before: &Vm, after: &Vm) -> Vec<ChangedValue> {
    let change = |name: &str| {
        let (old, new) = (value(before, name), value(after, name));
        (old != new).then(|| ChangedValue { what: name.into(), before: old, after: new })
    };
    REGISTERS.split_whitespace().filter_map(change).collect()
}

/// A register's value in hex; of EFLAGS the flags that are set, by name.
fn value(vm: &Vm, name: &str) -> String {
    if name == "eflags" {
        return words::flags(vm.cpu().eflags());
    }
    let bytes = vm.registers().bytes(name).unwrap_or_default();
    bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect()
}

/// Memory that was written and holds other bytes.
fn memory(before: &mut Vm, after: &mut Vm, accesses: &[(u32, u32, Access)]) -> Vec<ChangedValue> {
    let bytes = |vm: &mut Vm, address, length: u32| {
        let mut bytes = vec![0; length as usize];
        vm.memory_mut().read(address, &mut bytes).map_or_else(|_| "?".into(), |()| words::bytes(&bytes))
    };
    let mut changes: Vec<ChangedValue> = Vec::new();
    for (address, length, _) in accesses.iter().filter(|(_, _, access)| *access == Access::Write) {
        let (old, new) = (bytes(before, *address, *length), bytes(after, *address, *length));
        let what = format!("[{address:#x}]");
        if old != new && !changes.iter().any(|known| known.what == what) {
            changes.push(ChangedValue { what, before: old, after: new });
        }
    }
    changes
}

/// What it raised, in words.
fn raised(event: Event) -> String {
    match event {
        Event::Fault(exception) => exception.to_string(),
        Event::Interrupt(vector) => format!("interrupt {vector:#x}"),
        Event::Sysenter => "an entry into the kernel by SYSENTER".into(),
    }
}
