//! The world as `/proc` shows it, filled in from the kernel.

use std::sync::Arc;

use crate::instructions::Machine;

use super::abi::files::O_CLOEXEC;
use super::errno::Errno;
use super::files::{DescriptorFacts, Jumps, PlaceHandle, ProcessFacts, ProcessLink, RegionFacts, SystemFacts, View};
use super::kernel::Kernel;
use super::process::{PID, TASK_SIZE};
use super::sync::lock;

/// A kernel and the machine that it is about.
pub struct KernelView<'a> {
    /// The kernel.
    pub kernel: &'a Kernel,
    /// The machine.
    pub machine: &'a Machine,
}

impl KernelView<'_> {
    /// ENOENT unless it is a process or thread.
    fn known(id: u32) -> Result<(), Errno> {
        if id == PID { Ok(()) } else { Err(Errno::ENOENT) }
    }
}

impl Jumps for KernelView<'_> {
    fn jump(&self, link: ProcessLink) -> Result<PlaceHandle, Errno> {
        let process = &self.kernel.process;
        match link {
            ProcessLink::Exe(id) => {
                KernelView::known(id)?;
                process.program.clone().ok_or(Errno::ENOENT)
            }
            ProcessLink::Cwd(id) => KernelView::known(id).map(|()| Arc::clone(&process.directory)),
            ProcessLink::Root(id) => KernelView::known(id).map(|()| Arc::clone(&process.root)),
            ProcessLink::Descriptor(id, number) => {
                KernelView::known(id)?;
                let open = process.open_file(number).map_err(|_| Errno::ENOENT)?;
                let place = Arc::clone(&lock(&open).place);
                Ok(place)
            }
        }
    }
}

impl View for KernelView<'_> {
    fn current(&self) -> (u32, u32) {
        (PID, PID)
    }

    fn processes(&self) -> Vec<u32> {
        vec![PID]
    }

    fn threads(&self, process: u32) -> Vec<u32> {
        self.processes().into_iter().filter(|id| *id == process).collect()
    }

    fn process(&self, id: u32) -> Result<ProcessFacts, Errno> {
        KernelView::known(id)?;
        let process = &self.kernel.process;
        let mapped = process.space.mapped();
        Ok(ProcessFacts {
            id,
            process: PID,
            parent: 1,
            group: PID,
            session: PID,
            state: 'R',
            name: process.name.clone(),
            users: [process.credentials.uid; 4],
            groups: [process.credentials.gid; 4],
            threads: 1,
            umask: process.umask,
            mapped,
            resident: mapped,
            limits: (0..16).filter_map(|resource| process.limits.get(resource).ok()).collect(),
            descriptor_limit: process.limits.descriptors(),
            ..ProcessFacts::default()
        })
    }

    fn regions(&self, id: u32) -> Result<Vec<RegionFacts>, Errno> {
        KernelView::known(id)?;
        let memory = &self.machine.memory;
        let region = |(start, end): (u64, u64)| {
            let perm = memory.perm(start as u32).unwrap_or_default();
            use crate::memory::Perm;
            let rights = [perm.has(Perm::READ), perm.has(Perm::WRITE), perm.has(Perm::EXECUTE), false];
            RegionFacts { start, end, rights, resident: end - start, ..RegionFacts::default() }
        };
        Ok(self.kernel.process.space.within(0, TASK_SIZE).into_iter().map(region).collect())
    }

    fn memory(&self, _: u32, address: u32, count: u32) -> Vec<u8> {
        self.machine.memory.get(address, count).unwrap_or_default()
    }

    fn descriptors(&self, id: u32) -> Result<Vec<u32>, Errno> {
        KernelView::known(id)?;
        Ok(self.kernel.process.descriptors.numbers())
    }

    fn descriptor(&self, id: u32, number: u32) -> Result<DescriptorFacts, Errno> {
        KernelView::known(id)?;
        let descriptors = &self.kernel.process.descriptors;
        let open = descriptors.get(number).map_err(|_| Errno::ENOENT)?;
        let closing = descriptors.close_on_exec(number).unwrap_or_default();
        let open = lock(&open);
        Ok(DescriptorFacts {
            position: open.position,
            flags: open.flags | if closing { O_CLOEXEC } else { 0 },
            mount: open.place.mount_number(),
            inode: open.place.node().identity().1,
            more: Vec::new(),
        })
    }

    fn link(&self, link: ProcessLink) -> Result<Vec<u8>, Errno> {
        Ok(self.jump(link)?.path(&self.kernel.process.root))
    }

    fn system(&self) -> SystemFacts {
        let (process, m) = (&self.kernel.process, self.machine);
        let nanoseconds = |time: std::time::Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let (elapsed, date) = (process.clock.elapsed(m), process.clock.date(m));
        let model = &m.cpu.model;
        let leaves = [(0, 0), (1, 0), (7, 0), (0xd, 1), (0x8000_0001, 0), (0x8000_0002, 0), (0x8000_0003, 0)];
        SystemFacts {
            host_name: "tab86".into(),
            release: ["5.10.0".into(), "#1 tab86".into()],
            cpuid: leaves.into_iter().chain([(0x8000_0004, 0)]).map(|(leaf, sub)| model.answer(leaf, sub)).collect(),
            times: [nanoseconds(elapsed), nanoseconds(date.saturating_sub(elapsed))],
            memory: [process.space.limit(), process.space.mapped()],
            tasks: [1, 1, PID],
            seed: 0,
        }
    }

    fn mounts(&self, short: bool) -> Vec<u8> {
        self.kernel.process.namespace.mount_table(short)
    }
}
