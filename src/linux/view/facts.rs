//! What the kernel tells `/proc`.

use std::time::Duration;

use crate::linux::abi::files::O_CLOEXEC;
use crate::linux::abi::process::{READ_IMPLIES_EXEC, RELEASE, VERSION};
use crate::linux::errno::Errno;
use crate::linux::files::{
    DescriptorFacts, IpcLimit, IpcListing, Jumps, MountListing, ProcessFacts, ProcessLink, RegionFacts, SystemFacts,
    SystemName, View,
};
use crate::linux::net::SocketListing;
use crate::linux::objects::TerminalHandle;
use crate::linux::process::{INIT_PID, IdKind, ProcessState, Space, is_data, is_stack};
use crate::linux::sync::lock;
use crate::linux::tracing::Tracee;
use crate::memory::{AddressSpace, MappedRegion, Perm};

use super::{KernelView, descriptors};

impl View for KernelView<'_> {
    fn current(&self) -> (u32, u32) {
        (self.kernel.process.pid, self.kernel.thread.tid)
    }

    fn terminal(&self) -> Option<TerminalHandle> {
        self.kernel.process.terminal.clone()
    }

    fn processes(&self) -> Vec<u32> {
        self.kernel.pids().into_iter().filter(|pid| self.owner(*pid).is_ok()).collect()
    }

    fn threads(&self, process: u32) -> Vec<u32> {
        self.owner(process).map_or(Vec::new(), |process| process.threads.iter().copied().collect())
    }

    fn process(&self, id: u32) -> Result<ProcessFacts, Errno> {
        let process = self.owner(id)?;
        let thread = self.thread(id);
        let space = self.space(process);
        let mapped = space.map_or(0, |memory| memory.mapped_pages() * 4096);
        let waits = id == INIT_PID || self.kernel.world.waiters.contains(id);
        let tracees = &self.kernel.world.tracees;
        let state = match process.state {
            ProcessState::Running | ProcessState::Stopped(_) if tracees.get(id).is_some_and(Tracee::is_in_hand) => 't',
            ProcessState::Running if waits => 'S',
            ProcessState::Running => 'R',
            ProcessState::Stopped(_) => 'T',
            ProcessState::Zombie(_) | ProcessState::Reaped => 'Z',
        };
        let (umask, facts) = (process.standing().umask, process.space());
        let (heap, stack) = (facts.heap, facts.initial_stack.clone());
        let used = thread.filter(|_| id != process.pid).map(|thread| self.kernel.usage_of_thread(self.machine, thread));
        let used = used.unwrap_or_else(|| self.kernel.usage_of(self.machine, process));
        let scheduling = thread.map(|thread| thread.scheduling).unwrap_or_default();
        let confined = thread.map(|thread| thread.confinement.clone()).unwrap_or_default();
        let filters = confined.filters.as_ref().map_or(0, |filter| filter.chain().count());
        let within = &self.kernel.process.credentials.within;
        Ok(ProcessFacts {
            confinement: [confined.no_new_privileges.into(), confined.mode(), filters as u32],
            id,
            process: process.pid,
            parent: process.parent,
            group: process.group,
            session: process.session,
            terminal: process.terminal.as_ref().map(|terminal| (terminal.device(), terminal.control().foreground)),
            tracer: tracees.tracer_of(id).unwrap_or(0),
            state,
            name: thread.map_or_else(|| base_name(&process.executable), |thread| thread.name.clone()),
            owner: [process.credentials.uid, process.credentials.gid],
            users: with_file_id(process.credentials.users(), process.credentials.file_uid)
                .map(|user| within.told_user(user)),
            groups: with_file_id(process.credentials.own_groups(), process.credentials.file_gid)
                .map(|group| within.told_group(group)),
            more_groups: process.credentials.groups.iter().map(|group| within.told_group(*group)).collect(),
            capabilities: process.credentials.capabilities,
            threads: process.threads.len() as u32,
            umask,
            mapped,
            resident: space.map_or(0, |memory| memory.resident_pages() * 4096),
            started: nanoseconds(process.started),
            times: [used, process.children_usage].map(|used| used.times().map(nanoseconds)),
            faults: [used, process.children_usage].map(|used| used.faults),
            signals: thread.map_or([0; 5], |thread| self.signals(process, thread)),
            limits: (0..16).filter_map(|resource| process.limits.get(resource).ok()).collect(),
            descriptor_room: process.descriptors().room(),
            areas: [(heap.0 as u32, heap.1 as u32), stack.arguments, stack.environment],
            stack: stack.start,
            code: facts.code,
            auxiliary: stack.auxiliary,
            personality: process.personality & !READ_IMPLIES_EXEC | facts.personality(),
            switches: [used.waits, used.turns_over],
            moved: process.usage.moved,
            nice: scheduling.nice,
            policy: scheduling.policy,
            priority: scheduling.priority,
            call: thread.and_then(|thread| self.call(thread)),
            locked: facts.locked.size(),
            exit_signal: process.exit_signal,
            oom_score_adjustment: process.habits.oom_score_adjustment,
        })
    }

    fn regions(&self, id: u32) -> Result<Vec<RegionFacts>, Errno> {
        let process = self.owner(id)?;
        let Some(memory) = self.space(process) else { return Ok(Vec::new()) };
        let space = process.space();
        Ok(memory.regions(0, u32::MAX).map(|region| facts_of(memory, &space, region)).collect())
    }

    fn resident(&self, id: u32) -> Result<Vec<(u32, bool)>, Errno> {
        let Some(memory) = self.space(self.owner(id)?) else { return Ok(Vec::new()) };
        let pages = memory.regions(0, u32::MAX).flat_map(|region| {
            let of_file = region.mapping.shared || region.mapping.source.is_some();
            region.pages.clone().map(move |page| (page, of_file))
        });
        Ok(pages.filter(|(page, _)| memory.is_resident(page << 12)).collect())
    }

    fn memory(&self, id: u32, address: u32, count: u32) -> Vec<u8> {
        let space = self.owner(id).ok().and_then(|process| self.space(process));
        let pool = self.machine.memory.pool();
        space.map(|memory| memory.mapped_bytes(pool, address, count)).unwrap_or_default()
    }

    fn descriptors(&self, id: u32) -> Result<Vec<u32>, Errno> {
        Ok(self.owner(id)?.descriptors().numbers())
    }

    fn descriptor(&self, id: u32, number: u32) -> Result<DescriptorFacts, Errno> {
        let process = self.owner(id)?;
        let open = process.open_file(number).map_err(|_| Errno::ENOENT)?;
        let closing = process.descriptors().close_on_exec(number).unwrap_or_default();
        let open = lock(&open);
        Ok(DescriptorFacts {
            position: open.position,
            flags: open.flags | if closing { O_CLOEXEC } else { 0 },
            mount: open.place.mount_number(),
            inode: open.place.node().identity().1,
            more: descriptors::details(&open.object, self.kernel.world.clock.elapsed(self.machine)).into_bytes(),
        })
    }

    fn link(&self, link: ProcessLink) -> Result<Vec<u8>, Errno> {
        match (self.jump(link), link) {
            (Ok(place), _) => {
                let path = place.path(&self.kernel.process.root());
                // Only getcwd(2) says that something cannot be reached.
                Ok(path.strip_prefix(b"(unreachable)").map_or(path.clone(), <[u8]>::to_vec))
            }
            // The first program need not have a place: it has a name all the same.
            (Err(Errno::ENOENT), ProcessLink::Exe(id)) => Ok(self.owner(id)?.executable.clone()),
            (Err(error), _) => Err(error),
        }
    }

    fn system(&self) -> SystemFacts {
        let (kernel, m) = (self.kernel, self.machine);
        let (elapsed, date) = (kernel.world.clock.elapsed(m), kernel.world.clock.date(m));
        let model = &m.cpu.model;
        let leaves = [(0, 0), (1, 0), (7, 0), (0xd, 1), (0x8000_0001, 0), (0x8000_0002, 0), (0x8000_0003, 0)];
        let pool = m.memory.pool();
        SystemFacts {
            release: [RELEASE.into(), VERSION.into()],
            cpuid: leaves.into_iter().chain([(0x8000_0004, 0)]).map(|(leaf, sub)| model.answer(leaf, sub)).collect(),
            times: [nanoseconds(elapsed), nanoseconds(date.saturating_sub(elapsed))],
            executed: m.executed(),
            switches: self.switches(),
            memory: [kernel.process.space().limit(), pool.used() as u64 * 4096],
            tasks: [kernel.world.threads.len() as u32 + 1, kernel.world.ready.len() as u32 + 1, kernel.world.last_id()],
            seed: 0,
        }
    }

    fn sockets(&self, listing: SocketListing) -> Vec<u8> {
        self.kernel.world.network.list(listing).into_bytes()
    }

    fn system_name(&self, which: SystemName) -> Vec<u8> {
        self.kernel.names().get(which).to_vec()
    }

    fn ipc_limit(&self, limit: IpcLimit) -> Vec<u32> {
        self.kernel.world.ipc.limit(limit)
    }

    fn kept(&self, path: &str) -> Option<Vec<u8>> {
        self.kernel.world.settings.get(path).map(|line| line.to_vec())
    }

    fn next_identifier(&self, listing: IpcListing) -> Option<u32> {
        let ipc = &self.kernel.world.ipc;
        match listing {
            IpcListing::Segments => ipc.segments.wanted,
            IpcListing::Semaphores => ipc.semaphores.wanted,
            IpcListing::Queues => ipc.queues.wanted,
        }
    }

    fn ipc(&self, listing: IpcListing) -> Vec<u8> {
        let ipc = &self.kernel.world.ipc;
        match listing {
            IpcListing::Segments => ipc.list_segments(),
            IpcListing::Semaphores => ipc.list_semaphores(),
            IpcListing::Queues => ipc.list_queues(),
        }
        .into_bytes()
    }

    fn mounts(&self, id: u32, listing: MountListing) -> Result<Vec<u8>, Errno> {
        Ok(self.owner(id)?.namespace.mount_table(listing))
    }

    fn id_map(&self, id: u32, kind: IdKind) -> Result<Vec<u8>, Errno> {
        Ok(self.told_map(self.owner(id)?, kind).into_bytes())
    }

    fn sets_groups(&self, id: u32) -> Result<bool, Errno> {
        Ok(self.owner(id)?.credentials.within.allows_groups())
    }

    fn locks(&self) -> Vec<u8> {
        self.held_locks().into_bytes()
    }

    fn keys(&self) -> Vec<u8> {
        let kernel = self.kernel;
        let now = kernel.world.clock.elapsed(self.machine);
        kernel.world.keys.list(kernel.key_roots(), &kernel.process.credentials, now).into_bytes()
    }
}

impl KernelView<'_> {
    /// How often a thread has got the processor from another, as far as those are still there.
    fn switches(&self) -> u64 {
        let kernel = self.kernel;
        let all = kernel.world.processes.values().chain([&kernel.process]);
        all.map(|process| process.usage.with(process.children_usage)).map(|used| used.waits + used.turns_over).sum()
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// The real, effective and saved identifier, and that of file accesses.
fn with_file_id([real, effective, saved]: [u32; 3], file: u32) -> [u32; 4] {
    [real, effective, saved, file]
}

/// The last part of a path.
fn base_name(path: &[u8]) -> Vec<u8> {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec()
}

fn facts_of(memory: &AddressSpace, space: &Space, region: &MappedRegion) -> RegionFacts {
    let mapping = &region.mapping;
    let has = |perm| mapping.perm.has(perm);
    let [start, end] = [region.pages.start, region.pages.end].map(|page| u64::from(page) << 12);
    let label = mapping.label.as_deref();
    RegionFacts {
        start,
        end,
        rights: [has(Perm::READ), has(Perm::WRITE), has(Perm::EXECUTE), mapping.shared],
        offset: mapping.source.as_ref().map_or(0, |(_, page)| page << 12),
        file: label.map_or((0, 0), |label| (label.device, label.inode)),
        name: label.map_or_else(Vec::new, |label| label.name.clone()),
        resident: memory.resident_in(start as u32, (end - start) as u32) * 4096,
        locked: space.locked.within(start, end).into_iter().map(|(from, to)| to - from).sum(),
        traits: [!mapping.never_writable, mapping.grows_down || is_stack(mapping), is_data(mapping)],
    }
}
