//! All threads of a world that are traced, by their numbers.

use std::collections::BTreeMap;

use super::tracee::Tracee;

/// The tracees of a world.
#[derive(Clone, Default, Debug)]
pub struct Tracees(BTreeMap<u32, Tracee>);

impl Tracees {
    /// Whether nobody is traced.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A thread becomes traced.
    pub fn insert(&mut self, tid: u32, tracee: Tracee) {
        self.0.insert(tid, tracee);
    }

    /// A thread is no longer traced.
    pub fn remove(&mut self, tid: u32) -> Option<Tracee> {
        self.0.remove(&tid)
    }

    /// Whether a number is that of a tracee, one that has ended among them.
    pub fn contains(&self, tid: u32) -> bool {
        self.0.contains_key(&tid)
    }

    /// A thread that is traced and has not ended.
    pub fn get(&self, tid: u32) -> Option<&Tracee> {
        self.0.get(&tid).filter(|tracee| tracee.ended.is_none())
    }

    /// The same to be changed.
    pub fn get_mut(&mut self, tid: u32) -> Option<&mut Tracee> {
        self.0.get_mut(&tid).filter(|tracee| tracee.ended.is_none())
    }

    /// Whom a thread is traced by, also if it has ended.
    pub fn tracer_of(&self, tid: u32) -> Option<u32> {
        self.0.get(&tid).map(|tracee| tracee.tracer)
    }

    /// How many have ended that nobody has waited for.
    pub fn ended_count(&self) -> usize {
        self.0.values().filter(|tracee| tracee.ended.is_some()).count()
    }

    /// The tracees of a process, those that have ended among them.
    pub fn of_tracer(&self, tracer: u32) -> impl Iterator<Item = (u32, &Tracee)> {
        self.0.iter().filter(move |(_, tracee)| tracee.tracer == tracer).map(|(tid, tracee)| (*tid, tracee))
    }

    /// One of them, which may have ended.
    pub fn of_tracer_mut(&mut self, tracer: u32, tid: u32) -> Option<&mut Tracee> {
        self.0.get_mut(&tid).filter(|tracee| tracee.tracer == tracer)
    }

    /// The threads of a process that are traced and have not ended.
    pub fn threads_of(&mut self, pid: u32) -> impl Iterator<Item = (u32, &mut Tracee)> {
        let of_process = move |tracee: &Tracee| tracee.pid == pid && tracee.ended.is_none();
        self.0.iter_mut().filter(move |(_, tracee)| of_process(tracee)).map(|(tid, tracee)| (*tid, tracee))
    }

    /// A thread gets the number of another one, which is gone (execve(2)).
    pub fn rename(&mut self, from: u32, to: u32) {
        self.0.remove(&to);
        if let Some(tracee) = self.0.remove(&from) {
            self.0.insert(to, tracee);
        }
    }
}
