//! What happens when a program writes to a file of `/proc` (proc(5)).

use crate::instructions::Machine;
use crate::linux::abi::capabilities::{CAP_SYS_ADMIN, CAP_SYS_RESOURCE};
use crate::linux::errno::{Answer, Errno};
use crate::linux::files::{IpcListing, ProcSetting};
use crate::linux::kernel::Kernel;
use crate::linux::objects::transfer::GuestRange;

use super::id_maps;

/// Longest text that counts.
const MOST: u32 = 4096;

/// Sets what a file stands for of a process or thread, from text in guest memory.
pub fn write(k: &mut Kernel, m: &mut Machine, setting: (ProcSetting, u32), range: GuestRange) -> Answer {
    let mut text = vec![0; range.size.min(MOST) as usize];
    m.memory.read(range.address, &mut text)?;
    let (setting, id) = setting;
    match setting {
        ProcSetting::Name => {
            let own = k.find_thread(id).is_some_and(|thread| thread.pid == k.process.pid);
            let thread = k.find_thread_mut(id).filter(|_| own).ok_or(Errno::EINVAL)?;
            thread.set_name(text.strip_suffix(b"\n").unwrap_or(&text));
        }
        ProcSetting::OomScore => {
            let wanted = number(&text).filter(|wanted| (-1000..=1000).contains(wanted)).ok_or(Errno::EINVAL)?;
            adjust(k, id, wanted)?;
        }
        ProcSetting::OldOomScore => {
            let wanted = number(&text).filter(|wanted| (-17..=15).contains(wanted)).ok_or(Errno::EINVAL)?;
            adjust(k, id, if wanted == 15 { 1000 } else { wanted * 1000 / 17 })?;
        }
        ProcSetting::NextIdentifier(kind) => {
            k.process.credentials.require(CAP_SYS_ADMIN)?;
            let wanted = number(&text).and_then(|number| u32::try_from(number).ok()).ok_or(Errno::EINVAL)?;
            let ipc = &mut k.world.ipc;
            match kind {
                IpcListing::Segments => ipc.segments.wanted = Some(wanted),
                IpcListing::Semaphores => ipc.semaphores.wanted = Some(wanted),
                IpcListing::Queues => ipc.queues.wanted = Some(wanted),
            }
        }
        ProcSetting::SystemName(which) => {
            k.process.credentials.require_in(&k.process.namespaces.host.identity.owner, CAP_SYS_ADMIN)?;
            let line = text.split(|byte| [b'\n', 0].contains(byte)).next().unwrap_or_default();
            k.set_name(which, line.to_vec());
        }
        ProcSetting::IpcLimit(which) => {
            k.process.credentials.require(CAP_SYS_ADMIN)?;
            let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            let numbers: Option<Vec<u32>> = words.map(|word| std::str::from_utf8(word).ok()?.parse().ok()).collect();
            k.world.ipc.set_limit(which, &numbers.ok_or(Errno::EINVAL)?)?;
        }
        ProcSetting::Kept(path, first) => k.world.settings.set(path, first, &text)?,
        ProcSetting::IdMap(kind) => id_maps::write(k, id, kind, &text)?,
        ProcSetting::SetGroups => id_maps::write_set_groups(k, id, &text)?,
        ProcSetting::Nothing => {
            number(&text).ok_or(Errno::EINVAL)?;
        }
    }
    Ok(range.size)
}

/// Making a process less likely to be killed needs a privilege.
fn adjust(k: &mut Kernel, id: u32, wanted: i32) -> Result<(), Errno> {
    let privileged = k.process.credentials.can(CAP_SYS_RESOURCE);
    let process = k.find_process_mut(id).ok_or(Errno::ESRCH)?;
    if wanted < process.habits.oom_score_adjustment && !privileged {
        return Err(Errno::EACCES);
    }
    process.habits.oom_score_adjustment = wanted;
    Ok(())
}

/// A number as `kstrtoint` takes it: decimal, octal or hexadecimal, with one newline after it.
fn number(text: &[u8]) -> Option<i32> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let value = match digits.strip_prefix("0x") {
        Some(hex) => i32::from_str_radix(hex, 16),
        None if digits.len() > 1 && digits.starts_with('0') => i32::from_str_radix(digits, 8),
        None => digits.parse(),
    };
    value.ok().map(|value| sign * value)
}
