//! How pages get their frames: at the first touch, and by copying when one is written that others use. What is found
//! out about a page on the way is remembered as its [`Rights`], by which it gets its frame on the fast path.

use super::page::{Backing, Rights};
use super::source::SourceFault;
use super::{Access, FrameNumber, Memory, Perm};

impl Memory {
    /// Gives a mapped page a frame that may be read, or written.
    pub(super) fn touch(&mut self, number: u32, write: bool) -> Result<FrameNumber, SourceFault> {
        if let Some(frame) = self.known(number, if write { Access::Write } else { Access::Read }) {
            return Ok(frame);
        }
        let region = self.space.regions.at(number).ok_or(SourceFault::Past)?;
        let (perm, shared) = (region.mapping.perm, region.mapping.shared);
        let frame = match *self.space.pages.get(number) {
            Backing::Frame(frame, _) if write && shared => {
                if let Some((source, page)) = region.source(number) {
                    // It counts the caller, which has been counted already.
                    let frame = source.frame(page, true, &mut self.pool)?;
                    self.pool.release(frame);
                }
                frame
            }
            Backing::Frame(frame, _) if write && self.pool.users(frame) > 1 => self.own(number, frame)?,
            Backing::Frame(frame, _) => frame,
            Backing::Untouched => self.first_touch(number, write)?,
        };
        if shared && write {
            self.pool.note_shared_writable(frame);
        }
        let alone = if shared { write } else { self.pool.users(frame) == 1 };
        let whole = u64::from(number) << 12 | 0xfff;
        let rights = match perm {
            _ if self.space.watch.as_ref().is_some_and(|watch| watch.covers(number))
                || whole >= self.space.end
                || !perm.has(Perm::READ) =>
            {
                Rights::Unknown
            }
            _ if perm.has(Perm::WRITE) && alone && !self.pool.has_code(frame) => Rights::Write,
            _ => Rights::Read,
        };
        self.space.pages.set(number, Backing::Frame(frame, rights));
        self.pool.set_writable(number, rights == Rights::Write);
        Ok(frame)
    }

    /// The frame of a page, if it is known that it can be accessed so without further question.
    pub(super) fn known(&self, number: u32, access: Access) -> Option<FrameNumber> {
        let Backing::Frame(frame, rights) = self.space.pages.get(number) else { return None };
        let needed = match access {
            Access::Read => Rights::Read,
            Access::Write => Rights::Write,
            Access::Fetch => return None,
        };
        (*rights >= needed).then_some(*frame)
    }

    /// Puts the frame of a page, which has none on the fast path, there if it is known that it can be accessed without
    /// further question.
    pub(super) fn lend(&mut self, number: u32) {
        if let Backing::Frame(frame, rights @ (Rights::Read | Rights::Write)) = *self.space.pages.get(number) {
            self.pool.lend(frame, number, rights == Rights::Write);
        }
    }

    fn first_touch(&mut self, number: u32, write: bool) -> Result<FrameNumber, SourceFault> {
        let region = self.space.regions.at(number).ok_or(SourceFault::Past)?;
        // When a page of code is read first depends on what has been translated before: it does not count.
        let is_code = region.mapping.perm.has(Perm::EXECUTE);
        self.space.layout.read += u64::from(is_code);
        self.pool.faults += u64::from(!is_code);
        let frame = match region.source(number) {
            None => self.pool.allocate()?,
            Some((source, page)) => source.frame(page, write && region.mapping.shared, &mut self.pool)?,
        };
        let shared = region.mapping.shared;
        self.space.pages.set(number, Backing::Frame(frame, Rights::Unknown));
        if write && !shared && self.pool.users(frame) > 1 { self.own(number, frame) } else { Ok(frame) }
    }

    /// Copies a frame that others use as well: copy-on-write.
    fn own(&mut self, number: u32, shared: FrameNumber) -> Result<FrameNumber, SourceFault> {
        self.pool.faults += 1;
        let frame = self.pool.duplicate(shared)?;
        if self.pool.has_code(shared) {
            self.space.layout.note(true);
            self.pool.code.replaced();
        }
        self.pool.reclaim(number);
        self.pool.release(shared);
        self.space.pages.set(number, Backing::Frame(frame, Rights::Unknown));
        Ok(frame)
    }

    /// The next access to a page asks every question.
    pub(super) fn forget_rights(&mut self, number: u32) {
        self.space.pages.limit_rights(number, Rights::Unknown);
        self.pool.reclaim(number);
    }

    /// The next access to any page asks every question.
    pub(super) fn forget_all_rights(&mut self) {
        self.space.pages.limit_all_rights(Rights::Unknown);
        self.pool.reclaim_all();
    }

    /// The next store to a page asks every question.
    pub(super) fn forget_writable(&mut self, number: u32) {
        self.space.pages.limit_rights(number, Rights::Read);
        self.pool.set_writable(number, false);
    }

    /// The next store to any page asks every question.
    pub(super) fn forget_all_writable(&mut self) {
        self.space.pages.limit_all_rights(Rights::Read);
        self.pool.lent.forbid_writing();
    }
}
